"""What explains a call, by name, and what the platform kept of it.

A finding is a diagnosis: it never changes an outcome, it says why a call went as it did, who has to act, and how.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""Any value JSON can hold."""

WITHHELD = "(withheld)"
"""Stands where a secret was."""
_SECRETS = frozenset({"accesskey", "authorization", "direct_hash", "engine_key", "password", "token"})
"""Fields that let somebody act, or phone, in the owner's name."""
_CREDENTIAL_IN_URL = re.compile(r"([?&](?:token|accesskey)=)[^&#\s\"']+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One thing the platform keeps of a call. A secret in it is withheld from the moment it is made."""

    kind: str
    """The platform's name for it, as its events begin: `aicall`, `aimessage`, `transcript`, `summary`, ..."""
    fields: Mapping[str, Json]
    """JSON as the API shows it."""

    def __post_init__(self) -> None:
        """Withhold secrets, wherever they stand."""
        object.__setattr__(self, "fields", _without_secrets(self.fields))

    def text(self, field: str) -> str:
        """Return a field as text; empty when it is unset."""
        value = self.fields.get(field)
        return "" if value is None else str(value)


class Party(StrEnum):
    """Who has to act."""

    AGENT = "agent"
    """The AI's prompt or settings."""
    PLATFORM = "platform"
    SERVICE = "service"
    """The provider of the language model, the voice or the recogniser."""
    LINE = "line"
    CALLER = "caller"
    """The case's caller, or whom it is connected with."""
    ACCOUNT = "account"
    """The customer's balance, credentials or limits."""


class FindingName(StrEnum):
    """Everything a call can be explained with; causes and fixes stand in `harness/voipbin/troubleshooting.py`."""

    REQUEST_REFUSED = "request_refused"
    CREDENTIALS_REFUSED = "credentials_refused"
    INSUFFICIENT_BALANCE = "insufficient_balance"
    PLATFORM_LIMIT = "platform_limit"
    PLATFORM_FAILED = "platform_failed"
    PLATFORM_UNREACHABLE = "platform_unreachable"
    CALL_NOT_TAKEN = "call_not_taken"
    OTHER_AGENT = "other_agent"
    AGENT_DELETED = "agent_deleted"
    SESSION_NEVER_STARTED = "session_never_started"
    FLOW_FAILED = "flow_failed"
    SLOW_START = "slow_start"
    LLM_KEY_REFUSED = "llm_key_refused"
    LLM_RATE_LIMITED = "llm_rate_limited"
    LLM_FAILED = "llm_failed"
    LLM_TIMED_OUT = "llm_timed_out"
    AGENT_WROTE_NOTHING = "agent_wrote_nothing"
    TTS_VOICE_MISSING = "tts_voice_missing"
    TTS_FAILED = "tts_failed"
    TEXT_WITHOUT_AUDIO = "text_without_audio"
    AUDIO_WITHOUT_TEXT = "audio_without_text"
    ONE_WAY_OUT = "one_way_out"
    STT_FAILED = "stt_failed"
    ONE_WAY_IN = "one_way_in"
    TURN_NOT_HEARD = "turn_not_heard"
    PACKET_LOSS = "packet_loss"
    WORDS_MISHEARD = "words_misheard"
    IDLE_STOP = "idle_stop"
    PIPELINE_DIED = "pipeline_died"
    CALL_DROPPED = "call_dropped"
    TOOL_ARGUMENTS_REFUSED = "tool_arguments_refused"
    TOOL_TIMED_OUT = "tool_timed_out"
    TOOL_FAILED = "tool_failed"
    CONNECT_FAILED = "connect_failed"
    WORDS_CUT = "words_cut"
    DEAD_AIR = "dead_air"
    MOMENT_NEVER_CAME = "moment_never_came"
    INTERRUPTION_TOO_LATE = "interruption_too_late"
    BACKCHANNEL_LEFT_OUT = "backchannel_left_out"
    KEYS_AS_SOUND = "keys_as_sound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One explanation, with what was seen of it in this call."""

    name: FindingName
    at_ms: int | None
    """When it showed first; None when it is about the whole call, or no call came about."""
    what: str
    """What was seen, as a sentence without its full stop."""
    cause: str
    fix: str
    blames: Party


def _without_secrets(value: Json) -> Json:
    match value:
        case Mapping():
            return {
                key: WITHHELD if key in _SECRETS and inside else _without_secrets(inside)
                for key, inside in value.items()
            }
        case list() | tuple():
            return [_without_secrets(inside) for inside in value]
        case str():
            return _CREDENTIAL_IN_URL.sub(rf"\1{WITHHELD}", value)
        case _:
            return value
