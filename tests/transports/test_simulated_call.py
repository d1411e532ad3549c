import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from harness.errors import ConfigurationError, UnknownNameError
from harness.interfaces import Message, MessageRole
from harness.model.agent import AgentConfig
from harness.model.call import CallRequest, EndReason, EventKind, Role, Tier
from harness.model.moves import Hangup, Press, Say, Trigger, TriggerKind, Wait
from harness.model.persona import Persona, Surroundings
from harness.runner.conversation import Conversation
from harness.runner.folding import FOLDED, fold
from harness.testing.builders import make_arm, make_case
from harness.testing.platform import make_equipment
from harness.testing.speech import EchoEars, ScriptedAgent
from harness.transports.simulated import SimulatedTransport

Hold = Callable[..., Conversation]
START = TriggerKind.AGENT_SPEECH_START


def kinds(conversation: Conversation) -> list[str]:
    return [event.kind.value for event in conversation.events]


def test_call_goes_through_the_platforms_states_in_order(hold: Hold) -> None:
    order = [
        kind
        for kind in kinds(hold())
        if kind.startswith(("call_", "aicall_")) or kind in ("action_entered", "reply_started")
    ]
    assert order == [
        "call_ringing",
        "action_entered",
        "call_progressing",
        "action_entered",
        "aicall_status_initializing",
        "action_entered",
        "aicall_status_progressing",
        "reply_started",
        "aicall_status_terminating",
        "aicall_status_terminated",
        "call_hangup",
    ]


def test_agent_speaks_first_without_being_asked(hold: Hold) -> None:
    agent = ScriptedAgent("Good evening.", "Yes.")
    conversation = hold(Say(text="Are you open?"), agent=agent)
    assert [turn.role for turn in conversation.turns] == [Role.AGENT, Role.CALLER, Role.AGENT]
    assert agent.asked[0] == ()
    assert conversation.turns[0].latency_ms is None


def test_agent_remembers_the_conversation(hold: Hold) -> None:
    agent = ScriptedAgent("Good evening.", "What name?", "Thank you.")
    hold(Say(text="A table please"), Say(text="Jones"), agent=agent)
    user, assistant = MessageRole.USER, MessageRole.ASSISTANT
    assert agent.asked[2] == (
        Message(role=assistant, content="Good evening."),
        Message(role=user, content="A table please"),
        Message(role=assistant, content="What name?"),
        Message(role=user, content="Jones"),
    )


def test_prompt_that_ran_is_stored_before_anything_is_said(hold: Hold) -> None:
    messages = [event for event in hold().events if event.kind is EventKind.MESSAGE_CREATED]
    assert [event.data["role"] for event in messages] == ["system", "system", "assistant"]
    assert messages[1].text == "You are a receptionist."


def test_caller_turn_keeps_what_was_meant_and_what_was_heard(hold: Hold) -> None:
    turn = hold(Say(text="A table for two")).turns[1]
    assert (turn.meant, turn.spoken, turn.heard, turn.move) == ("A table for two",) * 3 + (0,)


def test_same_seed_gives_the_same_events_and_the_same_sound(hold: Hold) -> None:
    noisy = Persona(name="noisy", surroundings=Surroundings(snr_db=10, lost_frames=0.05))
    first, second = (hold(Say(text="A table for two"), seed=7, persona=noisy) for _ in range(2))
    assert first.events == second.events
    assert first.recording is not None
    assert second.recording is not None
    assert first.recording.digest == second.recording.digest


def test_another_seed_gives_another_call(hold: Hold) -> None:
    first, second = (hold(Say(text="A table for two"), seed=seed) for seed in (1, 2))
    assert first.events != second.events


def test_caller_sounds_the_same_whatever_the_agent_says(hold: Hold) -> None:
    noisy = Persona(name="noisy", surroundings=Surroundings(snr_db=10))
    clips = []
    for greeting in ("Hi.", "Good evening, you have reached the restaurant, what can I do for you?"):
        call = hold(Say(text="A table for two"), agent=ScriptedAgent(greeting, "Yes."), persona=noisy)
        turn = next(turn for turn in call.turns if turn.role is Role.CALLER)
        assert call.recording is not None
        clips.append(call.recording.caller.span(turn.started_ms, turn.ended_ms).digest)
    assert clips[0] == clips[1]


def test_each_channel_sounds_exactly_where_the_events_say(hold: Hold) -> None:
    call = hold(Say(text="A table for two tonight"), Say(text="And make it nine"))
    recording = call.recording
    assert recording is not None
    assert recording.duration_ms == call.duration_ms
    for role, clip in ((Role.CALLER, recording.caller), (Role.AGENT, recording.agent)):
        speaks = np.zeros(len(clip.samples), dtype=bool)
        for turn in call.turns:
            if turn.role is role:
                speaks[turn.started_ms * 8 : turn.ended_ms * 8] = True
                power = np.mean(np.square(clip.span(turn.started_ms, turn.ended_ms).floats))
                assert power > 1e-3, "a turn without sound"
                assert np.mean(np.square(clip.span(turn.ended_ms - 60, turn.ended_ms).floats)) > 1e-4
        assert not clip.samples[~speaks].any(), "sound between the turns"


