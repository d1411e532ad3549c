"""A chat in writing with an agent on a real platform, held like a call.

What is waited for on the platform takes as long as it takes, in real milliseconds; what people would need to say the
words aloud passes at once. So latencies are real, and a chat takes no longer than it must: messages to one session have
to be 3 s apart, and time stands still while that is waited for.

The AI of a chat does not speak first, as it does on the telephone: the caller begins.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Protocol

from harness.errors import HarnessError
from harness.interfaces import Mouth, Utterance
from harness.model.call import EndReason, Event, EventKind, Fact, Role, Speaker, TurnLabel
from harness.model.moves import Trigger, TriggerKind
from harness.telephone.clock import VirtualClock
from harness.telephone.log import EventLog
from harness.telephone.moves import Came, Moves
from harness.transports.voipbin.told_events import told_events
from harness.voipbin.parameters import TEXT_COOLDOWN_MS
from harness.voipbin.refusals import failed_stage
from harness.voipbin.resources import Record

POLL_S: Final = 2.0
"""Messages that no event told of are looked for this often."""
MARGIN_S: Final = 0.15
"""More than 3 s between two messages, so that the platform counts as many."""
_TRIES: Final = 3
_OF_THE_AGENT: Final = frozenset(
    {
        TriggerKind.AGENT_SPEECH_START,
        TriggerKind.AGENT_SPEECH_MIDDLE,
        TriggerKind.AGENT_SPEECH_END,
        TriggerKind.AGENT_LAST_WORD,
    }
)


class Chat(Protocol):
    """A written chat on the platform that has begun."""

    async def send(self, text: str) -> Record:
        """Say something; returns the message as it was stored. Raises ApiError."""
        ...

    async def messages(self) -> Sequence[Record]:
        """Return everything that was said and done, oldest first. Raises ApiError."""
        ...

    def unread(self) -> Record | None:
        """Return the oldest message that was told of and not returned yet. Raises CallError, ApiError."""
        ...

    async def wait(self, within_s: float) -> None:
        """Wait until there is something unread, or the session is over, so long at most."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether the platform ended the session."""
        ...

    async def end(self) -> None:
        """End the session; nothing when it is over."""
        ...


