"""English as it is said, whichever way it is written: `four seven one` and `471`, `half`-way forms such as `7 p.m.`.

A recogniser writes "47192", "$21.50" and "7:30" for words a script may spell out. Here both sides become atoms:
figures, single letters and words. Error rates compare runs of atoms (`units`), phrases look for them (`find`).
Only English has these forms; other languages keep the words of `normalize_basic`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from harness.scorers.normalise import drop_bracketed, normalize_basic, plain_apostrophes, primary_language
from harness.scorers.numbers import read_number, starts_number
from harness.scorers.wer import Unit

_BREAK = "\n"
_CLOCK = "oclock"
_MERIDIEMS = frozenset({"am", "pm"})
_ARTICLES = frozenset({"a", "i"})
"""Single letters that are words: they stand beside a spelled code without being part of it."""
_CURRENCIES = {"$": "dollar", "£": "pound", "€": "euro"}
_SINGULAR = {"dollars": "dollar", "pounds": "pound", "euros": "euro", "cents": "cent"}
_SAME = {"ok": "okay", "mr": "mister", "mrs": "missus", "dr": "doctor"}

_DOTTED_MERIDIEM = re.compile(r"(?<![^\W\d_])([ap])\.\s?m\b\.?")
_MERIDIEM_AFTER_FIGURE = re.compile(r"(?<=\d)\s?([ap])\s?m\b")
_CLOCK_TIME = re.compile(r"(?<![\d:.])(\d{1,2})(?::(\d{2})(?![\d:])|\.(\d{2})(?=\s[ap]m\b))")
_MONEY = re.compile(r"([$£€])\s?(\d[\d,]*)(\.\d+)?((?:\s(?:hundred|thousand|million))?)")
_PUNCTUATION = re.compile(r"(?<!\d)[.,;:!?…]|[.,;:!?…](?!\d)|\s[-–—]+\s|—|[\r\v\f]")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_RUNS = re.compile(r"\d+|\D")


class AtomKind(StrEnum):
    """What an atom may join with: figures with figures, letters with letters, words with nothing."""

    WORD = "word"
    FIGURES = "figures"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """The smallest piece that is compared."""

    key: str
    shown: str
    """The words it was read from; empty for what is only understood, such as the o'clock of `7 p.m.`"""
    kind: AtomKind = AtomKind.WORD
    joined: bool = True
    """No comma, full stop or the like sets it apart from the atom before."""
    fused: bool = False
    """Written in one word with the atom before, as in a code."""


def has_spoken_forms(lang: str) -> bool:
    """Return whether numbers, times and spelled letters of a language are understood here."""
    return primary_language(lang) == "en"


def atoms(text: str, lang: str) -> tuple[Atom, ...]:
    """Return a text as atoms."""
    if not has_spoken_forms(lang):
        return tuple(Atom(key=word, shown=word) for word in normalize_basic(text, lang).split())
    found: list[Atom] = []
    for segment in _segments(text):
        read = _read(normalize_basic(segment, lang).split())
        if read:
            found += [replace(read[0], joined=False), *read[1:]]
    return tuple(_without_and(_with_clock(found)))


