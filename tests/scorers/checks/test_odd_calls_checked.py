"""Checks of every kind on empty, endless, broken and random calls."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.call import Role
from harness.model.check_kinds import Matches
from harness.model.checks import Check, Never, Question
from harness.model.score import Unscored
from harness.testing.builders import make_turn
from tests.call_text import read_call
from tests.ruled import QUESTIONS, named, passes, score, scored

CATASTROPHE = "(a|aa)+$"


@pytest.mark.parametrize("question", QUESTIONS, ids=named)
@pytest.mark.parametrize("text", ["", "no log", "end: not_answered", "end: never_started"])
def test_an_empty_call_passes_nothing(question: Question, text: str) -> None:
    result = scored(text, question)

    assert isinstance(result, Unscored)
    assert result.reason == "nobody spoke in this call"
    assert result.required


@pytest.mark.parametrize("question", [Matches(pattern=CATASTROPHE), Never(of=Matches(pattern=CATASTROPHE))])
def test_a_pattern_that_never_ends_is_unscored_and_named(question: Question) -> None:
    result = scored(f"caller: Hi.\nagent: {'a' * 60}!\ncaller: Hi.\nagent: {'a' * 60}!", question)

    assert isinstance(result, Unscored)
    assert repr(CATASTROPHE) in result.reason


def test_every_check_of_a_call_of_200_turns_has_an_answer() -> None:
    text = "\n".join(
        f"caller: And what about {number}?\nagent: Yes, {number} is there, I am sure." for number in range(100)
    )
    checks = tuple(Check(question=question) for question in (*QUESTIONS, *map(_never, QUESTIONS)))

    results = score(read_call(text, checks))

    assert len(results) == 2 * len(QUESTIONS)


def _never(question: Question) -> Question:
    return Never(of=question)


LINES = st.sampled_from(
    [
        "caller: Hi.",
        "caller: Yes, please.",
        "agent: Yes.",
        "agent: No.",
        "agent: Yes, no, 3.",
        "agent: What is your name?",
        "agent: **Yes** \ud800 no",
        "agent: ?",
        "@9000 agent: Still there?",
        'tool: send_email {"to": "a"} -> {}',
        'tool: send_email {"to":',
        'tool: set_variables {"variables": {"x": 1}} -> error',
        "tool: stop_service {} -> {}",
        "keys: 12",
        "connect: +1 busy",
        "hangup: agent",
        "no log",
        "text tier",
        "variables: x=1",
        "billing: -5",
        "end: line_dropped",
        "language: ja-JP",
    ]
)


@settings(max_examples=150)
@given(lines=st.lists(LINES, max_size=12), question=st.sampled_from(QUESTIONS))
def test_a_check_and_its_never_are_never_both_kept(lines: list[str], question: Question) -> None:
    text = "\n".join(lines)

    assert not (passes(scored(text, question)) and passes(scored(text, Never(of=question))))


@settings(max_examples=60)
@given(words=st.text(st.characters(codec=None), max_size=60))
def test_any_text_is_ruled_on(words: str) -> None:
    said = " ".join(words.split())
    checks = tuple(Check(question=question) for question in QUESTIONS)
    evidence = read_call("caller: Hi.", checks)
    turns = (*evidence.call.turns, make_turn(Role.AGENT, said, started_ms=2000))

    assert len(score(replace(evidence, call=replace(evidence.call, turns=turns)))) == len(QUESTIONS)
