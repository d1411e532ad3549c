"""Speech acts become words: what is said, how it is said, and which values it carries to the agent.

The harness renders them itself, so that a check knows which value must win and in which other forms it was spoken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final, assert_never

from harness.model.entity import Entity, EntityKind
from harness.model.moves import Piece, Say
from harness.model.persona import DigitStyle, Persona
from harness.model.speech_acts import Alphabet, Correction, Digits, Foreign, Pause, SpeechPart, Spelled

GROUP_PAUSE_MS: Final = 350
"""Between groups of digits, as people leave it; too short for an agent to take it for the end."""
_UNITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NATO: Final = MappingProxyType(
    {
        word[0]: word
        for word in (
            *("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo"),
            *("Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform"),
            *("Victor", "Whiskey", "X-ray", "Yankee", "Zulu"),
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Words between two pauses or changes of language."""

    words: str
    language: str = ""
    pause_ms: int = 0
    entities: tuple[Entity, ...] = ()


def compose(*parts: SpeechPart, persona: Persona, **fields: Any) -> Say:
    """Return the line a persona says.

    Args:
        parts: Words and speech acts, in order.
        persona: Who says it: decides how digits are read where a part does not.
        fields: The other fields of `Say`; `entities` stand before those of the parts.

    Raises:
        ValueError: a part cannot be said in the persona's language, or there is nothing to say.
    """
    runs = tuple(_merged([run for part in parts for run in _runs(part, persona)]))
    if not any(letter.isalnum() for run in runs for letter in run.words):
        raise ValueError("there are no words here")
    found = tuple(entity for run in runs for entity in run.entities)
    pieces = tuple(Piece(text=run.words, language=run.language, pause_ms=run.pause_ms) for run in runs)
    plain = len(pieces) == 1 and not pieces[0].language and not pieces[0].pause_ms
    return Say(
        text=" ".join(run.words for run in runs),
        pieces=() if plain else pieces,
        entities=(*fields.pop("entities", ()), *found),
        **fields,
    )


def read_digits(digits: str, style: DigitStyle) -> tuple[str, ...]:
    """Return digits as English words, in the groups they are said in: `("four one five", "five five")`."""
    match style:
        case DigitStyle.SINGLE:
            return (" ".join(_UNITS[int(digit)] for digit in digits),)
        case DigitStyle.DOUBLE:
            return (" ".join(_counted(digits)),)
        case DigitStyle.PAIRS:
            # An odd one goes first: after a round ten it could be taken for its unit, "twenty one".
            starts = range(-(len(digits) % 2), len(digits), 2)
            return (" ".join(_pair(digits[max(at, 0) : at + 2]) for at in starts),)
        case DigitStyle.GROUPS:
            return tuple(" ".join(_UNITS[int(digit)] for digit in group) for group in _threes(digits))
        case _:
            assert_never(style)


def spell(value: str, alphabet: Alphabet) -> str:
    """Return a value letter by letter, in words that can be spoken."""
    said = []
    for letter in value:
        if letter.isdigit():
            said.append(_UNITS[int(letter)])
        elif letter.isalpha():
            said.append(_NATO.get(letter.upper(), letter.upper()) if alphabet is Alphabet.NATO else letter.upper())
        elif letter in "-–":
            said.append("dash")
    return ", ".join(said)


def _runs(part: SpeechPart, persona: Persona) -> Iterator[_Run]:
    match part:
        case str():
            yield _Run(words=part.strip())
        case Pause(pause_ms=pause_ms):
            yield _Run(words="", pause_ms=pause_ms)
        case Foreign(text=text, language=language):
            yield _Run(words=text, language=language)
        case Correction():
            value = Entity(kind=part.kind, value=part.final, accept=part.accept, instead_of=(part.first,))
            yield _Run(words=f"{part.first}, {part.lead} {part.final}", entities=(value,))
        case Spelled(value=value, alphabet=alphabet):
            code = Entity(kind=EntityKind.CODE, value=value)
            yield _Run(words=spell(value, alphabet), entities=(code,))
        case Digits():
            yield from _digit_runs(part, persona)
        case _:
            assert_never(part)


def _digit_runs(part: Digits, persona: Persona) -> Iterator[_Run]:
    digits = "".join(letter for letter in part.value if letter.isdigit())
    if not digits:
        raise ValueError(f"there are no digits in {part.value!r}")
    style = part.style or persona.habits.digits
    number = Entity(kind=EntityKind.DIGITS, value=digits)
    if persona.language.split("-")[0].lower() == "en":
        groups = read_digits(digits, style)
    elif style in (DigitStyle.SINGLE, DigitStyle.GROUPS):
        # The voice reads figures in its own language.
        groups = (" ".join(digits),) if style is DigitStyle.SINGLE else tuple(" ".join(g) for g in _threes(digits))
    else:
        raise ValueError(f"digits in the style {style.value!r} are known in English only; use single or groups")
    for place, words in enumerate(groups):
        last = place == len(groups) - 1
        yield _Run(
            words=words if last else f"{words},",
            pause_ms=GROUP_PAUSE_MS if place else 0,
            entities=(number,) if last else (),
        )


def _merged(runs: Sequence[_Run]) -> Iterator[_Run]:
    """Yield the runs with neighbours joined that are spoken in one go, and pauses put before what follows them."""
    before: _Run | None = None
    pause_ms = 0
    for run in runs:
        pause_ms += run.pause_ms
        if not run.words:
            continue
        if before is not None and not pause_ms and run.language == before.language:
            before = _Run(
                words=f"{before.words} {run.words}",
                language=before.language,
                pause_ms=before.pause_ms,
                entities=(*before.entities, *run.entities),
            )
            continue
        if before is not None:
            yield before
        before, pause_ms = _Run(words=run.words, language=run.language, pause_ms=pause_ms, entities=run.entities), 0
    if before is not None:
        yield before


def _counted(digits: str) -> Iterator[str]:
    for digit, run in groupby(digits):
        left = len(list(run))
        while left:
            taken = 3 if left == 3 else min(left, 2)
            yield {1: "", 2: "double ", 3: "triple "}[taken] + _UNITS[int(digit)]
            left -= taken


def _pair(digits: str) -> str:
    if len(digits) == 1 or digits[0] == "0":
        return " ".join(_UNITS[int(digit)] for digit in digits)
    if digits[0] == "1":
        return _TEENS[int(digits[1])]
    unit = "" if digits[1] == "0" else f"-{_UNITS[int(digits[1])]}"
    return f"{_TENS[int(digits[0])]}{unit}"


def _threes(digits: str) -> Iterator[str]:
    """Yield digits three at a time; four at the end stay together, as in a telephone number."""
    at = 0
    while at < len(digits):
        size = 4 if len(digits) - at == 4 else 3
        yield digits[at : at + size]
        at += size