def units(text: str, lang: str) -> tuple[Unit, ...]:
    """Return a text as what an error rate compares: runs of figures and of letters are one unit each."""
    merged: list[Atom] = []
    for atom in atoms(text, lang):
        last = merged[-1] if merged else None
        run = last is not None and atom.kind is last.kind and atom.kind is not AtomKind.WORD
        clock = last is not None and atom.key == _CLOCK and last.kind is AtomKind.FIGURES
        if last is not None and (run or clock):
            shown = " ".join(filter(None, (last.shown, atom.shown)))
            kind = AtomKind.WORD if clock else last.kind
            merged[-1] = Atom(key=last.key + (" " if clock else "") + atom.key, shown=shown, kind=kind)
        else:
            merged.append(atom)
    return tuple(Unit(key=atom.key, shown=atom.shown or atom.key) for atom in merged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a phrase stands among a text's atoms."""

    start: int
    end: int
    text: str
    """Its words, as they were read."""


def find(phrase: Sequence[Atom], *, among: Sequence[Atom]) -> str | None:
    """Return the words in which a phrase occurs among a text's atoms, or None.

    Figures and spelled letters match whatever their grouping (`4 7 1` is `471`) but never as a part of a longer
    number or code: `2` is not in `4 2 1`.
    """
    place = next(find_all(phrase, among=among), None)
    return None if place is None else place.text


def find_all(phrase: Sequence[Atom], *, among: Sequence[Atom]) -> Iterator[Place]:
    """Yield every place where a phrase occurs among a text's atoms, in order; none overlaps another."""
    after = 0
    for start in range(len(among)):
        end = _match(phrase, among=among, start=start) if start >= after else None
        if end is not None:
            after = end
            yield Place(start=start, end=end, text=" ".join(atom.shown for atom in among[start:end] if atom.shown))


def _segments(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", plain_apostrophes(text)).casefold()
    text = drop_bracketed(text)
    text = _DOTTED_MERIDIEM.sub(r" \1m ", text)
    text = _MERIDIEM_AFTER_FIGURE.sub(r" \1m", text)
    text = _CLOCK_TIME.sub(_write_time, text)
    text = _MONEY.sub(_write_money, text)
    return _PUNCTUATION.sub(_BREAK, text).split(_BREAK)


def _write_time(match: re.Match[str]) -> str:
    hour, minutes = match[1], match[2] or match[3]
    return f"{_BREAK}{hour} {_CLOCK if minutes == '00' else minutes}{_BREAK}"


def _write_money(match: re.Match[str]) -> str:
    unit, decimals, scale = _CURRENCIES[match[1]], match[3] or "", match[4]
    whole = match[2].replace(",", "")
    if len(decimals) == 3 and not scale:
        cents = f" {int(decimals[1:])} cent" if int(decimals[1:]) else ""
        return f" {whole} {unit}{cents} "
    return f" {whole}{decimals}{scale} {unit} "


def _read(words: Sequence[str]) -> list[Atom]:
    found: list[Atom] = []
    at = 0
    while at < len(words):
        number = read_number(words, at)
        after_figures = bool(found) and found[-1].kind is AtomKind.FIGURES
        pair = " ".join(words[at : at + 2])
        if number is not None:
            kind = AtomKind.FIGURES if number.is_digits else AtomKind.WORD
            found.append(Atom(key=number.figures, shown=" ".join(words[at : at + number.length]), kind=kind))
            at += number.length
        elif pair == "o clock":
            found.append(Atom(key=_CLOCK, shown="o'clock"))
            at += 2
        elif pair == "per cent":
            found.append(Atom(key="percent", shown=pair))
            at += 2
        elif after_figures and pair in {"a m", "p m"}:
            found.append(Atom(key=pair[0] + "m", shown=pair))
            at += 2
        elif words[at] in {"oh", "o"} and after_figures and starts_number(words, at + 1):
            found.append(Atom(key="0", shown=words[at], kind=AtomKind.FIGURES))
            at += 1
        else:
            found += _read_word(words[at])
            at += 1
    return found


def _read_word(word: str) -> list[Atom]:
    if word == _CLOCK:
        return [Atom(key=word, shown="o'clock")]
    if word.isdecimal():
        return [Atom(key=word, shown=word, kind=AtomKind.FIGURES)]
    if len(word) == 1 and word.isalpha():
        return [Atom(key=word, shown=word, kind=AtomKind.LETTER)]
    if word.isalnum() and any(c.isdecimal() for c in word) and not _ORDINAL.fullmatch(word):
        # A code: `ab7429` is spelled letter by letter, its figures are read in any grouping.
        parts = _RUNS.findall(word)
        return [Atom(key=p, shown=p, kind=_kind_in_code(p), fused=i > 0) for i, p in enumerate(parts)]
    key = _SINGULAR.get(word, _SAME.get(word, word))
    return [Atom(key=key, shown=word)]


def _kind_in_code(part: str) -> AtomKind:
    if part.isdecimal():
        return AtomKind.FIGURES
    return AtomKind.LETTER if part.isalpha() else AtomKind.WORD


def _with_clock(found: Sequence[Atom]) -> list[Atom]:
    """Say the o'clock that `7 p.m.` leaves out, so that `7:00 p.m.`, `7 p.m.` and `7 o'clock` share their hour."""
    result: list[Atom] = []
    for at, atom in enumerate(found):
        minutes = at > 1 and found[at - 1].joined and found[at - 2].kind is AtomKind.FIGURES
        if at and atom.key in _MERIDIEMS and found[at - 1].kind is AtomKind.FIGURES and not minutes:
            result.append(Atom(key=_CLOCK, shown=""))
        result.append(atom)
    return result


def _without_and(found: Sequence[Atom]) -> list[Atom]:
    """Leave out the `and` of `21 dollars and 50 cents`, which a price in figures does not have."""
    money = frozenset(_CURRENCIES.values())
    return [
        atom
        for at, atom in enumerate(found)
        if not (
            atom.key == "and"
            and 0 < at < len(found) - 2
            and found[at - 1].key in money
            and found[at + 1].kind is AtomKind.FIGURES
            and found[at + 2].key == "cent"
        )
    ]


def _match(phrase: Sequence[Atom], *, among: Sequence[Atom], start: int) -> int | None:
    """Return where a match that begins at `start` ends, or None."""
    if not phrase or _cuts(among, start):
        return None
    at = start
    wanted = 0
    while wanted < len(phrase):
        if at >= len(among):
            return None
        left, right = _run(phrase, wanted), _run(among, at)
        # Both runs grow atom by atom until they spell the same; groupings may differ on the way.
        mine, theirs, i, j = phrase[wanted].key, among[at].key, wanted + 1, at + 1
        while mine != theirs:
            if len(mine) < len(theirs) and i < left and theirs.startswith(mine):
                mine, i = mine + phrase[i].key, i + 1
            elif len(theirs) < len(mine) and j < right and mine.startswith(theirs):
                theirs, j = theirs + among[j].key, j + 1
            else:
                return None
        wanted, at = i, j
    return None if at < len(among) and _cuts(among, at) else at


def _run(sequence: Sequence[Atom], start: int) -> int:
    """Return the end of the run of atoms that may join with the one at `start`."""
    end = start + 1
    while end < len(sequence) and sequence[end].kind is sequence[start].kind is not AtomKind.WORD:
        end += 1
    return end


def _cuts(sequence: Sequence[Atom], at: int) -> bool:
    """Return whether a boundary in front of `at` would cut a number or a spelled code in two."""
    if at == 0:
        return False
    before, after = sequence[at - 1], sequence[at]
    joins = after.joined and before.kind is after.kind and after.kind is not AtomKind.WORD
    return joins and (after.fused or not {before.key, after.key} & _ARTICLES)
