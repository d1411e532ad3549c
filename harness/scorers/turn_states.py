"""Who held the floor for how long: the conversation states of ITU-T P.59 and the pace of speech (evaluation.md 5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.scorers.turn_segments import Segment, union


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationStates:
    """How long each side spoke, both did, and neither, from the first speech to the last."""

    window_ms: int
    caller_ms: int
    agent_ms: int
    double_talk_ms: int
    longest_silence_ms: int
    """Of the silences both kept."""

    @property
    def silence_ms(self) -> int:
        """Return for how long neither spoke."""
        return self.window_ms - self.caller_ms - self.agent_ms + self.double_talk_ms

    @property
    def agent_talk_share(self) -> float | None:
        """Return the agent's part of all speech; None when nobody spoke."""
        speech_ms = self.caller_ms + self.agent_ms
        return self.agent_ms / speech_ms if speech_ms else None

    def ratio(self, state_ms: int) -> float | None:
        """Return the share of the window a state lasted; None when nobody spoke."""
        return state_ms / self.window_ms if self.window_ms else None


def conversation_states(*, caller: Sequence[Segment], agent: Sequence[Segment]) -> ConversationStates:
    """Return the states of a call from when each side spoke."""
    caller, agent = union(caller), union(agent)
    anybody = union((*caller, *agent))
    return ConversationStates(
        window_ms=anybody[-1].end_ms - anybody[0].start_ms if anybody else 0,
        caller_ms=sum(each.duration_ms for each in caller),
        agent_ms=sum(each.duration_ms for each in agent),
        double_talk_ms=sum(mine.shared_ms(theirs) for mine in caller for theirs in agent),
        longest_silence_ms=max((after.start_ms - before.end_ms for before, after in pairwise(anybody)), default=0),
    )


def words_per_minute(units: int, *, speech_ms: float) -> float | None:
    """Return the pace of a speaker over its own speech; None without speech."""
    return units * 60_000 / speech_ms if speech_ms > 0 else None
