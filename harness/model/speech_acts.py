"""What people do with words that a text alone does not say: correct themselves, spell, read digits out, pause."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from harness.model.entity import EntityKind
from harness.model.persona import DigitStyle


class Alphabet(StrEnum):
    """How a caller spells."""

    LETTERS = "letters"
    """"M, E, I, E, R"."""
    NATO = "nato"
    """"Mike, Echo, India, Echo, Romeo"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The caller corrects itself: "the tenth, no, sorry, the twelfth"; the last value is the one that holds."""

    first: str
    final: str
    lead: str = "no, sorry,"
    """The words between them."""
    kind: EntityKind = EntityKind.PHRASE
    accept: tuple[str, ...] = ()
    """Other spellings of the final value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """The caller spells a name or a code."""

    value: str
    alphabet: Alphabet = Alphabet.LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """The caller reads digits out."""

    value: str
    style: DigitStyle | None = None
    """None: as the persona does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """The caller changes to another language for some words."""

    text: str
    language: str
    """BCP-47."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The caller stops in the middle of a sentence."""

    pause_ms: int


SpeechPart: TypeAlias = str | Correction | Spelled | Digits | Foreign | Pause
