"""The stretch of a call that a question is about: one answer of the agent, some of them, or the whole call.

An answer is everything the agent says until the caller's next turn that wants one, so that "let me check that" and what
comes after the tool's result are one answer.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.model.call import Call, Event, EventKind, Role, Speaker, Turn
from harness.model.patterns import Searcher
from harness.model.score import Evidence
from harness.scorers.moments import DueAnswer, answer_to, greeting_turns, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One turn of the caller and its answer; or the greeting, which nobody asked for."""

    asked: int | None
    answer: tuple[int, ...]
    since_ms: int
    until_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A stretch of a call."""

    evidence: Evidence
    searcher: Searcher
    exchanges: tuple[Exchange, ...]
    place: str
    """Reads on from "the agent said …": `after "Where is my parcel?"`, `in the whole call`."""
    whole_call: bool = False

    @property
    def call(self) -> Call:
        """Return the call."""
        return self.evidence.call

    @property
    def lang(self) -> str:
        """Return the agent's language."""
        return self.evidence.arm.voice.language

    @property
    def answer(self) -> tuple[int, ...]:
        """Return all turns of the agent's side in it."""
        return tuple(index for exchange in self.exchanges for index in exchange.answer)

    @property
    def parts(self) -> tuple["Scope", ...]:
        """Return the exchanges one by one."""
        if len(self.exchanges) == 1 and not self.whole_call:
            return (self,)
        return tuple(
            replace(self, exchanges=(each,), place=_place(each, call=self.call), whole_call=False)
            for each in self.exchanges
        )

    @property
    def is_mute(self) -> bool:
        """Whether nothing can be said about the agent's words: it has none in the whole call."""
        return not any(turn.role is Role.AGENT and turn.spoken.strip() for turn in self.call.turns)

    def turns(self) -> Iterator[tuple[int, Turn]]:
        """Yield the turns of the agent's side with their numbers."""
        return ((index, self.call.turns[index]) for index in self.answer)

    def own_turns(self, exchange: Exchange) -> tuple[Turn, ...]:
        """Return the turns of the agent itself in an exchange: nothing the flow or a colleague says."""
        turns = (self.call.turns[index] for index in exchange.answer)
        return tuple(turn for turn in turns if turn.speaker is Speaker.AGENT and turn.spoken.strip())

    def reply(self, exchange: Exchange) -> tuple[Turn, ...]:
        """Return an answer without what was only said to pass the time until a tool had answered."""
        turns = self.own_turns(exchange)
        results = [event.at_ms for event in self.events(EventKind.TOOL_RETURNED)]
        for number in range(len(turns) - 1, 0, -1):
            if any(turns[number - 1].started_ms <= at_ms <= turns[number].started_ms for at_ms in results):
                return turns[number:]
        return turns

    def events(self, *kinds: EventKind) -> tuple[Event, ...]:
        """Return the events of some kinds in it, in order."""
        found = (event for event in self.call.events if event.kind in kinds)
        if self.whole_call:
            return tuple(found)
        return tuple(e for e in found if any(each.since_ms <= e.at_ms < each.until_ms for each in self.exchanges))

    def what_it_said(self) -> str:
        """Return what the agent said instead of what was expected."""
        spoken = [turn for _, turn in self.turns()]
        if not spoken:
            return "the agent did not answer" if self.exchanges and not self.whole_call else "it said nothing"
        if len(self.exchanges) > 1:
            return f"it never did in its {len(spoken)} turn{'s' if len(spoken) > 1 else ''}"
        verb = "it was interrupted after" if spoken[-1].interrupted else "it said"
        return f"{verb}: {quoted(' '.join(turn.spoken for turn in spoken))}"


def whole_call(evidence: Evidence, *, searcher: Searcher) -> Scope:
    """Return all of a call: the greeting, and the answer to every turn of the caller."""
    call = evidence.call
    asked = [i for i, turn in enumerate(call.turns) if turn.role is Role.CALLER and turn.wants_answer]
    first_ms = call.turns[asked[0]].started_ms if asked else math.inf
    greeting = Exchange(asked=None, answer=greeting_turns(call), since_ms=0, until_ms=first_ms)
    return Scope(
        evidence=evidence,
        searcher=searcher,
        exchanges=(greeting, *(_exchange(call, asked=index) for index in asked)),
        place="in the whole call",
        whole_call=True,
    )


def answer_scope(due: DueAnswer, *, asked: int, evidence: Evidence, searcher: Searcher) -> Scope:
    """Return the answer to one turn of the caller, which was made."""
    exchange = _exchange(evidence.call, asked=asked)
    return Scope(evidence=evidence, searcher=searcher, exchanges=(exchange,), place=due.place)


def _exchange(call: Call, *, asked: int) -> Exchange:
    later = (t.started_ms for t in call.turns[asked + 1 :] if t.role is Role.CALLER and t.wants_answer)
    return Exchange(
        asked=asked,
        answer=answer_to(call, asked=asked),
        since_ms=call.turns[asked].started_ms,
        until_ms=next(later, math.inf),
    )


def _place(exchange: Exchange, *, call: Call) -> str:
    return "in its greeting" if exchange.asked is None else f"after {quoted(call.turns[exchange.asked].spoken)}"
