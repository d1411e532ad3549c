"""Whether our caller and the line did their part (evaluation.md, section 6, for scripted callers).

Whatever spoiled a trial on our side makes it inconclusive before anybody asks whether it passed. Nothing here looks
at what the agent said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from harness.audio.recording import Recording
from harness.model.call import Call, Role, Tier, Turn
from harness.model.score import Score, Scored, Unscored

MAX_CALLER_WER = 0.15
"""Above this our own audio was not understandable enough to blame the agent (evaluation.md, section 6, item 2)."""
MAX_CLIPPED = 0.01
"""Largest share of the caller's samples at full scale (evaluation.md, section 6, item 2)."""
FULL_SCALE = 32124
"""The loudest sample a µ-law line can carry (ITU-T G.711)."""
CALLER_WER = "caller_wer"
CALLER_ENTITY = "caller_entity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Whether a trial may say anything about the agent."""

    valid: bool
    reason: str = ""
    """What spoiled it, in words a newcomer understands; empty when valid."""


VALID = Validity(valid=True)


def check_validity(call: Call, scores: Sequence[Scored], *, recording: Recording | None = None) -> Validity:
    """Return whether our caller said what the case has it say, so that it could be heard.

    Args:
        call: The finished call.
        scores: Its scores; `caller_wer` and `caller_entity` are what is looked at.
        recording: What was on the line, when it is at hand: then silence and clipping are looked for too.
    """
    if call.tier is Tier.TEXT or not _spoken(call):
        # Without sound nothing can distort the words, and without a caller's words there is nothing to distort.
        return VALID
    reason = _audio_fault(call, recording) or _speech_fault(scores) or _entity_fault(scores)
    return Validity(valid=not reason, reason=reason)


def _spoken(call: Call) -> list[Turn]:
    return [turn for turn in call.turns if turn.role is Role.CALLER and not turn.keys]


def _audio_fault(call: Call, recording: Recording | None) -> str:
    if recording is None:
        return ""
    speech = np.concatenate([recording.caller.span(turn.started_ms, turn.ended_ms).samples for turn in _spoken(call)])
    if not speech.any():
        return "our caller's audio is silent although it had something to say"
    clipped = float(np.mean(np.abs(speech.astype(np.int32)) >= FULL_SCALE))
    if clipped > MAX_CLIPPED:
        return f"our caller's audio is clipped: {clipped:.1%} of it at full scale, {MAX_CLIPPED:.0%} is the limit"
    return ""


def _speech_fault(scores: Sequence[Scored]) -> str:
    score = next((s for s in scores if s.name == CALLER_WER and s.turn is None), None)
    match score:
        case None:
            return "nobody checked whether our caller could be understood: caller_wer was not measured"
        case Unscored():
            return f"nobody could check whether our caller could be understood: {score.reason}"
        case Score():
            if score.value <= MAX_CALLER_WER:
                return ""
            return (
                f"our caller could not be understood: caller_wer is {score.value:.2f}, {MAX_CALLER_WER:.2f} is the "
                f"limit ({score.reason}); choose a clearer voice or a better line for this persona"
            )
        case _:
            assert_never(score)


def _entity_fault(scores: Sequence[Scored]) -> str:
    wrong = next((s for s in scores if isinstance(s, Score) and s.name == CALLER_ENTITY and not s.value >= 1), None)
    if wrong is None:
        return ""
    turn = "" if wrong.turn is None else f" in turn {wrong.turn + 1}"
    return f"our caller's own audio lost a value the call depends on{turn}: {wrong.reason}"
