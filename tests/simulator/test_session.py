import asyncio

from harness.interfaces import MessageRole
from harness.model.call import Event, EventKind, Tier
from harness.model.persona import Surroundings
from harness.simulator.clock import VirtualClock
from harness.simulator.dice import Dice
from harness.simulator.latency import ModelledLatency
from harness.simulator.lines import Lines
from harness.simulator.log import EventLog
from harness.simulator.session import Cast, Session
from harness.simulator.studio import Studio
from harness.simulator.turns import TranscriptTurns
from harness.testing.speech import ManualClock, ScriptedAgent, ToneMouth


class Stage:
    """A session without a call around it."""

    def __init__(self, *replies: str) -> None:
        self.clock = VirtualClock()
        self.events: list[Event] = []
        self.agent = ScriptedAgent(*replies)
        log = EventLog(self.clock)
        log.watch(self.events.append)
        studio = Studio(
            clock=self.clock,
            log=log,
            latency=ModelledLatency(Dice(1)),
            watch=ManualClock(),
            timeout_s=60,
            idle_close_s=None,
        )
        self.session = Session(
            studio=studio,
            cast=Cast(name="scripted.x", agent=self.agent, mouth=ToneMouth(text_only=True), init_prompt="Sell tea."),
            lines=Lines(seed=1, surroundings=Surroundings(), tier=Tier.TEXT),
            turns=TranscriptTurns(),
        )
        self.clock.at(0, self.session.begin)

    def transcript(self, at_ms: int, text: str, *, final: bool) -> None:
        self.clock.at(at_ms, lambda: self.session.heard(text, final))

    def run(self) -> None:
        async def everything() -> None:
            while await self.clock.step():
                pass

        asyncio.run(everything())

    def times(self, kind: EventKind) -> list[int]:
        return [event.at_ms for event in self.events if event.kind is kind]


def test_several_finals_of_one_turn_are_several_messages_and_one_answer() -> None:
    stage = Stage("Hello.", "Certainly.")
    stage.transcript(10_000, "I want", final=True)
    stage.transcript(10_200, "a table", final=False)
    stage.transcript(10_600, "a table for two", final=True)
    stage.run()
    assert stage.times(EventKind.USER_TURN_ENDED) == [10_950]
    assert len(stage.agent.asked) == 2
    assert [m.content for m in stage.agent.asked[1] if m.role is MessageRole.USER] == ["I want", "a table for two"]


def test_turn_without_a_final_ends_after_the_fallback_and_is_not_answered() -> None:
    stage = Stage("Hello.")
    stage.transcript(10_000, "uh", final=False)
    stage.run()
    assert stage.times(EventKind.USER_TURN_ENDED) == [15_000]
    assert len(stage.agent.asked) == 1


def test_caller_who_speaks_before_the_greeting_is_audible_takes_it_back() -> None:
    stage = Stage("Good evening to you.", "Yes?")
    stage.transcript(50, "Hello", final=False)
    stage.transcript(60, "Hello", final=True)
    stage.run()
    spoken = [event.text for event in stage.events if event.kind is EventKind.SPEECH_STARTED]
    assert spoken == ["Yes?"]
    assert [message.content for message in stage.agent.asked[1]] == ["Hello"]


def test_next_sentence_is_made_ready_while_the_one_before_it_plays() -> None:
    stage = Stage("One two three four five six. Seven eight.")
    stage.run()
    assert stage.times(EventKind.SPEECH_STOPPED)[0] - stage.times(EventKind.SPEECH_STARTED)[0] == 8 * 300


def test_agent_with_nothing_to_say_says_nothing() -> None:
    stage = Stage("")
    stage.run()
    assert not stage.times(EventKind.SPEECH_STARTED)
    assert [event.data["role"] for event in stage.events if event.kind is EventKind.MESSAGE_CREATED] == ["system"] * 2


def test_session_that_ends_falls_silent_and_stores_what_was_written() -> None:
    stage = Stage("One two three four five six seven eight.")
    stage.clock.at(2_000, stage.session.end)
    stage.run()
    stopped = next(event for event in stage.events if event.kind is EventKind.SPEECH_STOPPED)
    assert stopped.at_ms == 2_000
    assert stopped.data["interrupted"]
    assert not stage.times(EventKind.AUDIO_CUT)
