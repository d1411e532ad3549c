"""Checks in their place, with what is missing: silence, lines nobody came to, broken texts, very long calls."""

import json
from dataclasses import replace

import pytest

from harness.model.call import EndReason, Role, Speaker, TurnLabel
from harness.model.check_kinds import (
    Argument,
    Asks,
    Bounds,
    Count,
    Greets,
    Hanger,
    HangsUp,
    Matches,
    Measures,
    NeverSays,
    Says,
    SaysNumber,
    SpeaksPlainly,
    UsesTool,
)
from harness.model.checks import AtTurn, Check, Eventually, Never, Question, Together
from harness.model.score import Score, Unscored
from tests.call_text import read_call
from tests.ruled import QUESTIONS, passes, score, scored


@pytest.mark.parametrize(
    "question",
    [
        Says(phrases=("yes",)),
        NeverSays(phrases=("no",)),
        Never(of=Says(phrases=("no",))),
        Never(of=Measures(kind="reply_words", bounds=Bounds(at_most=4))),
        Never(of=Eventually(of=Matches(pattern="no"))),
        Never(of=Together(kind="any", of=(Says(phrases=("no",)), Asks(phrases=("no",))))),
        SpeaksPlainly(),
        Count(phrase="no", times=Bounds(at_most=0)),
        Measures(kind="questions", bounds=Bounds(at_most=0)),
    ],
    ids=lambda question: question.kind,
)
def test_an_agent_that_never_speaks_keeps_no_check_of_its_words(question: Question) -> None:
    assert not passes(scored("caller: Hello?\ncaller: Anybody there?", question))


def test_an_agent_silent_at_one_turn_keeps_what_it_must_not_say_there() -> None:
    result = scored("agent: Hello.\ncaller: Bye.\ncaller*: I said bye.", NeverSays(phrases=("refund",)))

    assert passes(result)
    assert "but then it said nothing" in result.reason


@pytest.mark.parametrize(
    ("end", "question", "passed"),
    [
        pytest.param("agent_hangup", Says(phrases=("yes",)), False, id="the agent hung up"),
        pytest.param("agent_silent", UsesTool(name="send_email"), False, id="the agent fell silent"),
        pytest.param("line_dropped", Says(phrases=("yes",)), None, id="the line broke"),
        pytest.param("agent_hangup", NeverSays(phrases=("no",)), None, id="what it must not say"),
        pytest.param("agent_hangup", Never(of=Says(phrases=("no",))), None, id="what must never be"),
    ],
)
def test_a_line_nobody_came_to_is_the_agents_fault_or_proves_nothing(
    end: str, question: Question, passed: bool | None
) -> None:
    result = scored(f"agent: Hello.\ncaller: Hi.\nunmade*: A table.\nend: {end}", question)

    assert (result.passed if isinstance(result, Score) else None) is passed
    assert 'after "A table."' in result.reason
    assert result.turn is None


def test_a_turn_the_call_never_had_is_no_pass() -> None:
    text = "agent: Hello.\ncaller: Hi.\nagent: Bye.\nend: {}"

    assert isinstance(scored(text.format("caller_hangup"), AtTurn(index=4, of=Says(phrases=("a",)))), Unscored)
    assert scored(text.format("agent_hangup"), AtTurn(index=4, of=Says(phrases=("a",)))).required
    assert isinstance(scored(text.format("agent_hangup"), AtTurn(index=-4, of=SpeaksPlainly())), Unscored)


def test_an_interim_before_a_tools_result_fails_no_turn() -> None:
    text = (
        "caller*: Where is my parcel?\nagent: Let me check that.\n"
        'tool: get_resource {} -> {"status": "ok"}\nagent: It is in Bonn.'
    )

    assert passes(scored(text, Says(phrases=("Bonn",))))
    assert passes(scored(text, Measures(kind="reply_words", bounds=Bounds(at_most=4))))
    assert passes(scored(text, Eventually(of=Matches(pattern="check that. it is"))))


def test_a_check_that_is_only_informative_is_not_required_and_keeps_its_rule() -> None:
    check = Check(question=Says(phrases=("yes",)), required=False, because="be positive")

    (result,) = score(read_call("caller: Hi.\nagent: No.", (check,)))

    assert isinstance(result, Score)
    assert (result.passed, result.required, result.because) == (False, False, "be positive")
    assert result.missing == ("yes",)
    assert [(quote.turn, quote.text) for quote in result.quotes] == [(1, "No.")]


