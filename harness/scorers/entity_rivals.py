"""What stands where a value should: 5550 in place of 5551, half past three in place of half past two.

Only what can be nothing else is one: another value of the call is not, nor a day whose month nobody said. False alarms
here would be accusations.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from harness.model.entity import Entity, EntityKind
from harness.model.score import Edit
from harness.scorers.entities import entity_found, found_in_speech
from harness.scorers.normalise import compares_characters, normalize_basic
from harness.scorers.readout import read_out
from harness.scorers.values import VALUE_KINDS, agree, value_of, values_in
from harness.scorers.values.reading import Clock, Day, Email, Money, Phone, Value
from harness.scorers.wer import character_errors, word_errors

_SHORTEST = 3
"""Numbers with fewer digits are too common to stand for one another."""
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A value and all that is needed to tell it from another."""

    entity: Entity
    lang: str
    today: date | None = None
    others: tuple[Entity, ...] = ()
    """The other values of the call: none of them stands in this one's place."""
    misheard: tuple[str, ...] = ()
    """What the platform understood instead; a name has no other rivals."""

    def is_in(self, text: str) -> bool:
        """Return whether the value is in what somebody said."""
        return found_in_speech(self.entity, text=text, lang=self.lang, today=self.today)

    def names(self, value: str, text: str) -> bool:
        """Return whether a text has another value of this one's kind in it."""
        return self._says(replace(self.entity, value=value, accept=()), text)

    def rival_in(self, text: str) -> str:
        """Return the words of a text that stand in the value's place; empty when none does."""
        taken_back = (replace(self.entity, value=value, accept=()) for value in self.entity.instead_of)
        known = [other.value for other in taken_back if self._says(other, text)]
        return next(iter([*known, *self._rivals(text)]), "")

    def rival_as_argument(self, text: str) -> str:
        """Return a tool's argument when it is nothing but a value in this one's place; empty otherwise."""
        rival = self.rival_in(text)
        whole = len(rival) + _SHORTEST >= len(text.strip()) or bool(_ISO_MOMENT.fullmatch(text.strip()))
        return rival if rival and whole else ""

    def _rivals(self, text: str) -> Iterator[str]:
        kind = self.entity.kind
        if kind is EntityKind.PHRASE:
            yield from (words for words in self.misheard if self._says(replace(self.entity, value=words), text))
        elif kind in VALUE_KINDS:
            wanted = value_of(self.entity.value, kind=kind, lang=self.lang, today=self.today)
            for reading in values_in(text, kind=kind, lang=self.lang, today=self.today):
                if wanted and _contradicts(wanted, reading.value) and not self._is_known(reading.text):
                    yield reading.text
        else:
            yield from (run for run in _runs(text, kind) if self._like(run) and not self._is_known(run))

    def _like(self, run: str) -> bool:
        wanted = "".join(c for c in self.entity.value.casefold() if c.isalnum())
        # A part of it may be one of the groups it is said in.
        return len(wanted) >= _SHORTEST and run not in wanted and similar(wanted, run)

    def _is_known(self, text: str) -> bool:
        return any(self._says(each, text) for each in (self.entity, *self.others))

    def _says(self, entity: Entity, text: str) -> bool:
        return entity_found(entity, hypothesis=text, lang=self.lang, today=self.today)


def similar(wanted: str, other: str) -> bool:
    """Return whether one can be a mistaken form of the other: as long, and two of three characters the same."""
    if abs(len(wanted) - len(other)) > 1:
        return False
    return character_errors(wanted, hypothesis=other).counts.errors <= max(1, len(wanted) // 3)


def heard_as(value: str, *, spoken: str, heard: str, lang: str) -> str:
    """Return the words a recogniser wrote where a value was spoken; empty when it wrote none, or cannot be told."""
    if compares_characters(lang):
        return ""
    words, wanted = normalize_basic(spoken, lang).split(), normalize_basic(value, lang, keep_fillers=True).split()
    starts = (i for i in range(len(words)) if wanted and words[i : i + len(wanted)] == wanted)
    start = next(starts, None)
    if start is None:
        return ""
    found: list[str] = []
    at = 0
    steps = word_errors(" ".join(words), hypothesis=normalize_basic(heard, lang)).steps
    for step in steps:
        inside = start <= at < start + len(wanted) or (step.edit is Edit.INSERT and start < at < start + len(wanted))
        if inside and step.hypothesis:
            found.append(step.hypothesis)
        at += step.edit is not Edit.INSERT
    return " ".join(found)


def _contradicts(wanted: Value, found: Value) -> bool:
    """Return whether a value can only be another one, and not a part of what was wanted."""
    if agree(wanted, found):
        return False
    match wanted, found:
        case Money(), Money():
            return wanted.amount != found.amount or bool(found.currencies)
        case Clock(), Clock():
            return True
        case Day(), Day():
            if wanted.words or found.words or wanted.day is None:
                return wanted.weekday is not None and found.weekday is not None and found.day is None
            return found.day is not None and found.month is not None
        case Phone(), Phone():
            part = any(found.digits in one for one in wanted.spellings)
            return not part and any(similar(one, found.digits) for one in wanted.spellings)
        case Email(), Email():
            return similar(wanted.address, found.address) or _shares_a_side(wanted.address, found.address)
        case _:
            return False


def _shares_a_side(one: str, other: str) -> bool:
    sides = zip(one.split("@"), other.split("@"), strict=False)
    return any(mine == theirs for mine, theirs in sides)


def _runs(text: str, kind: EntityKind) -> Iterator[str]:
    """Yield what is read out digit by digit, or letter by letter, in one go."""
    for is_atom, tokens in groupby(read_out(text, kind=kind), key=lambda token: token.is_atom):
        if is_atom:
            yield "".join(token.text for token in tokens)


def other_values(entity: Entity, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Return the values of a call that are not this one."""
    return tuple(each for each in dict.fromkeys(entities) if each.value != entity.value)
