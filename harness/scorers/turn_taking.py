"""Who took the turn when, and who gave way: the scores of turn-taking (evaluation.md, section 5).

A question that does not arise in a call has no score: nobody has to give way where nobody interrupts. It is unscored,
with the reason, where the case asks for it: by a limit, or by a caller who is to interrupt or to say "mm-hm".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.call import Call, EventKind, Tier
from harness.model.case import Case
from harness.model.moves import Backchannel, Say
from harness.model.platform import TurnModelName
from harness.model.score import Evidence, Score, Scored, Unscored
from harness.scorers.turn_floor import agent_interruptions, floor_scores, overlap_ms
from harness.scorers.turn_holding import holding_scores
from harness.scorers.turn_pace import pace_scores
from harness.scorers.turn_reading import read_turns
from harness.scorers.turn_replies import barge_in_scores, response_scores

BARGE_IN_SCORES = ("barge_in_stop_ms", "yield_rate")
OVERLAP_SCORES = (*BARGE_IN_SCORES, "agent_interruption_rate", "overlap_ms")
HOLD_SCORES = ("hold_rate",)
_HALF_DUPLEX_ACTION = "ai"
_HALF_DUPLEX = "not applicable: nobody listens to the caller while this agent speaks (half duplex)"
_MIXED = "not scorable on a mixed recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTakingScorer:
    """Answers, interruptions and silences on the call's own clock, none of them required."""

    name: str = "turns"
    turn_model: TurnModelName = TurnModelName.TRANSCRIPT
    """What decides about turns where the case does not say."""

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Read the turns; without an agent in the call there is nothing to read."""
        case, call = evidence.case, evidence.call
        found = list(self._found(evidence))
        wanted = {limit.score for limit in case.limits}
        if _is_mixed(call):
            found = _without(found, (*OVERLAP_SCORES, *HOLD_SCORES), reason=_MIXED)
            wanted |= {"agent_interruption_rate", "overlap_ms"}
        elif self._is_half_duplex(case, call=call):
            found = _without(found, (*BARGE_IN_SCORES, *HOLD_SCORES), reason=_HALF_DUPLEX)
        if any(isinstance(move, Backchannel) for move in call.moves):
            wanted |= set(HOLD_SCORES)
        if any(isinstance(move, Say) and move.interrupts for move in call.moves):
            wanted |= set(BARGE_IN_SCORES)
        return [each for each in found if isinstance(each, Score) or each.name in wanted]

    def _found(self, evidence: Evidence) -> Iterator[Scored]:
        call = evidence.call
        reading = read_turns(call, case=evidence.case)
        yield from response_scores(reading)
        yield from barge_in_scores(reading)
        yield from holding_scores(reading, call=call)
        yield from agent_interruptions(reading, call=call)
        yield overlap_ms(reading)
        yield from floor_scores(reading)
        if call.tier is Tier.AUDIO:
            # Where nobody speaks, words take the time they nominally take: their pace says nothing.
            yield from pace_scores(reading, evidence=evidence)

    def _is_half_duplex(self, case: Case, *, call: Call) -> bool:
        chosen = case.platform.turn_model or self.turn_model
        return chosen is TurnModelName.HALF_DUPLEX or any(
            event.kind is EventKind.ACTION_ENTERED and event.data.get("type") == _HALF_DUPLEX_ACTION
            for event in call.events
        )


def _without(found: Sequence[Scored], names: Sequence[str], *, reason: str) -> list[Scored]:
    others = [each for each in found if each.name not in names]
    return [*others, *(Unscored(name=name, reason=reason) for name in names)]


def _is_mixed(call: Call) -> bool:
    return call.recording is not None and call.recording.channels < 2
