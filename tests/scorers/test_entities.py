import asyncio
from collections.abc import Sequence

import pytest

from harness.model.call import Call, Role
from harness.model.case import Case
from harness.model.entity import Entity, EntityKind
from harness.model.moves import Say
from harness.model.score import Score, Scored, Unscored
from harness.scorers.entities import EntityScorer, entity_found
from harness.testing.builders import make_call, make_case, make_evidence, make_turn

ORDER = Entity(kind=EntityKind.DIGITS, value="47192")
NAME = Entity(kind=EntityKind.PHRASE, value="Anna O'Brien", accept=("Anna O'Bryan",))


@pytest.mark.parametrize(
    ("kind", "value", "text", "found"),
    [
        pytest.param("digits", "007", "double oh seven", True, id="double"),
        pytest.param("digits", "555", "triple five", True, id="triple"),
        pytest.param("digits", "44193", "order double 4193", True, id="double of the first digit of a run"),
        pytest.param("digits", "47192", "47-192", True, id="dash between figures"),
        pytest.param("digits", "47192", "it is 4.7.1.9.2", True, id="dots between figures"),
        pytest.param("digits", "7", "seven eight", False, id="part of a longer number"),
        pytest.param("digits", "78", "one seven eight", False, id="end of a longer number"),
        pytest.param("digits", "2500", "2,500 euros", True, id="thousands"),
        pytest.param("digits", "47192", "", False, id="nothing heard"),
        pytest.param("code", "AB7429", "alpha bravo seven four two nine", True, id="NATO"),
        pytest.param("code", "X7", "x ray seven", True, id="x ray"),
        pytest.param("code", "BD7", "b as in boy, d as in dog, seven", True, id="as in"),
        pytest.param("code", "AB-7", "a b dash seven", True, id="dash"),
        pytest.param("code", "B7", "a b seven", True, id="the word a before"),
        pytest.param("code", "B7", "alpha b seven", False, id="the letter alpha before"),
        pytest.param("code", "B7", "b seven q", False, id="letter after"),
        pytest.param("code", "LL4", "double l four", True, id="double letter"),
        pytest.param("phrase", "Er Li", "this is Er Li", True, id="a name that looks like a filler"),
        pytest.param("phrase", "Ann", "Anna", False, id="whole words only"),
        pytest.param("phrase", "!", "what!", False, id="value without words"),
        pytest.param("digits", "-", "what", False, id="value without figures"),
    ],
)
def test_value_is_found_however_it_is_read_out(kind: str, value: str, text: str, found: bool) -> None:
    assert entity_found(Entity(kind=EntityKind(kind), value=value), hypothesis=text) is found


@pytest.mark.parametrize("accepted", ["s w one hundred", "SW one hundred"])
def test_other_readings_are_accepted_when_listed(accepted: str) -> None:
    entity = Entity(kind=EntityKind.CODE, value="SW100", accept=(accepted,))
    assert entity_found(entity, hypothesis=f"flight {accepted}, please")
    assert not entity_found(entity, hypothesis="flight s w two hundred")


def case(*entities: Entity) -> Case:
    say = Say(text="I'm Anna O'Brien, order four seven one nine two.", entities=(ORDER, NAME))
    return make_case(moves=(say,), entities=entities)


def score(of: Case, call: Call) -> Sequence[Scored]:
    return asyncio.run(EntityScorer().score(make_evidence(of, call)))


def turn(*, said: str | None = None, heard: str | None = None) -> Call:
    text = "I'm Anna O'Brien, order four seven one nine two."
    return make_call(make_turn(Role.CALLER, text, move=0, said=said, heard=heard))


def test_caller_values_are_looked_for_in_our_audio_and_in_what_the_platform_heard() -> None:
    said, heard = score(case(), turn(said="I'm Anna O'Brien order 47192", heard="I'm an old brine order 47192"))
    assert isinstance(said, Score)
    assert isinstance(heard, Score)
    assert (said.name, said.value, said.turn, said.required) == ("caller_entity", 1.0, 0, False)
    assert (heard.name, heard.value, heard.passed) == ("entity_heard", 0.5, None)
    assert heard.reason == '1 of 2 values in "I\'m an old brine order 47192", not "Anna O\'Brien"'


def test_accepted_spelling_of_a_name_counts() -> None:
    heard = score(case(), turn(heard="I'm Anna O'Bryan, order 47192"))[1]
    assert isinstance(heard, Score)
    assert heard.value == 1


def test_values_nobody_listened_for_are_unscored() -> None:
    assert all(isinstance(s, Unscored) for s in score(case(), turn()))


@pytest.mark.parametrize(
    ("spoken", "passed"),
    [
        pytest.param("Order 4 7 1 9 2, thank you.", True, id="digit by digit"),
        pytest.param("I found 47192. 2 parcels are on their way.", True, id="the next sentence begins with a number"),
        pytest.param("Order 47193, thank you.", False, id="another number"),
    ],
)
def test_agent_must_say_the_value_back(spoken: str, passed: bool) -> None:
    (result,) = score(case(ORDER), make_call(make_turn(Role.AGENT, spoken)))
    assert isinstance(result, Score)
    assert (result.name, result.passed, result.required) == ("entity_said_back", passed, True)


def test_value_said_by_the_caller_alone_was_not_said_back() -> None:
    result = score(case(ORDER), turn())[-1]
    assert isinstance(result, Score)
    assert result.reason == 'expected the agent to say back "47192", it said nothing'
