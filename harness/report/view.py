"""What each page shows, decided and formatted, so that templates only place it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from harness.model.judge_card import JudgeCard
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.slug import slug
from harness.model.snapshots import CaseSnapshot
from harness.model.suite import ArmRole
from harness.regression.frames import ArmFigures, arm_figures
from harness.report.audits import AgreementRow, view_agreement
from harness.report.callview import TrialAudio, TrialView, view_trial
from harness.report.figures import FiguresView, view_figures
from harness.report.judges import JudgesView, view_judges
from harness.report.lostrules import LostRule, lost_rules
from harness.report.promptdiff import DiffLine
from harness.report.safety import SafetyView, view_safety
from harness.report.sentences import (
    BASELINE_NOTE,
    MOVEMENTS,
    not_measured,
    not_measured_sentences,
    size_words,
    tally_words,
    verdict_sentence,
    version_sentence,
)
from harness.report.spoiled import broken_personas, discarded_lines
from harness.report.versions import MovedCase, PromptVersion, prompt_versions, worst_first
from harness.runner.outcome import summarise

AudioFor = Callable[[TrialResult], TrialAudio]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedView:
    """A case whose outcome moved, beside the change of the prompt."""

    word: str
    title: str
    anchor: str
    before: Outcome
    after: Outcome
    reasons: tuple[str, ...]
    """Why it fails now, or why it failed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """What changed against the version compared with."""

    reference: str
    reference_version: str
    lines: tuple[DiffLine, ...]
    """The difference by line."""
    statements: tuple[DiffLine, ...]
    """The difference by sentence, where the lines were only moved about; else empty."""
    lost_rules: tuple[LostRule, ...]
    """Lost sentences that failed checks name."""
    moved: tuple[MovedView, ...]
    shared_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case with one engine_model."""

    anchor: str
    title: str
    suite: str
    engine_model: str
    """Empty when the page has only one."""
    snapshot: CaseSnapshot | None
    outcome: Outcome
    is_baseline: bool
    rule: str
    movement: str
    """Empty when nothing moved."""
    movement_before: str
    reasons: tuple[str, ...]
    trials: tuple[TrialView, ...]
    discarded: tuple[TrialView, ...] = ()
    """Calls our own caller spoiled and that were made again."""
    discarded_lines: tuple[str, ...] = ()
    """How many, and why."""

    @property
    def is_open(self) -> bool:
        """Return whether it is shown at once: everything that did not pass."""
        return self.outcome is not Outcome.PASSED

    @property
    def open_trial(self) -> str:
        """Return the id of the one trial that is shown at once: the first that did not pass, or the first."""
        return next((trial.id for trial in self.trials if trial.outcome is not Outcome.PASSED), self.trials[0].id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPage:
    """The page of one prompt version."""

    label: str
    href: str
    """Relative to the pages folder."""
    description: str
    source: str
    digest: str
    is_baseline: bool
    baseline_note: str
    outcome: Outcome
    sentence: str
    tally: str
    not_measured: tuple[str, ...]
    change: ChangeView | None
    figures: tuple[FiguresView, ...]
    cases: tuple[CaseView, ...]
    """Failed first."""
    attempts: tuple[int, ...]
    """The columns of the grid."""
    agreement: tuple[AgreementRow, ...] = ()
    """The platform's audits beside our marks; empty where it made none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """The front page of a run."""

    run_id: str
    outcome: Outcome
    sentence: str
    facts: tuple[tuple[str, str], ...]
    pages: tuple[PromptPage, ...]
    not_measured: tuple[str, ...]
    judges: JudgesView | None = None
    """None where nobody judged."""
    safety: tuple[SafetyView, ...] = ()
    """Every arm that was attacked."""
    broken_personas: tuple[str, ...] = ()
    """A sentence for each persona that spoils too many of its calls."""

    @property
    def failures(self) -> tuple[tuple[PromptPage, CaseView], ...]:
        """Return the cases under test that did not pass, with their pages."""
        return tuple(
            (page, case)
            for page in self.pages
            for case in page.cases
            if case.outcome is not Outcome.PASSED and not case.is_baseline
        )


def view_run(run: Run, *, audio_for: AudioFor, cards: Mapping[str, JudgeCard] = MappingProxyType({})) -> IndexPage:
    """Return the whole report, ready to be rendered."""
    figures = arm_figures(run)
    snapshots = {(case.suite, case.id): case for case in run.cases}
    versions = prompt_versions(run)
    verdict = summarise(run.results, planned_trials=run.planned, stop=run.stop)
    under_test = [result for version in versions if not version.is_baseline for result in version.counted]
    return IndexPage(
        run_id=run.id,
        outcome=verdict.outcome,
        sentence=verdict_sentence(verdict),
        facts=_facts(run),
        pages=tuple(_page(version, figures=figures, snapshots=snapshots, audio_for=audio_for) for version in versions),
        not_measured=not_measured_sentences(not_measured(under_test)),
        judges=view_judges(run, cards),
        safety=view_safety(run),
        broken_personas=broken_personas(run),
    )


