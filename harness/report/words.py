"""The texts of one turn, and the word errors between them shown in place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.model.call import Role, Turn
from harness.model.score import AlignedWord, Edit, Score, Scored

_SHOWN_WORDS = 120
"""Longer texts are folded after this many words."""
_EQUAL_RUN = 6
"""Equal words shown on each side of an error; more are left out of the aligned line."""

_BETWEEN = re.compile(r"[\W_]+")
"""What two texts of the same words may differ in."""

SpanKind = Literal["equal", "substitute", "delete", "insert", "gap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedText:
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


def fold_text(text: str) -> FoldedText:
    """Return a text with everything past the first words folded."""
    words = text.split()
    if len(words) <= _SHOWN_WORDS * 3 // 2:
        return FoldedText(head=text)
    tail = words[_SHOWN_WORDS:]
    return FoldedText(head=" ".join(words[:_SHOWN_WORDS]), tail=" ".join(tail), tail_words=len(tail))


def other_texts(turn: Turn, *, index: int, scores: Sequence[Scored]) -> tuple[OtherText, ...]:
    """Return the texts of a turn that differ from the words played: heard by the other side, said by the audio."""
    candidates: tuple[tuple[str, str, str | None, str], ...]
    match turn.role:
        case Role.CALLER:
            candidates = (
                ("agent heard", "what the platform's recogniser understood", turn.heard, "hearing_wer"),
                ("audio said", "what our own recogniser hears in the caller's audio", turn.said, "caller_wer"),
            )
        case Role.AGENT:
            candidates = (
                ("audio said", "what our own recogniser hears in the agent's audio", turn.said, "speaking_wer"),
            )
    found = []
    for label, hint, text, score_name in candidates:
        alignment = _alignment(scores, score_name, index=index)
        if alignment and any(word.edit is not Edit.EQUAL for word in alignment):
            found.append(OtherText(label=label, help=hint, spans=tuple(_spans(alignment))))
        elif text is not None and not alignment and _plain(text) != _plain(turn.spoken):
            found.append(OtherText(label=label, help=hint, text=fold_text(text or "(nothing)")))
    return tuple(found)


def _alignment(scores: Sequence[Scored], name: str, *, index: int) -> tuple[AlignedWord, ...]:
    fitting = (s for s in scores if isinstance(s, Score) and s.name == name and s.turn == index)
    return next((score.alignment for score in fitting), ())


def _plain(text: str) -> str:
    return _BETWEEN.sub("", text.casefold())


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
