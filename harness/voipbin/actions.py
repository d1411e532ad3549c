"""The actions a flow is made of: their envelope, their types and what each type needs to run."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias

from harness.errors import UnknownNameError
from harness.voipbin.mode import Mode

EMPTY_ID = "00000000-0000-0000-0000-000000000000"
START_ID = "00000000-0000-0000-0000-000000000001"
FINISH_ID = "00000000-0000-0000-0000-000000000002"
NEXT_ID = "00000000-0000-0000-0000-000000000003"
RESERVED_IDS = (EMPTY_ID, START_ID, FINISH_ID, NEXT_ID)
"""Ids with a meaning of their own, never given to an action."""

Option: TypeAlias = Mapping[str, Any]
"""An action's options as they stand in the flow's JSON."""


class ActionType(StrEnum):
    """Every type a flow may contain."""

    AI = "ai"
    """The tutorial's request and response; today's platform does not know it."""
    AI_SUMMARY = "ai_summary"
    AI_TALK = "ai_talk"
    AI_TASK = "ai_task"
    AMD = "amd"
    ANSWER = "answer"
    BEEP = "beep"
    BLOCK = "block"
    BRANCH = "branch"
    CALL = "call"
    CASE_CREATE = "case_create"
    CONDITION_CALL_DIGITS = "condition_call_digits"
    CONDITION_CALL_STATUS = "condition_call_status"
    CONDITION_DATETIME = "condition_datetime"
    CONDITION_VARIABLE = "condition_variable"
    CONFBRIDGE_JOIN = "confbridge_join"
    CONFERENCE_JOIN = "conference_join"
    CONNECT = "connect"
    CONVERSATION_SEND = "conversation_send"
    DIGITS_RECEIVE = "digits_receive"
    DIGITS_SEND = "digits_send"
    ECHO = "echo"
    EMAIL_SEND = "email_send"
    EXTERNAL_MEDIA_START = "external_media_start"
    EXTERNAL_MEDIA_STOP = "external_media_stop"
    FETCH = "fetch"
    FETCH_FLOW = "fetch_flow"
    GOTO = "goto"
    HANGUP = "hangup"
    MESSAGE_SEND = "message_send"
    MUTE = "mute"
    PLAY = "play"
    QUEUE_JOIN = "queue_join"
    RECORDING_START = "recording_start"
    RECORDING_STOP = "recording_stop"
    SLEEP = "sleep"
    STOP = "stop"
    STREAM_ECHO = "stream_echo"
    TALK = "talk"
    TRANSCRIBE_RECORDING = "transcribe_recording"
    TRANSCRIBE_START = "transcribe_start"
    TRANSCRIBE_STOP = "transcribe_stop"
    VARIABLE_SET = "variable_set"
    WEBHOOK_SEND = "webhook_send"


class Media(StrEnum):
    """In which flows an action runs; in others it is skipped without a word."""

    CALL = "rtc"
    OTHER = "non"
    ANY = "any"


_CALL_ONLY = frozenset(
    {
        ActionType.AI,
        ActionType.AMD,
        ActionType.ANSWER,
        ActionType.BEEP,
        ActionType.CONDITION_CALL_DIGITS,
        ActionType.CONDITION_CALL_STATUS,
        ActionType.CONFBRIDGE_JOIN,
        ActionType.CONFERENCE_JOIN,
        ActionType.CONNECT,
        ActionType.DIGITS_RECEIVE,
        ActionType.DIGITS_SEND,
        ActionType.ECHO,
        ActionType.EXTERNAL_MEDIA_START,
        ActionType.EXTERNAL_MEDIA_STOP,
        ActionType.HANGUP,
        ActionType.MUTE,
        ActionType.PLAY,
        ActionType.QUEUE_JOIN,
        ActionType.RECORDING_START,
        ActionType.RECORDING_STOP,
        ActionType.SLEEP,
        ActionType.STREAM_ECHO,
        ActionType.TALK,
        ActionType.TRANSCRIBE_START,
        ActionType.TRANSCRIBE_STOP,
    }
)
_NEVER_IN_CALLS = frozenset({ActionType.AI_SUMMARY, ActionType.AI_TASK, ActionType.BLOCK})

MEDIA: Mapping[ActionType, Media] = MappingProxyType(
    {
        type_: Media.CALL if type_ in _CALL_ONLY else Media.OTHER if type_ in _NEVER_IN_CALLS else Media.ANY
        for type_ in ActionType
    }
)
"""The media class of every action type."""


_BY_CALL_MANAGER = frozenset(
    {
        ActionType.AMD,
        ActionType.ANSWER,
        ActionType.BEEP,
        ActionType.CONFBRIDGE_JOIN,
        ActionType.DIGITS_RECEIVE,
        ActionType.DIGITS_SEND,
        ActionType.ECHO,
        ActionType.EXTERNAL_MEDIA_START,
        ActionType.EXTERNAL_MEDIA_STOP,
        ActionType.HANGUP,
        ActionType.MUTE,
        ActionType.PLAY,
        ActionType.RECORDING_START,
        ActionType.RECORDING_STOP,
        ActionType.SLEEP,
        ActionType.STREAM_ECHO,
        ActionType.TALK,
        ActionType.TRANSCRIBE_STOP,
    }
)
_ONLY_LOGGED = frozenset(
    {
        ActionType.CASE_CREATE,
        ActionType.CONVERSATION_SEND,
        ActionType.EMAIL_SEND,
        ActionType.TRANSCRIBE_RECORDING,
        ActionType.TRANSCRIBE_START,
        ActionType.VARIABLE_SET,
        ActionType.WEBHOOK_SEND,
    }
)


def survives_failure(type_: ActionType) -> bool:
    """Return whether the flow goes on when an action of this type fails (contract 3.4, rule 6); others end it."""
    return type_ in _BY_CALL_MANAGER or type_ in _ONLY_LOGGED


def accepted_types(mode: Mode) -> tuple[str, ...]:
    """Return the types a flow may be created with."""
    return tuple(type_.value for type_ in ActionType if type_ is not ActionType.AI or mode.takes_seed_forms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One step of a flow."""

    type: ActionType
    option: Option = field(default_factory=dict)
    id: str = EMPTY_ID
    """EMPTY_ID while it has none."""
    next_id: str = EMPTY_ID
    """Where to go after it; EMPTY_ID means the following one in the list."""

    def runs_in(self, medium: Media) -> bool:
        """Return whether a flow of this medium executes it; others skip it without a word."""
        return MEDIA[self.type] in (medium, Media.ANY)

    @property
    def document(self) -> dict[str, Any]:
        """Return the action as its JSON."""
        next_id = {} if self.next_id == EMPTY_ID else {"next_id": self.next_id}
        return {"id": self.id, **next_id, "type": self.type.value, "option": dict(self.option)}


def identified(actions: Iterable[Action], *, new_id: Callable[[], str]) -> tuple[Action, ...]:
    """Return actions with an id each: their own, or a new one where they have none."""
    return tuple(action if action.id != EMPTY_ID else replace(action, id=new_id()) for action in actions)


def parse_action(document: Mapping[str, Any], *, mode: Mode = Mode.SEED) -> Action:
    """Read an action from a flow's JSON; unknown keys beside the envelope's are ignored, as the platform does.

    Raises:
        UnknownNameError: a type the platform does not have.
    """
    name = str(document.get("type", ""))
    known = accepted_types(mode)
    if name not in known:
        # Whoever writes the tutorial's `ai` wants the one action that took its place.
        instead = (ActionType.AI_TALK.value,) if name == ActionType.AI else known
        raise UnknownNameError(kind="action type", name=name, known=instead)
    option = document.get("option")
    return Action(
        type=ActionType(name),
        option=option if isinstance(option, Mapping) else {},
        id=str(document.get("id") or EMPTY_ID),
        next_id=str(document.get("next_id") or EMPTY_ID),
    )
