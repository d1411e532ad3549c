"""The initial prompt under test."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One version of one initial prompt, rendered and ready to be an `init_prompt`."""

    name: str
    version: str
    text: str
    """What the agent receives, after the template's variables were filled in."""
    source: str
    """The template as it stands in the file, without front matter: what diffs show."""
    description: str = ""
    path: str = ""
    """Where it was read from, relative to the suite folder; empty for one made in Python."""
    line: int = 1
    """The line of that file `source` begins at, after the front matter."""
    variables: tuple[tuple[str, str], ...] = ()
    """The values the template was filled with, by name."""

    @property
    def label(self) -> str:
        """Return `name@version`."""
        return f"{self.name}@{self.version}"

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the rendered text: two prompts are the same iff this is."""
        return prompt_digest(self.text)


def prompt_digest(text: str) -> str:
    """Return the digest of a prompt's text, wherever it is kept."""
    return hashlib.sha256(text.encode()).hexdigest()
