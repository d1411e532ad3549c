"""One trial as its page shows it: the call turn by turn, its checks, and why it came to its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from harness.audio.recording import Recording
from harness.model.call import Call, Role, Turn
from harness.model.outcome import Outcome
from harness.model.run import TrialResult
from harness.model.score import Score, Scored
from harness.report.audits import AuditView, view_audit
from harness.report.blames import BlameView, view_blame
from harness.report.carried import CarriedView, view_carried
from harness.report.chains import ChainRow, view_chains
from harness.report.checkview import Blamed, CheckView, view_checks
from harness.report.findings import FindingView, view_findings
from harness.report.happenings import HappeningView, view_happenings
from harness.report.kept import KeptView, view_kept
from harness.report.links import failed_turns, trial_anchor
from harness.report.numbers import clock, duration, measurement, seconds
from harness.report.sentences import END_REASONS
from harness.report.sound import SoundView, view_sound
from harness.report.summaries import SummaryView, view_summary
from harness.report.timeline import Timeline, draw_timeline
from harness.report.words import FoldedText, OtherText, alignments, fold_text, other_texts

_MOMENT = itemgetter(0)
_LEAD_MS = 2000
"""How long before a failed turn the recording starts when it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialAudio:
    """What is left of a trial's recording when its page is made."""

    href: str = ""
    """Where the page finds it; empty when it cannot be played."""
    recording: Recording | None = None
    missing: str = ""
    """Why there is nothing to hear."""


class TurnView(NamedTuple):
    """One turn of the transcript."""

    number: int
    speaker: str
    """`caller`, or who of the agent's side it was."""
    clock: str
    start_s: str
    end_s: str
    text: FoldedText
    keys: str
    """The keys the caller pressed instead of speaking, with spaces between them."""
    unspoken: str
    """The end of an agent's reply that was never played because the caller cut in."""
    interrupted: bool
    latency: str
    others: tuple[OtherText, ...]
    checks: tuple[CheckView, ...]
    failed: bool
    """A required check about this turn failed."""
    hear_from_s: str
    """Where the recording starts when the failure is to be heard; empty where nothing failed."""


class TranscriptLine(NamedTuple):
    """One line of the transcript: a turn, or something that happened beside speech."""

    turn: TurnView | None = None
    happening: HappeningView | None = None


class TrialView(NamedTuple):
    """One trial."""

    id: str
    attempt: int
    repeat: int
    """0 for the first call of the attempt."""
    outcome: Outcome
    invalid_kind: str
    """Which part of ours spoiled it; empty when it is valid."""
    reasons: tuple[str, ...]
    audio_href: str
    audio_missing: str
    timeline: Timeline | None
    facts: tuple[str, ...]
    findings: tuple[FindingView, ...]
    blames: tuple[BlameView, ...]
    """Parts behind what is no check of its own on the page: limits, services, the course of the call."""
    lines: tuple[TranscriptLine, ...]
    """In order of time."""
    chains: tuple[ChainRow, ...]
    """The way of each value the caller told."""
    sound: SoundView | None
    """None without a recording."""
    carried: CarriedView | None
    """None for a simulated call."""
    kept: KeptView | None
    summary: SummaryView | None
    """None where nobody asked about it."""
    audit: AuditView | None
    """None where the platform made none."""
    checks: tuple[CheckView, ...]
    """About the whole call."""
    measurements: tuple[tuple[str, str], ...]
    """(score, value) of whole-call scores without a requirement."""
    hear_from_s: str
    """Where the recording starts when its first failed turn is to be heard; empty where none failed."""


