"""One written case, had in several wordings and by several voices: each is a case of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TypeVar

from harness.suitefile.document import CaseShape, Shape

PLACE = "{wording}"
"""Stands in a turn for the wording."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of the cases a written one stands for."""

    shape: CaseShape
    line: str
    """Its id without the letter of its voice."""
    voice: str = ""
    """Instead of the persona's; empty: the persona's."""


def variants(shape: CaseShape, *, voices: tuple[str, ...]) -> Iterator[Variant]:
    """Yield the cases that a written one stands for: `id`, `id-2`, `id-b`, `id-2b`.

    Args:
        shape: As it is written.
        voices: Who says it; empty: the persona as it is.
    """
    for number, wording in enumerate(shape.wordings or ("",), start=1):
        line = f"{shape.id}-{number}" if shape.wordings else shape.id
        turns = _filled(shape.turns, wording) if shape.wordings else shape.turns
        for voice, letter in zip(voices or ("",), ascii_lowercase, strict=False):
            name = line if not voices else f"{line}{letter}" if shape.wordings else f"{line}-{letter}"
            yield Variant(shape=shape.model_copy(update={"id": name, "turns": turns}), line=line, voice=voice)


def wording_faults(shape: CaseShape) -> Iterator[str]:
    """Yield what is wrong with a case's wordings."""
    if shape.wordings and not has_place(shape.turns):
        yield f"the case has wordings, and no turn says {PLACE}"
    if not shape.wordings and has_place(shape.turns):
        yield f"a turn says {PLACE}, and the case has no wordings"


def has_place(value: object) -> bool:
    """Return whether a placeholder stands somewhere in checked values."""
    match value:
        case str():
            return PLACE in value
        case tuple():
            return any(has_place(item) for item in value)
        case dict():
            return any(has_place(item) for item in value.values())
        case Shape():
            return any(has_place(getattr(value, name)) for name in value.model_fields_set)
    return False


def _filled(value: T, wording: str) -> T:
    """Return a checked value with the wording in every place for it; nothing else about it changes."""
    filled: object = value
    match value:
        case str():
            filled = value.replace(PLACE, wording) if PLACE in value else value
        case tuple():
            filled = tuple(_filled(item, wording) for item in value)
        case dict():
            filled = {key: _filled(item, wording) for key, item in value.items()}
        case Shape():
            kept = {name: getattr(value, name) for name in value.model_fields_set if has_place(getattr(value, name))}
            filled = value.model_copy(update={name: _filled(item, wording) for name, item in kept.items()})
    return filled  # type: ignore[return-value]  # The same kind of value as came in.
