import asyncio
import json
from typing import Any

import pytest

from harness.model.call import Call, Event, EventKind, Role, Turn
from harness.model.case import Case
from harness.model.chain import LinkState, Stage
from harness.model.entity import Entity, EntityKind
from harness.model.finding import Resource
from harness.model.moves import Say
from harness.model.score import Score, Scored, Unscored
from harness.scorers.entity_chain import EntityChainScorer
from harness.testing.builders import make_call, make_case, make_evidence, make_turn

DIGITS = Entity(kind=EntityKind.DIGITS, value="5551")
TIME = Entity(kind=EntityKind.TIME, value="20:00")
PHONE = Entity(kind=EntityKind.PHONE, value="415 555 2671")
NAME = Entity(kind=EntityKind.PHRASE, value="Anna Meier")


def case(*entities: Entity, line: str, expected: bool = False) -> Case:
    return make_case(moves=(Say(text=line, entities=entities),), entities=entities if expected else ())


def call(*turns: Turn, tools: tuple[tuple[int, str, Any], ...] = (), resources: tuple[Resource, ...] = ()) -> Call:
    placed = tuple(
        Event(at_ms=at_ms, kind=EventKind.TOOL_CALLED, text=name, data={"id": "1", "arguments": json.dumps(arguments)})
        for at_ms, name, arguments in tools
    )
    return make_call(*turns, events=placed, resources=resources)


def told(line: str, **texts: Any) -> Turn:
    return make_turn(Role.CALLER, line, move=0, started_ms=1000, **({"said": line, "heard": line} | texts))


def agent(text: str, *, at_ms: int = 3000) -> Turn:
    return make_turn(Role.AGENT, text, started_ms=at_ms)


def scores(of: Case, made: Call) -> list[Scored]:
    return list(asyncio.run(EntityChainScorer().score(make_evidence(of, made))))


def chain(of: Case, made: Call) -> Score:
    found = scores(of, made)[0]
    assert isinstance(found, Score)
    return found


def states(score: Score) -> list[str]:
    assert score.chain is not None
    return [link.state.value for link in score.chain.links]


ORDER_LINE = "My order is five five five one."


def test_value_that_comes_through_every_stage_holds() -> None:
    made = call(
        told(ORDER_LINE, heard="my order is 5551"),
        agent("Order 5 5 5 1, is that right?"),
        tools=((2500, "find_order", {"order": "5551"}),),
    )
    score = chain(case(DIGITS, line=ORDER_LINE), made)
    assert (score.value, score.passed, score.required) == (1.0, None, False)
    assert states(score) == ["held"] * 4
    assert score.reason == '"5551" held: said, heard, stored, said back'


def test_the_first_break_is_named_with_what_stands_there() -> None:
    made = call(
        told(ORDER_LINE, heard="my order is five five five oh"),
        agent("Order 5550, is that right?"),
        tools=((2500, "find_order", {"order": 5550}),),
    )
    score, acted = scores(case(DIGITS, line=ORDER_LINE), made)
    assert isinstance(score, Score)
    assert score.chain is not None
    assert score.chain.first_break is not None
    assert score.chain.first_break.stage is Stage.HEARD
    assert [link.found for link in score.chain.links] == ["5551", "5550", "5550", "5550"]
    assert score.value == 0.25
    assert score.reason == 'heard as "5550" in place of "5551"'
    assert isinstance(acted, Score)
    assert (acted.name, acted.value, acted.passed, acted.required) == ("entity_acted_wrong", 1.0, False, True)
    assert 'the caller said "5551", the agent went on with "5550"' in acted.reason


def test_stages_nobody_can_tell_of_are_open_with_the_reason() -> None:
    score = chain(case(DIGITS, line=ORDER_LINE), call(told(ORDER_LINE, said=None), agent("One moment.")))
    assert score.chain is not None
    assert states(score) == ["open", "held", "open", "open"]
    whys = [link.why for link in score.chain.links if link.state is LinkState.OPEN]
    assert whys == ["our recogniser gave no transcript", "no tool was called after it", "the agent never said it back"]
    assert score.value == 1


