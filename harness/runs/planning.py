"""What a session will try: which arms are compared, how often each case is tried, and in which order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from harness.model.suite import ArmRole, Planned
from harness.regression.policy import Policy
from harness.runner.schedule import Slot, schedule
from harness.runs.asked import Asked, StoredReference, policy_from
from harness.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every trial of a session, before the first call."""

    planned: tuple[Planned, ...]
    slots: tuple[Slot, ...]
    """Their trials, in the order they are started."""
    asked: Asked

    @property
    def compared(self) -> tuple[Planned, ...]:
        """Return the cells that a gated comparison reads, those of baselines too."""
        return tuple(each for each in self.planned if each.compared)

    @property
    def compared_cases(self) -> int:
        """Return how many cases the smallest of the comparisons has."""
        cases: dict[str, int] = {}
        for each in self.compared:
            if each.arm.role is ArmRole.CANDIDATE:
                cases[each.arm.label] = cases.get(each.arm.label, 0) + 1
        return min(cases.values(), default=0)


def make_plan(
    settings: Settings,
    planned: Sequence[Planned],
    *,
    today: date,
    against: bool = False,
    stored: Sequence[StoredReference] = (),
) -> Plan:
    """Return what a session will try.

    Args:
        settings: Of the session.
        planned: The (case, arm) pairs its suites and options chose.
        today: The day it starts on, which quarantines end by.
        against: Whether a baseline was asked for in so many words.
        stored: Baselines that were measured before.

    Raises:
        ConfigurationError: what is asked of the comparison proves nothing.
    """
    policy = policy_from(settings, against=against)
    stored = [reference.within({each.suite for each in planned}) for reference in stored]
    cells = tuple(_cells(planned, policy=policy, least=settings.trials, today=today, stored=stored))
    arms = {each.arm.label for each in cells if each.compared and each.arm.role is ArmRole.CANDIDATE}
    # Each of several arms would need its own share of the error rate; every planned call is made then.
    policy = replace(policy, watched=len(arms) == 1)
    return Plan(
        planned=cells, slots=schedule(cells, seed=settings.seed), asked=Asked(policy=policy, stored=tuple(stored))
    )


def _cells(
    planned: Sequence[Planned], *, policy: Policy, least: int, today: date, stored: Sequence[StoredReference]
) -> Iterator[Planned]:
    beside = {
        role: {_pair(each) for each in planned if each.arm.role is role}
        for role in (ArmRole.CANDIDATE, ArmRole.BASELINE)
    }
    before = {(arm.name, arm.engine_model) for reference in stored for arm in reference.arms}
    for each in planned:
        match each.arm.role:
            case ArmRole.BASELINE:
                partnered = _pair(each) in beside[ArmRole.CANDIDATE]
            case ArmRole.CANDIDATE:
                is_known = (each.arm.prompt.name, each.arm.engine_model) in before
                partnered = is_known or _pair(each) in beside[ArmRole.BASELINE]
        kept = each.case.quarantine
        compared = policy.gates and partnered and kept is None
        yield replace(
            each,
            compared=compared,
            at_least=max(least, policy.trials if compared else 0, each.case.trials if compared else 0),
            expired=kept is not None and kept.expired(today),
        )


def _pair(planned: Planned) -> tuple[str, str, str, str]:
    return planned.suite, planned.case.id, planned.arm.prompt.name, planned.arm.engine_model
