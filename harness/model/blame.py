"""Which part of a voice agent a failed check comes from, and what shows it."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What can fail between a caller's words and the answer to them."""

    HEARING = "hearing"
    """The platform's recogniser: the words arrived and were written down wrongly, or not at all."""
    THINKING = "thinking"
    """The language model and its prompt: everything arrived, and the answer is wrong, late or missing."""
    TOOL = "tool"
    """A tool of the agent: it failed, was refused, took too long, or told something else than was expected."""
    SPEAKING = "speaking"
    """The agent's voice: the text was right, and its sound is wrong, late or missing."""
    TURN_TAKING = "turn_taking"
    """Who speaks when: an answer too early, an end of turn too late, words cut off, no giving way."""
    NETWORK = "network"
    """The line, and the platform that carries the call: lost frames, one-way sound, a session that never ran."""
    CALLER = "caller"
    """Our own caller: its voice or its line lost the words, or it never said them."""
    HARNESS = "harness"
    """Our own measurement: a scorer, the judge or the reference recogniser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """One failed check, the part it is assigned to, and why."""

    check: str
    """The score, or the limit on one, that failed; else `course`, `service`, `validity` or `script`."""
    part: Part
    evidence: str
    """What was seen, with a quote or a number; a sentence without its full stop."""
    at_ms: int | None = None
    """When it showed; None when it is about the whole call, or no call came about."""
    turn: int | None = None
    """Index into the call's turns of the one the check is about; None for the whole call."""
    score: int | None = None
    """Index into the trial's scores of the check that failed; None where no score did."""
    alternatives: tuple[Part, ...] = ()
    """Parts that show signs of it too, where what was measured does not decide."""