def view_trial(result: TrialResult, audio: TrialAudio) -> TrialView:
    """Return one trial ready to be shown."""
    call, trial_id = result.call, trial_anchor(result.trial.id)
    blamed = {id(result.scores[b.score]): view_blame(b) for b in result.blames if b.score is not None}
    turns = () if call is None else _turns(call, result.scores, blamed=blamed)
    happenings = () if call is None else view_happenings(call)
    carried = None if call is None or not call.resources else view_carried(call.resources)
    whole = [score for score in result.scores if score.turn is None or not 0 <= score.turn < len(turns)]
    return TrialView(
        id=trial_id,
        attempt=result.trial.attempt,
        repeat=result.trial.repeat,
        invalid_kind="" if result.validity is None or result.validity.kind is None else result.validity.kind.value,
        outcome=result.outcome,
        reasons=result.reasons,
        audio_href=audio.href,
        audio_missing=audio.missing,
        timeline=None
        if call is None or not call.turns
        else draw_timeline(call, audio.recording, beside=len(happenings)),
        findings=view_findings(result.findings),
        blames=tuple(view_blame(blame) for blame in result.blames if blame.score is None),
        lines=() if call is None else _lines(call, turns, happenings),
        chains=view_chains(result.scores, trial_id=trial_id),
        sound=None if call is None or call.quality is None else view_sound(call.quality),
        carried=carried,
        kept=None if call is None else view_kept(call.resources),
        summary=view_summary(result.scores),
        audit=None if call is None else view_audit(call, result.scores),
        facts=(*_facts(result), carried.exactness) if carried and carried.exactness else _facts(result),
        checks=view_checks(whole, trial_id=trial_id, turns=len(turns), blamed=blamed),
        measurements=tuple(
            (score.name, measurement(score.name, score.value))
            for score in whole
            if isinstance(score, Score) and score.passed is None
        ),
        hear_from_s=next((turn.hear_from_s for turn in turns if turn.failed), ""),
    )


def _facts(result: TrialResult) -> tuple[str, ...]:
    if result.call is None:
        return ("no call came about",)
    call = result.call
    return duration(call.duration_ms), END_REASONS[call.end_reason], f"seed {result.trial.seed}"


def _lines(call: Call, turns: Sequence[TurnView], happenings: Sequence[HappeningView]) -> tuple[TranscriptLine, ...]:
    """Return turns and happenings in order of time; what happens as a turn begins stands before it."""
    timed = [(each.at_ms, TranscriptLine(happening=each)) for each in happenings]
    timed += [(turn.started_ms, TranscriptLine(turn=view)) for turn, view in zip(call.turns, turns, strict=True)]
    return tuple([line for _, line in sorted(timed, key=_MOMENT)])


def _turns(call: Call, scores: Sequence[Scored], *, blamed: Blamed) -> tuple[TurnView, ...]:
    failed = {turn for score in scores for turn in failed_turns(score)}
    aligned = alignments(scores)
    about: dict[int | None, list[Scored]] = {}
    for score in scores:
        about.setdefault(score.turn, []).append(score)
    return tuple(
        _turn(
            turn,
            number=index + 1,
            others=other_texts(turn, index=index, aligned=aligned),
            # Under its own turn a quote would only repeat the words above it.
            checks=view_checks(about[index], trial_id="", turns=0, blamed=blamed) if index in about else (),
            failed=index in failed,
        )
        for index, turn in enumerate(call.turns)
    )


def _turn(
    turn: Turn, *, number: int, others: tuple[OtherText, ...], checks: tuple[CheckView, ...], failed: bool
) -> TurnView:
    return TurnView(
        number=number,
        speaker=turn.role if turn.role is Role.CALLER else turn.speaker,
        clock=clock(turn.started_ms),
        start_s=_seconds_attribute(turn.started_ms),
        end_s=_seconds_attribute(turn.ended_ms),
        text=fold_text(turn.spoken),
        keys=" ".join(turn.keys),
        unspoken=_unspoken(turn),
        interrupted=turn.interrupted,
        latency="" if turn.latency_ms is None else seconds(turn.latency_ms),
        others=others,
        checks=checks,
        failed=failed,
        hear_from_s=_seconds_attribute(max(0, turn.started_ms - _LEAD_MS)) if failed else "",
    )


def _unspoken(turn: Turn) -> str:
    """Return what is left of the meant words after those played; empty where the two do not line up."""
    if turn.meant == turn.spoken or turn.role is not Role.AGENT or not turn.meant.startswith(turn.spoken):
        return ""
    return turn.meant[len(turn.spoken) :].strip()


def _seconds_attribute(ms: int) -> str:
    return f"{ms / 1000:.3f}"
