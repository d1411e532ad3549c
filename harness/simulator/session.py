"""The AI session of a call: it speaks first, listens while it speaks, yields when the caller does, and remembers.

Only final transcripts become messages. All finals of one user turn are answered by one run of the language model. What
was written is stored whole, however little of it was heard. An agent that has nothing to answer, because nothing was
recognised or a service failed, stays silent: the platform never asks again by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.interfaces import Agent, Message, MessageRole, Mouth
from harness.model.call import EventKind, Fact
from harness.simulator.clock import Due
from harness.simulator.lines import Lines
from harness.simulator.reply import Reply
from harness.simulator.studio import Studio
from harness.simulator.turns import TurnModel
from harness.simulator.writing import write
from harness.voipbin.messages import system_messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who plays the platform's side of a session."""

    name: str
    """The engine_model, for error texts."""
    agent: Agent
    mouth: Mouth
    init_prompt: str


class Session:
    """One voice session, from `progressing` until the call is over."""

    def __init__(self, *, studio: Studio, cast: Cast, lines: Lines, turns: TurnModel) -> None:
        """Make a session that has not begun."""
        self._studio = studio
        self._cast = cast
        self._lines = lines
        self._turns = turns
        self._history: list[Message] = []
        self._unanswered = 0
        self._replies = 0
        self._reply: Reply | None = None
        self._deadline: Due | None = None

    async def begin(self) -> None:
        """Start: the system messages are stored, and the agent is asked to speak first."""
        self._studio.log.add(EventKind.AICALL_PROGRESSING)
        for content in system_messages(self._cast.init_prompt):
            self._created(MessageRole.SYSTEM, content)
        await self._respond()

    def heard(self, text: str, is_final: bool) -> None:
        """Take a transcript: it may begin a user turn, which interrupts the agent, and it moves the turn's end."""
        clock = self._studio.clock
        begins = self._turns.hear(clock.now_ms(), final=is_final)
        if begins and self._reply is not None:
            self._reply.interrupt()
        if is_final:
            self._history.append(Message(role=MessageRole.USER, content=text))
            self._unanswered += 1
            self._created(MessageRole.USER, text)
        if self._deadline is not None:
            self._deadline.cancel()
        if self._turns.deadline_ms is not None:
            self._deadline = clock.at(self._turns.deadline_ms, self._turn_ended)

    def end(self) -> None:
        """Stop everything: the call is over."""
        if self._deadline is not None:
            self._deadline.cancel()
        if self._reply is not None:
            self._reply.abandon()

    async def _turn_ended(self) -> None:
        self._turns.end()
        self._studio.log.add(EventKind.USER_TURN_ENDED)
        if self._unanswered:
            self._unanswered = 0
            await self._respond()

    async def _respond(self) -> None:
        studio = self._studio
        number = self._replies
        self._replies += 1
        written = await write(
            self._cast.agent.reply(tuple(self._history)),
            clock=studio.watch,
            service=self._cast.name,
            timeout_s=studio.timeout_s,
            idle_close_s=studio.idle_close_s,
        )
        self._reply = Reply(
            number=number,
            written=written,
            studio=studio,
            mouth=self._cast.mouth,
            lines=self._lines,
            on_message=self._answered(number),
        )

    def _answered(self, reply: int) -> Callable[[str], None]:
        def store(text: str) -> None:
            self._history.append(Message(role=MessageRole.ASSISTANT, content=text))
            self._created(MessageRole.ASSISTANT, text, data={"reply": reply})

        return store

    def _created(self, role: MessageRole, content: str, *, data: Mapping[str, Fact] | None = None) -> None:
        self._studio.log.add(EventKind.MESSAGE_CREATED, text=content, data={"role": role.value, **(data or {})})
