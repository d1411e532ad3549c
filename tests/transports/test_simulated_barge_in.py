from collections.abc import Callable

import pytest

from harness.model.call import EventKind, Role
from harness.model.moves import Interruption, Say, Trigger, TriggerKind
from harness.runner.conversation import Conversation
from harness.simulator.kernel.dice import Dice
from harness.simulator.kernel.latency import ModelledLatency
from harness.testing.speech import EchoEars, ScriptedAgent

Hold = Callable[..., Conversation]
WORD_MS = 300
GREETING = "Good evening. You have reached the restaurant by the river. We are open until ten. What can I do?"


def interrupting(offset_ms: int) -> Say:
    trigger = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=offset_ms)
    return Say(text="Sorry, just a question", trigger=trigger, interrupts=Interruption.IMPATIENCE)


@pytest.mark.parametrize("offset_ms", [0, 1, 150, 299, 600, 800, 1_234, 2_000, 3_001, 4_000])
def test_agent_is_cut_when_the_first_interim_arrives(hold: Hold, offset_ms: int) -> None:
    seed = 100 + offset_ms
    call = hold(interrupting(offset_ms), agent=ScriptedAgent(GREETING, "Yes?"), seed=seed)
    greeting, caller, answer = call.turns
    interim_ms = ModelledLatency(Dice(seed)).interims_ms(0, words=4, took_ms=0)[0]

    assert caller.started_ms == greeting.started_ms + offset_ms
    assert greeting.ended_ms == caller.started_ms + WORD_MS + interim_ms
    assert greeting.interrupted
    assert not answer.interrupted
    assert answer.latency_ms == answer.started_ms - caller.ended_ms


@pytest.mark.parametrize("offset_ms", [800, 2_000, 4_000])
def test_whole_text_is_stored_though_only_part_was_heard(hold: Hold, offset_ms: int) -> None:
    agent = ScriptedAgent(GREETING, "Yes?")
    call = hold(interrupting(offset_ms), agent=agent)
    greeting = call.turns[0]
    assert greeting.meant == GREETING
    assert GREETING.startswith(greeting.spoken)
    assert 0 < len(greeting.spoken) < len(GREETING)
    assert agent.asked[1][0].content == GREETING


def test_nothing_of_the_cut_speech_is_left_on_the_line(hold: Hold) -> None:
    call = hold(interrupting(800), agent=ScriptedAgent(GREETING, "Yes?"))
    greeting, _, answer = call.turns
    assert call.recording is not None
    assert call.recording.agent.span(greeting.ended_ms - 50, greeting.ended_ms).samples.any()
    assert not call.recording.agent.span(greeting.ended_ms, answer.started_ms).samples.any()


def test_cut_tells_how_much_of_what_was_ready_remained_unplayed(hold: Hold) -> None:
    call = hold(interrupting(2_000), agent=ScriptedAgent("word " * 20, "Yes?"))
    cut = next(event for event in call.events if event.kind is EventKind.AUDIO_CUT)
    greeting = call.turns[0]
    assert cut.data["unplayed_ms"] == 20 * WORD_MS - (greeting.ended_ms - greeting.started_ms)
    assert cut.at_ms == greeting.ended_ms


def test_answer_that_was_still_being_written_is_stored_as_far_as_it_got(hold: Hold) -> None:
    agent = ScriptedAgent("word " * 4 + ". " + "more " * 400, "Yes?")
    call = hold(interrupting(0), agent=agent)
    stored = agent.asked[1][0].content
    assert stored.startswith("word word")
    assert len(stored.split()) < 400
    assert call.turns[0].meant == stored


def test_speech_that_is_not_recognised_does_not_interrupt(hold: Hold) -> None:
    deaf = EchoEars(deaf_to=["Sorry, just a question"])
    call = hold(interrupting(800), agent=ScriptedAgent(GREETING), ears=deaf)
    greeting, caller = call.turns
    assert not greeting.interrupted
    assert caller.started_ms < greeting.ended_ms


def test_next_move_waits_for_the_answer_and_not_for_the_speech_that_was_cut(hold: Hold) -> None:
    call = hold(interrupting(800), Say(text="Thanks"), agent=ScriptedAgent(GREETING, "Yes, madam?", "Bye."))
    assert [turn.role for turn in call.turns] == [Role.AGENT, Role.CALLER, Role.AGENT, Role.CALLER, Role.AGENT]
    assert call.turns[3].started_ms == call.turns[2].ended_ms
