"""The AI that takes the calls of an arm, as `POST /ais` wants it, and everything that would keep it from talking.

The platform accepts much at creation that never speaks in a call, and tells a bad value as an internal error (contract
1.4, 4.1). Both are found here, before anything is sent.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from harness.errors import ApiError, ConfigurationError
from harness.model.finding import Json
from harness.model.platform import PlatformSetup
from harness.model.suite import Arm
from harness.transports.voipbin.marks import Mark
from harness.voipbin.ais import ACCEPTED_TTS, RUNNING_STT, RUNNING_TTS, AiType, check_tools
from harness.voipbin.engine_models import RUNNING_PROVIDERS, parse_engine_model

TUTORIAL_VOICES: Final = {"female": "EXAVITQu4vr4xnSDxMaL", "male": "pNInz6obpgDQGcFmaJgB"}
"""The tutorial's `voice_type` as voices of ElevenLabs, the platform's own default engine (contract 8, row 8)."""
_ALSO_OURS: Final = frozenset({"openai"})
"""Voice engines the platform only accepts, and simulated calls do speak with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AiRequest:
    """One AI to be made."""

    fields: dict[str, Json]
    """Everything but its name and detail."""
    label: str
    """The prompt it is about."""
    notes: tuple[str, ...] = ()
    """What it will not be as the suite says, in words for a report."""

    @property
    def key(self) -> str:
        """Return a digest; two requests that agree in it can share an AI."""
        return hashlib.sha256(json.dumps(self.fields, sort_keys=True).encode()).hexdigest()

    def body(self, mark: Mark) -> dict[str, Json]:
        """Return the body of the request."""
        return {"name": mark.name(self.label), "detail": mark.detail, **self.fields}


def ai_request(
    arm: Arm, *, setup: PlatformSetup, is_simulated: bool, prompt: str | None = None, voice_id: str = ""
) -> AiRequest:
    """Return the AI an arm needs for a case.

    Args:
        arm: What is under test.
        setup: The case's platform.
        is_simulated: Whether the far end is a simulated platform, which runs any engine_model it knows.
        prompt: In place of the arm's own.
        voice_id: A voice of the platform's default engine, where the arm's own is `auto`.

    Raises:
        ConfigurationError: the AI would never speak in a call; says why, and what to do.
    """
    text = arm.prompt.text if prompt is None else prompt
    if not text.strip():
        raise ConfigurationError(f"the prompt {arm.prompt.label} is empty: an AI without a prompt tests nothing")
    engine = _engine(arm.engine_model, is_simulated=is_simulated)
    _check_setup(setup)
    tts_type, tts_voice_id, note = _voice(arm.voice.name, wanted=voice_id)
    fields: dict[str, Json] = {
        "type": AiType.NORMAL.value,
        "engine_model": engine,
        "engine_key": "",
        "parameter": dict(arm.agent.parameter),
        "init_prompt": text,
        "tts_type": tts_type,
        "tts_voice_id": tts_voice_id,
        "stt_type": setup.stt_type,
        "stt_language": arm.stt_language,
        "tool_names": list(setup.tools),
        "auto_aicall_audit_enabled": setup.audit,
    }
    return AiRequest(fields=fields, label=arm.prompt.label, notes=(note,) if note else ())


def _engine(engine_model: str, *, is_simulated: bool) -> str:
    engine = parse_engine_model(engine_model)
    running = ", ".join(RUNNING_PROVIDERS)
    if not is_simulated and engine.is_own:
        raise ConfigurationError(
            f"engine_model {engine} belongs to the harness and exists in simulated calls only: give real calls a model "
            f"of {running}, such as --engine-model openai.gpt-4o"
        )
    if not is_simulated and not engine.runs_on_platform:
        raise ConfigurationError(
            f"VoIPBIN accepts engine_model {engine} and cannot run it: the caller would hear nothing. Choose one of "
            f"{running}"
        )
    return str(engine)


def _check_setup(setup: PlatformSetup) -> None:
    if setup.stt_type and setup.stt_type not in RUNNING_STT:
        raise ConfigurationError(
            f"VoIPBIN runs no recogniser {setup.stt_type!r}: stt_type is one of {', '.join(sorted(RUNNING_STT))}"
        )
    try:
        check_tools(setup.tools, type=AiType.NORMAL)
    except ApiError as error:
        raise ConfigurationError(f"tools: {error.message}") from error


def _voice(name: str, *, wanted: str) -> tuple[str, str, str]:
    """Return the voice's engine, its id, and what is to be said about it."""
    engine, _, voice = name.partition(":")
    if engine in RUNNING_TTS and voice:
        return engine, voice, ""
    if engine in ACCEPTED_TTS - RUNNING_TTS - _ALSO_OURS:
        raise ConfigurationError(
            f"VoIPBIN accepts the voice engine {engine!r} and cannot run it: the caller would hear nothing. Choose a "
            f"voice of {', '.join(sorted(RUNNING_TTS))}, such as elevenlabs:{TUTORIAL_VOICES['female']}"
        )
    note = "" if name == "auto" else f"the voice {name} is this machine's: the agent speaks with VoIPBIN's own"
    return "", wanted, note
