import asyncio
from collections.abc import Sequence

import pytest

from harness.model.call import Role, Tier
from harness.model.outcome import Outcome
from harness.model.score import Better, Evidence, Score, Scored, Unscored
from harness.model.suite import Planned
from harness.model.validity import Validity
from harness.runner.rejudging import rejudge
from harness.testing.builders import make_arm, make_call, make_case, make_result, make_turn

PLANNED = Planned(suite="desk", case=make_case(), arm=make_arm())
CALL = make_call(
    make_turn(Role.CALLER, "Hello, are you open today?", move=0),
    make_turn(Role.AGENT, "Yes.", started_ms=2000),
    tier=Tier.TEXT,
)
SAYS = Score(name="says", value=1.0, better=Better.HIGHER, passed=True, required=True)


def verdict(*, passed: bool) -> Score:
    return Score(
        name="rubric.polite", value=float(passed), better=Better.HIGHER, passed=passed, required=True, reason="so"
    )


class Says:
    """Says what it was told to say."""

    name = "rubric"

    def __init__(self, *answers: Scored) -> None:
        self.answers = answers

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        return self.answers


class Broken:
    name = "rubric"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        raise RuntimeError("out of order")


STORED = make_result(
    Outcome.FAILED,
    planned=PLANNED,
    call=CALL,
    scores=(SAYS, verdict(passed=False), Score(name="tampering_suspected", value=1.0, better=Better.LOWER)),
    reasons=("it was rude",),
    validity=Validity(valid=True),
)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param(verdict(passed=True), Outcome.PASSED, id="pass"),
        pytest.param(verdict(passed=False), Outcome.FAILED, id="fail"),
        pytest.param(Unscored(name="rubric.polite", reason="?", required=True), Outcome.INCONCLUSIVE, id="no verdict"),
    ],
)
def test_outcome_follows_from_the_new_verdict_and_the_scores_that_stay(answer: Scored, outcome: Outcome) -> None:
    again = asyncio.run(rejudge(STORED, PLANNED, scorer=Says(answer)))
    assert again.scores == (SAYS, answer)
    assert again.outcome is outcome
    assert again.call == STORED.call


def test_judge_that_breaks_proves_nothing_and_ends_nothing() -> None:
    again = asyncio.run(rejudge(STORED, PLANNED, scorer=Broken()))
    assert again.outcome is Outcome.INCONCLUSIVE
    assert "out of order" in again.reasons[0]


def test_trial_without_a_call_stays_as_it_is() -> None:
    error = make_result(Outcome.ERROR, planned=PLANNED, call=None)
    assert asyncio.run(rejudge(error, PLANNED, scorer=Says(verdict(passed=True)))) == error
