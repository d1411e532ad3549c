"""Whether our caller and the line did their part (evaluation.md, section 6), and the right agent took the call.

Whatever spoiled a trial on our side makes it invalid before anybody asks whether it passed. Nothing here looks at what
the agent said or at what was scored of it. What the case itself asked for (lost frames, an overdriven microphone, a
platform that does not hear the caller) is no fault of ours: there only `caller_wer` decides.
"""

from collections.abc import Sequence
from typing import Final, assert_never

from harness.model.call import Call, Role, Tier, Turn
from harness.model.case import Case
from harness.model.moves import Say
from harness.model.platform import FaultKind
from harness.model.proof import Proof, Proved
from harness.model.quality import ChannelQuality
from harness.model.score import Score, Scored, Unscored
from harness.model.validity import VALID, InvalidKind, Validity

MAX_CALLER_WER: Final = 0.15
"""Above this our own audio was not understandable enough to blame the agent (evaluation.md, section 6, item 2)."""
MAX_CLIPPED: Final = 0.01
"""Largest share of the caller's speech that may be clipped (evaluation.md, section 6, item 2)."""
MAX_GAP_MS: Final = 100
"""Longest hole our play-out may leave in a word (evaluation.md, section 6, item 2)."""
CALLER_WER: Final = "caller_wer"
CALLER_ENTITY: Final = "caller_entity"
CALLER_FACTS: Final = "caller_facts"
"""Asked of callers that make lines up, and of nobody else: did it keep to its facts? A score that is not `passed` says
which side it was on in the first word of its reason: `HELPED` or `HINDERED`."""
HELPED: Final = "helped:"
HINDERED: Final = "hindered:"

_BREAKING: Final = frozenset({FaultKind.ONE_WAY_IN, FaultKind.PACKET_LOSS, FaultKind.CALL_DROPS})
"""Faults of a case after which less of the caller arrives than was sent."""


def check_validity(call: Call, scores: Sequence[Scored], *, case: Case) -> Validity:
    """Return whether our caller said what the case has it say, so that it could be heard, and nothing else.

    The first that applies decides: another agent than the one under test, audio, a caller that helped, one that
    hindered, what nobody could check.

    Args:
        call: The finished call; its quality is that of the recording.
        scores: Its scores; `caller_wer`, `caller_entity` and `caller_facts` are what is looked at.
        case: What was asked for.
    """
    agent = _agent(call)
    if agent.kind is InvalidKind.OTHER_AGENT:
        return agent
    turns = {index: turn for index, turn in enumerate(call.turns) if _is_ours(turn)}
    found = [_facts(scores), agent]
    if call.tier is not Tier.TEXT and turns:
        # Without sound nothing can distort the words, and without a caller's words there is nothing to distort.
        found = [_sound(call, turns, case=case), _words(scores), _entities(scores), *found]
    return next((each for each in found if each.is_spoiled), next((each for each in found if not each.valid), VALID))


def _agent(call: Call) -> Validity:
    """Return what the proof of who took the call says; a simulated call has none and needs none."""
    proof = Proof.of(call.resources)
    match None if proof is None else proof.proved:
        case None | Proved.MATCHES | Proved.UNPROVABLE | Proved.NOBODY:
            return VALID
        case Proved.DIFFERS:
            reason = f"another agent took the call than the one under test: {proof.why if proof else ''}"
            return _invalid(InvalidKind.OTHER_AGENT, reason)
        case Proved.UNKNOWN:
            reason = f"nobody could check which prompt the call was held with: {proof.why if proof else ''}"
            return _invalid(InvalidKind.UNCHECKED, reason)


def _is_ours(turn: Turn) -> bool:
    """Return whether a turn holds words of our caller; one cut off by the end of the call may hold none."""
    return turn.role is Role.CALLER and turn.has_words and any(letter.isalnum() for letter in turn.spoken)


def _sound(call: Call, turns: dict[int, Turn], *, case: Case) -> Validity:
    if call.quality is None:
        return VALID
    sound, line = call.quality.caller, case.persona.surroundings
    gives_way = bool(line.lost_frames or line.jitter_ms) or any(f.kind in _BREAKING for f in case.platform.faults)
    is_faint = line.snr_db is not None or line.gain_db < 0
    silenced = any(action.get("type") == "mute" for action in case.platform.flow)
    faults = (
        "" if gives_way or is_faint or silenced else _silence(sound, turns),
        "" if line.clip_db or line.gain_db > 0 else _clipping(sound),
        "" if gives_way else _gap(sound, call),
    )
    return _invalid(InvalidKind.AUDIO, next((fault for fault in faults if fault), ""))


