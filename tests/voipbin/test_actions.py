import pytest

from harness.errors import UnknownNameError
from harness.voipbin.actions import EMPTY_ID, MEDIA, RESERVED_IDS, Action, ActionType, Media, parse_action


def test_reserved_ids_are_four_and_numbered() -> None:
    assert [identifier[-1] for identifier in RESERVED_IDS] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("name", ["ai_summary", "ai_task", "block"])
def test_actions_for_other_media_do_nothing_in_a_call(name: str) -> None:
    assert not Action(type=ActionType(name)).runs_in_call


@pytest.mark.parametrize(("name", "media"), [("answer", "rtc"), ("talk", "rtc"), ("ai_talk", "any"), ("stop", "any")])
def test_media_class_of_common_actions(name: str, media: str) -> None:
    assert MEDIA[ActionType(name)] is Media(media)


def test_action_is_read_from_its_envelope_and_unknown_keys_are_ignored() -> None:
    action = parse_action({"id": "a", "type": "ai_talk", "option": {"assistance_id": "x", "colour": 1}, "size": 3})
    assert action == Action(id="a", type=ActionType.AI_TALK, option={"assistance_id": "x", "colour": 1})
    assert parse_action({"type": "answer"}).id == EMPTY_ID


@pytest.mark.parametrize("document", [{"type": "ai"}, {"type": "empty"}, {}])
def test_type_the_platform_does_not_have_is_refused(document: dict[str, str]) -> None:
    with pytest.raises(UnknownNameError, match="action type"):
        parse_action(document)
