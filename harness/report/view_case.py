"""One case on a prompt's page: what it came to, whether that decides anything, and its calls."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, TrialResult
from harness.model.slug import slug
from harness.model.snapshots import CaseSnapshot
from harness.model.suite import ArmRole
from harness.report.callview import TrialAudio, TrialView, view_trial
from harness.report.excuses import case_notes
from harness.report.sentences import MOVEMENTS
from harness.report.spoiled import discarded_lines
from harness.report.versions import movement

AudioFor = Callable[[TrialResult], TrialAudio]


class TrialViews:
    """Views of trials, each made once: a baseline's stand on its own page and beside every version compared with it."""

    def __init__(self, audio_for: AudioFor, *, shared: Iterable[CaseResult]) -> None:
        """Take how to reach a recording, and the cases that stand on several pages: the others are not kept."""
        self._audio_for = audio_for
        self._shared = {id(call) for result in shared for call in result.calls}
        self._made: dict[int, TrialView] = {}

    def of(self, result: TrialResult) -> TrialView:
        """Return the view of a trial of the run."""
        # By identity: an arm that is compared with itself has two trials of every id.
        view = self._made.get(id(result))
        if view is None:
            view = view_trial(result, self._audio_for(result))
            if id(result) in self._shared:
                self._made[id(result)] = view
        return view


class CaseView(NamedTuple):
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

    before: "CaseView | None" = None
    """The same case with the version compared with; None where it was not tried with that."""


def view_case(
    result: CaseResult,
    *,
    snapshots: Mapping[tuple[str, str], CaseSnapshot],
    trials: TrialViews,
    several: bool,
    before: CaseResult | None = None,
) -> CaseView:
    """Return a case as its page shows it.

    Args:
        result: What it came to.
        snapshots: What is known of every case, by suite and id.
        trials: The views of the run's trials.
        several: Whether the page has several engine models.
        before: What it came to with the version compared with.
    """
    moved = before is not None and before.outcome is not result.outcome
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
        movement=MOVEMENTS[movement(before.outcome, result.outcome)] if before and moved else "",
        movement_before=before.outcome.value if before and moved else "",
        reasons=result.reasons,
        trials=tuple(trials.of(trial) for trial in result.trials),
        discarded=tuple(trials.of(trial) for trial in result.discarded),
        discarded_lines=discarded_lines(result),
        notes=case_notes(result),
        before=view_case(before, snapshots=snapshots, trials=trials, several=several) if before else None,
    )


def anchor_of(result: CaseResult) -> str:
    """Return the id of a case's section within its page."""
    return f"case-{slug(result.planned)}"
