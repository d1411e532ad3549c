"""Numbers by their value: 21.5 in "twenty-one fifty cents", in "$21.50" and, in German, in "21,50"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from harness.model.check_kinds import SaysNumber
from harness.model.score import Quote
from harness.scorers.checks.ruling import Instant, Ruling, broken, kept
from harness.scorers.checks.scope import Scope
from harness.scorers.moments import quoted
from harness.scorers.normalise import normalize_basic, primary_language
from harness.scorers.spoken import Atom, AtomKind, atoms, has_spoken_forms

_DECIMAL_POINT: Final = frozenset({"en", "zh", "yue", "ja", "ko", "th", "he", "hi", "ar"})
"""Languages that write 1,234.5; the others write 1.234,5."""
_MONEY: Final = frozenset({"dollar", "pound", "euro"})
_WRITTEN = re.compile(r"-?\d+(?:[.,]\d+)*")
_PLAIN = re.compile(r"(\d+(?:\.\d+)?)(?:st|nd|rd|th)?")
_MINUS: Final = frozenset({"minus", "negative"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidNumber:
    """A number of a text."""

    value: float
    shown: str
    place: int


def numbers_in(text: str, lang: str) -> Iterator[SaidNumber]:
    """Yield the numbers of a text; number words are read in English only."""
    if not has_spoken_forms(lang):
        yield from _written(normalize_basic(text, lang), lang=lang)
        return
    found = atoms(text, lang)
    at = 0
    while at < len(found):
        end = _end_of_run(found, at)
        if end == at:
            at += 1
            continue
        yield from _run(found, at, end)
        at = end


def rule_number(question: SaysNumber, *, scope: Scope) -> Ruling:
    """Rule on a number of a value."""
    others: list[str] = []
    for index, turn in scope.turns():
        for number in numbers_in(turn.spoken, scope.lang):
            if question.value.hold(number.value):
                since = Instant(at_ms=turn.started_ms, turn=index, place=number.place)
                quotes = (Quote(turn=index, text=number.shown),)
                return kept(f"said {quoted(number.shown)} {scope.place}", quotes=quotes, since=since)
            others.append(f"{number.value:g}")
    instead = f"its numbers were {', '.join(others[:8])}" if others else f"it said no number; {scope.what_it_said()}"
    reason = f"expected the agent to say a number of {question.value} {scope.place}, {instead}"
    return broken(reason, missing=(str(question.value),), empty=scope.is_mute)


def _end_of_run(found: Sequence[Atom], start: int) -> int:
    """Return where the figures that are said in one go end; `start` if there are none."""
    if _value(found[start]) is None:
        return start
    end = start + 1
    while found[start].kind is AtomKind.FIGURES and end < len(found) and _joins(found[end]):
        end += 1
    return end


def _joins(atom: Atom) -> bool:
    return atom.kind is AtomKind.FIGURES and atom.joined


def _run(found: Sequence[Atom], start: int, end: int) -> Iterator[SaidNumber]:
    run = found[start:end]
    shown = " ".join(atom.shown for atom in run)
    sign = -1 if start and found[start - 1].key in _MINUS else 1
    cents = _cents(found, end) if len(run) == 1 else 0.0
    if len(run) > 1:
        # An order number is read digit by digit: no digit of it is a number of its own.
        yield SaidNumber(value=sign * float("".join(atom.key for atom in run)), shown=shown, place=start)
        if all(len(atom.key) == 1 for atom in run):
            return
    for offset, atom in enumerate(run):
        value = _value(atom)
        if value is not None:
            yield SaidNumber(value=sign * (value + cents), shown=atom.shown, place=start + offset)


def _cents(found: Sequence[Atom], at: int) -> float:
    """Return the cents after `21 dollars`: they belong to the same price."""
    after = found[at : at + 3]
    if len(after) == 3 and after[0].key in _MONEY and after[1].kind is AtomKind.FIGURES and after[2].key == "cent":
        return (_value(after[1]) or 0.0) / 100
    return 0.0


def _value(atom: Atom) -> float | None:
    match = _PLAIN.fullmatch(atom.key)
    return float(match[1]) if match else None


def _written(text: str, *, lang: str) -> Iterator[SaidNumber]:
    point, comma = (".", ",") if primary_language(lang) in _DECIMAL_POINT else (",", ".")
    for match in _WRITTEN.finditer(text):
        figures = re.sub(rf"\{comma}(?=\d{{3}}(?!\d))", "", match.group()).replace(point, ".")
        parts = figures.split(".")
        if len(parts) <= 2 and comma not in figures.replace(".", ""):
            yield SaidNumber(value=float(figures), shown=match.group(), place=match.start())
