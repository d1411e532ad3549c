"""What a caller does besides speaking in turn, in whole simulated calls of either tier."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from harness.audio.recording import Lane
from harness.model.call import EventKind, Role, Tier, Turn, TurnLabel
from harness.model.moves import (
    Backchannel,
    Disturbance,
    Interruption,
    Piece,
    Press,
    Say,
    Sound,
    Tones,
    Trigger,
    TriggerKind,
    Wait,
)
from harness.runner.conversation import Conversation
from harness.testing.speech import ScriptedAgent

Hold = Callable[..., Conversation]
TIERS = pytest.mark.parametrize("tier", Tier)
GREETING = "Hello there, this is the desk, call us on 555 0123 whenever you like."


def turns_of(call: Conversation, role: Role) -> list[Turn]:
    return [turn for turn in call.turns if turn.role is role]


def interruption(kind: TriggerKind, **trigger: Any) -> Say:
    return Say(
        text="Wait a moment please",
        trigger=Trigger(after=kind, **trigger),
        interrupts=Interruption.QUESTION,
    )


@TIERS
@pytest.mark.parametrize(
    ("kind", "share"),
    [
        (TriggerKind.AGENT_SPEECH_START, 0.0),
        (TriggerKind.AGENT_SPEECH_MIDDLE, 0.5),
        (TriggerKind.AGENT_DIGITS, GREETING.index("555") / len(GREETING)),
        (TriggerKind.AGENT_LAST_WORD, GREETING.index("like.") / len(GREETING)),
    ],
)
def test_an_interruption_begins_at_its_place_in_the_agents_turn(
    hold: Hold, tier: Tier, kind: TriggerKind, share: float
) -> None:
    whole = turns_of(hold(agent=ScriptedAgent(GREETING), tier=tier), Role.AGENT)[0]
    call = hold(interruption(kind), agent=ScriptedAgent(GREETING, "Yes?"), tier=tier)
    over = turns_of(call, Role.CALLER)[0]
    assert over.label is TurnLabel.BARGE_IN
    place = (over.started_ms - whole.started_ms) / (whole.ended_ms - whole.started_ms)
    assert place == pytest.approx(share, abs=0.02)


@TIERS
def test_a_phrase_is_reacted_to_before_the_turn_is_over(hold: Hold, tier: Tier) -> None:
    call = hold(interruption(TriggerKind.PHRASE, phrase="the desk"), agent=ScriptedAgent(GREETING, "Yes?"), tier=tier)
    agent = turns_of(call, Role.AGENT)[0]
    assert agent.interrupted
    assert agent.spoken.startswith("Hello there, this is the desk,")
    assert "call us" not in agent.spoken or tier is Tier.AUDIO


@TIERS
def test_a_sign_of_attention_is_no_turn_and_gets_no_answer_of_its_own(hold: Hold, tier: Tier) -> None:
    nod = Backchannel(text="Mm", trigger=Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=300))
    call = hold(nod, Say(text="When are you open?"), agent=ScriptedAgent(GREETING, "At nine."), tier=tier)
    labels = [turn.label for turn in turns_of(call, Role.CALLER)]
    assert labels == [TurnLabel.BACKCHANNEL, TurnLabel.TURN]
    assert not turns_of(call, Role.CALLER)[0].has_words


@TIERS
@pytest.mark.parametrize("sound", [sound for sound in Sound if sound is not Sound.SPEAKER])
def test_a_sound_that_is_no_speech_is_understood_by_nobody(hold: Hold, tier: Tier, sound: Sound) -> None:
    noise = Disturbance(sound=sound, duration_ms=800)
    call = hold(noise, Say(text="When are you open?"), agent=ScriptedAgent("Hello.", "At nine."), tier=tier)
    heard, asked = turns_of(call, Role.CALLER)
    assert (heard.label, heard.spoken, heard.heard) == (TurnLabel.NOISE, f"[{sound.value}]", "")
    assert heard.ended_ms - heard.started_ms == pytest.approx(800, abs=20)
    assert asked.heard == "When are you open?"


@TIERS
def test_another_person_in_the_room_is_understood_as_if_the_caller_spoke(hold: Hold, tier: Tier) -> None:
    bystander = Disturbance(
        sound=Sound.SPEAKER,
        text="Dinner is ready",
        trigger=Trigger(after=TriggerKind.AGENT_SPEECH_END, delay_ms=200),
    )
    stay = Wait(trigger=Trigger(after=TriggerKind.NOW, delay_ms=5000))
    call = hold(bystander, stay, agent=ScriptedAgent("Hello.", "Enjoy."), tier=tier)
    said = turns_of(call, Role.CALLER)[0]
    assert (said.label, said.spoken) == (TurnLabel.NOISE, '[another person: "Dinner is ready"]')
    assert said.heard == "Dinner is ready"
    assert [turn.spoken for turn in turns_of(call, Role.AGENT)] == ["Hello.", "Enjoy."]


def test_keys_as_sound_are_in_the_channel_and_reach_nobody(hold: Hold) -> None:
    call = hold(Press(digits="159", tones=Tones.IN_BAND), agent=ScriptedAgent("Hello.", "Yes?"))
    (keys,) = turns_of(call, Role.CALLER)
    assert keys.keys == "159"
    assert call.recording is not None
    assert np.abs(call.recording.lane(Lane.CALLER).span(keys.started_ms - 160, keys.ended_ms).samples).max() > 1000
    assert [turn.spoken for turn in turns_of(call, Role.AGENT)] == ["Hello."]
    plain = hold(Press(digits="159"), agent=ScriptedAgent("Hello.", "Yes?"))
    assert plain.recording is not None
    assert not plain.recording.lane(Lane.CALLER).samples.any()


@TIERS
def test_a_pause_in_a_sentence_takes_its_time_and_parts_what_is_understood(hold: Hold, tier: Tier) -> None:
    halting = Say(
        text="A table for two",
        pieces=(Piece(text="A table"), Piece(text="for two", pause_ms=1500)),
    )
    plain = hold(Say(text="A table for two"), tier=tier)
    call = hold(halting, tier=tier)
    longer = [turns_of(each, Role.CALLER)[0] for each in (plain, call)]
    lengths = [turn.ended_ms - turn.started_ms for turn in longer]
    assert lengths[1] - lengths[0] == pytest.approx(1500, abs=120)
    finals = [event.text for event in call.events if event.kind is EventKind.TRANSCRIPT_FINAL]
    assert finals == ["A table", "for two"]


@TIERS
def test_a_silence_lasts_whatever_the_agent_does(hold: Hold, tier: Tier) -> None:
    silence = Wait(trigger=Trigger(after=TriggerKind.NOW, delay_ms=7000))
    call = hold(silence, Say(text="Hello?", trigger=Trigger(after=TriggerKind.NOW)), tier=tier)
    answered = next(event.at_ms for event in call.events if event.kind is EventKind.CALL_PROGRESSING)
    assert turns_of(call, Role.CALLER)[0].started_ms == answered + 7000


@TIERS
def test_every_start_is_on_its_plan_and_the_recording_agrees(hold: Hold, tier: Tier) -> None:
    call = hold(
        Say(text="When are you open today"),
        interruption(TriggerKind.AGENT_SPEECH_START, delay_ms=300),
        agent=ScriptedAgent("Hello.", GREETING, "Yes?"),
        tier=tier,
    )
    starts = [e for e in call.events if e.kind is EventKind.SPEECH_STARTED and e.role is Role.CALLER]
    assert [event.at_ms for event in starts] == [event.data["planned_ms"] for event in starts]
    if call.recording is not None:
        samples = np.abs(call.recording.lane(Lane.CALLER).samples)
        for event in starts:
            audible = np.flatnonzero(samples[event.at_ms * 8 :] > 300)[0] / 8
            assert audible <= 20
