"""Values that are known to be personal before a text is read: an author's, or found elsewhere in the same call."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, assert_never

from harness.model.entity import Entity, EntityKind

_SHORTEST: Final = 3
"""Fewer digits or letters are in every text: `2` people, `Jo`."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHARED_NAMES = """
info sales support contact office hello mail booking bookings reservation reservations service help team admin noreply
desk shop orders
"""
_ANYBODYS = frozenset(_SHARED_NAMES.split())
"""Names in mail addresses that are nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Values to look for, whatever stands around them."""

    digits: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """Single words in lower case."""
    codes: frozenset[str] = frozenset()
    """Letters and digits in lower case, without what separates them."""

    def __or__(self, other: "Known") -> "Known":
        """Return what either knows."""
        return Known(digits=self.digits | other.digits, names=self.names | other.names, codes=self.codes | other.codes)

    @classmethod
    def value(cls, text: str) -> "Known":
        """Return what a value tells of which nothing is known but that it is personal."""
        bare = "".join(c for c in text.casefold() if c.isalnum())
        if "@" in text:
            return cls.address(text)
        if any(c.isdecimal() for c in bare):
            return cls(digits=_digits(text)) if _is_number(text) else cls(codes=_codes(text))
        return cls(names=names_in(text, capitals=False))

    @classmethod
    def address(cls, text: str) -> "Known":
        """Return what a mail address tells: the names in it."""
        parts = re.split(r"[._+\-\d]+", text.partition("@")[0].casefold())
        names = frozenset(part for part in parts if len(part) >= _SHORTEST) - _ANYBODYS
        return cls(names=names, codes=_codes(text))

    @classmethod
    def entities(cls, entities: Iterable[Entity]) -> "Known":
        """Return what marked values tell; a price, a time, a day and a phrase in small letters tell nothing."""
        found = NOTHING_KNOWN
        for entity in entities:
            for value in (entity.value, *entity.accept, *entity.instead_of):
                found |= cls._of_kind(entity.kind, value)
        return found

    @classmethod
    def _of_kind(cls, kind: EntityKind, value: str) -> "Known":
        match kind:
            case EntityKind.DIGITS | EntityKind.PHONE:
                return cls(digits=_digits(value))
            case EntityKind.CODE:
                return cls(codes=_codes(value)) | (cls(digits=_digits(value)) if _is_number(value) else NOTHING_KNOWN)
            case EntityKind.EMAIL:
                return cls.address(value)
            case EntityKind.PHRASE:
                return cls(names=names_in(value, capitals=True))
            case EntityKind.MONEY | EntityKind.DATE | EntityKind.TIME:
                return NOTHING_KNOWN
            case _:
                assert_never(kind)


NOTHING_KNOWN: Final = Known()


def names_in(text: str, *, capitals: bool) -> frozenset[str]:
    """Return the words of a name, each by itself."""
    words = [word for match in _WORD.findall(text) for word in re.split(r"[-]", match)]
    named = [word for word in words if word[:1].isupper() or not capitals]
    return frozenset(word.casefold() for word in named if len(word) >= _SHORTEST or not word.isascii())


def _digits(text: str) -> frozenset[str]:
    found = "".join(str(unicodedata.digit(c)) for c in text if c.isdecimal())
    return frozenset({found} if len(found) >= _SHORTEST else ())


def _codes(text: str) -> frozenset[str]:
    found = "".join(c for c in text.casefold() if c.isalnum())
    return frozenset({found} if len(found) >= _SHORTEST else ())


def _is_number(text: str) -> bool:
    return not any(c.isalpha() for c in text)
