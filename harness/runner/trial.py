"""One trial from the first ring to the stored result: conversation, recording, reference transcript, scores, outcome.

Whatever goes wrong on the way is part of the result, in plain words. Only a run that can no longer be kept ends the
session: `StoreError` is the one error that leaves this file.
"""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from harness.audio.recording import Recording
from harness.errors import HarnessError, StoreError
from harness.interfaces import CallerFactory, Listener, MouthFactory, RunStore, Scorer, Transport
from harness.interfaces.metering import Meter, asked_by
from harness.interfaces.scope import TrialScope, trial_scope
from harness.model.call import Call, CallRequest, EventKind, Tier
from harness.model.outcome import Outcome
from harness.model.run import Trial, TrialResult
from harness.model.score import Evidence, Scored, Unscored
from harness.model.suite import Planned
from harness.model.usage import Service, Side, Unit, pooled
from harness.pricing.lines import line_of
from harness.runner.blame import assign, assign_error
from harness.runner.conversation import Conversation, converse
from harness.runner.diagnosis import diagnose, diagnose_error
from harness.runner.outcome import decide
from harness.runner.sound import measure_quality
from harness.runner.unwritten import as_heard
from harness.runner.validity import check_validity


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """Everything a session's calls share, assembled once from settings."""

    transport: Transport
    caller: CallerFactory
    mouth: MouthFactory
    """The caller's voice."""
    listener: Listener | None
    """Reference recogniser; None where there is no audio to listen to."""
    scorers: tuple[Scorer, ...]
    tier: Tier
    seed: int
    """Seed of the run; each trial's own follows from it."""


async def run_trial(
    planned: Planned, *, attempt: int, toolbox: Toolbox, store: RunStore, repeat: int = 0
) -> TrialResult:
    """Place one call, judge it and keep the result.

    Args:
        planned: The case and the arm.
        attempt: Which trial of the case this is, from 1.
        toolbox: Who speaks, listens and scores.
        store: Has the recording and the result when this returns.
        repeat: How many calls of this attempt our own caller has spoiled before.

    Raises:
        StoreError: the result could not be kept.
    """
    trial = Trial.of(planned, attempt=attempt, repeat=repeat, run_seed=toolbox.seed)
    with trial_scope(trial.id) as scope:
        try:
            result = await _hold(planned, trial=trial, toolbox=toolbox, store=store, scope=scope)
        except StoreError:
            raise
        # A fault of an adapter or an extension spoils its own trial, not the hundred others of the session.
        except Exception as error:
            result = TrialResult(
                trial=trial,
                outcome=Outcome.ERROR,
                reasons=(_plain(error),),
                prevented_by=diagnose_error(error),
                blames=(assign_error(error),),
            )
    result = replace(result, usage=pooled(scope.usages))
    store.append(result)
    return result


async def _hold(planned: Planned, *, trial: Trial, toolbox: Toolbox, store: RunStore, scope: TrialScope) -> TrialResult:
    case, arm = planned.case, planned.arm
    request = CallRequest(trial_id=trial.id, case=case, arm=arm, seed=trial.seed, tier=toolbox.tier)
    conversation = await converse(
        request, transport=toolbox.transport, caller=toolbox.caller(request), mouths=toolbox.mouth
    )
    with asked_by(Side.PLATFORM):
        line = Meter.of(Service.TELEPHONY, line_of(toolbox.transport.name, case))
        line.note(Unit.SECONDS, conversation.duration_ms / 1000)
    recording = conversation.recording
    call = _call(conversation, request=request, transport=toolbox.transport.name)
    fault = ""
    if recording is not None:
        kept = store.save_recording(trial, recording)
        quality = replace(measure_quality(call.turns, recording), line=conversation.line)
        call = replace(call, recording=kept, quality=quality)
        try:
            call = await _listened(call, recording, listener=toolbox.listener, language=case.persona.language)
        except HarnessError as error:
            fault = str(error)
    call = replace(call, findings=diagnose(call, case))
    scores = await scores_of(Evidence(case=case, arm=arm, call=call), scorers=toolbox.scorers)
    fault = fault or _gap(scope, call)
    validity = check_validity(call, scores, case=case)
    decision = decide(case, scores, validity=validity, call=call, fault=fault)
    proven = None if decision.outcome is Outcome.ERROR else validity
    return TrialResult(
        trial=trial,
        outcome=decision.outcome,
        reasons=tuple(decision.reasons),
        scores=scores,
        call=call,
        blames=assign(case, scores, call=call, validity=proven, fault=fault),
        validity=proven,
    )


def _call(conversation: Conversation, *, request: CallRequest, transport: str) -> Call:
    return Call(
        transport=transport,
        tier=request.tier,
        seed=request.seed,
        events=conversation.events,
        turns=conversation.turns,
        moves=conversation.moves,
        unmade=conversation.unmade,
        end_reason=conversation.end_reason,
        duration_ms=conversation.duration_ms,
        prompt_label=request.arm.prompt.label,
        prompt_digest=request.arm.prompt.digest,
        resources=conversation.resources,
    )


async def _listened(call: Call, recording: Recording, *, listener: Listener | None, language: str) -> Call:
    if listener is None:
        return call
    return replace(call, turns=as_heard(await listener.listen(call.turns, recording, language=language)))


async def scores_of(evidence: Evidence, *, scorers: Sequence[Scorer]) -> tuple[Scored, ...]:
    """Return what scorers say about a call; of one that breaks, a required question without an answer."""
    scores: list[Scored] = []
    for scorer in scorers:
        try:
            scores.extend(await scorer.score(evidence))
        # Anyone may write a scorer. One that breaks has measured nothing, which must never look like a pass.
        except Exception as error:
            reason = f"the scorer {scorer.name!r} broke: {_plain(error)}"
            scores.append(Unscored(name=scorer.name, reason=reason, required=True))
    return tuple(scores)


def _gap(scope: TrialScope, call: Call) -> str:
    """Return what could not be had at all in this trial, where the call itself does not tell it already."""
    told = " ".join(event.text for event in call.events if event.kind is EventKind.SERVICE_FAILED)
    return next((gap for gap in scope.gaps if gap not in told), "")


def _plain(error: Exception) -> str:
    if isinstance(error, HarnessError):
        return str(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({PurePath(where.filename).name}:{where.lineno})"
