"""The persona's values in the caller's mouth, and in what the agent reads back."""

import re
from collections.abc import Iterable
from typing import assert_never

from harness.model.asking import touches
from harness.model.entity import EntityKind
from harness.model.persona import DigitStyle, PersonaFact
from harness.model.speaking import read_digits, spell
from harness.model.speech_acts import Alphabet
from harness.services.embedded_caller.wording import Wording
from harness.services.extractive.words import plain

_ROUND_MINUTES = frozenset({0, 15, 30, 45})
_TIME = re.compile(r"\btime\b|\bhour\b|\bwhen\b", re.IGNORECASE)
_DAY = re.compile(r"\bday\b|\bdate\b", re.IGNORECASE)
_PEOPLE = re.compile(r"\bpeople\b|\bpersons?\b|\bguests?\b|\bparty size\b", re.IGNORECASE)
_NAME = re.compile(r"\bnames?\b|\bsurname\b|\bnom\b|\bnombre\b", re.IGNORECASE)
_COUNTED = re.compile(r"\d+|[^\W\d_]+")


def spoken(fact: PersonaFact, *, digits: DigitStyle, english: bool) -> str:
    """Return a value as the persona says it: numbers digit by digit, codes letter by letter."""
    match fact.kind:
        case EntityKind.DIGITS:
            value = "".join(filter(str.isdecimal, fact.value))
            # The voice reads figures in its own language.
            return ", ".join(read_digits(value, digits)) if english and value.isascii() else " ".join(value)
        case EntityKind.CODE:
            return spell(fact.value, Alphabet.LETTERS) if english else " ".join(filter(str.isalnum, fact.value.upper()))
        case (
            EntityKind.PHRASE
            | EntityKind.MONEY
            | EntityKind.DATE
            | EntityKind.TIME
            | EntityKind.PHONE
            | EntityKind.EMAIL
        ):
            return fact.value.strip().rstrip(".")
        case _:
            assert_never(fact.kind)


def statement(fact: PersonaFact, *, wording: Wording, digits: DigitStyle) -> str:
    """Return the sentence that tells a fact."""
    english = wording.language == "en"
    value = spoken(fact, digits=digits, english=english)
    if _NAME.search(fact.name):
        return wording.name.format(name=fact.name, value=value)
    if english and fact.kind is EntityKind.PHRASE:
        if _PEOPLE.search(fact.name):
            bare = _COUNTED.fullmatch(value) is not None
            return f"For {value} {'person' if plain(value) == '1' else 'people'}." if bare else f"{_first(value)}."
        if _TIME.search(fact.name):
            return f"{_first(value)}." if re.match(r"at\b|around\b|about\b|noon\b", value, re.I) else f"At {value}."
        if _DAY.search(fact.name):
            dated = re.match(rf"the\b|\d|(?:{'|'.join(wording.weekdays)})", value, re.I)
            return f"On {value}." if dated else f"{_first(value)}."
    name = fact.name if english else _first(fact.name)
    return wording.fact.format(name=name, value=value)


def in_text(fact: PersonaFact, text: str) -> bool:
    """Return whether a text has a fact's value in it, however its numbers are written."""
    flat, value = plain(text), plain(fact.value)
    if fact.kind is EntityKind.PHRASE:
        return f" {value} " in f" {flat} "
    return value.replace(" ", "") in flat.replace(" ", "")


def contradicted(
    facts: Iterable[PersonaFact], text: str, *, known: str, introduced: str, wording: Wording
) -> PersonaFact | str | None:
    """Return what is wrong in words the agent reads back: the fact, or the rival value that belongs to no fact.

    Args:
        facts: Those the agent has been told.
        text: The agent's words.
        known: Everything the caller has said or knows.
        introduced: How the agent greeted; the names in it are its own.
        wording: The caller's language.
    """
    # Of two numbers that are not in the words, the one they speak of comes first.
    missing = sorted((fact for fact in facts if not in_text(fact, text)), key=lambda fact: not touches(text, fact))
    flat = plain(known).split()
    for word in plain(text).split():
        numeric, day = word.isdecimal(), word in wording.weekdays
        if word in flat or not (numeric or day) or (numeric and _is_clock(word, flat)):
            continue
        same = (fact for fact in missing if _alike(word, fact, wording))
        return next(same, word)
    strange = set(_names(text, wording)) - {*flat, *plain(introduced).split()}
    return next((fact for fact in missing if strange and _NAME.search(fact.name)), None)


def _names(text: str, wording: Wording) -> list[str]:
    """Return the words that look like names; where every noun has a capital letter, only what is called one."""
    pattern = (
        r"\b[Nn]amen?(?: ist)? ([A-ZÄÖÜ][\w'-]+)" if wording.language == "de" else r"(?<=[\w,;:] )([^\W\d_a-z][\w'-]+)"
    )
    return [plain(match) for match in re.findall(pattern, text)]


def _is_clock(word: str, known: list[str]) -> bool:
    """Return whether a number only tells a known time in another way: 20:00 for eight, 7:30 for half past seven."""
    number = int(word[:4])
    return number in _ROUND_MINUTES or (12 < number < 24 and str(number - 12) in known)


def _alike(word: str, fact: PersonaFact, wording: Wording) -> bool:
    value = plain(fact.value)
    if not word.isdecimal():
        return any(part in wording.weekdays for part in value.split())
    longest = max(map(len, re.findall(r"\d+", value)), default=0)
    return bool(longest) and (longest > 2) is (len(word) > 2)


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]
