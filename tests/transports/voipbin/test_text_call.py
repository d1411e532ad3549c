"""A chat in writing, held like a call, with a platform whose answers take as long as they are told to."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from harness.errors import ApiError
from harness.model.call import EndReason, Event, EventKind, Role, TurnLabel
from harness.model.moves import Trigger
from harness.testing.speech import ToneMouth
from harness.transports.voipbin.text_call import TextCall
from harness.transports.voipbin.text_line import TextLine
from harness.voipbin.resources import Record
from tests.virtual_loop import now, run_at_once

MOUTH = ToneMouth(word_ms=300, text_only=True)


@dataclass
class Chat:
    """A chat that answers in order; None is no answer."""

    answers: Sequence[tuple[float, str] | None]
    """(seconds after the message, words)"""
    refuses: int = 0
    """So many messages, with a 500."""
    is_told: bool = True
    """Whether events tell of messages; else they have to be looked for."""
    ends_after: int = 99
    sent: list[tuple[float, str]] = field(default_factory=list)
    stored: list[Record] = field(default_factory=list)
    is_over: bool = False
    ended: bool = False

    def __post_init__(self) -> None:
        self._inbox: deque[Record] = deque()
        self._left = deque(self.answers)
        self._stirred = asyncio.Event()

    async def send(self, text: str) -> Record:
        if self.refuses:
            self.refuses -= 1
            raise ApiError("no", http_status=500, status="INTERNAL", reason="INTERNAL")
        self.sent.append((now(), text))
        stored = self._store("user", text)
        if self._left and (answer := self._left.popleft()) is not None:
            asyncio.get_running_loop().call_later(answer[0], self._answer, answer[1])
        return stored

    async def messages(self) -> Sequence[Record]:
        return tuple(self.stored)

    def unread(self) -> Record | None:
        return self._inbox.popleft() if self._inbox else None

    async def wait(self, within_s: float) -> None:
        if self._inbox or self.is_over:
            return
        self._stirred.clear()
        try:
            async with asyncio.timeout(within_s):
                await self._stirred.wait()
        except TimeoutError:
            pass

    async def end(self) -> None:
        self.ended = True

    def _store(self, role: str, text: str) -> Record:
        message = {"id": str(len(self.stored)), "role": role, "content": text}
        self.stored.append(message)
        return message

    def _answer(self, text: str) -> None:
        message = self._store("assistant", text)
        if self.is_told:
            self._inbox.append(message)
        self.is_over = len(self.stored) >= self.ends_after
        self._stirred.set()


def chat(of: Chat, *lines: str, patience_ms: int = 10_000) -> list[Event]:
    """Hold a chat in which the caller writes lines, each 400 ms after the answer to the one before."""
    trigger = Trigger(delay_ms=400, timeout_ms=patience_ms)

    async def main() -> list[Event]:
        call = TextCall(of, mouth=MOUTH, now=now)
        line, events, left = TextLine(call), list[Event](), list(lines)
        async for event in line.events():
            events.append(event)
            is_next = event.kind is EventKind.CALL_PROGRESSING
            if is_next or (event.kind is EventKind.SPEECH_STOPPED and event.role is Role.CALLER):
                if left:
                    await line.play(await MOUTH.speak(left.pop(0)), at=trigger, label=TurnLabel.TURN)
                else:
                    await line.hangup(at=trigger)
        await call.stop()
        return events

    events = run_at_once(main())
    assert of.ended
    assert [event.at_ms for event in events] == sorted(event.at_ms for event in events)
    return events


def speech(events: list[Event]) -> list[tuple[str | None, str, int]]:
    return [(event.role, event.text, event.at_ms) for event in events if event.kind is EventKind.SPEECH_STARTED]


def stops(events: list[Event], role: Role) -> list[int]:
    return [event.at_ms for event in events if event.kind is EventKind.SPEECH_STOPPED and event.role is role]


@pytest.mark.parametrize("is_told", [True, False], ids=["told by events", "looked for"])
def test_answers_are_timed_and_words_take_no_time_of_ours(is_told: bool) -> None:
    of = Chat(answers=[(1.2, "We are open."), (0.7, "Bye.")], is_told=is_told)
    events = chat(of, "Are you open?", "Thanks.")
    assert [(role, text) for role, text, _ in speech(events)] == [
        (Role.CALLER, "Are you open?"),
        (Role.AGENT, "We are open."),
        (Role.CALLER, "Thanks."),
        (Role.AGENT, "Bye."),
    ]
    answered = [at_ms for role, _, at_ms in speech(events) if role is Role.AGENT]
    latencies = [start - stop for start, stop in zip(answered, stops(events, Role.CALLER), strict=True)]
    if is_told:
        assert latencies == pytest.approx([1_200, 700], abs=5)
    assert events[-1].data["reason"] == EndReason.CALLER_HANGUP.value


def test_messages_are_three_seconds_apart_and_a_second_answer_comes_before_the_next_line() -> None:
    of = Chat(answers=[(0.2, "One moment."), (0.2, "Bye.")])
    loop_answers = of._answer

    def twice(text: str) -> None:
        loop_answers(text)
        if text == "One moment.":
            asyncio.get_running_loop().call_later(1.0, loop_answers, "We are open.")

    of._answer = twice  # type: ignore[method-assign]
    events = chat(of, "Are you open?", "Thanks.")
    assert [text for _, text, _ in speech(events)] == [
        "Are you open?",
        "One moment.",
        "We are open.",
        "Thanks.",
        "Bye.",
    ]
    [first, second] = [at_s for at_s, _ in of.sent]
    assert second - first >= 3.0


def test_an_agent_that_does_not_answer_is_waited_for_as_long_as_the_caller_is_patient() -> None:
    of = Chat(answers=[None, (0.5, "Hello.")])
    events = chat(of, "Hi.", "Hello?", patience_ms=4_000)
    again = [event for event in events if event.kind is EventKind.SPEECH_STARTED and event.role is Role.CALLER][1]
    assert again.data["late"] is True
    assert again.at_ms - stops(events, Role.CALLER)[0] == pytest.approx(4_000, abs=5)


def test_a_message_the_platform_is_not_ready_for_is_sent_again() -> None:
    of = Chat(answers=[(0.5, "Hello.")], refuses=1)
    assert [text for _, text, _ in speech(chat(of, "Hi."))] == ["Hi.", "Hello."]


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        (Chat(answers=[(0.5, "Bye.")], ends_after=2), EndReason.CALLER_HANGUP),
        (Chat(answers=[], refuses=9), EndReason.LINE_DROPPED),
    ],
    ids=["the session is over once it has answered", "nothing can be sent"],
)
def test_a_chat_that_ends_by_itself_is_over(of: Chat, reason: EndReason) -> None:
    events = chat(of, "Hi.")
    assert events[-1].data["reason"] == reason.value
    assert any(event.kind is EventKind.SERVICE_FAILED for event in events) is (reason is EndReason.LINE_DROPPED)
