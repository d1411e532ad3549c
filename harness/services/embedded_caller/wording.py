"""The embedded caller's own words, and the agent's it listens for: a file for each language it speaks.

Values and goals are the author's and are spoken as they were written; only what connects them stands in the files.
"""

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

LANGUAGES = ("de", "en", "es", "fr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language."""

    language: str
    hello: str
    wish: str
    """Says a goal that is written as what to do; `{goal}` stands for it."""
    wish_thing: str
    """Says a goal that is written as what to have."""
    things: tuple[str, ...]
    """Such a goal begins with one of these words."""
    fact: str
    """Says a fact nothing else fits for; `{name}` and `{value}` stand for its parts."""
    name: str
    """Says a name."""
    own: tuple[str, ...]
    """A goal that begins with one of these words is spoken as it stands."""
    unknown: str
    rather_not: str
    right: str
    wrong: str
    declined: str
    insist: str
    gives_up: str
    thanks: str
    waits: str
    still_there: str
    leaves: str
    asks_right: tuple[str, ...]
    """The agent wants to know whether it understood."""
    confirms: tuple[str, ...]
    """The agent has done what was wanted."""
    closes: tuple[str, ...]
    """The agent says goodbye, or asks whether there is anything else."""
    refuses: tuple[str, ...]
    missed: tuple[str, ...]
    """The agent did not understand."""
    offers_help: tuple[str, ...]
    offers: tuple[str, ...]
    """The agent offers something."""
    weekdays: tuple[str, ...]


def read_wording(language: str) -> Wording:
    """Return the wording of one of `LANGUAGES`."""
    file = files("harness.services.embedded_caller") / "wordings" / f"{language}.toml"
    texts: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    lists = {name: tuple(text) for name, text in texts.items() if isinstance(text, list)}
    return Wording(language=language, **(texts | lists))


def hears(patterns: tuple[str, ...], text: str) -> bool:
    """Return whether one of the patterns is in the agent's words, from the start of a word on."""
    spoken = text.replace("’", "'")
    return any(re.search(rf"(?<!\w){pattern}", spoken, re.IGNORECASE) for pattern in patterns)
