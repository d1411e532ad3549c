"""What can be compared in a sentence as a value, and what it is a value of: a time, a price, a party, so many nights.

English only. Two values are rivals when they answer the same question differently: `three nights` and `four nights`,
but not `three nights` and `four people`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from harness.scorers.caller_claims import ClaimKind, claims
from harness.scorers.normalise import plain_apostrophes
from harness.scorers.numbers import ONES
from harness.scorers.summary_numbers import FEWEST_DIGITS_OF_A_CODE, Piece, read_pieces
from harness.scorers.summary_words import FUNCTION_WORDS, TELLING_WORDS, stem


class Slot(StrEnum):
    """What a value answers."""

    TIME = "time"
    DAY = "day"
    DATE = "date"
    MONEY = "money"
    PEOPLE = "people"
    QUANTITY = "quantity"
    CODE = "code"
    EMAIL = "email"
    NAME = "name"
    NUMBER = "number"
    """A number that does not say of what; it may be any of the above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a sentence."""

    slot: Slot
    key: str
    shown: str
    of: str = ""
    """What is counted, the half of the day, the month."""


_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_CURRENCIES = {"dollar": "dollar", "euro": "euro", "pound": "pound", "cent": "cent", "pence": "cent"}
_SIGNS = {"$": " dollars", "£": " pounds", "€": " euros"}
_PEOPLE = frozenset({"people", "person", "persons", "guests", "adults", "diners", "of us"})
_HALVES = frozenset({"am", "pm"})
_BEFORE_TIME = frozenset({"at", "around", "about", "by", "until", "till", "past", "from", "between", "before", "after"})
_UNCOUNTED = frozenset(
    {"moment", "moments", "thing", "things", "way", "bit", "time", "times", "more", "last", "second"}
)
_MONEY = re.compile(r"([$£€])\s?(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*(?:\.\d+)?)\s?([$£€])")
_MERIDIEM = re.compile(r"(?<=[\w\s])\b([ap])\.?\s?m\b\.?", re.IGNORECASE)
_STUCK_MERIDIEM = re.compile(r"(?<=\d)([ap])\.?m\b\.?", re.IGNORECASE)
_CLOCK_WORDS = re.compile(r"\b(?:(half|quarter) (past|to)) ([a-z]+|\d{1,2})\b", re.IGNORECASE)
_NOON = re.compile(r"\b(noon|midday|midnight)\b", re.IGNORECASE)
_TOKEN = re.compile(r"\d{1,2}:\d\d|[a-z]*\d[\d,]*(?:\.\d+)?[a-z\d]*|[a-z]+(?:'[a-z]+)?")
_FIGURES = re.compile(r"\d+(?:\.\d+)?")


def words_of(text: str) -> tuple[str, ...]:
    """Return a text's words in small letters, figures and clock times among them."""
    return tuple(_TOKEN.findall(_plain(text)))


def values_of(text: str) -> tuple[Value, ...]:
    """Return everything in a sentence that can be compared, in no particular order."""
    named = tuple(_named(text))
    return (*named, *_counted(read_pieces(words_of(_without(text, named)))))


def same(one: Value, other: Value) -> bool:
    """Return whether two values may be the same; a bare number may be any of its size."""
    if Slot.NUMBER in (one.slot, other.slot):
        return _size(one) == _size(other)
    if one.slot is not other.slot:
        return {one.slot, other.slot} <= {Slot.PEOPLE, Slot.QUANTITY} and one.key == other.key
    match one.slot:
        case Slot.TIME | Slot.DATE:
            return one.key == other.key and (one.of == other.of or not one.of or not other.of)
        case Slot.QUANTITY:
            return one.key == other.key and _same_thing(one, other)
        case _:
            return one.key == other.key


def rivals(one: Value, other: Value) -> bool:
    """Return whether two values answer the same question, and differently."""
    if one.slot is not other.slot or same(one, other):
        return False
    match one.slot:
        case Slot.QUANTITY:
            return _same_thing(one, other)
        case Slot.NUMBER:
            return len(one.key) == len(other.key) > 2
        case _:
            return True


