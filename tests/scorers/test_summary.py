import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import pytest

from harness.model.call import Call, Role, Turn
from harness.model.entity import Entity, EntityKind
from harness.model.finding import Resource
from harness.model.score import Score, Scored, Unscored
from harness.model.summary import KeyPoint, SummaryExpectation
from harness.scorers.summary import SummaryScorer
from harness.testing.builders import make_call, make_case, make_evidence, make_turn

TURNS = (
    make_turn(Role.AGENT, "Swift Parcels, how can I help?"),
    make_turn(
        Role.CALLER, "My order is 47192 and it has not arrived.", heard="my order is 47129 and it has not arrived"
    ),
    make_turn(Role.AGENT, "It will arrive on Thursday. I will call you back."),
)
POINTS = (
    KeyPoint(text="the order is 47192", entities=(Entity(kind=EntityKind.DIGITS, value="47192"),)),
    KeyPoint(text="arrives on Thursday"),
)
AnyScore = TypeVar("AnyScore", Score, Unscored)


def call_with(*contents: str, turns: Sequence[Turn] = TURNS) -> Call:
    kept = (Resource(kind="call", fields={}), *(Resource(kind="summary", fields={"content": c}) for c in contents))
    return make_call(*turns, resources=kept)


def scores(call: Call, expected: SummaryExpectation | None = None) -> Mapping[str, Scored]:
    case = make_case(summary=expected or SummaryExpectation(points=POINTS, max_words=20))
    found = asyncio.run(SummaryScorer().score(make_evidence(case, call)))
    return {score.name: score for score in found}


def taken(found: Mapping[str, Scored], name: str, kind: type[AnyScore]) -> AnyScore:
    score = found[name]
    assert isinstance(score, kind), score
    return score


def test_a_case_that_says_nothing_of_the_summary_has_no_scores() -> None:
    evidence = make_evidence(make_case(), call_with("The order is 47192."))

    assert list(asyncio.run(SummaryScorer().score(evidence))) == []


def test_a_true_and_complete_summary_passes() -> None:
    found = scores(call_with("The caller's order is 47192. It will arrive on Thursday."))

    assert {name: taken(found, name, Score).value for name in ("summary_faithfulness", "summary_recall")} == {
        "summary_faithfulness": 1.0,
        "summary_recall": 1.0,
    }
    assert taken(found, "summary_contradictions", Score).passed is True
    assert taken(found, "summary_words", Score).reason == "the summary has 10 words, 20 are allowed"
    assert taken(found, "summary_conciseness", Score).value == 1.0


def test_what_the_platform_misheard_is_charged_to_speech_recognition() -> None:
    found = scores(call_with("The caller's order is 47129. It will arrive on Thursday."))

    assert taken(found, "summary_faithfulness", Score).value == 0.5
    assert taken(found, "summary_faithfulness_heard", Score).value == 1.0
    cost = taken(found, "summary_stt_cost", Score)
    assert cost.value == -0.5
    assert cost.reason == "of 2 claims 1 are true to what was said and 2 to what the platform heard"
    wrong = taken(found, "summary_contradictions", Score)
    assert (wrong.value, wrong.passed, wrong.required) == (1.0, False, True)
    assert wrong.quotes[0].turn == 1
    recall = taken(found, "summary_recall", Score)
    assert recall.passed is False
    assert recall.missing[0] == "47192"


def test_without_a_recogniser_only_what_was_said_counts() -> None:
    deaf = [replace(turn, heard=None) for turn in TURNS]
    found = scores(call_with("The caller's order is 47192.", turns=deaf))

    assert taken(found, "summary_faithfulness", Score).value == 1.0
    assert "no recogniser" in taken(found, "summary_stt_cost", Unscored).reason


def test_a_claim_left_open_leaves_the_requirement_open() -> None:
    found = scores(call_with("The order is 47192. The caller was in a splendid mood."))

    left = taken(found, "summary_contradictions", Unscored)
    assert left.required
    assert "1 of 2 claims could not be judged by the offline rules" in left.reason
    assert '"The caller was in a splendid mood."' in left.reason
    assert taken(found, "summary_faithfulness", Score).value == 1.0


def test_contradictions_are_only_shown_where_the_case_does_not_ask_for_faith() -> None:
    expected = SummaryExpectation(faithful=False)

    wrong = taken(scores(call_with("The order is 99999."), expected), "summary_contradictions", Score)

    assert (wrong.value, wrong.required) == (1.0, False)


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        ((), "the platform wrote no summary of this call"),
        (("The order is 47192.", " \n"), "the platform wrote an empty summary"),
    ],
    ids=["missing", "empty"],
)
def test_a_summary_that_is_not_there_fails(contents: tuple[str, ...], reason: str) -> None:
    found = scores(call_with(*contents))

    present = taken(found, "summary_present", Score)
    assert (present.passed, present.required, present.reason) == (False, True, reason)
    assert taken(found, "summary_recall", Unscored).reason == reason


def test_a_call_whose_records_nobody_fetched_is_not_failed_for_its_summary() -> None:
    unknown = taken(scores(make_call(*TURNS)), "summary_present", Unscored)

    assert unknown.required


def test_the_last_summary_counts() -> None:
    found = scores(call_with("The order is 99999.", "The order is 47192. It arrives on Thursday."))

    assert taken(found, "summary_contradictions", Score).passed is True


def test_too_long_a_summary_fails_by_its_length() -> None:
    long = taken(scores(call_with("word " * 21)), "summary_words", Score)

    assert (long.value, long.passed, long.required) == (21.0, False, True)


@pytest.mark.parametrize("turns", [(), TURNS[:1]], ids=["nobody spoke", "only the agent spoke"])
def test_content_invented_for_an_empty_call_is_a_contradiction(turns: tuple[Turn, ...]) -> None:
    found = scores(call_with("The caller ordered a lamp.", turns=turns), SummaryExpectation())

    assert taken(found, "summary_contradictions", Score).passed is False
    honest = scores(call_with("The call had no conversation to summarise.", turns=turns), SummaryExpectation())
    assert taken(honest, "summary_contradictions", Score).passed is True


@pytest.mark.parametrize(
    "content",
    ["\ud800\udfff \udc00", "Der Anrufer fragt nach der Bestellung.", "x" * 20_000, "ok. " * 2_000],
    ids=["unpaired surrogates", "another language", "one long word", "two thousand sentences"],
)
def test_odd_summaries_neither_crash_nor_pass(content: str) -> None:
    found = scores(call_with(content))

    recall, contradictions = found["summary_recall"], found["summary_contradictions"]
    assert isinstance(recall, Unscored) or recall.passed is False
    assert isinstance(contradictions, Unscored)


def test_a_call_of_two_hundred_turns_is_read() -> None:
    many = [
        make_turn(Role.CALLER, f"Item {n} costs {n} dollars.", heard=f"item {n} costs {n} dollars") for n in range(200)
    ]
    found = scores(call_with("Item 150 costs 150 dollars. Item 3 costs 999 dollars.", turns=many), SummaryExpectation())

    assert taken(found, "summary_faithfulness", Score).value == 0.5
