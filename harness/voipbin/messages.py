"""What a voice session puts before the conversation when it asks its language model.

The platform sends its own system prompt first, then the customer's `init_prompt`, then the conversation; messages
without content are dropped. The platform's prompt is rendered here in our own words with the same meaning.
"""

from functools import cache
from importlib.resources import files


@cache
def platform_prompt() -> str:
    """Return the system prompt every session begins with."""
    return files(__package__).joinpath("platform_prompt.txt").read_text(encoding="utf-8").strip()


def system_messages(init_prompt: str) -> tuple[str, ...]:
    """Return the contents of the system messages, in order; the conversation's user and assistant messages follow."""
    return tuple(content for content in (platform_prompt(), init_prompt.strip()) if content)