def _same_thing(one: Value, other: Value) -> bool:
    return not frozenset(one.of.split()).isdisjoint(other.of.split())


def answering(values: Sequence[Value], *, question: str) -> tuple[Value, ...]:
    """Return the values of a short answer as what they are asked for: `three`, to "for how many people"."""
    asked = words_of(question)
    slot, of = None, ""
    if {"people", "persons", "guests"} & set(asked):
        slot = Slot.PEOPLE
    elif "time" in asked or "when" in asked:
        slot = Slot.TIME
    elif "many" in asked and asked.index("many") + 1 < len(asked):
        slot, of = Slot.QUANTITY, stem(asked[asked.index("many") + 1])
    return tuple(_as(value, slot, of) if slot and value.slot is Slot.NUMBER else value for value in values)


def _as(value: Value, slot: Slot, of: str) -> Value:
    key = f"{int(value.key)}:00" if slot is Slot.TIME and value.key.isdecimal() else value.key
    return replace(value, slot=slot, of=of, key=key)


def _size(value: Value) -> str:
    match value.slot:
        case Slot.TIME:
            return value.key.removesuffix(":00")
        case Slot.MONEY:
            return f"{int(value.key) / 100:g}"
        case Slot.DATE:
            return value.key
        case _:
            return value.key


def _plain(text: str) -> str:
    text = plain_apostrophes(text)
    text = _MONEY.sub(lambda m: (m[2] or m[3]) + _SIGNS[m[1] or m[4]], text)
    text = text.replace("%", " percent")
    text = _STUCK_MERIDIEM.sub(r" \1m", text)
    text = _MERIDIEM.sub(r"\1m", text)
    text = _CLOCK_WORDS.sub(lambda m: _clock(m[1], m[2], m[3]), text)
    text = _NOON.sub("12:00", text).casefold()
    text = re.sub(r"o'clock\b", "oclock", text)
    return re.sub(r"(?<=[a-z])-(?=[a-z])|(?<=\d)[ -](?=\d{3,}\b)", " ", text)


def _clock(part: str, side: str, word: str) -> str:
    hour = int(word) if word.isdecimal() else ONES.get(word.casefold(), 0)
    if not hour:
        return f"{part} {side} {word}"
    minutes = 30 if part.casefold() == "half" else 15
    if side.casefold() == "to":
        return f"{(hour - 2) % 12 + 1}:{60 - minutes}"
    return f"{hour}:{minutes}"


def _named(text: str) -> Iterator[Value]:
    for claim in claims(text, lang="en"):
        match claim.kind:
            case ClaimKind.DAY if claim.key not in _MONTHS:
                yield Value(slot=Slot.DAY, key=claim.key, shown=claim.shown)
            case ClaimKind.EMAIL:
                yield Value(slot=Slot.EMAIL, key=claim.key, shown=claim.shown)
            case ClaimKind.NAME if len(claim.key) > 1:
                yield Value(slot=Slot.NAME, key=claim.key, shown=claim.shown)
            case ClaimKind.CODE:
                yield Value(slot=Slot.CODE, key=claim.key, shown=claim.shown)
            case _:
                pass


def _without(text: str, named: Sequence[Value]) -> str:
    for value in named:
        if value.slot is Slot.EMAIL:
            text = text.replace(value.shown, " ")
    return text


def _counted(pieces: Sequence[Piece]) -> Iterator[Value]:
    at = 0
    while at < len(pieces):
        if pieces[at].figures:
            value, used = _value(pieces, at)
            if value is not None:
                yield value
            at += used
        else:
            at += 1