def test_text_tier_is_the_same_call_without_a_recording(hold: Hold) -> None:
    audio, text = (hold(Say(text="A table for two"), tier=tier) for tier in (Tier.AUDIO, Tier.TEXT))
    assert text.recording is None
    assert text.events == audio.events


def test_words_that_were_not_recognised_are_not_answered(hold: Hold) -> None:
    agent = ScriptedAgent("Hello.", "Certainly.")
    call = hold(Say(text="mumble"), Say(text="Hello?"), agent=agent, ears=EchoEars(deaf_to=["mumble"]))
    assert [turn.role for turn in call.turns] == [Role.AGENT, Role.CALLER, Role.CALLER, Role.AGENT]
    assert call.turns[1].heard == ""
    late = [e.data["late"] for e in call.events if e.kind is EventKind.SPEECH_STARTED and e.role is Role.CALLER]
    assert late == [False, True]
    assert [message.content for message in agent.asked[1]] == ["Hello.", "Hello?"]


def test_caller_may_wait_and_say_nothing(hold: Hold) -> None:
    call = hold(Wait(trigger=Trigger(after=TriggerKind.AGENT_SPEECH_END, delay_ms=1_500)), Say(text="Still there?"))
    waited = next(event for event in call.events if event.kind is EventKind.WAITED)
    assert waited.at_ms == call.turns[0].ended_ms + 1_500


def test_caller_who_hangs_up_mid_sentence_cuts_the_agent_on_the_tape_too(hold: Hold) -> None:
    call = hold(Hangup(trigger=Trigger(after=START, delay_ms=700)))
    greeting = call.turns[0]
    assert call.end_reason is EndReason.CALLER_HANGUP
    assert greeting.interrupted
    assert greeting.ended_ms - greeting.started_ms == 700 == call.duration_ms - greeting.started_ms
    assert greeting.spoken == "Hello, how"


def test_call_ends_at_the_cases_limit_to_the_millisecond(hold: Hold) -> None:
    chatter = ScriptedAgent("word " * 400)
    call = hold(agent=chatter, max_call_ms=20_000)
    answered = next(event.at_ms for event in call.events if event.kind is EventKind.CALL_PROGRESSING)
    assert call.end_reason is EndReason.TIME_LIMIT
    assert call.duration_ms == answered + 20_000


def test_caller_does_not_lose_patience_with_an_agent_who_is_speaking(hold: Hold) -> None:
    call = hold(Say(text="Fine"), agent=ScriptedAgent("word " * 60, "Bye."))
    greeting, answer = call.turns[0], call.turns[1]
    assert greeting.ended_ms - greeting.started_ms > 10_000
    assert not greeting.interrupted
    assert answer.started_ms == greeting.ended_ms


def test_speech_before_the_session_listens_is_lost(hold: Hold) -> None:
    at_once = Trigger(after=TriggerKind.CALL_START)
    call = hold(Say(text="Hi", trigger=at_once), Say(text="Are you there?"))
    assert call.turns[0].role is Role.CALLER
    assert call.turns[0].heard == ""


def test_model_the_platform_cannot_start_never_starts_a_session() -> None:
    def refuse(config: AgentConfig) -> ScriptedAgent:
        raise UnknownNameError(kind="engine_model", name=config.engine_model, known=())

    transport = SimulatedTransport(make_equipment(agent=refuse))
    request = CallRequest(trial_id="t", case=make_case(), arm=make_arm(engine_model="aws.nova"), seed=1, tier=Tier.TEXT)

    async def dial() -> list[tuple[str, object]]:
        async with transport.open(request) as line:
            return [(event.kind.value, event.data.get("reason")) async for event in line.events()]

    events = asyncio.run(dial())
    assert events[-1] == ("call_hangup", "never_started")
    assert "service_failed" in dict(events)
    assert "aicall_status_progressing" not in dict(events)


def test_engine_model_nobody_knows_is_refused_before_the_call() -> None:
    transport = SimulatedTransport(make_equipment(agent=lambda _: ScriptedAgent("Hi.")))
    request = CallRequest(
        trial_id="t", case=make_case(), arm=make_arm(engine_model="opnai.gpt-4o"), seed=1, tier=Tier.TEXT
    )

    async def dial() -> None:
        async with transport.open(request):
            pass

    with pytest.raises(ConfigurationError, match="Did you mean 'openai'"):
        asyncio.run(dial())


def test_line_that_is_left_early_is_hung_up_and_then_silent() -> None:
    transport = SimulatedTransport(make_equipment(agent=lambda _: ScriptedAgent("Hi.")))
    request = CallRequest(trial_id="t", case=make_case(), arm=make_arm(), seed=1, tier=Tier.AUDIO)

    async def leave() -> list[str]:
        async with transport.open(request) as line:
            async for event in line.events():
                if event.kind is EventKind.AICALL_PROGRESSING:
                    break
        await line.hangup(at=Trigger())
        return [event.kind.value async for event in line.events()]

    assert asyncio.run(leave())[-2:] == ["aicall_status_terminated", "call_hangup"]


def test_turns_are_made_of_their_kinds_of_events_alone(hold: Hold) -> None:
    moves = (Say(text="Are you open?"), Press(digits="12#"), Say(text="Thank you, goodbye."))
    events = hold(*moves).events
    assert fold([event for event in events if event.kind in FOLDED], moves) == fold(events, moves)
