"""When exactly the agent falls silent for a caller who interrupts it, what of its answer is kept and what was heard."""

from collections.abc import Sequence
from typing import Any

import pytest

from harness.interfaces import Utterance
from harness.model.call import Event, EventKind, Role, Tier
from harness.model.moves import Interruption, Press, Say, Trigger, TriggerKind
from harness.model.platform import TurnModelName, VadConfig
from harness.runner.conversation import Conversation
from harness.simulator.kernel.dice import Dice
from harness.simulator.kernel.latency import ModelledLatency
from harness.simulator.line.voice_spans import speech_changes
from harness.testing.activity import LevelActivity
from harness.testing.speech import ScriptedAgent
from tests.calling import ANSWER, action, events_of, hold_call, kept

WORD_MS = 300
# Words of one length, so that each lasts as long as its share of the characters.
GREETING = " ".join(["hello", "there", "dears"] * 9)
GREETING_MS = WORD_MS * len(GREETING.split())
OFFSETS_MS = (
    0,
    1,
    19,
    20,
    21,
    150,
    299,
    300,
    301,
    600,
    799,
    1_000,
    1_234,
    1_999,
    2_500,
    3_001,
    3_777,
    4_321,
    5_000,
    6_000,
)
LINE = "Sorry, just a question"
HALF_DUPLEX = (ANSWER, action("ai", initial_prompt="You are a receptionist.", voice_type="female"))

offsets = pytest.mark.parametrize("offset_ms", OFFSETS_MS)
tiers = pytest.mark.parametrize("tier", list(Tier))


def interrupting(offset_ms: int, text: str = LINE) -> Say:
    trigger = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=offset_ms)
    return Say(text=text, trigger=trigger, interrupts=Interruption.IMPATIENCE)


def interrupted(offset_ms: int, *, tier: Tier, **how: Any) -> Conversation:
    parts = {"activity": LevelActivity}
    agent = ScriptedAgent(GREETING, "Yes?")
    return hold_call(interrupting(offset_ms), agent=agent, tier=tier, seed=500 + offset_ms, parts=parts, **how)


def speech(call: Conversation, role: Role, kind: EventKind) -> Event:
    return next(event for event in events_of(call, kind) if event.role is role)


def began_ms(call: Conversation, role: Role) -> int:
    return speech(call, role, EventKind.SPEECH_STARTED).at_ms


def cut_ms(call: Conversation) -> int:
    """Return the moment of the cut, which events and turns agree on."""
    (cut,) = events_of(call, EventKind.AUDIO_CUT)
    silent = speech(call, Role.AGENT, EventKind.SPEECH_STOPPED)
    assert silent.data["interrupted"]
    assert silent.at_ms == cut.at_ms == call.turns[0].ended_ms
    assert cut.data["unplayed_ms"] == began_ms(call, Role.AGENT) + GREETING_MS - cut.at_ms
    return cut.at_ms


def words_over(until_ms: int) -> str:
    words = GREETING.split()
    over = [place for place in range(len(words)) if (6 * place + 5) * GREETING_MS <= until_ms * len(GREETING)]
    return " ".join(words[: len(over)])


@tiers
@offsets
def test_with_transcripts_the_cut_is_the_first_interim_transcript(tier: Tier, offset_ms: int) -> None:
    call = interrupted(offset_ms, tier=tier)
    caller_ms = began_ms(call, Role.CALLER)
    delay_ms = ModelledLatency(Dice(500 + offset_ms)).interims_ms(0, words=4, took_ms=0)[0]

    assert caller_ms == began_ms(call, Role.AGENT) + offset_ms
    assert cut_ms(call) == caller_ms + WORD_MS + delay_ms
    assert cut_ms(call) == events_of(call, EventKind.TRANSCRIPT_INTERIM)[0].at_ms


@offsets
def test_with_a_voice_detector_the_cut_in_text_is_its_start_time(offset_ms: int) -> None:
    call = interrupted(offset_ms, tier=Tier.TEXT, turn_model=TurnModelName.VAD)
    assert cut_ms(call) == began_ms(call, Role.CALLER) + 200


@offsets
def test_with_a_voice_detector_the_cut_in_sound_is_where_it_notices_the_voice(offset_ms: int) -> None:
    call = interrupted(offset_ms, tier=Tier.AUDIO, turn_model=TurnModelName.VAD)
    assert cut_ms(call) == began_ms(call, Role.CALLER) + noticed_ms(call, VadConfig())


