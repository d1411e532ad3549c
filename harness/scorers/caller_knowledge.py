"""Everything a caller may say: its sheet, its author's lines, and what the agent has said; asked claim by claim."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import assert_never

from harness.model.entity import Entity, EntityKind
from harness.model.persona import PersonaFact
from harness.model.phrases import words_of
from harness.scorers.caller_claims import Claim, ClaimKind, bare_name, claims, without_addresses
from harness.scorers.entities import entity_found
from harness.scorers.phrases import find_phrase
from harness.scorers.spoken import AtomKind, atoms, has_spoken_forms

_LEFT_OUT = 3
"""A part of a known number leaves out so many of its digits; with fewer left out it is a number that was changed."""
_CODE_LEFT_OUT = 2
"""The same of a code: its letters and its figures are often said apart."""
_ALIKE = 0.75
"""So much alike, a claim is a changed value rather than an invented one."""


class Knowledge:
    """What there is to be said at one moment of a call; it grows with what the agent says."""

    def __init__(self, texts: Iterable[str], *, values: Sequence[str] = (), lang: str) -> None:
        """Take what the caller was given to read, and the values of its facts."""
        compact = {"".join(filter(str.isalnum, value.casefold())) for value in values}
        self._lang = lang
        self._numbers = {value for value in compact if value.isdecimal()}
        self._codes = set(compact)
        self._halves: set[tuple[str, str]] = set()
        self._emails: set[str] = set()
        self._words: set[str] = set()
        for text in (*texts, *values):
            self.learn(text)

    def learn(self, text: str) -> None:
        """Add what somebody has said."""
        self._words |= {bare_name(word) for word in words_of(text)}
        for claim in claims(text, lang=self._lang):
            match claim.kind:
                case ClaimKind.NUMBER:
                    # "Seven thirty" is 7 and 30 as well, however the time is told next.
                    self._numbers |= {claim.key, *(claim.pieces if len(claim.pieces) == 2 else ())}
                    self._halves |= {(claim.key, claim.half)} if claim.half else set()
                case ClaimKind.CODE:
                    self._codes.add(claim.key)
                case ClaimKind.EMAIL:
                    self._emails.add(claim.key)
                case ClaimKind.NAME | ClaimKind.DAY:
                    pass
                case _:
                    assert_never(claim.kind)

    def holds(self, claim: Claim) -> bool:
        """Return whether a claim is nothing new."""
        match claim.kind:
            case ClaimKind.NUMBER:
                return self._holds_number(claim)
            case ClaimKind.CODE:
                return claim.key in self._codes or self._is_part_of_code(claim.key)
            case ClaimKind.NAME:
                return claim.key in self._words or (len(claim.pieces) > 1 and self._spells_a_word(claim.key))
            case ClaimKind.DAY:
                return claim.key in self._words or f"{claim.key}s" in self._words
            case ClaimKind.EMAIL:
                return claim.key in self._emails
            case _:
                assert_never(claim.kind)

    def _holds_number(self, claim: Claim) -> bool:
        other_half = any(number == claim.key and half != claim.half for number, half in self._halves)
        if claim.half and other_half and (claim.key, claim.half) not in self._halves:
            return False
        if claim.key in self._numbers or any(
            _is_part(claim.key, of=number, left=_LEFT_OUT) for number in self._numbers
        ):
            return True
        if self._is_part_of_code(claim.key):
            return True
        if len(claim.pieces) > 1 and all(piece in self._numbers for piece in claim.pieces):
            return True
        return claim.is_time and bool(_other_clock(claim) & self._numbers)

    def _spells_a_word(self, letters: str) -> bool:
        return any(letters in word.replace("'", "") for word in self._words)

    def _is_part_of_code(self, key: str) -> bool:
        # A number of figures alone is no code, although it is on the sheet.
        codes = (code for code in self._codes if not code.isdecimal())
        return any(_is_part(key, of=code, left=_CODE_LEFT_OUT) for code in codes)


def tells(fact: PersonaFact, text: str, *, lang: str) -> bool:
    """Return whether a text has a fact's value in it, in any reading."""
    return any(_tells(value, text, kind=fact.kind, lang=lang) for value in (fact.value, *fact.accept))


def _tells(value: str, text: str, *, kind: EntityKind, lang: str) -> bool:
    wanted = {(claim.kind, claim.key) for claim in claims(value, lang=lang)} or _bare_number(value, lang=lang)
    # "Half past seven" is told by "7:30", and "jane@example.com" by "jane at example dot com".
    claimed = bool(wanted) and wanted <= {(claim.kind, claim.key) for claim in claims(text, lang=lang)}
    if kind is EntityKind.PHRASE and any(each is ClaimKind.NUMBER for each, _ in wanted):
        # As a phrase, the "two" of a party of two is in every telephone number with a two in it.
        return claimed
    text = text if "@" in value else without_addresses(text)
    entity = Entity(kind=kind, value=value)
    return (
        claimed
        or entity_found(entity, hypothesis=text, lang=lang)
        or find_phrase(value, text=text, lang=lang) is not None
    )


def _bare_number(value: str, *, lang: str) -> set[tuple[ClaimKind, str]]:
    """Return what a value claims that is a way of speaking in a sentence, such as `one`."""
    found = atoms(value, lang) if has_spoken_forms(lang) else ()
    if not found or any(atom.kind is not AtomKind.FIGURES for atom in found):
        return set()
    return {(ClaimKind.NUMBER, "".join(atom.key for atom in found))}


def changed_value(claim: Claim, facts: Iterable[PersonaFact]) -> str:
    """Return the value a claim seems to have been made from; empty when it resembles none."""
    best, share = "", _ALIKE
    for fact in facts:
        value = "".join(filter(str.isalnum, fact.value.casefold()))
        alike = SequenceMatcher(None, claim.key, value, autojunk=False).ratio()
        if alike >= share:
            best, share = fact.value, alike
    return best


def _is_part(part: str, *, of: str, left: int) -> bool:
    return 1 < len(part) <= len(of) - left and part in of


def _other_clock(claim: Claim) -> set[str]:
    """Return a time as the other clock tells it: 20 for 8, 730 for 1930."""
    hour, minutes = claim.pieces[0], "".join(claim.pieces[1:])
    if len(claim.pieces) == 1 and len(hour) > 2:
        hour, minutes = hour[:-2], hour[-2:]
    number = int(hour)
    others = {number + 12} if number <= 12 else {number - 12}
    tails = {minutes, ""} if minutes in {"", "0", "00"} else {minutes}
    return {f"{other}{tail}" for other in others for tail in tails}
