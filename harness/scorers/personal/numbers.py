"""Numbers that belong to somebody: telephone, account, card, customer and order numbers, PINs, IBANs and codes.

How long a number is decides, unless a word in front of it says what it is. Prices, times of the day and dates are left.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from harness.model.redaction import PersonalKind
from harness.scorers.personal.known import Known
from harness.scorers.personal.tokens import Token, digits_of, follows, is_numeric, tokens

_FEWEST_DIGITS: Final = 6
"""Fewer are a year, a price or a street number, unless somebody said what they are."""
_FEWEST_NAMED: Final = 3
_PHONE_DIGITS: Final = range(7, 13)
_SAID_BEFORE: Final = 6
"""So many words in front of a number may say what it is."""
_ACCOUNT_WORDS = """
pin code account card cvv cvc policy member membership customer passport license licence iban zip postcode postal ssn
social security insurance patient order booking reservation ticket reference kontonummer kundennummer kartennummer
bestellnummer postleitzahl geheimzahl compte commande carte cuenta pedido tarjeta conto ordine rekening
"""
_PHONE_WORDS = """
phone telephone tel mobile cell cellphone callback call reach ring fax telefon telefonnummer rufnummer handynummer
handy téléphone portable teléfono móvil telefono telefoon
"""
_JOINING_WORDS = "and then dash hyphen space dot point slash minus plus uh um uhm er y und et bindestrich strich"
_MOST_JOINERS: Final = 2
"""In a row: 555 and then 0199."""
_OF_ACCOUNTS = frozenset(_ACCOUNT_WORDS.split())
_OF_PHONES = frozenset(_PHONE_WORDS.split())
_JOINERS = frozenset(_JOINING_WORDS.split())
_KEPT = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?!\d)"
    r"|(?<![\d:])\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?![\d:])"
    r"|(?<![\d/])\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)(?![\d/])|(?<![\d.])\d{1,2}\.\d{1,2}\.(?:19|20)\d\d(?!\d)"
    r"|[$€£¥₩]\s?\d[\d,.]*|(?<![\d-])\d[\d,.]*\s?(?:[$€£¥₩%]|(?:dollars?|euros?|pounds?|usd|eur|percent|ms)\b)",
    re.IGNORECASE,
)
"""Ids of the platform, dates, times, amounts."""
_CODE = re.compile(r"(?<![^\W_])[^\W_]{6,}(?![^\W_])")
_DIGITS_OF_CODES: Final = 4
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRun:
    """A number in a text, however it is written or read out."""

    start: int
    end: int
    digits: str
    first: int
    """Index of its first token."""
    last: int
    kept: bool = False
    """It is an amount, a time, a date, or an id of the platform."""


def number_runs(text: str, words: Sequence[Token]) -> tuple[NumberRun, ...]:
    """Return the numbers of a text, in order."""
    kept = [match.span() for match in _KEPT.finditer(text)]
    runs = [
        NumberRun(start=start, end=end, digits=re.sub(r"\D", "", text[start:end]), first=0, last=0, kept=True)
        for start, end in kept
    ]
    free = [is_numeric(word.text) and not any(a < word.end and word.start < b for a, b in kept) for word in words]
    at = 0
    while at < len(words):
        last = _run_end(text, words, free, at) if free[at] else at
        digits = digits_of(tuple(word.text for word in words[at : last + 1] if is_numeric(word.text)))
        if free[at] and digits:
            runs.append(NumberRun(start=words[at].start, end=words[last].end, digits=digits, first=at, last=last))
        at = last + 1
    return tuple(runs)


def _run_end(text: str, words: Sequence[Token], free: Sequence[bool], start: int) -> int:
    """Return the index of the last token of the number that begins at `start`."""
    last = at = start
    while at + 1 < len(words) and at - last <= _MOST_JOINERS and follows(text, words[at], words[at + 1]):
        at += 1
        if free[at]:
            last = at
        elif words[at].text not in _JOINERS:
            break
    return last


def personal_numbers(
    text: str, words: Sequence[Token], *, known: Known
) -> Iterator[tuple[int, int, PersonalKind, str]]:
    """Yield start, end, kind and digits of every number that is somebody's."""
    for run in number_runs(text, words):
        kind = _kind(run, text, words, known)
        if kind is not None:
            yield run.start, run.end, kind, run.digits
    for match in _CODE.finditer(text):
        mixed = any(c.isalpha() for c in match[0]) and sum(c.isdecimal() for c in match[0]) >= _DIGITS_OF_CODES
        if mixed and not _inside_kept(text, match.start()):
            yield match.start(), match.end(), PersonalKind.NUMBER, ""
    for match in _IBAN.finditer(text):
        yield match.start(), match.end(), PersonalKind.NUMBER, ""
    yield from _known_codes(text, words, known)


def begun_number(text: str, *, known: Known) -> tuple[int, int] | None:
    """Return where the last number of a text stands that breaks off there, where it begins like a known one."""
    words = tokens(text)
    run = next((run for run in number_runs(text, words) if run.last == len(words) - 1 and not run.kept), None)
    begun = run is not None and any(value.startswith(run.digits) for value in known.digits)
    return (run.start, run.end) if run is not None and begun else None


def tells_known(digits: str, known: Known) -> bool:
    """Return whether digits are a known number, hold one, or are a part of one that gives it away."""
    long = len(digits) >= _FEWEST_NAMED
    return long and any(value in digits or digits in value for value in known.digits)


def _kind(run: NumberRun, text: str, words: Sequence[Token], known: Known) -> PersonalKind | None:
    if run.kept:
        held = any(len(value) > 4 and value in run.digits for value in known.digits)
        return PersonalKind.NUMBER if held else None
    before = {word.text for word in words[max(run.first - _SAID_BEFORE, 0) : run.first]}
    plus = text[: run.start].rstrip().endswith("+") or (run.first > 0 and words[run.first - 1].text == "plus")
    account, phone = bool(before & _OF_ACCOUNTS), plus or bool(before & _OF_PHONES)
    fewest = _FEWEST_NAMED if account else _FEWEST_DIGITS
    if len(run.digits) < fewest and not tells_known(run.digits, known):
        return None
    usual = len(run.digits) in _PHONE_DIGITS
    return PersonalKind.PHONE if (phone or usual) and not account and len(run.digits) > 3 else PersonalKind.NUMBER


def _inside_kept(text: str, at: int) -> bool:
    return any(match.start() <= at < match.end() for match in _KEPT.finditer(text))


def _known_codes(text: str, words: Sequence[Token], known: Known) -> Iterator[tuple[int, int, PersonalKind, str]]:
    """Yield where a known code stands, spelled or in one piece."""
    for code in known.codes:
        kind = PersonalKind.NAME if code.isalpha() else PersonalKind.NUMBER
        for start in range(len(words)):
            spelled = ""
            for word in words[start:]:
                spelled += (digits_of((word.text,)) or word.text) if is_numeric(word.text) else word.text
                if spelled == code:
                    yield words[start].start, word.end, kind, ""
                if not code.startswith(spelled):
                    break
