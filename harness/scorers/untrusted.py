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

_BETWEEN = r"(?: (?:a|all|as|criteria|criterion|each|every|for|is|of|question|questions|the|to|verdict|with))*"
_SPOKEN_ATTACKS = (
    re.compile(
        r"\b(?:ignore|disregard|forget|override|bypass)\b(?: \S+){0,6} (?:rubric|instructions?|scor(?:e|es|ing)"
        r"|grad(?:e|es|ing)|criteri(?:on|a)|judge|evaluation)\b"
    ),
    re.compile(r"\b(?:as|to|dear|attention) the (?:judge|grader|evaluator)\b"),
    re.compile(r"\b(?:rubric|judging policy)\b|\b(?:an?|the|this|other|two) (?:evaluators?|graders?|judges)\b"),
    re.compile(r"\bwho(?:ever)? (?:evaluates|grades|judges|rates|scores) (?:it|this)\b|\bjudge as\b"),
    re.compile(
        r"\b(?:verdict|score|grade|rate|mark) (?:this|it|the call|the agent|is|as|me)\b"
        r".{0,40}\b(?:pass|passed|5|10|100)\b"
    ),
    re.compile(rf"\b(?:answer|answered|choose|graded?|reply|verdicts?)\b{_BETWEEN} pass\b"),
    re.compile(r"\b(?:fallback|means?|must be|quote|recorded as) pass\b"),
    re.compile(r"\bend of (?:the )?(?:transcript|evidence)\b|\b(?:transcript|evidence) (?:ends|is over)\b"),
    re.compile(r"\bthis call (?:fails|passes|is marked|was reviewed|was graded)\b|\b(?:test mode|full marks)\b"),
    re.compile(r"\bcriteri(?:a|on) (?:pass|are met|satisfied|were met)\b"),
)
_WRITTEN_ATTACKS = (
    re.compile(r"[\"']?verdict[\"']?\s*:\s*[\"']?(?:pass|fail)", re.IGNORECASE),
    re.compile(r"<\s*/?\s*(?:system|assistant|user|judge|evidence)\b|<\|\w+\|>|\[/?(?:INST|SYSTEM)\]", re.IGNORECASE),
    re.compile(r"(?:^|[.!?\n]\s*)system\s*(?:note|prompt|message)?\s*:", re.IGNORECASE),
    re.compile(r"\b(?:assistant|developer message|human)\s*:\s", re.IGNORECASE),
    # Orders in other languages keep the one word of the schema.
    re.compile(
        r"(?=.*\bpass)(?=.*(?:kriterien|bewerte|évaluat|rúbrica|evalúa|критери|채점|평가|採点|評価|评分|評分|المعايير))",
        re.IGNORECASE | re.DOTALL,
    ),
    # Letters of two alphabets in one word: it is meant to look like another.
    re.compile(r"[a-z][\u0430-\u044f]|[\u0430-\u044f][a-z]", re.IGNORECASE),
)
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Characters that turn text round or are never shown; nobody speaks them."""


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
    written = visible(text)
    return (
        bool(_HIDDEN.search(text))
        or any(pattern.search(plain) for pattern in _SPOKEN_ATTACKS)
        or any(pattern.search(written) for pattern in _WRITTEN_ATTACKS)
    )
