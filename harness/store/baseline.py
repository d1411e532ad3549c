"""What a later run is compared with when the calls it was made of are gone: the facts of a blessed run."""

from dataclasses import dataclass, replace

from harness.model.run import Run
from harness.model.snapshots import PromptSnapshot, Provenance
from harness.model.suite import ArmRole
from harness.regression.facts import ArmFacts, arms_of

_DIGITS = 6
"""Significant digits of a metric: what a change of the last ones would tell, no gate could."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A run somebody vouched for, as far as later runs are compared with it."""

    name: str
    """Its file's, without `.toml`."""
    run: str
    """Id of the run that was blessed."""
    blessed_at: str
    """RFC 3339, UTC."""
    reason: str
    provenance: Provenance
    """With the digests of those suites only that its cases are from."""
    arms: tuple[ArmFacts, ...]
    """Those that were under test, in the order of the run."""
    prompts: tuple[PromptSnapshot, ...]
    """What the arms were run with, so that a later prompt can be shown beside it."""

    @property
    def cases(self) -> tuple[str, ...]:
        """Return the ids of its cases, each once."""
        return tuple(dict.fromkeys(case.id for arm in self.arms for case in arm.cases))

    @property
    def trials(self) -> int:
        """Return how many trials it holds."""
        return sum(len(case.trials) for arm in self.arms for case in arm.cases)


def baseline_of(run: Run, *, name: str, blessed_at: str, reason: str, prompt: str | None = None) -> Baseline:
    """Return what is kept of a run; arms that were themselves only compared with are left out.

    Args:
        run: The run.
        name: The name of the baseline.
        blessed_at: RFC 3339, UTC.
        reason: Why it may be compared with, in somebody's words.
        prompt: Keep the arms of the prompt of this name only.
    """
    arms = tuple(
        _rounded(arm)
        for arm in arms_of(run)
        if arm.role is ArmRole.CANDIDATE and (prompt is None or arm.name == prompt)
    )
    labels = {arm.prompt for arm in arms}
    suites = {case.id.partition("::")[0] for arm in arms for case in arm.cases}
    kept = tuple(pair for pair in run.provenance.suites if pair[0] in suites)
    return Baseline(
        name=name,
        run=run.id,
        blessed_at=blessed_at,
        reason=reason,
        provenance=replace(run.provenance, suites=kept),
        arms=arms,
        prompts=tuple(each for each in run.prompts if each.role is ArmRole.CANDIDATE and each.label in labels),
    )


def _rounded(arm: ArmFacts) -> ArmFacts:
    return replace(
        arm,
        cases=tuple(
            replace(
                case,
                trials=tuple(
                    replace(
                        trial, metrics=tuple((name, float(f"{value:.{_DIGITS}g}")) for name, value in trial.metrics)
                    )
                    for trial in case.trials
                ),
            )
            for case in arm.cases
        ),
    )
