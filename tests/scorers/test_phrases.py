import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.model.call import Call, EndReason, Role, Turn
from harness.model.case import Case
from harness.model.moves import Expectation, Hangup, Press, Say
from harness.model.persona import Voice
from harness.model.score import Quote, Score, Scored, Unscored
from harness.scorers.phrases import PhraseScorer, find_phrase
from harness.testing.builders import make_arm, make_call, make_case, make_evidence, make_turn

GREETING = make_turn(Role.AGENT, "Parcel desk, how can I help?")
QUESTION = make_turn(Role.CALLER, "Where is my parcel?", move=0)


def agent(text: str, *, spoken: str | None = None, interrupted: bool = False) -> Turn:
    return make_turn(Role.AGENT, text, spoken=text if spoken is None else spoken, interrupted=interrupted)


def asking(*expectations: Expectation, then: tuple[Say | Hangup, ...] = ()) -> Case:
    return make_case(moves=(Say(text="Where is my parcel?", expect=expectations), *then))


def score(case: Case, call: Call, *, language: str = "en-US") -> Sequence[Scored]:
    arm = make_arm(voice=Voice(language=language))
    return asyncio.run(PhraseScorer().score(make_evidence(case, call, arm=arm)))


ORDER = Expectation(says=(("order number",),), because="always ask for the order number first")


def test_said_phrase_passes_and_is_quoted() -> None:
    (result,) = score(asking(ORDER), make_call(GREETING, QUESTION, agent("What is your order number?")))
    assert isinstance(result, Score)
    assert (result.name, result.passed, result.required, result.turn) == ("says", True, True, 2)
    assert result.quotes == (Quote(turn=2, text="order number"),)


def test_missing_phrase_fails_in_words_a_newcomer_understands() -> None:
    (result,) = score(asking(ORDER), make_call(GREETING, QUESTION, agent("It is on its way.")))
    assert isinstance(result, Score)
    assert result.passed is False
    assert result.reason == (
        'expected the agent to say "order number" after "Where is my parcel?", it said: "It is on its way."'
    )
    assert result.because == "always ask for the order number first"


def test_any_phrase_of_a_group_will_do_and_every_group_is_needed() -> None:
    expectation = Expectation(says=(("sorry", "apologise"), ("order number", "order id")))
    results = score(asking(expectation), make_call(QUESTION, agent("I apologise, one moment.")))
    assert [isinstance(r, Score) and r.passed for r in results] == [True, False]
    assert 'say "order number" or "order id" after' in results[1].reason


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        pytest.param("seven thirty", "I have 7:30 free.", id="time in figures"),
        pytest.param("47192", "Order 4 7 1 9 2, right?", id="number read digit by digit"),
        pytest.param("$21.50", "That is twenty-one dollars and fifty cents.", id="price in words"),
        pytest.param("ORDER number", "your order-number", id="case and punctuation"),
    ],
)
def test_numbers_count_in_words_and_in_figures(phrase: str, said: str) -> None:
    (result,) = score(asking(Expectation(says=((phrase,),))), make_call(QUESTION, agent(said)))
    assert isinstance(result, Score)
    assert result.passed is True


def test_answer_ends_where_the_caller_speaks_again() -> None:
    case = asking(ORDER, then=(Say(text="Hello?"), Hangup()))
    call = make_call(QUESTION, make_turn(Role.CALLER, "Hello?", move=1), agent("Your order number?"))
    (result,) = score(case, call)
    assert isinstance(result, Score)
    assert result.passed is False
    assert result.reason.endswith("the agent did not answer")


def test_keys_are_answered_like_words() -> None:
    wanted = Expectation(says=(("opening hours",),))
    case = make_case(moves=(Press(digits="1#", expect=(wanted,)), Say(text="Bye")))
    keys, bye = make_turn(Role.CALLER, "[keys 1#]", keys="1#", move=0), make_turn(Role.CALLER, "Bye", move=1)
    (result,) = score(case, make_call(GREETING, keys, agent("Our prices."), bye, agent("Our opening hours.")))
    assert isinstance(result, Score)
    assert (result.passed, result.turn) == (False, 2)
    assert result.reason == ('expected the agent to say "opening hours" after the keys 1#, it said: "Our prices."')


