import asyncio
from collections.abc import Sequence

import pytest

from harness.errors import ServiceTimeoutError
from harness.model.call import Role, Transcript
from harness.model.rubric import Criterion, Level
from harness.model.score import Better, Score, Scored, Unscored
from harness.scorers.panel import PanelJudge
from harness.testing.builders import make_turn

TRANSCRIPT = Transcript(turns=(make_turn(Role.AGENT, "Good evening."),))
GREETS = Criterion(id="greets", question="Does the agent greet?")
WARM = Criterion(
    id="greets", question="How warm?", required=False, levels=(Level(at=0, means="cold"), Level(at=5, means="kind"))
)


class Voter:
    """Always says the same: a word, a mark, or that it cannot be reached."""

    def __init__(self, vote: str) -> None:
        self.vote = vote

    @property
    def fingerprint(self) -> str:
        return f"voter.{self.vote}/1234"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        name = "rubric.greets"
        match self.vote:
            case "gone":
                raise ServiceTimeoutError("no answer in 60 s", service="openai")
            case "silent":
                return []
            case "abstain":
                return [Unscored(name=name, reason="too little", required=True)]
            case "not_applicable":
                return [Unscored(name=name, reason="nobody there", applicable=False)]
            case "pass" | "fail":
                met = self.vote == "pass"
                return [
                    Score(name=name, value=float(met), better=Better.HIGHER, passed=met, required=True, reason="so")
                ]
        return [Score(name=name, value=float(self.vote), better=Better.HIGHER, reason=f"marked {self.vote}")]


def decide(*votes: str, criterion: Criterion = GREETS) -> Scored:
    panel = PanelJudge([Voter(vote) for vote in votes])
    (result,) = asyncio.run(panel.judge(TRANSCRIPT, [criterion]))
    return result


@pytest.mark.parametrize(
    ("votes", "passed"),
    [
        pytest.param(("pass", "pass", "fail"), True, id="two of three"),
        pytest.param(("fail", "pass", "fail"), False, id="two fails"),
        pytest.param(("abstain", "pass", "pass"), True, id="one abstains"),
        pytest.param(("gone", "fail", "fail"), False, id="one cannot be reached"),
        pytest.param(("silent", "pass", "pass"), True, id="one leaves it out"),
    ],
)
def test_more_than_half_of_the_votes_decide(votes: tuple[str, ...], passed: bool) -> None:
    result = decide(*votes)
    assert isinstance(result, Score)
    assert (result.passed, result.required) == (passed, True)
    assert len(result.votes) == 3
    assert result.reason.startswith("2 of 3 judges: so")


@pytest.mark.parametrize(
    ("votes", "words"),
    [
        pytest.param(("pass", "fail"), "the judges are split", id="tie"),
        pytest.param(("pass", "fail", "abstain"), "the judges are split", id="tie after an abstention"),
        pytest.param(("pass", "fail", "not_applicable"), "the judges are split", id="three ways"),
        pytest.param(("pass", "abstain", "gone"), "fewer than 2 of 3 judges answered", id="no quorum"),
        pytest.param(("gone", "gone", "gone"), "no answer in 60 s", id="nobody can be reached"),
    ],
)
def test_panel_without_a_majority_leaves_a_requirement_open(votes: tuple[str, ...], words: str) -> None:
    result = decide(*votes)
    assert isinstance(result, Unscored)
    assert (result.required, result.applicable) == (True, True)
    assert words in result.reason


def test_majority_can_find_that_a_criterion_does_not_apply() -> None:
    result = decide("not_applicable", "not_applicable", "fail")
    assert isinstance(result, Unscored)
    assert (result.required, result.applicable) == (False, False)


def test_marks_come_to_their_middle() -> None:
    result = decide("2", "5", "4", criterion=WARM)
    assert isinstance(result, Score)
    assert (result.value, result.passed, result.votes) == (4.0, None, ("2", "5", "4"))
    assert "marked 4" in result.reason
    assert isinstance(decide("2", "abstain", "abstain", criterion=WARM), Unscored)


def test_fingerprint_names_who_sits_on_the_panel() -> None:
    one = PanelJudge([Voter("pass"), Voter("fail")]).fingerprint
    assert one.startswith("panel(voter.pass+voter.fail)/")
    assert one != PanelJudge([Voter("pass"), Voter("pass")]).fingerprint
