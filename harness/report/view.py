"""What the front page shows, decided and formatted, so that templates only place it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from harness.model.judge_card import JudgeCard
from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.regression.decision import Decision
from harness.regression.frames import arm_figures
from harness.report.change_words import version_outcome
from harness.report.judges import JudgesView, view_judges
from harness.report.safety import SafetyView, view_safety
from harness.report.sentences import not_measured, not_measured_sentences, size_words, verdict_sentence
from harness.report.spoiled import broken_personas
from harness.report.steadiness import SteadinessView, view_steadiness
from harness.report.verdict_panel import VerdictPanel, view_verdict
from harness.report.versions import PromptVersion, prompt_versions
from harness.report.view_case import AudioFor, CaseView
from harness.report.view_prompt import PromptPage, view_prompt
from harness.runner.outcome import summarise


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
    panel: VerdictPanel | None = None
    """What the comparison came to; None where no arms were compared."""
    steadiness: tuple[SteadinessView, ...] = ()
    """Every arm that has a case with two trials."""

    @property
    def failures(self) -> tuple[tuple[PromptPage, CaseView], ...]:
        """Return the cases under test that did not pass, with their pages."""
        return tuple(
            (page, case)
            for page in self.pages
            for case in page.cases
            if case.outcome is not Outcome.PASSED and not case.is_baseline
        )


def view_run(
    run: Run,
    *,
    audio_for: AudioFor,
    cards: Mapping[str, JudgeCard] = MappingProxyType({}),
    decision: Decision | None = None,
) -> IndexPage:
    """Return the whole report, ready to be rendered.

    Args:
        run: What was tried.
        audio_for: How to reach a trial's recording.
        cards: What is known about the judges, by fingerprint.
        decision: What the run came to; None: what its cases alone come to.
    """
    versions = prompt_versions(run)
    verdict = decision.verdict if decision else summarise(run.results, planned_trials=run.planned, stop=run.stop)
    panel = view_verdict(decision, run)
    under_test = [result for version in versions if not version.is_baseline for result in version.counted]
    return IndexPage(
        run_id=run.id,
        outcome=decision.outcome if decision else verdict.outcome,
        sentence=panel.sentence if panel else verdict_sentence(verdict),
        facts=_facts(run),
        pages=_pages(run, versions=versions, audio_for=audio_for, decision=decision),
        not_measured=not_measured_sentences(not_measured(under_test)),
        judges=view_judges(run, cards),
        safety=view_safety(run),
        broken_personas=broken_personas(run),
        panel=panel,
        steadiness=view_steadiness(run),
    )


def _pages(
    run: Run, *, versions: Sequence[PromptVersion], audio_for: AudioFor, decision: Decision | None
) -> tuple[PromptPage, ...]:
    figures = arm_figures(run)
    snapshots = {(case.suite, case.id): case for case in run.cases}
    judgement = decision.judgement if decision else None
    return tuple(
        view_prompt(
            version,
            figures=figures,
            snapshots=snapshots,
            audio_for=audio_for,
            outcome=version_outcome(version, judgement),
            verdict=view_verdict(decision, run, label=version.label),
        )
        for version in versions
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
