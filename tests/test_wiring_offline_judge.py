"""The offline judge by its name: no key, no model, and one vote however often it is asked."""

import pytest

from harness.interfaces import LLM
from harness.scorers.offline_judge import OfflineJudge
from harness.settings import Settings
from harness.wiring.judges import make_judge


def no_model(name: str) -> LLM:
    raise AssertionError(f"{name} was asked for, and there is no key")


@pytest.mark.parametrize("votes", [1, 3])
def test_offline_judge_needs_no_model_and_has_one_vote(votes: int) -> None:
    assert isinstance(make_judge(Settings(judge="offline", judge_votes=votes), llm=no_model), OfflineJudge)
