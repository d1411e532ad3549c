"""Every fault the simulated platform can have, found by its symptoms in the call it spoiled."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.audio.recording import Recording
from harness.interfaces import Utterance
from harness.model.call import Call, CallRequest, Heard, Role, Tier, Turn
from harness.model.case import Case
from harness.model.finding import Finding, FindingName
from harness.model.platform import Answering, Callee, FaultKind, PlannedFault, PlatformSetup
from harness.participants.scripted import ScriptedCaller
from harness.runner.conversation import converse
from harness.runner.diagnosis import diagnose
from harness.testing.builders import make_arm, make_call, make_case
from harness.testing.platform import make_equipment
from harness.testing.speech import EchoEars, ScriptedAgent, ToneMouth
from harness.transports.simulated import SimulatedTransport
from harness.voipbin.symptoms import SYMPTOMS

LINES = (
    "Hello, I would like to book a table for my family please.",
    "We are coming on Friday evening, and we would like to sit outside.",
    "That is wonderful, thank you very much and see you then.",
)


class PatchyEars:
    """Hears a word when most of its sound arrived."""

    name = "patchy"

    async def hear(self, utterance: Utterance) -> Heard:
        heard = await EchoEars().hear(utterance)
        if utterance.clip is None:
            return heard
        sound = utterance.clip
        words = tuple(word for word in heard.words if _arrived(sound.span(word.start_ms, word.end_ms)) > 0.65)
        return Heard(text=" ".join(word.text for word in words), words=words)


def _arrived(clip: Clip) -> float:
    return float(np.mean(clip.samples != 0)) if len(clip.samples) else 0.0


def _listened(turn: Turn, recording: Recording) -> Turn:
    """Return a turn with what a recogniser would make of it: its words, or nothing where there is no sound."""
    lane = recording.agent if turn.role is Role.AGENT else recording.caller
    return replace(turn, said=turn.spoken if _arrived(lane.span(turn.started_ms, turn.ended_ms)) else "")


def held(case: Case, *, tier: Tier) -> Call:
    """Return the call of a case with an agent that always has an answer."""
    text_only = tier is Tier.TEXT
    transport = SimulatedTransport(
        make_equipment(
            agent=lambda _: ScriptedAgent("Hello, this is the desk.", "Of course, I can do that for you."),
            mouth=lambda _: ToneMouth(text_only=text_only),
            ears=lambda _: PatchyEars(),
        )
    )
    request = CallRequest(trial_id="t", case=case, arm=make_arm(), seed=3, tier=tier)
    talk = asyncio.run(
        converse(
            request,
            transport=transport,
            caller=ScriptedCaller(case, seed=3),
            mouths=lambda _: ToneMouth(pitch_hz=600, text_only=text_only),
        )
    )
    turns = talk.turns
    if talk.recording is not None:
        turns = tuple(_listened(turn, talk.recording) for turn in turns)
    return replace(
        make_call(
            *turns,
            moves=talk.moves,
            unmade=talk.unmade,
            events=talk.events,
            end_reason=talk.end_reason,
            duration_ms=talk.duration_ms,
        ),
        resources=talk.resources,
    )


def found_in(case: Case, *, tier: Tier) -> dict[FindingName, Finding]:
    return {finding.name: finding for finding in diagnose(held(case, tier=tier), case)}


@pytest.mark.parametrize("tier", Tier)
def test_nothing_is_found_in_a_call_that_goes_well(tier: Tier) -> None:
    assert found_in(make_case(*LINES), tier=tier) == {}


FAULTS = {
    FaultKind.LLM_KEY_INVALID: (PlannedFault(kind=FaultKind.LLM_KEY_INVALID), FindingName.LLM_KEY_REFUSED),
    FaultKind.LLM_RATE_LIMITED: (PlannedFault(kind=FaultKind.LLM_RATE_LIMITED), FindingName.LLM_RATE_LIMITED),
    FaultKind.LLM_SERVER_ERROR: (PlannedFault(kind=FaultKind.LLM_SERVER_ERROR, reply=1), FindingName.LLM_FAILED),
    FaultKind.LLM_HANGS: (PlannedFault(kind=FaultKind.LLM_HANGS, reply=1), FindingName.LLM_TIMED_OUT),
    FaultKind.TTS_SILENT: (PlannedFault(kind=FaultKind.TTS_SILENT), FindingName.TTS_FAILED),
    FaultKind.TTS_VOICE_MISSING: (PlannedFault(kind=FaultKind.TTS_VOICE_MISSING), FindingName.TTS_VOICE_MISSING),
    FaultKind.STT_MISHEARS: (PlannedFault(kind=FaultKind.STT_MISHEARS, value=0.5), FindingName.WORDS_MISHEARD),
    FaultKind.SLOW_START: (PlannedFault(kind=FaultKind.SLOW_START, value=7000), FindingName.SLOW_START),
    FaultKind.CALL_DROPS: (PlannedFault(kind=FaultKind.CALL_DROPS, at_ms=9000), FindingName.CALL_DROPPED),
    FaultKind.ONE_WAY_IN: (PlannedFault(kind=FaultKind.ONE_WAY_IN), FindingName.ONE_WAY_IN),
    FaultKind.ONE_WAY_OUT: (PlannedFault(kind=FaultKind.ONE_WAY_OUT), FindingName.ONE_WAY_OUT),
    FaultKind.PACKET_LOSS: (PlannedFault(kind=FaultKind.PACKET_LOSS, value=0.35), FindingName.PACKET_LOSS),
    FaultKind.PIPELINE_IDLES: (PlannedFault(kind=FaultKind.PIPELINE_IDLES, at_ms=9000), FindingName.IDLE_STOP),
    FaultKind.PIPELINE_DIES: (PlannedFault(kind=FaultKind.PIPELINE_DIES, at_ms=9000), FindingName.PIPELINE_DIED),
    FaultKind.NO_BALANCE: (PlannedFault(kind=FaultKind.NO_BALANCE), FindingName.INSUFFICIENT_BALANCE),
}


SHOWS = [
    pytest.param(kind, tier, id=f"{kind.value}-{tier.value}")
    for kind in FaultKind
    for tier in Tier
    # Without sound, nobody can tell that sound did not arrive.
    if tier is Tier.AUDIO or kind not in (FaultKind.ONE_WAY_OUT, FaultKind.PACKET_LOSS)
]


@pytest.mark.parametrize(("kind", "tier"), SHOWS)
def test_a_fault_is_found_by_its_symptoms(kind: FaultKind, tier: Tier) -> None:
    planned, name = FAULTS[kind]
    found = found_in(make_case(*LINES, platform=PlatformSetup(faults=(planned,))), tier=tier)
    assert next(iter(found), None) is name
    assert found[name].what.endswith("(asked for by the case)")
    assert set(found) <= SYMPTOMS[kind]


def test_a_callee_who_is_busy_is_found() -> None:
    flow = (
        {"type": "answer"},
        {"type": "connect", "option": {"destinations": [{"type": "tel", "target": "+15551234567"}]}},
        {"type": "talk", "option": {"text": "Nobody is there, please call again later.", "language": "en-US"}},
    )
    setup = PlatformSetup(flow=flow, callees=(Callee(target="*", answering=Answering.BUSY),))
    found = found_in(make_case("Oh, alright, goodbye.", platform=setup), tier=Tier.TEXT)
    assert list(found) == [FindingName.CONNECT_FAILED]
    assert "+15551234567: busy" in found[FindingName.CONNECT_FAILED].what
