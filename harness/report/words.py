"""The texts of one turn, and the word errors between them shown in place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from harness.model.call import Role, Turn
from harness.model.score import AlignedWord, Edit, Score, Scored

_SHOWN_WORDS = 120
"""Longer texts are folded after this many words."""
_SHORT = 900
"""Characters that are shown whole, however many words they are."""
_EQUAL_RUN = 6
"""Equal words shown on each side of an error; more are left out of the aligned line."""

_BETWEEN = re.compile(r"[\W_]+")
"""What two texts of the same words may differ in."""

SpanKind = Literal["equal", "substitute", "delete", "insert", "gap"]


class FoldedText(NamedTuple):
    """A text whose tail is folded away when it is very long."""

    head: str
    tail: str = ""
    tail_words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSpan:
    """Words with one fate."""

    kind: SpanKind
    reference: str = ""
    hypothesis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherText:
    """A second text of a turn that differs from what was spoken."""

    label: str
    help: str
    spans: tuple[WordSpan, ...] = ()
    """The differences in place; empty when the words were not aligned."""
    text: FoldedText | None = None
    """The text as it is, where it was not aligned."""


class _Other(NamedTuple):
    """A second text of a turn: its name on the page, its field, and the score that aligns it with the words played."""

    label: str
    help: str
    field: str
    score: str


_OTHERS = {
    Role.CALLER: (
        _Other("agent heard", "what the platform's recogniser understood", "heard", "hearing_wer"),
        _Other("audio said", "what our own recogniser hears in the caller's audio", "said", "caller_wer"),
    ),
    Role.AGENT: (_Other("audio said", "what our own recogniser hears in the agent's audio", "said", "speaking_wer"),),
}

Alignments: TypeAlias = Mapping[tuple[str, int], tuple[AlignedWord, ...]]
"""The aligned words of turns, by score and turn."""


def fold_text(text: str) -> FoldedText:
    """Return a text with everything past the first words folded."""
    if len(text) <= _SHORT:
        return FoldedText(head=text)
    words = text.split()
    if len(words) <= _SHOWN_WORDS * 3 // 2:
        return FoldedText(head=text)
    tail = words[_SHOWN_WORDS:]
    return FoldedText(head=" ".join(words[:_SHOWN_WORDS]), tail=" ".join(tail), tail_words=len(tail))


def alignments(scores: Sequence[Scored]) -> Alignments:
    """Return the word alignments of a call's turns."""
    found: dict[tuple[str, int], tuple[AlignedWord, ...]] = {}
    for score in scores:
        if isinstance(score, Score) and score.turn is not None:
            found.setdefault((score.name, score.turn), score.alignment)
    return found


def other_texts(turn: Turn, *, index: int, aligned: Alignments) -> tuple[OtherText, ...]:
    """Return the texts of a turn that differ from the words played: heard by the other side, said by the audio."""
    found = []
    for other in _OTHERS[turn.role]:
        text: str | None = getattr(turn, other.field)
        alignment = aligned.get((other.score, index), ())
        if alignment and any(word.edit is not Edit.EQUAL for word in alignment):
            found.append(OtherText(label=other.label, help=other.help, spans=tuple(_spans(alignment))))
        elif text is not None and not alignment and not _same_words(text, turn.spoken):
            found.append(OtherText(label=other.label, help=other.help, text=fold_text(text or "(nothing)")))
    return tuple(found)


def _same_words(one: str, other: str) -> bool:
    one, other = one.casefold(), other.casefold()
    return one == other or _BETWEEN.sub("", one) == _BETWEEN.sub("", other)


def _spans(alignment: Sequence[AlignedWord]) -> Iterator[WordSpan]:
    """Yield errors one by one and the equal words between them, shortened where they run long."""
    equal: list[str] = []
    first = True
    for word in alignment:
        if word.edit is Edit.EQUAL:
            equal.append(word.reference)
            continue
        yield from _equal_run(equal, keep_head=not first, keep_tail=True)
        equal, first = [], False
        yield WordSpan(kind=_kind(word.edit), reference=word.reference, hypothesis=word.hypothesis)
    yield from _equal_run(equal, keep_head=True, keep_tail=False)


def _equal_run(words: list[str], *, keep_head: bool, keep_tail: bool) -> Iterator[WordSpan]:
    if len(words) <= 2 * _EQUAL_RUN:
        if words:
            yield WordSpan(kind="equal", reference=" ".join(words))
        return
    if keep_head:
        yield WordSpan(kind="equal", reference=" ".join(words[:_EQUAL_RUN]))
    yield WordSpan(kind="gap")
    if keep_tail:
        yield WordSpan(kind="equal", reference=" ".join(words[-_EQUAL_RUN:]))


def _kind(edit: Edit) -> SpanKind:
    match edit:
        case Edit.SUBSTITUTE:
            return "substitute"
        case Edit.DELETE:
            return "delete"
        case Edit.INSERT:
            return "insert"
        case Edit.EQUAL:
            return "equal"
