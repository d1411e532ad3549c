"""Findings from what the platform understood of the caller: nothing, not this turn, other words, or half of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from harness.model.call import Role, Turn
from harness.model.finding import FindingName
from harness.runner.course import Course, Seen

WRONG_SHARE: Final = 0.25
"""From this share of the caller's words on, not understanding them is worth a finding."""
_LEAST_WRONG = 2
"""One wrong word is nothing, whatever its share."""
_LOST_PER_MISTAKEN = 2
"""With more than this many words lost for each one taken for another, it was the line rather than the recogniser."""
LOST_PACKETS_PCT: Final = 2.0
"""From this loss on, speech suffers audibly."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mistakes:
    words: int = 0
    mistaken: int = 0
    lost: int = 0

    def __add__(self, other: "_Mistakes") -> "_Mistakes":
        return _Mistakes(
            words=self.words + other.words, mistaken=self.mistaken + other.mistaken, lost=self.lost + other.lost
        )

    @property
    def wrong(self) -> int:
        return self.mistaken + self.lost


def not_heard(course: Course) -> Iterator[Seen]:
    """The recogniser made nothing of the caller: of no turn at all, or not of this one."""
    turns = _heard_turns(course)
    missed = [turn for turn in turns if not (turn.heard or "").strip()]
    if not missed or course.service_failed("stt"):
        return
    if len(missed) == len(turns):
        many = f"any of the caller's {len(turns)} turns" if len(turns) > 1 else "what the caller said"
        what = f"the platform recognised nothing in {many}"
        yield Seen(name=FindingName.ONE_WAY_IN, at_ms=missed[0].started_ms, what=what)
        return
    for turn in missed:
        what = f'the platform recognised nothing in "{turn.spoken}"'
        yield Seen(name=FindingName.TURN_NOT_HEARD, at_ms=turn.started_ms, what=what)


def misheard(course: Course) -> Iterator[Seen]:
    """The recogniser took a good part of the caller's words for others, or never got them."""
    turns = [turn for turn in _heard_turns(course) if (turn.heard or "").strip()]
    each = [_mistakes(turn) for turn in turns]
    total = sum(each, start=_Mistakes())
    if total.wrong < _LEAST_WRONG or total.wrong < WRONG_SHARE * total.words:
        return
    worst = max(range(len(turns)), key=lambda place: each[place].wrong)
    by_line = total.lost > _LOST_PER_MISTAKEN * total.mistaken
    verb = "got lost" if by_line else "were recognised wrongly"
    what = (
        f"{total.wrong} of the caller's {total.words} words {verb}; "
        f'"{turns[worst].spoken}" was heard as "{turns[worst].heard}"'
    )
    name = FindingName.PACKET_LOSS if by_line else FindingName.WORDS_MISHEARD
    yield Seen(name=name, at_ms=turns[worst].started_ms, what=what)


def packets_lost(course: Course) -> Iterator[Seen]:
    """The call's own statistics tell of lost packets."""
    for resource in course.call.resources:
        stats = resource.fields.get("rtcp_stats")
        loss = stats.get("packet_loss_pct") if isinstance(stats, dict) else None
        if isinstance(loss, int | float) and loss >= LOST_PACKETS_PCT:
            what = f"{loss:.1f}% of the call's packets were lost"
            yield Seen(name=FindingName.PACKET_LOSS, at_ms=None, what=what)


def _heard_turns(course: Course) -> list[Turn]:
    """Return the turns that a session should have heard; while it speaks a half-duplex one listens to nobody."""
    if not course.has_record:
        return []
    return [
        turn
        for turn in course.caller_turns
        if course.session_at(turn.started_ms) is not None
        and course.session_at(turn.ended_ms) is not None
        and (course.greets or not course.is_audible(Role.AGENT, at_ms=turn.started_ms))
    ]


def _mistakes(turn: Turn) -> _Mistakes:
    said, heard = _words(turn.spoken), _words(turn.heard or "")
    mistaken = lost = 0
    for edit, i1, i2, j1, j2 in SequenceMatcher(None, said, heard, autojunk=False).get_opcodes():
        if edit in ("equal", "insert") or _has_number(said[i1:i2], heard[j1:j2]):
            continue
        mistaken += min(i2 - i1, j2 - j1)
        lost += max(0, (i2 - i1) - (j2 - j1))
    return _Mistakes(words=len(said), mistaken=mistaken, lost=lost)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _has_number(said: Sequence[str], heard: Sequence[str]) -> bool:
    """Return whether a number is among the words: it can be written in many ways, which is the scores' business."""
    return bool(said and heard) and any(any(map(str.isdigit, word)) for word in (*said, *heard))
