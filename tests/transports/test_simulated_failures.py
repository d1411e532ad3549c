import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from harness.errors import ServiceError, ServiceRejectedError
from harness.interfaces import Delta, Message, ToolSpec, Utterance
from harness.model.call import EndReason, EventKind, Heard, Role
from harness.model.moves import Say
from harness.runner.conversation import Conversation
from harness.testing.speech import EchoEars, ManualClock, ScriptedAgent, ToneMouth

Hold = Callable[..., Conversation]


def failures(conversation: Conversation) -> list[tuple[object, object, str]]:
    return [
        (event.data["service"], event.data["stage"], event.text)
        for event in conversation.events
        if event.kind is EventKind.SERVICE_FAILED
    ]


class MuteMouth:
    name = "mute"

    async def speak(self, text: str) -> Utterance:
        raise ServiceError("no such voice", service="mute")


class BrokenEars:
    name = "broken"

    async def hear(self, utterance: Utterance) -> Heard:
        raise ServiceError("gone", service="broken")


class HangingAgent:
    """Says something, or nothing, and then never again."""

    def __init__(self, *words: str) -> None:
        self._words = words

    async def reply(self, history: Sequence[Message], *, tools: Sequence[ToolSpec] = ()) -> AsyncIterator[Delta]:
        for word in self._words:
            yield Delta(text=word)
        await asyncio.Event().wait()


class SlowAgent:
    """Takes a known time for every word, on a clock of the test's own."""

    def __init__(self, clock: ManualClock, *, first_ms: float, word_ms: float) -> None:
        self._clock = clock
        self._first_ms = first_ms
        self._word_ms = word_ms

    async def reply(self, history: Sequence[Message], *, tools: Sequence[ToolSpec] = ()) -> AsyncIterator[Delta]:
        self._clock.advance(self._first_ms)
        yield Delta(text="One")
        for word in ("two.", "Three", "four."):
            self._clock.advance(self._word_ms)
            yield Delta(text=f" {word}")


class SlowMouth(ToneMouth):
    def __init__(self, clock: ManualClock, *, takes_ms: float) -> None:
        super().__init__()
        self._clock = clock
        self._takes_ms = takes_ms

    async def speak(self, text: str) -> Utterance:
        self._clock.advance(self._takes_ms)
        return await super().speak(text)


class SlowEars(EchoEars):
    def __init__(self, clock: ManualClock, *, takes_ms: float) -> None:
        super().__init__()
        self._clock = clock
        self._takes_ms = takes_ms

    async def hear(self, utterance: Utterance) -> Heard:
        self._clock.advance(self._takes_ms)
        return await super().hear(utterance)


def test_failing_language_model_leaves_a_silent_agent_and_a_visible_reason(hold: Hold) -> None:
    refused = ServiceRejectedError("bad key", service="openai", status=401)
    call = hold(Say(text="Hello?"), Say(text="Anyone?"), Say(text="Never said"), agent=ScriptedAgent(refused))
    assert call.end_reason is EndReason.AGENT_SILENT
    assert [turn.meant for turn in call.turns] == ["Hello?", "Anyone?"]
    assert failures(call)[0] == ("openai", "llm", "openai: bad key")


def test_agent_recovers_when_its_language_model_does(hold: Hold) -> None:
    once = ServiceError("overloaded", service="openai", status=503)
    call = hold(Say(text="Hello?"), agent=ScriptedAgent(once, "Yes, hello."))
    assert [turn.role for turn in call.turns] == [Role.CALLER, Role.AGENT]
    assert call.end_reason is EndReason.CALLER_HANGUP


def test_voice_that_fails_leaves_text_without_sound(hold: Hold) -> None:
    call = hold(Say(text="Hello?"), agent=ScriptedAgent("Hi there."), mouth=MuteMouth())
    stored = [event.text for event in call.events if event.data.get("role") == "assistant"]
    assert stored == ["Hi there.", "Hi there."]
    assert all(turn.role is Role.CALLER for turn in call.turns)
    assert failures(call)[0] == ("mute", "tts", "mute: no such voice")
    assert call.end_reason is EndReason.AGENT_SILENT


def test_recogniser_that_fails_leaves_the_caller_unheard(hold: Hold) -> None:
    call = hold(Say(text="A table"), ears=BrokenEars())
    assert failures(call) == [("broken", "stt", "broken: gone")]
    assert call.turns[1].heard == ""
    assert call.end_reason is EndReason.AGENT_SILENT


@pytest.mark.parametrize("latency", ["modelled", "measured"])
def test_language_model_that_hangs_is_given_up(hold: Hold, latency: str) -> None:
    call = hold(agent=HangingAgent(), latency=latency, timeout_s=0.01)
    assert [stage for _, stage, _ in failures(call)] == ["llm"]
    assert "no answer within 0.01 s" in failures(call)[0][2]
    assert call.end_reason is EndReason.AGENT_SILENT


def test_words_before_the_hang_are_spoken(hold: Hold) -> None:
    call = hold(agent=HangingAgent("Hello", " there."), timeout_s=0.01)
    assert call.turns[0].spoken == "Hello there."
    assert [stage for _, stage, _ in failures(call)] == ["llm"]


def test_measured_latency_is_what_the_services_took(hold: Hold) -> None:
    clock = ManualClock()
    call = hold(
        Say(text="A table"),
        agent=SlowAgent(clock, first_ms=2_000, word_ms=500),
        mouth=SlowMouth(clock, takes_ms=250),
        ears=SlowEars(clock, takes_ms=400),
        latency="measured",
        clock=clock,
    )
    turn_end_ms, words_ms = 350, 2_000 + 500
    assert call.turns[2].latency_ms == 400 + turn_end_ms + words_ms + 250
    assert [turn.spoken for turn in call.turns if turn.role is Role.AGENT] == ["One two. Three four."] * 2


def test_modelled_latency_does_not_care_how_slow_the_machine_is(hold: Hold) -> None:
    clock = ManualClock()
    slow = hold(Say(text="Hi"), agent=SlowAgent(clock, first_ms=9_000, word_ms=900), clock=clock)
    quick = hold(Say(text="Hi"), agent=ScriptedAgent("One two. Three four."))
    assert slow.events == quick.events


def test_sentence_that_is_late_leaves_a_gap_but_stays_the_same_turn(hold: Hold) -> None:
    clock = ManualClock()
    call = hold(agent=SlowAgent(clock, first_ms=0, word_ms=2_000), latency="measured", clock=clock)
    greeting = call.turns[0]
    assert greeting.ended_ms - greeting.started_ms == 4_000 + 2 * 300
    assert call.recording is not None
    assert not call.recording.agent.span(greeting.started_ms + 700, greeting.started_ms + 3_900).samples.any()