def test_a_score_of_an_answer_belongs_to_its_first_turn() -> None:
    assert scored("agent: Hello.\ncaller*: Hi.\nagent: Yes.", Says(phrases=("yes",))).turn == 2
    assert scored("agent: Hello.\ncaller*: Hi.", Says(phrases=("yes",))).turn == 1


@pytest.mark.parametrize("arguments", ["{", "[1]", "null", '{"to": ', "[" * 100_000])
def test_broken_arguments_of_a_tool_break_the_check(arguments: str) -> None:
    question = UsesTool(name="send_email", arguments=(Argument(path="$.to", value="a"),))
    evidence = read_call("caller: Hi.\ntool: send_email {}", (Check(question=question),))
    events = tuple(
        replace(event, data={**event.data, "arguments": arguments}) if event.text == "send_email" else event
        for event in evidence.call.events
    )

    (result,) = score(replace(evidence, call=replace(evidence.call, events=events)))

    assert isinstance(result, Score)
    assert not result.passed
    assert "its arguments are" in result.reason


@pytest.mark.parametrize(
    ("value", "found", "same"),
    [
        (2, "2", True),
        (2, 2.0, True),
        ("2", 2, True),
        (True, 1, False),
        (True, True, True),
        ({"a": [1]}, {"a": [1]}, True),
        ({"a": [1]}, '{"a": [1]}', False),
        ("a", "A", False),
    ],
)
def test_values_of_arguments(value: object, found: object, same: bool) -> None:
    question = UsesTool(name="t", arguments=(Argument(path="$.x", value=value),))

    assert passes(scored(f"caller: Hi.\ntool: t {json.dumps({'x': found})}", question)) is same


@pytest.mark.parametrize(
    ("said", "value", "lang"),
    [
        ("It is half past, minus four degrees.", -4, "en-US"),
        ("Order four seven one nine two.", 47192, "en-US"),
        ("That makes $1,234.50 in all.", 1234.5, "en-US"),
        ("three point five stars", 3.5, "en-US"),
        ("on the twenty first", 21, "en-US"),
        ("Das macht 1.234,50 Euro", 1234.5, "de-DE"),
        ("一共 1,234.5 元", 1234.5, "zh-CN"),
    ],
)
def test_numbers_by_value(said: str, value: float, lang: str) -> None:
    question = SaysNumber(value=Bounds(at_least=value, at_most=value))

    assert passes(scored(f"language: {lang}\ncaller: Hi.\nagent: {said}", question))


def test_a_digit_of_a_number_that_is_read_out_is_no_number() -> None:
    assert not passes(scored("caller: Hi.\nagent: Order 4 7 1.", SaysNumber(value=Bounds(at_least=7, at_most=7))))


def test_what_the_flow_says_is_no_greeting_and_no_reply_of_the_agent() -> None:
    evidence = read_call("agent: Press one.\ncaller: Hi.", (Check(question=Greets()),))
    turns = tuple(
        replace(turn, speaker=Speaker.FLOW) if turn.role is Role.AGENT else turn for turn in evidence.call.turns
    )

    (result,) = score(replace(evidence, call=replace(evidence.call, turns=turns)))

    assert not passes(result)


def test_a_cough_asks_for_nothing() -> None:
    evidence = read_call("caller: Hi.\nagent: One moment.\ncaller: khm\nagent: Yes.", (Check(question=QUESTIONS[-4]),))
    turns = tuple(replace(t, label=TurnLabel.NOISE) if t.spoken == "khm" else t for t in evidence.call.turns)

    (result,) = score(replace(evidence, call=replace(evidence.call, turns=turns)))

    assert passes(result), "the answer to the first turn goes on after the cough"


def test_the_hanger_is_known_from_the_end_where_no_event_tells() -> None:
    text = "caller: Hi.\nagent: Bye.\nend: {}"

    assert passes(scored(text.format("agent_hangup"), HangsUp(by=Hanger.AGENT)))
    assert "the line broke" in scored(text.format(EndReason.LINE_DROPPED), HangsUp(by=Hanger.AGENT)).reason
