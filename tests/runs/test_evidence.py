"""Looking while calls go on: pairs in the order they were started, and who ends the comparison."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from harness.model.outcome import Outcome
from harness.model.stop import StopKind
from harness.model.suite import ArmRole, Planned
from harness.regression.policy import Profile, policy_of
from harness.runner.spoiling import SpoilRule
from harness.runs.evidence import Pairs, proof
from harness.runs.planning import make_plan
from harness.runs.referee import referee_of
from harness.settings import Settings
from harness.testing.builders import make_arm, make_case, make_prompt, make_result

P, F, U = Outcome.PASSED, Outcome.FAILED, Outcome.INCONCLUSIVE
ASKED = replace(policy_of(Profile.PULL_REQUEST), watched=True)
"""A fifth of alpha is for the evidence that is watched: it must be worth 100 to 1."""
CASES = [("desk", f"case{number:02}") for number in range(70)]


def pairs(baseline: Mapping[str, Outcome], candidate: Mapping[str, Outcome], *, attempts: int = 1) -> Pairs:
    def of(arm: Mapping[str, Outcome]) -> "object":
        return lambda case, attempt: arm.get(f"{case}#{attempt}")

    return Pairs.of(CASES, seed=1, attempts=attempts, baseline=of(baseline), candidate=of(candidate))  # type: ignore[arg-type]


def every(outcome: Outcome, *, attempts: int = 1) -> dict[str, Outcome]:
    return {f"{s}::{c}#{attempt}": outcome for s, c in CASES for attempt in range(1, attempts + 1)}


def test_pairs_are_seen_in_the_order_of_the_schedule_up_to_the_first_that_is_missing() -> None:
    order = Pairs.of(CASES, seed=1, attempts=1, baseline=lambda *_: P, candidate=lambda *_: P).slots
    assert order != tuple((f"{s}::{c}", 1) for s, c in CASES)
    known = dict.fromkeys((f"{case}#1" for case, _ in order[:5]), P)
    later = {f"{case}#1": P for case, _ in order[6:]}
    assert len(list(pairs(every(P), known | later).until_now())) == 5


def test_a_pair_that_cannot_be_judged_is_passed_over() -> None:
    order = pairs(every(P), every(P)).slots
    spoiled = every(P) | {f"{order[0][0]}#1": U}
    assert len(list(pairs(every(P), spoiled).until_now())) == len(CASES) - 1


def test_nine_pairs_against_the_candidate_prove_that_it_got_worse() -> None:
    found = proof(pairs(every(P), every(F)), policy=ASKED)
    assert found is not None
    assert (found.kind, found.found.after) == (StopKind.REGRESSED, 9)
    assert "9 pairs of trials proved that some case got worse" in found.stop.reason


def test_sixty_four_ties_prove_that_it_is_good_enough() -> None:
    found = proof(pairs(every(P), every(P)), policy=ASKED)
    assert found is not None
    assert (found.kind, found.found.after) == (StopKind.NON_INFERIOR, 64)


def test_the_pass_rate_alone_proves_nothing_of_other_metrics() -> None:
    asked = replace(policy_of(Profile.PULL_REQUEST, gated="latency"), watched=True)
    assert proof(pairs(every(P), every(P)), policy=asked) is None
    assert proof(pairs(every(P), every(F)), policy=asked) is not None


def planned(*versions: str) -> list[Planned]:
    arms = [make_arm(make_prompt(version=version)) for version in versions]
    arms.append(make_arm(make_prompt(version="v0"), role=ArmRole.BASELINE))
    return [Planned(suite=s, case=make_case(id=c), arm=arm) for s, c in CASES for arm in arms]


def test_a_referee_stops_a_run_once() -> None:
    plan = make_plan(Settings(), planned("v1"), today=date(2026, 1, 1), against=True)
    referee = referee_of(plan, seed=1, rule=SpoilRule())
    assert referee is not None
    finished = {}
    stops = []
    for slot in plan.slots[:40]:
        outcome = P if slot.planned.arm.role is ArmRole.BASELINE else F
        result = make_result(outcome, planned=slot.planned, attempt=slot.attempt)
        finished[result.trial.id] = result
        if (stop := referee.look(finished)) is not None:
            stops.append((len(finished), stop.kind))
    assert stops == [(18, StopKind.REGRESSED)]


@pytest.mark.parametrize(
    ("versions", "profile"),
    [
        pytest.param(("v1", "v2"), "pull_request", id="two candidates share no error rate"),
        pytest.param(("v1",), "smoke", id="nothing is gated"),
    ],
)
def test_a_comparison_that_may_not_stop_early_has_no_referee(versions: tuple[str, ...], profile: str) -> None:
    plan = make_plan(Settings(profile=profile), planned(*versions), today=date(2026, 1, 1), against=True)
    assert referee_of(plan, seed=1, rule=SpoilRule()) is None


def test_evidence_that_is_not_watched_has_no_share_of_alpha_and_proves_nothing() -> None:
    assert proof(pairs(every(P), every(F)), policy=replace(ASKED, watched=False)) is None
    assert ASKED.spending.look < replace(ASKED, watched=False).spending.look