def _value(pieces: Sequence[Piece], at: int) -> tuple[Value | None, int]:
    """Return the value that begins at a number, and how many pieces it took."""
    piece = pieces[at]
    word = [each.word for each in pieces[at + 1 : at + 4]] + ["", "", ""]
    before = pieces[at - 1].word if at else ""
    if (date := _date(pieces, at)) is not None:
        return date, 1
    if (money := _money(pieces, at)) is not None:
        return money
    following = pieces[at + 1].figures if at + 1 < len(pieces) else ""
    minutes = following if following.isdecimal() and len(following) == 2 and before in _BEFORE_TIME else ""
    half = next((each for each in word[:2] if each in _HALVES), "")
    if ":" in piece.figures or half or minutes or word[0] == "oclock" or before == "at":
        time = _time(piece.figures, minutes=minutes, half=half)
        if time is not None:
            return time, 2 if minutes else 1
    if not piece.figures.isdecimal() and not _FIGURES.fullmatch(piece.figures):
        return Value(slot=Slot.CODE, key=piece.figures, shown=piece.word), 1
    if len(piece.figures) >= FEWEST_DIGITS_OF_A_CODE and piece.figures.isdecimal():
        return Value(slot=Slot.CODE, key=piece.figures, shown=piece.word), 1
    return _quantity(piece, word, before=before), 1


def _date(pieces: Sequence[Piece], at: int) -> Value | None:
    piece = pieces[at]
    near = [each.word for each in pieces[max(0, at - 1) : at + 3]]
    month = next((each for each in near if each in _MONTHS), "")
    if not piece.figures.isdecimal() or not 1 <= int(piece.figures) <= 31:
        return None
    if not month and piece.ordinal:
        month = next((each.word for each in pieces[at : at + 6] if each.word in _MONTHS), "")
    if not month and (not piece.ordinal or int(piece.figures) <= 3):
        return None
    return Value(slot=Slot.DATE, key=str(int(piece.figures)), of=month, shown=f"{piece.word} {month}".strip())


def _money(pieces: Sequence[Piece], at: int) -> tuple[Value, int] | None:
    following = pieces[at + 1].word.removesuffix("s") if at + 1 < len(pieces) else ""
    currency = _CURRENCIES.get(following)
    if currency is None or not _FIGURES.fullmatch(pieces[at].figures):
        return None
    amount = round(float(pieces[at].figures) * (1 if currency == "cent" else 100))
    shown, used = f"{pieces[at].word} {pieces[at + 1].word}", 2
    rest = [each for each in pieces[at + 2 : at + 5] if each.word != "and"]
    if currency != "cent" and len(rest) > 1 and rest[0].figures and _CURRENCIES.get(rest[1].word.rstrip("s")) == "cent":
        amount += int(float(rest[0].figures))
        shown, used = f"{shown} {rest[0].word}", 5
    return Value(slot=Slot.MONEY, key=str(amount), shown=shown), used


def _time(figures: str, *, minutes: str, half: str) -> Value | None:
    hour, _, written = figures.partition(":")
    if not hour.isdecimal() or int(hour) > 24:
        return None
    number = int(hour)
    if number > 12:
        number, half = number - 12, half or "pm"
    key = f"{number}:{written or minutes or '00'}"
    return Value(slot=Slot.TIME, key=key, of=half, shown=f"{figures}{' ' + minutes if minutes else ''} {half}".strip())


def _quantity(piece: Piece, word: Sequence[str], *, before: str) -> Value | None:
    counted = [each for each in word[:2] if each and each.isalpha()]
    if counted and (counted[0] in _PEOPLE or " ".join(word[:2]) in _PEOPLE):
        return Value(slot=Slot.PEOPLE, key=piece.figures, shown=f"{piece.word} {counted[0]}")
    if counted and counted[0] == "percent":
        return Value(slot=Slot.QUANTITY, key=piece.figures, of="percent", shown=f"{piece.word} percent")
    nouns: list[str] = []
    for each in counted:
        if each in FUNCTION_WORDS | TELLING_WORDS:
            break
        nouns.append(each)
    if nouns and nouns[0] in _UNCOUNTED:
        return None
    if nouns and not piece.ordinal:
        return Value(
            slot=Slot.QUANTITY,
            key=piece.figures,
            of=" ".join(map(stem, nouns)),
            shown=f"{piece.word} {' '.join(nouns)}",
        )
    if before == "for" and not piece.ordinal:
        return Value(slot=Slot.PEOPLE, key=piece.figures, shown=piece.word)
    if piece.spelled and piece.figures in ("0", "1", "2", "3") and (piece.figures == "1" or piece.ordinal):
        # "One of them" and "the second" count nothing.
        return None
    return Value(slot=Slot.NUMBER, key=piece.figures, shown=piece.word)
