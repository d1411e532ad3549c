"""What an AI resource may say: the types the platform accepts, those it really runs, and what it fills in.

Source: contract section 4.1. The two lists differ: much of what is accepted at creation never speaks in a call.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from harness.errors import ConfigurationError
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error, untyped
from harness.voipbin.bodies import Body
from harness.voipbin.engine_models import parse_engine_model
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Record
from harness.voipbin.tools import ALL_TOOLS, TOOLS

_VOICE_ENGINES = """
async aws azure cartesia deepgram elevenlabs fish google groq hume inworld lmnt minimax neuphonic nvidia-riva openai
piper playht rime sarvam xtts
"""
ACCEPTED_TTS: Final = frozenset(_VOICE_ENGINES.split())
"""Voice engines an AI may name; naming none means DEFAULT_TTS."""
RUNNING_TTS: Final = frozenset({"cartesia", "elevenlabs", "google"})
"""Voice engines a session starts with."""
DEFAULT_TTS: Final = "elevenlabs"
ACCEPTED_STT: Final = frozenset({"cartesia", "deepgram", "elevenlabs", "google"})
"""Recognisers an AI may name; naming none means DEFAULT_STT."""
RUNNING_STT: Final = frozenset({"deepgram", "google"})
"""Recognisers a session starts with."""
DEFAULT_STT: Final = "deepgram"
DEFAULT_VOICES: Mapping[str, str] = MappingProxyType(
    {
        "elevenlabs": "EXAVITQu4vr4xnSDxMaL",
        "cartesia": "71a7ad14-091c-4e8e-a314-022ece01c121",
        "google": "en-US-Chirp3-HD-Charon",
        "deepgram": "aura-2-thalia-en",
        "openai": "alloy",
        "aws": "Joanna",
        "azure": "en-US-JennyNeural",
    }
)
"""The voice of an AI that names none, by voice engine."""
HIDDEN_KEY: Final = "********"
"""What is kept of an `engine_key`: that there was one."""

INSIGHT_TOOLS: Final = frozenset(tool.name for tool in TOOLS if tool.insight)
"""Tools of an AI that reads what happened instead of talking."""
NORMAL_TOOLS: Final = frozenset(tool.name for tool in TOOLS if not tool.insight)
"""Tools of an AI that talks."""


class AiType(StrEnum):
    """What an AI is for."""

    NORMAL = "normal"
    INSIGHT = "insight"


_REQUIRED = ("name", "engine_model", "init_prompt")
_TEXTS = (*_REQUIRED, "detail", "tts_type", "tts_voice_id", "stt_type", "stt_language")


def read_ai(body: Body, *, mode: Mode, kept_type: str = AiType.NORMAL) -> Record:
    """Return the writable fields of an AI as a request sets them: what it leaves out is cleared, but for the type.

    `vad_config` and `smart_turn_enabled` are not read: the platform drops them.

    Args:
        body: the request's.
        mode: decides how a bad engine is told.
        kept_type: the type when the body names none.

    Raises:
        ApiError: 400 for a value of a wrong type and for tools the AI may not have; 500 for an unknown engine, voice
            engine or recogniser, 400 in strict mode.
    """
    fields: Record = {name: bodies.text(body, name) for name in _TEXTS}
    fields |= {
        "type": bodies.text(body, "type") or kept_type,
        "parameter": bodies.mapping(body, "parameter"),
        "engine_key": HIDDEN_KEY if bodies.text(body, "engine_key") else "",
        "rag_id": bodies.id_or_none(body, "rag_id"),
        "tool_names": bodies.texts(body, "tool_names"),
        "auto_aicall_audit_enabled": bodies.flag(body, "auto_aicall_audit_enabled"),
    }
    check_type(fields["type"])
    check_tools(fields["tool_names"], type=fields["type"])
    check_engines(fields, mode=mode)
    return fields


def check_required(body: Body) -> None:
    """Refuse a new AI that lacks what the API document requires; only strict mode asks for it.

    Raises:
        ApiError: 400.
    """
    missing = [name for name in _REQUIRED if not bodies.text(body, name)]
    if missing:
        raise api_error(Reason.INVALID_ARGUMENT, f"an AI needs {', '.join(missing)}")


def check_type(type: str) -> None:
    """Refuse a type no AI has.

    Raises:
        ApiError: 400.
    """
    if type not in tuple(AiType):
        raise api_error(Reason.INVALID_ARGUMENT, f"type must be {' or '.join(AiType)}, not {type!r}")


def check_tools(names: Sequence[str], *, type: str) -> None:
    """Refuse tools that do not exist, or that an AI of this type may not have.

    Raises:
        ApiError: 400.
    """
    allowed = INSIGHT_TOOLS if type == AiType.INSIGHT else NORMAL_TOOLS | {ALL_TOOLS}
    unknown = sorted(set(names) - allowed)
    if unknown:
        raise api_error(
            Reason.INVALID_TOOL_NAMES,
            f"no AI of type {type} has the tools {', '.join(unknown)}. There are: {', '.join(sorted(allowed))}",
        )


def check_engines(fields: Record, *, mode: Mode) -> None:
    """Refuse engines the platform does not know; whether it can run them shows only in a call.

    Raises:
        ApiError: 500, 400 in strict mode.
    """
    try:
        parse_engine_model(fields["engine_model"])
    except ConfigurationError as error:
        raise untyped(str(error), mode=mode) from error
    for name, accepted in (("tts_type", ACCEPTED_TTS), ("stt_type", ACCEPTED_STT)):
        if fields[name] and fields[name] not in accepted:
            raise untyped(f"unknown {name} {fields[name]!r}. Known: {', '.join(sorted(accepted))}", mode=mode)


def voice_id(tts_type: str, tts_voice_id: str) -> str:
    """Return the voice an AI speaks with: its own, or its engine's default; empty when that engine has none."""
    return tts_voice_id or DEFAULT_VOICES.get(tts_type or DEFAULT_TTS, "")