def _silence(sound: ChannelQuality, turns: dict[int, Turn]) -> str:
    silent = [index + 1 for index in sound.silent_turns if index in turns]
    if not silent:
        return ""
    if len(silent) == len(turns):
        return "our caller's audio is silent although it had something to say"
    return f"our caller's audio is silent in turn {', '.join(map(str, silent))} although it had something to say"


def _clipping(sound: ChannelQuality) -> str:
    share = sound.clipped_share or 0.0
    if share <= MAX_CLIPPED:
        return ""
    return f"our caller's audio is clipped: {share:.1%} of it at full scale, {MAX_CLIPPED:.0%} is the limit"


def _gap(sound: ChannelQuality, call: Call) -> str:
    longest_ms = sound.longest_dropout_ms or 0
    # A voice that ends a piece without fading leaves a hole as long as the pause that was meant to follow.
    meant_ms = max((piece.pause_ms for move in call.moves if isinstance(move, Say) for piece in move.pieces), default=0)
    limit_ms = meant_ms + MAX_GAP_MS
    if longest_ms <= limit_ms:
        return ""
    limit = f"{MAX_GAP_MS} ms more than the pause of {meant_ms} ms it was to make" if meant_ms else f"{MAX_GAP_MS} ms"
    return f"our caller's audio breaks off for {longest_ms} ms in the middle of a sound, {limit} is the limit"


def _words(scores: Sequence[Scored]) -> Validity:
    score = next((s for s in scores if s.name == CALLER_WER and s.turn is None), None)
    match score:
        case None:
            reason = "nobody checked whether our caller could be understood: caller_wer was not measured"
            return _invalid(InvalidKind.UNCHECKED, reason)
        case Unscored():
            reason = f"nobody could check whether our caller could be understood: {score.reason}"
            return _invalid(InvalidKind.UNCHECKED, reason)
        case Score():
            if score.value <= MAX_CALLER_WER:
                return VALID
            reason = (
                f"our caller could not be understood: caller_wer is {score.value:.3g}, {MAX_CALLER_WER:g} is the "
                f"limit ({score.reason}); choose a clearer voice or a better line for this persona"
            )
            return _invalid(InvalidKind.AUDIO, reason)
        case _:
            assert_never(score)


def _entities(scores: Sequence[Scored]) -> Validity:
    wrong = next((s for s in scores if isinstance(s, Score) and s.name == CALLER_ENTITY and not s.value >= 1), None)
    if wrong is None:
        return VALID
    reason = f"our caller's own audio lost a value the call depends on{_place(wrong)}: {wrong.reason}"
    return _invalid(InvalidKind.AUDIO, reason)


def _facts(scores: Sequence[Scored]) -> Validity:
    asked = [score for score in scores if score.name == CALLER_FACTS]
    wrong = [score for score in asked if isinstance(score, Score) and score.passed is False]
    helped = next((score for score in wrong if score.reason.startswith(HELPED)), None)
    if helped is not None:
        what = helped.reason.removeprefix(HELPED).strip()
        return _invalid(InvalidKind.CALLER_HELPED, f"our caller helped the agent{_place(helped)}: {what}")
    if wrong:
        what = wrong[0].reason.removeprefix(HINDERED).strip()
        return _invalid(InvalidKind.CALLER_HINDERED, f"our caller left its part{_place(wrong[0])}: {what}")
    unknown = next((score for score in asked if isinstance(score, Unscored) or score.passed is None), None)
    if unknown is not None:
        reason = f"nobody could check whether our caller kept to its facts: {unknown.reason}"
        return _invalid(InvalidKind.UNCHECKED, reason)
    return VALID


def _invalid(kind: InvalidKind, reason: str) -> Validity:
    return Validity(valid=False, kind=kind, reason=reason) if reason else VALID


def _place(score: Scored) -> str:
    return "" if score.turn is None else f" in turn {score.turn + 1}"