def test_value_that_nobody_listened_for_is_unscored() -> None:
    (score,) = scores(case(DIGITS, line=ORDER_LINE), call(told(ORDER_LINE, said=None, heard=None)))
    assert isinstance(score, Unscored)
    assert "could not be followed" in score.reason


def test_value_the_case_wants_said_back_breaks_where_it_never_was() -> None:
    score = chain(case(DIGITS, line=ORDER_LINE, expected=True), call(told(ORDER_LINE), agent("Thank you.")))
    assert states(score) == ["held", "held", "open", "broken"]
    assert score.reason == '"5551" was never said back'


def test_required_entity_fails_the_call_where_it_is_lost() -> None:
    entity = Entity(kind=EntityKind.DIGITS, value="5551", required=True)
    score = chain(case(entity, line=ORDER_LINE), call(told(ORDER_LINE, heard="my order is 5550")))
    assert (score.passed, score.required) == (False, True)


def test_name_is_followed_by_what_the_platform_made_of_it() -> None:
    line = "This is Anna Meier speaking."
    made = call(
        told(line, heard="This is Anna Mayer speaking."),
        agent("Thank you, Anna Mayer. I have noted that."),
        tools=((2500, "set_variables", {"variables": [{"key": "name", "value": "Anna Mayer"}]}),),
    )
    score, acted = scores(case(NAME, line=line), made)
    assert isinstance(score, Score)
    assert states(score) == ["held", "broken", "broken", "broken"]
    assert score.reason == 'heard as "anna mayer" in place of "Anna Meier"'
    assert isinstance(acted, Score)
    assert acted.passed is False


def test_variables_of_the_flow_count_as_stored() -> None:
    kept = Resource(kind="variables", fields={"activeflow_id": "a", "order": "5551", "voipbin.call.source": "5550"})
    assert states(chain(case(DIGITS, line=ORDER_LINE), call(told(ORDER_LINE), resources=(kept,))))[2] == "held"


TABLE = "A table at eight in the evening, please."
MINE = "My number is 415 555 2671."


@pytest.mark.parametrize(
    ("entity", "line", "answers", "tools"),
    [
        pytest.param(TIME, TABLE, ("We open at 9, is that right for you?",), (), id="opening hours"),
        pytest.param(TIME, TABLE, ("Eight is taken. How about half past eight?",), (), id="an offer"),
        pytest.param(TIME, TABLE, ("Only 9 p.m. is available. Is that correct for you?",), (), id="what is left"),
        pytest.param(
            TIME,
            TABLE,
            ("How about 9 p.m. instead?",),
            ((6000, "book", {"time": "21:00"}),),
            id="booked as offered and taken",
        ),
        pytest.param(TIME, TABLE, ("9 p.m., right?", "Sorry: 8 p.m., booked."), (), id="put right later"),
        pytest.param(
            TIME, TABLE, (), ((2500, "book", {"time": "20:00"}), (2600, "remind", {"time": "18:00"})), id="a reminder"
        ),
        pytest.param(TIME, TABLE, (), ((2500, "search", {"from": "18:00", "to": "22:00"}),), id="a range"),
        pytest.param(PHONE, MINE, ("Booked. Our own number is 415 888 0000.",), (), id="the agent's own number"),
        pytest.param(PHONE, MINE, (), ((2500, "connect_call", {"destination": "+14159990000"}),), id="a colleague"),
        pytest.param(DIGITS, ORDER_LINE, ("I have you down. Your order 5 comes soon.",), (), id="another number"),
        pytest.param(DIGITS, ORDER_LINE, ("So 5 5 5, is that right?",), (), id="only its beginning"),
        pytest.param(
            TIME, TABLE, (), ((2500, "note", {"text": "wants a table, was here at 7 pm before"}),), id="a note"
        ),
    ],
)
def test_what_may_be_something_else_is_no_wrong_act(
    entity: Entity, line: str, answers: tuple[str, ...], tools: tuple[tuple[int, str, Any], ...]
) -> None:
    turns = [agent(text, at_ms=3000 + 1000 * place) for place, text in enumerate(answers)]
    found = scores(case(entity, line=line), call(told(line), *turns, tools=tools))
    assert not [s for s in found if s.name == "entity_acted_wrong" and isinstance(s, Score) and not s.passed]