def _facts(run: Run) -> tuple[tuple[str, str], ...]:
    provenance = run.provenance
    facts = (
        ("Started", run.started_at.replace("T", " ").replace("+00:00", "Z").replace("Z", " UTC")),
        ("Tried", size_words(run)),
        ("Calls", f"{provenance.tier.value}, {provenance.transport}, {provenance.latency} latency"),
        ("Seed", str(provenance.seed)),
        ("Caller voices", ", ".join(provenance.caller_voices)),
        ("Agent voices", ", ".join(provenance.agent_voices)),
        ("Recogniser", provenance.stt),
        ("Judge", provenance.judge or "none: rubrics are not measured"),
        ("Harness", provenance.harness_version),
        ("Run", run.id),
        ("Calls of", run.rescored and f"{run.rescored}, judged again"),
    )
    return tuple((name, value) for name, value in facts if value)


def _page(
    version: PromptVersion,
    *,
    figures: Sequence[ArmFigures],
    snapshots: dict[tuple[str, str], CaseSnapshot],
    audio_for: AudioFor,
) -> PromptPage:
    snapshot = version.snapshot
    engines = {result.engine_model for result in version.results}
    cases = tuple(
        _case(result, version=version, snapshots=snapshots, audio_for=audio_for, several=len(engines) > 1)
        for result in worst_first(version.results)
    )
    return PromptPage(
        label=snapshot.label,
        href=f"{slug(snapshot.name, reserved=('index.html', 'audio'))}/{slug(snapshot.version)}.html",
        description=snapshot.description,
        source=snapshot.source,
        digest=snapshot.digest,
        is_baseline=version.is_baseline,
        baseline_note=BASELINE_NOTE if version.is_baseline else "",
        outcome=version.outcome,
        sentence=version_sentence(version),
        tally=tally_words(version.cases),
        not_measured=not_measured_sentences(not_measured(version.counted)),
        change=_change(version),
        figures=view_figures(version, figures),
        cases=cases,
        attempts=tuple(range(1, max((len(case.trials) for case in cases), default=0) + 1)),
        agreement=view_agreement(version.results),
    )


def _change(version: PromptVersion) -> ChangeView | None:
    comparison = version.comparison
    if comparison is None:
        return None
    diff, changes = comparison.diff, comparison.statements
    return ChangeView(
        reference=comparison.reference.label,
        reference_version=comparison.reference.version,
        lines=diff.lines,
        statements=changes.lines if len(diff.removed) + len(diff.added) > changes.size else (),
        lost_rules=tuple(rule for rule in lost_rules(comparison) if rule.cases),
        moved=tuple(_moved(each) for each in comparison.moved),
        shared_cases=len(comparison.results),
    )


def _moved(each: MovedCase) -> MovedView:
    now_passes = each.result.outcome is Outcome.PASSED
    return MovedView(
        word=MOVEMENTS[each.movement],
        title=each.result.case,
        anchor=_anchor(each.result),
        before=each.before.outcome,
        after=each.result.outcome,
        reasons=(each.before if now_passes else each.result).reasons[:1],
    )


def _case(
    result: CaseResult,
    *,
    version: PromptVersion,
    snapshots: dict[tuple[str, str], CaseSnapshot],
    audio_for: AudioFor,
    several: bool,
) -> CaseView:
    moved = version.movement_of(result)
    passed = sum(trial.outcome is Outcome.PASSED for trial in result.trials)
    return CaseView(
        anchor=_anchor(result),
        title=result.case,
        suite=result.suite,
        engine_model=result.engine_model if several else "",
        snapshot=snapshots.get((result.suite, result.case)),
        outcome=result.outcome,
        is_baseline=result.role is ArmRole.BASELINE,
        rule=f"{passed} of {len(result.trials)} trials passed, {result.pass_rule.required} needed",
        movement=MOVEMENTS[moved.movement] if moved else "",
        movement_before=moved.before.outcome.value if moved else "",
        reasons=result.reasons,
        trials=tuple(view_trial(trial, audio_for(trial)) for trial in result.trials),
        discarded=tuple(view_trial(trial, audio_for(trial)) for trial in result.discarded),
        discarded_lines=discarded_lines(result),
    )


def _anchor(result: CaseResult) -> str:
    return f"case-{slug(result.planned)}"