class TextCall:
    """One chat. Whoever asks for the next event makes time pass."""

    def __init__(
        self,
        chat: Chat,
        *,
        mouth: Mouth,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take a chat that has begun.

        Args:
            chat: The platform's end.
            mouth: How long words take to say; without sound.
            now: Seconds from an arbitrary start.
            sleep: Waits so many seconds.
        """
        self._chat = chat
        self._mouth = mouth
        self._now = now
        self._sleep = sleep
        self._clock = VirtualClock()
        self._log = EventLog(self._clock)
        self._moves = Moves(self._clock)
        self._log.watch(self._moves.notice)
        self._known: set[str] = set()
        self._found: deque[Record] = deque()
        """What no event told of."""
        self._sent_s: float | None = None
        """When the session last changed for us."""
        self._owes_since: tuple[float, int] | None = None
        """Since when the platform owes an answer: on the wall clock and the chat's own."""
        self._spoken = self._replies = 0
        self._quiet_ms = 0
        self._over_ms: int | None = None
        self._log.add(EventKind.CALL_DIALING)
        self._log.add(EventKind.AICALL_PROGRESSING)
        self._log.add(EventKind.CALL_PROGRESSING)

    @property
    def is_over(self) -> bool:
        """Whether the chat has ended."""
        return self._over_ms is not None

    @property
    def duration_ms(self) -> int:
        """How long it has lasted, or lasted, on its own clock."""
        return self._clock.now_ms() if self._over_ms is None else self._over_ms

    async def next_event(self) -> Event | None:
        """Let time pass until something happens; None when the chat is over and everything was told."""
        while (event := self._log.take()) is None and not self.is_over:
            try:
                await self._go_on()
            except HarnessError as error:
                data: dict[str, Fact] = {"service": "chat", "stage": failed_stage(error)}
                self._log.add(EventKind.SERVICE_FAILED, text=str(error), data=data)
                self.end(EndReason.LINE_DROPPED, by="platform")
        return event

    def say(self, utterance: Utterance, *, at: Trigger, label: TurnLabel) -> None:
        """Have the caller write when a moment comes; nothing once the chat is over."""
        if not self.is_over:
            self._moves.add(self._moment(at), partial(self._say, utterance, label))

    def wait(self, *, at: Trigger) -> None:
        """Have the caller do nothing until a moment comes."""
        if not self.is_over:
            self._moves.add(
                self._moment(at),
                lambda came: self._log.add(EventKind.WAITED, role=Role.CALLER, data={"late": came.late}),
            )

    def hang_up(self, *, at: Trigger) -> None:
        """Have the caller leave when a moment comes."""
        if not self.is_over:
            self._moves.add(at, lambda came: self.end(EndReason.CALLER_HANGUP, by=Role.CALLER.value, late=came.late))

    def end(self, reason: EndReason, *, by: str, late: bool = False) -> None:
        """End the chat now; nothing when it is over."""
        if self._over_ms is None:
            self._over_ms = self._clock.now_ms()
            self._moves.forget()
            self._log.add(EventKind.CALL_HANGUP, data={"reason": reason.value, "by": by, "late": late})

    async def stop(self) -> None:
        """End it, and the session on the platform, whatever happened."""
        self.end(EndReason.CALLER_HANGUP, by=Role.CALLER.value)
        await self._chat.end()

    # --- inside ---

    def _moment(self, at: Trigger) -> Trigger:
        """Return what to wait for instead of a greeting, which nobody is going to say."""
        is_first = self._spoken == 0 and at.after in _OF_THE_AGENT
        return replace(at, after=TriggerKind.NOW) if is_first else at

    async def _go_on(self) -> None:
        if self._owes_since is None:
            happened = await self._clock.step()
            assert happened, "a chat that is not over has a move waiting"
            return
        since_s, since_ms = self._owes_since
        due_ms = self._clock.next_ms()
        wait_s = POLL_S if due_ms is None else (due_ms - since_ms) / 1000 - (self._now() - since_s)
        message = await self._next_message(within_s=max(0.0, min(wait_s, POLL_S)))
        self._clock.pass_to(since_ms + round((self._now() - since_s) * 1000))
        if message is not None:
            await self._take(message)
        elif self._chat.is_over:
            self.end(EndReason.AGENT_HANGUP, by=Role.AGENT.value)
        elif wait_s <= POLL_S and due_ms is not None:
            await self._clock.step(until_ms=due_ms)

    async def _say(self, utterance: Utterance, label: TurnLabel, came: Came) -> None:
        await self._cool_down()
        # Whatever the agent wrote meanwhile still belongs to its answer, and comes first.
        while (message := self._unread()) is not None:
            await self._take(message)
        if self._quiet_ms > self._clock.now_ms():
            late = replace(came, planned_ms=self._quiet_ms)
            self._clock.at(self._quiet_ms, lambda: self._say(utterance, label, late))
            return
        number, self._spoken = self._spoken, self._spoken + 1
        over_agent = self._moves.agent_speaks
        self._log.add(
            EventKind.SPEECH_STARTED,
            role=Role.CALLER,
            text=utterance.shown,
            data={
                "late": came.late,
                "planned_ms": came.planned_ms,
                "label": label.value,
                "over_agent": over_agent,
                "utterance": number,
            },
        )
        self._clock.after(utterance.duration_ms, lambda: self._send(utterance.shown, number))

    async def _send(self, text: str, number: int) -> None:
        stored = await self._stored(text)
        self._known.add(str(stored.get("id") or ""))
        self._owes_since = (self._sent_s or self._now(), self._clock.now_ms())
        data: dict[str, Fact] = {"interrupted": False, "utterance": number}
        self._log.add(EventKind.SPEECH_STOPPED, role=Role.CALLER, text=text, data=data)
        content = str(stored.get("content") or text)
        self._log.add(EventKind.MESSAGE_CREATED, text=content, data={"role": "user"})
        self._log.add(EventKind.TRANSCRIPT_FINAL, text=content, data={"utterance": number, "by": "session"})

    async def _stored(self, text: str) -> Record:
        for tried in range(1, _TRIES + 1):
            await self._cool_down()
            self._sent_s = self._now()
            try:
                return await self._chat.send(text)
            except HarnessError as error:
                # The session changed when its answer was stored, maybe later than we know: 500 says no more.
                if tried == _TRIES or getattr(error, "http_status", 0) != 500:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _cool_down(self) -> None:
        if self._sent_s is not None:
            await self._sleep(max(0.0, self._sent_s + TEXT_COOLDOWN_MS / 1000 + MARGIN_S - self._now()))

    async def _take(self, message: Record) -> None:
        """Take a message the platform stored."""
        content = str(message.get("content") or "").strip()
        is_answer = message.get("role") == "assistant" and bool(content)
        now_ms = self._clock.now_ms()
        for event in told_events((), [message], clock=lambda _: now_ms):
            data = {**event.data, "reply": self._replies} if "reply" in event.data else event.data
            self._log.add(event.kind, role=event.role, text=event.text, data=data)
        if is_answer:
            if not message.get("tool_calls"):
                self._owes_since = None
            await self._speak(content)

    async def _speak(self, text: str) -> None:
        number, self._replies = self._replies, self._replies + 1
        spoken = await self._mouth.speak(text)
        begin_ms = max(self._clock.now_ms(), self._quiet_ms)
        self._quiet_ms = begin_ms + max(1, spoken.duration_ms)
        self._moves.placed(replace(spoken, clip=None), begin_ms)
        data: dict[str, Fact] = {"reply": number, "by": Speaker.AGENT.value}
        self._clock.at(begin_ms, lambda: self._log.add(EventKind.SPEECH_STARTED, role=Role.AGENT, text=text, data=data))
        over: dict[str, Fact] = {"interrupted": False}
        self._clock.at(
            self._quiet_ms, lambda: self._log.add(EventKind.SPEECH_STOPPED, role=Role.AGENT, text=text, data=over)
        )

    async def _next_message(self, *, within_s: float) -> Record | None:
        """Return a message that nobody has seen yet, or None when none came in time."""
        if (message := self._unread()) is None:
            await self._chat.wait(within_s)
            message = self._unread()
        if message is None and within_s >= POLL_S:
            self._found.extend(await self._chat.messages())
            message = self._unread()
        return message

    def _unread(self) -> Record | None:
        while (message := self._found.popleft() if self._found else self._chat.unread()) is not None:
            id = str(message.get("id") or "")
            if id not in self._known:
                self._known.add(id)
                if message.get("role") != "user":
                    return message
        return None
