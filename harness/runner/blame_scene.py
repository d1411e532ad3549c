"""One failed check with what may explain it: the turn that was asked, its answer, and the events and scores of both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.blame import Blame, Part
from harness.model.call import Call, Event, EventKind, Role, Turn
from harness.model.finding import Finding, FindingName
from harness.model.score import Score, Scored
from harness.runner.diagnosis import ASKED_FOR

_QUOTED_WORDS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that failed."""

    name: str
    turn: int | None = None
    score: int | None = None
    missing: tuple[str, ...] = ()
    """Words that should have been said and were not."""
    reason: str = ""
    is_greeting: bool = False
    """It is about what the agent says before the caller does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A check in its call."""

    check: Check
    call: Call
    scores: Sequence[Scored]

    @property
    def asked(self) -> int | None:
        """Return the caller's turn the check's answer belongs to; None for a greeting or the whole call."""
        at = self.check.turn
        if at is None or at >= len(self.call.turns):
            return None
        return next((i for i in range(at, -1, -1) if _asks(self.call.turns[i])), None)

    @property
    def is_whole_call(self) -> bool:
        """Whether no single exchange is meant."""
        return self.check.turn is None and not self.check.is_greeting

    @property
    def answer(self) -> tuple[int, ...]:
        """Return the agent's turns in question: those before the caller's next, or all of the call."""
        turns = self.call.turns
        if self.is_whole_call:
            return tuple(i for i, turn in enumerate(turns) if turn.role is Role.AGENT)
        first = 0 if self.asked is None else self.asked + 1
        last = next((i for i in range(first, len(turns)) if _asks(turns[i])), len(turns))
        return tuple(i for i in range(first, last) if turns[i].role is Role.AGENT)

    @property
    def asked_turn(self) -> Turn | None:
        """Return the caller's turn itself."""
        return None if self.asked is None else self.call.turns[self.asked]

    @property
    def answer_text(self) -> str:
        """Return all the words that were played of the answer."""
        return " ".join(self.call.turns[i].spoken for i in self.answer)

    @property
    def since_ms(self) -> int:
        """Return when the exchange began."""
        return 0 if self.asked_turn is None else self.asked_turn.started_ms

    @property
    def until_ms(self) -> int:
        """Return when it was over: the caller spoke again, or the call ended."""
        if self.is_whole_call:
            return self.call.duration_ms
        first = 0 if self.asked is None else self.asked + 1
        later = (turn.started_ms for turn in self.call.turns[first:] if _asks(turn))
        return next(later, self.call.duration_ms)

    @property
    def caller_turns(self) -> tuple[int, ...]:
        """Return the caller's spoken turns that may have shaped the answer, the one that was asked first."""
        spoken = [i for i, turn in enumerate(self.call.turns) if turn.role is Role.CALLER and turn.has_words]
        if self.is_whole_call:
            return tuple(spoken)
        return tuple(sorted((i for i in spoken if self.asked is not None and i <= self.asked), reverse=True))

    def events(self, *kinds: EventKind) -> tuple[Event, ...]:
        """Return the exchange's events of some kinds, in order."""
        return tuple(
            each for each in self.call.events if each.kind in kinds and self.since_ms <= each.at_ms <= self.until_ms
        )

    def named(self, name: str, *, turn: int) -> Score | None:
        """Return the measurement of that name of one turn."""
        found = (each for each in self.scores if isinstance(each, Score) and each.name == name and each.turn == turn)
        return next(found, None)

    def turns_of(self, name: str) -> Iterator[tuple[int, Score]]:
        """Yield a measurement turn by turn."""
        for each in self.scores:
            if isinstance(each, Score) and each.name == name and each.turn is not None:
                yield each.turn, each

    def rate(self, name: str, *, turn: int) -> float:
        """Return a measurement of one turn, 0 where nobody took it."""
        score = self.named(name, turn=turn)
        return 0.0 if score is None else score.value

    def finding(self, *names: FindingName) -> Finding | None:
        """Return the call's first finding of these names."""
        return next((each for each in self.call.findings if each.name in names), None)

    def saw(self, finding: Finding) -> str:
        """Return what a finding saw, without its note on what a case asked for: that plays no part here."""
        return finding.what.removesuffix(ASKED_FOR)

    def blame(self, part: Part, evidence: str, *, at_ms: int | None, alternatives: tuple[Part, ...] = ()) -> Blame:
        """Return this check assigned to a part."""
        return Blame(
            check=self.check.name,
            part=part,
            evidence=evidence,
            at_ms=at_ms,
            turn=self.check.turn,
            score=self.check.score,
            alternatives=alternatives,
        )


def _asks(turn: Turn) -> bool:
    return turn.role is Role.CALLER and turn.wants_answer


def quoted(text: str) -> str:
    """Return words in quotation marks, many of them shortened."""
    words = text.split()
    return f'"{" ".join(words[:_QUOTED_WORDS])}{" …" if len(words) > _QUOTED_WORDS else ""}"'
