"""Counts and rates of turn events: pooled before they are divided, None where there is nothing to divide by."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from harness.scorers.turn_events import Reaction, TurnEvent, TurnOutcome, wants_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnSummary:
    """How often what happened."""

    turns: int
    """Utterances that want an answer."""
    outcomes: Counter[TurnOutcome]
    reactions: Counter[Reaction]
    agent_interruptions: int
    latencies_ms: tuple[int, ...]
    """Of the responses; interrupted and censored turns have none."""
    stop_latencies_ms: tuple[int, ...]
    """Of turns and barge-ins into the agent's speech, whether it gave way in time or not."""

    @property
    def response_rate(self) -> float | None:
        """Return responses over turns whose answer was due."""
        answered = self.outcomes[TurnOutcome.RESPONSE]
        return _rate(answered, answered + self.outcomes[TurnOutcome.NO_RESPONSE])

    @property
    def agent_interruption_rate(self) -> float | None:
        """Return the agent's interruptions over the caller's turns; it can exceed 1."""
        return _rate(self.agent_interruptions, self.turns)

    @property
    def yield_rate(self) -> float | None:
        """Return how often the agent stopped in time for a caller who spoke over it."""
        yields = self.reactions[Reaction.YIELD]
        return _rate(yields, yields + self.reactions[Reaction.NO_YIELD])

    @property
    def hold_rate(self) -> float | None:
        """Return how often the agent spoke on through a backchannel or noise."""
        held = self.reactions[Reaction.HELD]
        return _rate(held, held + self.reactions[Reaction.FALSE_YIELD])


def summarise_turns(events: Iterable[TurnEvent]) -> TurnSummary:
    """Return the counts of turn events, of one call or of many."""
    events = tuple(events)
    turns = [event for event in events if wants_answer(event.label)]
    return TurnSummary(
        turns=len(turns),
        outcomes=Counter(event.outcome for event in events if event.outcome is not None),
        reactions=Counter(event.reaction for event in events if event.reaction is not None),
        agent_interruptions=sum(event.agent_interruptions for event in turns),
        latencies_ms=tuple(event.latency_ms for event in turns if event.latency_ms is not None),
        stop_latencies_ms=tuple(event.stop_latency_ms for event in turns if event.stop_latency_ms is not None),
    )


def quantile_ms(values_ms: Sequence[int], *, share: float) -> float:
    """Return a quantile of at least one value, type 7."""
    return float(np.quantile(values_ms, share))


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
