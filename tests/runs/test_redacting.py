"""Masking whole trials: nothing personal is left in any text, and everything else is as it was."""

import json
from dataclasses import replace

import pytest

from harness.model.blame import Blame, Part
from harness.model.call import Call, Event, EventKind, Role
from harness.model.entity import Entity, EntityKind
from harness.model.finding import Resource
from harness.model.moves import Press, Say
from harness.model.redaction import PersonalKind
from harness.model.run import TrialResult
from harness.model.score import AlignedWord, Better, Edit, Quote, Score
from harness.runs.redacting import masker_of, redacted_trial
from harness.scorers.personal import NOTHING_KNOWN
from harness.store.codec import decode_trial, encode_trial
from harness.testing.builders import make_call, make_result, make_turn

NUMBER = "five five five oh one nine nine"
ENTITY = Entity(kind=EntityKind.PHONE, value="555-0199")


def redact(result: TrialResult) -> TrialResult:
    return redacted_trial(result, masker_of(result, known=NOTHING_KNOWN, year=2026, counts={}))


def call_with(*events: Event, **fields: object) -> Call:
    turn = make_turn(Role.CALLER, f"It is {NUMBER}.", said="It is 555-0199.", heard="It is 555 01 99.", move=0)
    return make_call(turn, events=events, moves=(Say(text=f"It is {NUMBER}.", entities=(ENTITY,)),), **fields)


def full_trial() -> TrialResult:
    """A trial that tells a number in every place a text can stand in."""
    arguments = json.dumps({"phone": "5550199", "line": 5550199, "people": 2})
    events = (
        Event(
            at_ms=123456,
            kind=EventKind.TRANSCRIPT_INTERIM,
            text="It is five five five",
            data={"planned_ms": 1234567, "by": "session"},
        ),
        Event(at_ms=200, kind=EventKind.TOOL_CALLED, text="book", data={"id": "call_5550199x", "arguments": arguments}),
    )
    resource = Resource(
        kind="aicall",
        fields={
            "id": "8d7f5550-1999-4555-8019-912345678901",
            "tm_create": "2026-11-26 05:55:01.990000",
            "variables": {"caller.number": "+15550199", "count": 3},
            "messages": [{"content": f"It is {NUMBER}"}],
        },
    )
    words = [AlignedWord(edit=Edit.EQUAL, reference=word, hypothesis=word) for word in ("is", *NUMBER.split(), "ok")]
    score = Score(
        name="caller_entity",
        value=1,
        better=Better.HIGHER,
        reason=f'1 of 1 values in "{NUMBER}"',
        missing=("555-0199",),
        quotes=(Quote(turn=0, text="555 0199"),),
        alignment=tuple(words),
    )
    return make_result(
        call=call_with(*events, resources=(resource,)),
        reasons=("turn 1: heard 555-0199",),
        scores=(score,),
        blames=(Blame(check="caller_entity", part=Part.HEARING, evidence="heard 5550199"),),
    )


@pytest.mark.parametrize("planted", ["555-0199", "5550199", "555 01 99", "five five", "nine nine", "15550199"])
def test_a_number_is_in_no_text_of_a_trial_any_more(planted: str) -> None:
    before, after = (encode_trial(each) for each in (full_trial(), redact(full_trial())))
    ids = ("8d7f5550-1999-4555-8019-912345678901", "call_5550199x")
    assert planted in before.replace("\\", "")
    for kept in ids:
        after = after.replace(kept, "")
    assert planted not in after


def test_what_is_no_text_of_the_call_stays_and_the_copy_can_be_read_back() -> None:
    before, after = full_trial(), redact(full_trial())
    assert decode_trial(encode_trial(after), path="copy") == after
    assert after.trial == before.trial
    assert after.outcome is before.outcome
    assert after.call is not None
    interim, tool = after.call.events
    assert (interim.at_ms, interim.data["planned_ms"]) == (123456, 1234567)
    assert json.loads(str(tool.data["arguments"])) == {"phone": "[phone]", "line": "[number]", "people": 2}
    (resource,) = after.call.resources
    assert resource.fields["tm_create"] == "2026-11-26 05:55:01.990000"
    assert resource.fields["variables"] == {"caller.number": "+[phone]", "count": 3}


def test_an_alignment_keeps_its_words_one_by_one() -> None:
    (score,) = redact(full_trial()).scores
    assert isinstance(score, Score)
    assert [word.reference for word in score.alignment] == ["is", *["[phone]"] * 7, "ok"]


def test_a_trial_without_personal_data_is_the_same() -> None:
    call = make_call(make_turn(Role.AGENT, "We open at 7:30."), make_turn(Role.CALLER, "A table for two, please."))
    assert redact(make_result(call=call)) == make_result(call=call)


def test_a_name_told_once_is_masked_wherever_it_stands() -> None:
    call = make_call(
        make_turn(Role.CALLER, "My name is Marta Kowalski.", heard="my name is marta kowalsky"),
        make_turn(Role.AGENT, "Thank you, Mrs Kowalski. M-A-R-T-A, right?"),
    )
    done = redact(make_result(call=call, reasons=("the agent did not say Marta",))).call
    assert done is not None
    assert [turn.spoken for turn in done.turns] == ["My name is [name].", "Thank you, Mrs [name]. [name], right?"]
    assert done.turns[0].heard == "my name is [name]"


def test_digits_told_over_several_turns_are_one_number() -> None:
    call = make_call(
        make_turn(Role.CALLER, "Five five five."),
        make_turn(Role.AGENT, "Yes?"),
        make_turn(Role.CALLER, "Oh one nine nine."),
    )
    done = redact(make_result(call=call)).call
    assert done is not None
    assert [turn.spoken for turn in done.turns] == ["[number].", "Yes?", "[number]."]


@pytest.mark.parametrize(("keys", "left"), [("4711", "[number]"), ("1", "1")], ids=["a PIN", "a menu"])
def test_keys_of_a_number_are_masked_and_those_of_a_menu_stay(keys: str, left: str) -> None:
    events = [
        Event(at_ms=1000 + 200 * at, kind=EventKind.DTMF, role=Role.CALLER, text=key) for at, key in enumerate(keys)
    ]
    call = make_call(make_turn(Role.CALLER, "", keys=keys), events=tuple(events), moves=(Press(digits=keys),))
    done = redact(make_result(call=call)).call
    assert done is not None
    assert {event.text for event in done.events} == {left}
    assert done.turns[0].keys == left
    assert done.moves == (replace(Press(digits=keys), digits=left),)


def test_masks_are_counted_by_kind() -> None:
    counts: dict[PersonalKind, int] = {}
    call = make_call(make_turn(Role.CALLER, "It is 555-0199.", heard="It is 555-0199, anna@example.com"))
    result = make_result(call=call)
    redacted_trial(result, masker_of(result, known=NOTHING_KNOWN, year=2026, counts=counts))
    assert counts == {PersonalKind.PHONE: 3, PersonalKind.EMAIL: 1}, "meant, spoken and heard"
