import asyncio

import pytest

from harness.model.call import Role, Turn
from harness.model.score import Score, Unscored
from harness.runner.unwritten import as_heard
from harness.scorers.word_errors import speaking_wer
from harness.testing.builders import make_call, make_case, make_evidence, make_turn

TOLD = make_turn(Role.AGENT, "We close at six.", said="we close at sex")
UNTOLD = make_turn(Role.AGENT, "", said="we close at six", started_ms=5_000)


@pytest.mark.parametrize(
    ("turn", "words", "taken"),
    [
        (TOLD, "We close at six.", False),
        (UNTOLD, "we close at six", True),
        (make_turn(Role.AGENT, "", said=None, spoken="we close"), "we close", True),
        (make_turn(Role.AGENT, "", said=""), "", False),
        (make_turn(Role.CALLER, "", said="hm"), "", False),
    ],
    ids=["the platform told them", "only we heard them", "heard during the call", "nobody heard any", "the caller's"],
)
def test_words_are_those_that_were_written_or_else_those_that_were_heard(turn: Turn, words: str, taken: bool) -> None:
    [found] = as_heard([turn])
    assert (found.meant, found.as_heard) == (words, taken)
    assert not taken or found.spoken == words


def test_a_turn_nobody_told_the_words_of_says_nothing_about_the_agents_voice() -> None:
    call = make_call(*as_heard([TOLD, UNTOLD]))
    first, second, whole = asyncio.run(speaking_wer().score(make_evidence(make_case(), call)))
    assert isinstance(first, Score)
    assert isinstance(second, Unscored)
    assert isinstance(whole, Score)
    assert whole.value == first.value == 0.25
