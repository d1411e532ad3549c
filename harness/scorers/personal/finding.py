"""Every place of a text that holds personal data, and the text without it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.redaction import PersonalKind
from harness.scorers.personal.addresses import personal_addresses
from harness.scorers.personal.births import births
from harness.scorers.personal.known import NOTHING_KNOWN, Known
from harness.scorers.personal.names import known_names, told_names
from harness.scorers.personal.numbers import personal_numbers
from harness.scorers.personal.tokens import Token, tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A place in a text."""

    start: int
    end: int
    kind: PersonalKind


def personal_spans(text: str, *, known: Known, year: int) -> tuple[Span, ...]:
    """Return where personal data stands in a text, in order and without overlap.

    Args:
        text: Any text, in any of the languages whose numbers are read.
        known: What is known to be personal.
        year: In which the call was held.
    """
    words = tokens(text)
    found = sorted(_all(text, words, known, year), key=lambda span: (span.start, -span.end))
    merged: list[Span] = []
    for span in found:
        last = merged[-1] if merged else None
        if last is not None and (span.start < last.end or _one(text, last, span)):
            # What was found first is the longer one, or the same kind goes on.
            merged[-1] = Span(start=last.start, end=max(last.end, span.end), kind=last.kind)
        else:
            merged.append(span)
    return tuple(merged)


def masked(text: str, spans: Sequence[Span]) -> str:
    """Return the text with every place masked."""
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], span.kind.mask]
        at = span.end
    return "".join((*pieces, text[at:]))


def learned(text: str, *, year: int) -> Known:
    """Return what a text tells to be personal, so that it is found in other texts that hold less of it."""
    words = tokens(text)
    numbers = [digits for *_, digits in personal_numbers(text, words, known=NOTHING_KNOWN)]
    found = Known(
        digits=frozenset(digits for digits in numbers if digits),
        names=frozenset(told_names(text)),
    )
    for *_, address in personal_addresses(text, words):
        found |= Known.address(address)
    return found


def _all(text: str, words: Sequence[Token], known: Known, year: int) -> Iterator[Span]:
    for start, end, _ in personal_addresses(text, words):
        yield Span(start=start, end=end, kind=PersonalKind.EMAIL)
    for start, end, kind, _ in personal_numbers(text, words, known=known):
        yield Span(start=start, end=end, kind=kind)
    for start, end in births(text, words, year=year):
        yield Span(start=start, end=end, kind=PersonalKind.DATE)
    for start, end in known_names(text, words, known=known):
        yield Span(start=start, end=end, kind=PersonalKind.NAME)


def _one(text: str, left: Span, right: Span) -> bool:
    """Return whether two places of a kind are one: a first and a last name."""
    return left.kind is right.kind and left.kind is PersonalKind.NAME and text[left.end : right.start].strip(" -") == ""
