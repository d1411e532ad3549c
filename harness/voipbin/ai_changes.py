"""Changing an AI's prompt and nothing else, although the platform only knows how to replace an AI whole.

What a request to replace it leaves out is cleared, and its `engine_key` may be shown in clear, masked or not at all
(contract section 4.1). A mask that is sent back would become the key.
"""

import re
from typing import Final

from harness.errors import ConfigurationError
from harness.voipbin.bodies import Body
from harness.voipbin.resources import NIL_ID, Record

WRITABLE: Final = (
    "name",
    "detail",
    "type",
    "engine_model",
    "parameter",
    "engine_key",
    "rag_id",
    "init_prompt",
    "tts_type",
    "tts_voice_id",
    "stt_type",
    "stt_language",
    "tool_names",
    "auto_aicall_audit_enabled",
)
"""Everything a request sets; `vad_config` and `smart_turn_enabled` are shown, and dropped when they are sent."""
ENGINE_KEY: Final = "VOIPBIN_ENGINE_KEY"
"""The environment variable with an AI's own key, for a platform that does not show it."""
_MASK: Final = re.compile(r"[*•…]|\.\.\.|\(withheld\)|\bredacted\b|^(.)\1+$", re.IGNORECASE)
"""Nothing any provider's key contains."""


def with_prompt(ai: Record, prompt: str, *, engine_key: str = "") -> Body:
    """Return the request that gives an AI another prompt and keeps everything else.

    Args:
        ai: As the platform shows it.
        prompt: The new one.
        engine_key: The AI's own key, for where the platform does not show it.

    Raises:
        ConfigurationError: the key is masked and was not given, so that it would be lost.
    """
    if not prompt.strip():
        raise ConfigurationError("the prompt is empty: an AI without a prompt would answer as it likes")
    shown = str(ai.get("engine_key") or "")
    if _MASK.search(shown) and not engine_key:
        raise ConfigurationError(
            f"the platform shows the engine_key of this AI masked, and a change of the prompt would overwrite the key "
            f"with the mask. Set the environment variable {ENGINE_KEY} to the key, and push again"
        )
    kept = {name: ai[name] for name in WRITABLE if ai.get(name) is not None and ai[name] != NIL_ID}
    return {**kept, "engine_key": engine_key or shown, "init_prompt": prompt}


def loses_unseen_key(ai: Record, *, engine_key: str = "") -> bool:
    """Return whether a key the platform does not show at all, if there is one, would be cleared by a change."""
    return not engine_key and "engine_key" not in ai


def differing(before: Record, after: Record) -> tuple[str, ...]:
    """Return the names of writable fields that two states of an AI, as the platform shows them, do not agree in."""
    return tuple(name for name in WRITABLE if _set(before, name) != _set(after, name))


def _set(ai: Record, name: str) -> object:
    value = ai.get(name)
    return None if value == NIL_ID else value or None
