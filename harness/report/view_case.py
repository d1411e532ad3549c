"""One case on a prompt's page: what it came to, whether that decides anything, and its calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, TrialResult
from harness.model.slug import slug
from harness.model.snapshots import CaseSnapshot
from harness.model.suite import ArmRole
from harness.report.callview import TrialAudio, TrialView, view_trial
from harness.report.excuses import case_notes
from harness.report.sentences import MOVEMENTS
from harness.report.spoiled import discarded_lines
from harness.report.versions import PromptVersion

AudioFor = Callable[[TrialResult], TrialAudio]


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
    notes: tuple[str, ...] = ()
    """What must be known beside its outcome: in quarantine, not required, flaky."""

    @property
    def is_open(self) -> bool:
        """Return whether it is shown at once: everything that did not pass."""
        return self.outcome is not Outcome.PASSED

    @property
    def open_trial(self) -> str:
        """Return the id of the one trial that is shown at once: the first that did not pass, or the first."""
        return next((trial.id for trial in self.trials if trial.outcome is not Outcome.PASSED), self.trials[0].id)


def view_case(
    result: CaseResult,
    *,
    version: PromptVersion,
    snapshots: Mapping[tuple[str, str], CaseSnapshot],
    audio_for: AudioFor,
    several: bool,
) -> CaseView:
    """Return a case as its page shows it.

    Args:
        result: What it came to.
        version: The prompt version whose page it is on.
        snapshots: What is known of every case, by suite and id.
        audio_for: How to reach a trial's recording.
        several: Whether the page has several engine models.
    """
    moved = version.movement_of(result)
    passed = sum(trial.outcome is Outcome.PASSED for trial in result.trials)
    return CaseView(
        anchor=anchor_of(result),
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
        notes=case_notes(result),
    )


def anchor_of(result: CaseResult) -> str:
    """Return the id of a case's section within its page."""
    return f"case-{slug(result.planned)}"
