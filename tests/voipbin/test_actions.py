"""The types of actions as data: where each runs, which failures a flow survives, and how the JSON is read."""

from itertools import count
from typing import Any

import pytest

from harness.errors import UnknownNameError
from harness.voipbin.actions import (
    EMPTY_ID,
    MEDIA,
    RESERVED_IDS,
    Action,
    ActionType,
    Media,
    accepted_types,
    identified,
    parse_action,
    survives_failure,
)
from harness.voipbin.mode import Mode

CALL_MANAGERS = """
answer amd beep confbridge_join digits_receive digits_send echo external_media_start external_media_stop hangup mute
play recording_start recording_stop sleep stream_echo talk transcribe_stop
"""
ONLY_IN_CALLS = f"""
{CALL_MANAGERS} ai condition_call_digits condition_call_status conference_join connect queue_join transcribe_start
"""
NEVER_IN_CALLS = "ai_summary ai_task block"
ONLY_LOGGED = """
case_create conversation_send email_send transcribe_start transcribe_recording variable_set webhook_send
"""


def test_reserved_ids_are_four_and_numbered() -> None:
    assert [identifier[-1] for identifier in RESERVED_IDS] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("type_", ActionType, ids=str)
def test_media_class_is_the_platforms(type_: ActionType) -> None:
    in_calls, elsewhere = type_ in ONLY_IN_CALLS.split(), type_ in NEVER_IN_CALLS.split()
    assert MEDIA[type_] is (Media.CALL if in_calls else Media.OTHER if elsewhere else Media.ANY)
    assert Action(type=type_).runs_in(Media.CALL) is not elsewhere
    assert Action(type=type_).runs_in(Media.OTHER) is not in_calls


@pytest.mark.parametrize("type_", ActionType, ids=str)
def test_flow_survives_failures_of_the_call_manager_and_those_that_are_only_logged(type_: ActionType) -> None:
    assert survives_failure(type_) is (type_ in CALL_MANAGERS.split() or type_ in ONLY_LOGGED.split())


def test_action_is_read_from_its_envelope_and_unknown_keys_are_ignored() -> None:
    action = parse_action({"id": "a", "type": "ai_talk", "option": {"assistance_id": "x", "colour": 1}, "size": 3})
    assert action == Action(id="a", type=ActionType.AI_TALK, option={"assistance_id": "x", "colour": 1})
    assert parse_action({"type": "answer"}).id == EMPTY_ID


@pytest.mark.parametrize("option", [None, [], "text", 3], ids=str)
def test_option_that_is_no_object_is_none(option: object) -> None:
    assert parse_action({"type": "answer", "option": option}).option == {}


def test_action_is_written_as_it_was_read() -> None:
    document: dict[str, Any] = {"id": "a", "next_id": "b", "type": "talk", "option": {"text": "Hi"}}
    assert parse_action(document).document == document


@pytest.mark.parametrize("mode", Mode, ids=str)
@pytest.mark.parametrize("document", [{"type": "empty"}, {"type": "Talk"}, {"type": 3}, {}], ids=str)
def test_type_the_platform_does_not_have_is_refused(document: dict[str, object], mode: Mode) -> None:
    with pytest.raises(UnknownNameError, match="action type"):
        parse_action(document, mode=mode)


@pytest.mark.parametrize(("mode", "known"), [(Mode.SEED, True), (Mode.CURRENT, False), (Mode.STRICT, False)], ids=str)
def test_the_tutorials_action_is_known_where_the_tutorial_holds(mode: Mode, known: bool) -> None:
    assert ("ai" in accepted_types(mode)) is known
    assert set(accepted_types(mode)) | {"ai"} == {type_.value for type_ in ActionType}


def test_actions_without_an_id_get_one() -> None:
    numbers = count()
    made = identified(
        [Action(type=ActionType.TALK), Action(type=ActionType.BEEP, id="own")], new_id=lambda: str(next(numbers))
    )
    assert [action.id for action in made] == ["0", "own"]


def test_todays_platform_says_what_took_the_place_of_the_tutorials_action() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown action type 'ai'\. Known: ai_talk\.$"):
        parse_action({"type": "ai"}, mode=Mode.CURRENT)