def test_answer_of_several_turns_is_read_as_one() -> None:
    call = make_call(QUESTION, agent("Please tell me your order"), agent("number first."))
    (result,) = score(asking(ORDER), call)
    assert isinstance(result, Score)
    assert result.passed is True


def test_words_cut_off_by_an_interruption_were_not_said() -> None:
    cut = agent("Sure, your order number?", spoken="Sure, your", interrupted=True)
    (result,) = score(asking(ORDER), make_call(QUESTION, cut))
    assert isinstance(result, Score)
    assert result.passed is False
    assert result.reason.endswith('it was interrupted after: "Sure, your"')


def test_forbidden_phrase_fails_at_the_turn_that_says_it() -> None:
    case = replace(make_case("Where is my parcel?"), expect=(Expectation(never_says=("refund",)),))
    (result,) = score(case, make_call(GREETING, QUESTION, agent("You get a refund.")))
    assert isinstance(result, Score)
    assert (result.name, result.passed, result.turn) == ("never_says", False, 2)
    assert result.reason == 'the agent must never say "refund" in the whole call, it said: "You get a refund."'


def test_an_agent_that_says_nothing_says_nothing_forbidden_and_the_reason_tells() -> None:
    expectation = Expectation(says=(("order",),), never_says=("refund",))
    says, never = score(asking(expectation), make_call(GREETING, QUESTION))
    assert isinstance(says, Score)
    assert isinstance(never, Score)
    assert (says.passed, never.passed) == (False, True)
    assert "said nothing at all" in never.reason


def test_greeting_is_what_the_agent_says_before_the_caller() -> None:
    case = replace(make_case("Hi"), greeting=(Expectation(says=(("parcel desk",),), never_says=("order",)),))
    results = score(case, make_call(GREETING, QUESTION, agent("Which order?")))
    assert [isinstance(r, Score) and r.passed for r in results] == [True, True]


def test_greeting_of_an_agent_that_waits_for_the_caller_fails() -> None:
    case = replace(make_case("Hi"), greeting=(Expectation(says=(("parcel desk",),)),))
    (result,) = score(case, make_call(QUESTION, agent("Parcel desk.")))
    assert result.reason == 'expected the agent to say "parcel desk" in its greeting, it said nothing'


@pytest.mark.parametrize("reason", [EndReason.AGENT_HANGUP, EndReason.AGENT_SILENT, EndReason.NEVER_STARTED])
def test_a_line_the_agent_kept_the_caller_from_saying_fails(reason: EndReason) -> None:
    (says,) = score(asking(ORDER), make_call(GREETING, end_reason=reason))
    assert isinstance(says, Score)
    assert says.passed is False


@pytest.mark.parametrize(
    "reason", [EndReason.TIME_LIMIT, EndReason.CALLER_HANGUP, EndReason.LINE_DROPPED, EndReason.NOT_ANSWERED]
)
def test_a_line_that_never_came_up_for_another_reason_is_unscored(reason: EndReason) -> None:
    (says,) = score(asking(ORDER), make_call(GREETING, end_reason=reason))
    assert isinstance(says, Unscored)
    assert says.required


def test_never_says_about_a_line_that_never_came_up_is_unscored() -> None:
    case = asking(Expectation(never_says=("refund",)))
    (never,) = score(case, make_call(GREETING, end_reason=EndReason.AGENT_HANGUP))
    assert isinstance(never, Unscored)
    assert never.required


def test_phrase_without_words_cannot_be_checked() -> None:
    results = score(asking(Expectation(says=(("?!",),), never_says=("...",))), make_call(QUESTION, agent("Yes.")))
    assert [(r.name, isinstance(r, Unscored), r.required) for r in results] == [
        ("says", True, True),
        ("never_says", True, True),
    ]


def test_korean_phrases_are_found_whatever_the_spaces() -> None:
    assert find_phrase("주문 번호", text="주문번호를 알려주세요", lang="ko-KR") is not None
    assert find_phrase("환불", text="주문번호를 알려주세요", lang="ko-KR") is None


def test_case_without_expectations_has_no_scores() -> None:
    assert score(make_case("Hi"), make_call(GREETING)) == []
