"""A transcript is data (evaluation.md 3.4): made harmless before a judge reads it, and searched for attempts on it.

Nothing a caller or an agent says can close the tag it stands in, hide in invisible characters or outgrow the request.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.call import Turn
from harness.model.fencing import harmless_json, tag_for, visible
from harness.scorers.normalise import normalize_basic
from harness.scorers.spoken import units

MAX_TURN_CHARACTERS = 4_000
MAX_CHARACTERS = 80_000
"""Of all turns together; what comes after is left out and marked."""
CUT = "[cut]"

_SPOKEN_ATTACKS = (
    re.compile(
        r"\b(?:ignore|disregard|forget|override|bypass)\b(?: \S+){0,6} (?:rubric|instructions?|scor(?:e|es|ing)"
        r"|grad(?:e|es|ing)|criteri(?:on|a)|judge|evaluation)\b"
    ),
    re.compile(r"\b(?:as|to|dear|attention) the (?:judge|grader|evaluator)\b"),
    re.compile(
        r"\b(?:verdict|score|grade|rate|mark) (?:this|it|the call|the agent|is|as|me)\b"
        r".{0,40}\b(?:pass|passed|5|10|100)\b"
    ),
    re.compile(r"\bend of (?:the )?transcript\b"),
)
_WRITTEN_ATTACKS = (
    re.compile(r"[\"']?verdict[\"']?\s*:\s*[\"']?(?:pass|fail)", re.IGNORECASE),
    re.compile(r"<\s*/?\s*(?:system|assistant|user|judge|evidence)\b|<\|\w+\|>|\[/?(?:INST|SYSTEM)\]", re.IGNORECASE),
    re.compile(r"(?:^|[.!?\n]\s*)system\s*(?:note|prompt|message)?\s*:", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTranscript:
    """A transcript ready to be put into a request."""

    tag: str
    """The name of the tags around it, which nobody in the call could know."""
    text: str
    """One JSON array, with no angle bracket in it."""
    is_cut: bool


def seal(turns: Sequence[Turn], *, salt: str) -> SealedTranscript:
    """Return turns as evidence for a judge.

    Args:
        turns: The conversation; the words that were really played, and what the platform understood where it differs.
        salt: What makes the tag differ from request to request; the same salt and turns give the same bytes.
    """
    records: list[dict[str, object]] = []
    room, is_cut = MAX_CHARACTERS, False
    for index, turn in enumerate(turns):
        text = visible(turn.spoken)
        limit = min(MAX_TURN_CHARACTERS, room)
        if len(text) > limit:
            text, is_cut = f"{text[:limit]} {CUT}", True
        room -= min(len(text), room)
        record: dict[str, object] = {"turn": index, "speaker": turn.role.value, "text": text}
        if turn.heard is not None and normalize_basic(turn.heard, "en") != normalize_basic(turn.spoken, "en"):
            record["heard_by_agent"] = visible(turn.heard)[:MAX_TURN_CHARACTERS]
        if turn.interrupted:
            record["interrupted"] = True
        records.append(record)
        if not room:
            is_cut = is_cut or index + 1 < len(turns)
            break
    text = harmless_json(records)
    return SealedTranscript(tag=tag_for(text, name="evidence", salt=salt), text=text, is_cut=is_cut)


def suspicious_turn(turns: Sequence[Turn]) -> int | None:
    """Return the index of the first turn that seems to talk to a judge instead of to the other side, or None."""
    return next((i for i, turn in enumerate(turns) if _is_suspicious(turn.spoken)), None)


def _is_suspicious(text: str) -> bool:
    # Spoken orders arrive spelled out or with invisible characters; merged units undo both.
    plain = " ".join(unit.key for unit in units(visible(text), "en"))
    return any(pattern.search(plain) for pattern in _SPOKEN_ATTACKS) or any(
        pattern.search(visible(text)) for pattern in _WRITTEN_ATTACKS
    )