@tiers
@pytest.mark.parametrize(
    ("vad", "text_ms"),
    [
        (VadConfig(start_secs=0.05), 50),
        (VadConfig(start_secs=0.4), 400),
        (VadConfig(start_secs=0.4, min_volume=0.8), 400),
    ],
    ids=["eager", "patient", "hard of hearing"],
)
def test_the_detectors_settings_move_the_cut(tier: Tier, vad: VadConfig, text_ms: int) -> None:
    call = interrupted(1_000, tier=tier, turn_model=TurnModelName.VAD, vad=vad)
    expected_ms = text_ms if tier is Tier.TEXT else noticed_ms(call, vad)
    assert cut_ms(call) == began_ms(call, Role.CALLER) + expected_ms


def noticed_ms(call: Conversation, vad: VadConfig) -> int:
    """Return when a detector with these settings notices the caller's voice in what arrived, from its start."""
    recording = call.recording
    assert recording is not None
    started_ms = began_ms(call, Role.CALLER)
    stopped_ms = speech(call, Role.CALLER, EventKind.SPEECH_STOPPED).at_ms
    clip = recording.caller.span(started_ms, stopped_ms)
    arrived = Utterance(text=LINE, duration_ms=clip.duration_ms, clip=clip)
    return speech_changes(arrived, activity=LevelActivity(), config=vad)[0].at_ms


@tiers
@pytest.mark.parametrize("turn_model", [TurnModelName.TRANSCRIPT, TurnModelName.VAD])
@offsets
def test_the_whole_answer_is_stored_and_a_part_was_heard(tier: Tier, turn_model: TurnModelName, offset_ms: int) -> None:
    call = interrupted(offset_ms, tier=tier, turn_model=turn_model)
    heard_ms = cut_ms(call) - began_ms(call, Role.AGENT)
    stopped = speech(call, Role.AGENT, EventKind.SPEECH_STOPPED)
    (greeting, *_) = contents(call, "assistant")

    assert greeting == GREETING == call.turns[0].meant
    assert stopped.text == words_over(heard_ms) == call.turns[0].spoken
    assert len(stopped.text) < len(greeting)
    assert contents(call, "user") == [LINE]


def test_the_recording_falls_silent_in_that_millisecond() -> None:
    call = interrupted(1_234, tier=Tier.AUDIO)
    at_ms, answer_ms = cut_ms(call), call.turns[2].started_ms
    assert call.recording is not None
    assert call.recording.agent.span(at_ms - 1, at_ms).samples.any()
    assert not call.recording.agent.span(at_ms, answer_ms).samples.any()


@tiers
@offsets
def test_the_half_duplex_action_never_yields_and_does_not_hear(tier: Tier, offset_ms: int) -> None:
    call = interrupted(offset_ms, tier=tier, flow=HALF_DUPLEX)
    stopped = speech(call, Role.AGENT, EventKind.SPEECH_STOPPED)

    assert events_of(call, EventKind.AUDIO_CUT) == []
    assert (stopped.text, stopped.data["interrupted"]) == (GREETING, False)
    assert stopped.at_ms == began_ms(call, Role.AGENT) + GREETING_MS
    assert events_of(call, EventKind.TRANSCRIPT_INTERIM, EventKind.TRANSCRIPT_FINAL) == []
    assert contents(call, "user") == []


@tiers
@pytest.mark.parametrize("overlap_ms", [0, 1, 299, 300, 1_000, 1_499, 1_500])
def test_of_a_line_that_outlasts_the_half_duplex_answer_only_the_rest_is_heard(tier: Tier, overlap_ms: int) -> None:
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    call = hold_call(
        interrupting(GREETING_MS - overlap_ms, text=" ".join(words)),
        agent=ScriptedAgent(GREETING, "Yes?"),
        tier=tier,
        flow=HALF_DUPLEX,
    )
    lost = -(-overlap_ms // WORD_MS)
    assert contents(call, "user") == [" ".join(words[lost:])]
    assert events_of(call, EventKind.AUDIO_CUT) == []


@tiers
def test_a_key_does_not_cut_the_half_duplex_action_either(tier: Tier) -> None:
    press = Press(digits="5", trigger=Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=1_000))
    call = hold_call(press, agent=ScriptedAgent(GREETING, "Yes?"), tier=tier, flow=HALF_DUPLEX)
    assert events_of(call, EventKind.AUDIO_CUT) == []
    assert contents(call, "user") == []


def contents(call: Conversation, role: str) -> Sequence[str]:
    return [message["content"] for message in kept(call, "aimessage") if message["role"] == role]
