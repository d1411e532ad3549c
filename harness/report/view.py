"""What the front page shows, decided and formatted, so that templates only place it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from harness.model.judge_card import JudgeCard
from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.pricing.lines import is_real
from harness.regression.arm_table import CallCost
from harness.regression.decision import Decision, decide
from harness.regression.frames import arm_figures
from harness.report.carried import widest_ms
from harness.report.change_words import version_outcome
from harness.report.failures import Failures, case_href, view_failures
from harness.report.figures import FiguresView
from harness.report.history import NO_HISTORY, History, PromptHistory, record_of, view_history
from harness.report.judges import JudgesView, view_judges
from harness.report.links import page_href
from harness.report.pictures import LatencyPicture
from harness.report.prompt_pictures import view_arm_latencies
from harness.report.redactions import redaction_sentence
from harness.report.safety import SafetyView, view_safety
from harness.report.sentences import not_measured, not_measured_sentences, size_words, verdict_sentence
from harness.report.spoiled import broken_personas
from harness.report.steadiness import SteadinessView, view_steadiness
from harness.report.summary_lines import Summary, first_to_read, summarise_lines, under_test
from harness.report.verdict_panel import VerdictPanel, view_verdict
from harness.report.versions import PromptVersion, prompt_versions
from harness.report.view_case import AudioFor, TrialViews, anchor_of
from harness.report.view_compare import ComparePage, view_compare
from harness.report.view_prompt import PromptPage, view_prompt
from harness.runner.outcome import summarise

_MOST_ARMS = 2


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
    summary: Summary
    failures: Failures
    prompts: tuple[PromptHistory, ...]
    notes: tuple[str, ...]
    """Which stored runs are left out of the trends, and why."""
    latency: LatencyPicture | None
    compare: ComparePage | None
    """None for one prompt with one engine model."""

    @property
    def foremost(self) -> tuple[tuple[PromptPage, FiguresView], ...]:
        """Return the figures of the arms under test; () where there are more than two, which a table shows better."""
        arms = tuple((page, arm) for page in self.pages if not page.is_baseline for arm in page.figures)
        return arms if len(arms) <= _MOST_ARMS else ()


def view_run(
    run: Run,
    *,
    audio_for: AudioFor,
    cards: Mapping[str, JudgeCard] = MappingProxyType({}),
    decision: Decision | None = None,
    history: History = NO_HISTORY,
    cost: CallCost | None = None,
) -> IndexPage:
    """Return the whole report, ready to be rendered.

    Args:
        run: What was tried.
        audio_for: How to reach a trial's recording.
        cards: What is known about the judges, by fingerprint.
        decision: What the run came to; None: what its cases alone come to.
        history: The runs before it.
        cost: What a call cost, where arms are compared; None: nothing is priced.
    """
    versions = prompt_versions(run)
    verdict = decision.verdict if decision else summarise(run.results, planned_trials=run.planned, stop=run.stop)
    panel = view_verdict(decision, run)
    results = under_test(versions)
    hrefs = {version.label: page_href(version.snapshot) for version in versions}
    unmeasured = not_measured_sentences(not_measured(results))
    first = first_to_read(results)
    record = record_of(run, decision or decide(verdict, None), versions)
    return IndexPage(
        run_id=run.id,
        outcome=decision.outcome if decision else verdict.outcome,
        sentence=panel.sentence if panel else verdict_sentence(verdict),
        facts=_facts(run),
        pages=_pages(run, versions=versions, trials=_trial_views(versions, audio_for), decision=decision),
        not_measured=unmeasured,
        judges=view_judges(run, cards),
        safety=view_safety(run),
        broken_personas=broken_personas(run),
        panel=panel,
        steadiness=view_steadiness(run),
        summary=summarise_lines(
            results,
            decision=decision,
            unmeasured=unmeasured,
            first=case_href(first, hrefs=hrefs) if first else "",
        ),
        failures=view_failures(results, hrefs=hrefs),
        prompts=view_history(record, history, hrefs=hrefs),
        notes=history.notes,
        latency=view_arm_latencies(versions),
        compare=view_compare(run, hrefs=hrefs, cost=cost),
    )


def _trial_views(versions: Sequence[PromptVersion], audio_for: AudioFor) -> TrialViews:
    compared = (version.comparison for version in versions if version.comparison is not None)
    return TrialViews(audio_for, shared=(result for comparison in compared for result in comparison.results))


def _pages(
    run: Run, *, versions: Sequence[PromptVersion], trials: TrialViews, decision: Decision | None
) -> tuple[PromptPage, ...]:
    figures = arm_figures(run)
    snapshots = {(case.suite, case.id): case for case in run.cases}
    judgement = decision.judgement if decision else None
    return tuple(
        view_prompt(
            version,
            figures=figures,
            snapshots=snapshots,
            trials=trials,
            outcome=version_outcome(version, judgement),
            verdict=view_verdict(decision, run, label=version.label),
            summary=_summary(version, decision=decision),
        )
        for version in versions
    )


def _summary(version: PromptVersion, *, decision: Decision | None) -> Summary:
    results = version.counted
    first = first_to_read(results)
    return summarise_lines(
        results,
        decision=decision,
        label=version.label,
        unmeasured=not_measured_sentences(not_measured(results)),
        first=f"#{anchor_of(first)}" if first else "",
    )


def _times(run: Run) -> str:
    """Return what kind of time the calls took."""
    if not is_real(run.provenance.transport):
        return f"{run.provenance.latency} latency"
    widest = widest_ms(run)
    return "real times" if widest is None else f"real times, each call's exact to ± {widest:.0f} ms or better"


def _facts(run: Run) -> tuple[tuple[str, str], ...]:
    provenance = run.provenance
    facts = (
        ("Started", run.started_at.replace("T", " ").replace("+00:00", "Z").replace("Z", " UTC")),
        ("Tried", size_words(run)),
        ("Calls", f"{provenance.tier.value}, {provenance.transport}, {_times(run)}"),
        ("Seed", str(provenance.seed)),
        ("Caller voices", ", ".join(provenance.caller_voices)),
        ("Agent voices", ", ".join(provenance.agent_voices)),
        ("Recogniser", provenance.stt),
        ("Judge", provenance.judge or "none: rubrics are not measured"),
        ("Harness", provenance.harness_version),
        ("Run", run.id),
        ("Calls of", run.rescored and f"{run.rescored}, judged again"),
        ("Redacted", redaction_sentence(run.redacted) if run.redacted else ""),
    )
    return tuple((name, value) for name, value in facts if value)