@pytest.mark.parametrize(
    ("entity", "line", "answers", "tools", "wrong"),
    [
        pytest.param(TIME, TABLE, ("Nine p.m., is that right?",), (), "9 pm", id="confirmed another time"),
        pytest.param(TIME, TABLE, (), ((2500, "book", {"time": "21:00"}),), "21:00", id="booked another time"),
        pytest.param(
            TIME, TABLE, (), ((2500, "book", {"at": "2026-05-03T21:00:00"}),), "21:00:00", id="booked another moment"
        ),
        pytest.param(TIME, TABLE, ("At eight?", "Booked for 9 p.m."), (), "9 pm", id="right first, wrong at last"),
        pytest.param(PHONE, MINE, ("415 555 2670, correct?",), (), "4155552670", id="another telephone number"),
        pytest.param(
            Entity(kind=EntityKind.MONEY, value="$21.50"),
            "I paid 21 dollars 50.",
            ("I have noted $20.50.",),
            (),
            "$20.50",
            id="another amount",
        ),
        pytest.param(
            Entity(kind=EntityKind.DATE, value="2026-05-03", instead_of=("2026-05-02",)),
            "On May second, no, May third.",
            (),
            ((2500, "book", {"day": "2026-05-02"}),),
            "2026-05-02",
            id="the day that was taken back",
        ),
        pytest.param(
            Entity(kind=EntityKind.EMAIL, value="anna@example.com"),
            "It is anna at example dot com.",
            ("Anne at example dot com, is that correct?",),
            (),
            "anne@example.com",
            id="another address",
        ),
    ],
)
def test_going_on_with_another_value_fails_the_call(
    entity: Entity, line: str, answers: tuple[str, ...], tools: tuple[tuple[int, str, Any], ...], wrong: str
) -> None:
    turns = [agent(text, at_ms=3000 + 1000 * place) for place, text in enumerate(answers)]
    acted = scores(case(entity, line=line), call(told(line), *turns, tools=tools))[-1]
    assert isinstance(acted, Score)
    assert (acted.name, acted.passed, acted.required) == ("entity_acted_wrong", False, True)
    assert f'the agent went on with "{wrong}"' in acted.reason


def test_another_value_of_the_call_is_not_taken_for_a_wrong_one() -> None:
    back = Entity(kind=EntityKind.TIME, value="21:00")
    line = "From eight to nine in the evening."
    made = call(told(line), tools=((2500, "book", {"start": "20:00", "end": "21:00"}),))
    found = scores(case(TIME, back, line=line), made)
    assert all(s.passed is not False for s in found if isinstance(s, Score))


def test_value_that_cannot_be_read_is_unscored_and_says_why() -> None:
    odd = Entity(kind=EntityKind.TIME, value="sometime soon")
    (score,) = scores(case(odd, line="Sometime soon."), call(told("Sometime soon.")))
    assert isinstance(score, Unscored)
    assert "cannot be read as one time" in score.reason


@pytest.mark.parametrize("arguments", ["", "{", "null", "[1, true, null]", '"5550"'])
def test_arguments_of_any_shape_are_read(arguments: str) -> None:
    event = Event(at_ms=2500, kind=EventKind.TOOL_CALLED, text="t", data={"arguments": arguments})
    made = make_call(told(ORDER_LINE), events=(event,))
    assert scores(case(DIGITS, line=ORDER_LINE), made)
