"""What a voice session puts before the conversation when it asks its language model.

The platform sends its own system prompt first, then the customer's `init_prompt`, then the AI's `parameter` as JSON if
it has any, then the conversation; messages without content are dropped. The platform's prompt is rendered here in our
own words with the same meaning.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_NO_PARAMETER: Mapping[str, object] = MappingProxyType({})


@cache
def platform_prompt() -> str:
    """Return the system prompt every session begins with."""
    return files(__package__).joinpath("platform_prompt.txt").read_text(encoding="utf-8").strip()


def system_messages(init_prompt: str, *, parameter: Mapping[str, object] = _NO_PARAMETER) -> tuple[str, ...]:
    """Return the contents of the system messages, in order; the conversation follows."""
    settings = json.dumps(dict(parameter), ensure_ascii=False) if parameter else ""
    return tuple(content for content in (platform_prompt(), init_prompt.strip(), settings) if content)
