"""AI calls without a telephone: written messages, each answered by a run of the language model (contract 4.2, 4.3)."""

from collections.abc import Awaitable, Callable
from functools import partial

from harness.errors import HarnessError
from harness.interfaces import Message, MessageRole
from harness.simulator.kernel.dice import Dice
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.latency import latency_of
from harness.simulator.kernel.world import World
from harness.simulator.sessions.book import MessageBook
from harness.simulator.sessions.cast import Cast
from harness.simulator.sessions.casting import Casting
from harness.simulator.sessions.writing import write
from harness.telephone.clock import Happening
from harness.voipbin.api_errors import Reason, api_error, untyped
from harness.voipbin.messages import system_messages
from harness.voipbin.parameters import HISTORY_MESSAGES, LLM_IDLE_CLOSE_MS, TEXT_COOLDOWN_MS
from harness.voipbin.resources import Kind, Record

_CONVERSATION = frozenset({"user", "assistant"})


class Chats:
    """The text chats of a platform."""

    def __init__(
        self,
        *,
        world: World,
        casting: Casting,
        equipment: Equipment,
        on_terminated: Callable[[Record], None],
    ) -> None:
        """Take what answers."""
        self._world = world
        self._casting = casting
        self._equipment = equipment
        self._on_terminated = on_terminated
        self._casts: dict[str, Cast] = {}
        self._sent_ms: dict[str, int] = {}

    def start(
        self,
        *,
        assistance_type: str,
        assistance_id: str,
        make: Callable[[Cast], Record],
    ) -> Record:
        """Begin a chat; `make` makes its record.

        Raises:
            ApiError: there is no such AI or team, or it cannot be started.
        """
        kind = Kind.TEAM if assistance_type == "team" else Kind.AI
        self._world.require(kind, assistance_id)
        try:
            cast = self._casting.cast(assistance_type=assistance_type, assistance_id=assistance_id, variables={})
        except HarnessError as error:
            raise untyped(str(error), mode=self._world.mode) from error
        return self._open(make(cast), cast)

    def run_task(self, aicall: Record, cast: Cast, *, on_over: Callable[[], Awaitable[None]]) -> None:
        """Have an AI work on its prompt alone: one answer, nobody to talk to; `on_over` is told when it is there."""
        self._open(aicall, cast)

        async def done() -> None:
            self.terminate(aicall)
            await on_over()

        self._world.clock.after(self._delay_ms(aicall), partial(self._answer, aicall, cast, then=done))

    def check(self, aicall: Record) -> None:
        """Take note that a message comes, or refuse it because it comes too soon or too late.

        Raises:
            ApiError: the AI call is over, or the last message is less than 3 s old.
        """
        if aicall["status"] in ("terminating", "terminated"):
            raise api_error(Reason.STATE_INVALID, f"the AI call {aicall['id']!r} is over")
        now_ms = self._world.clock.now_ms()
        last_ms = self._sent_ms.get(aicall["id"])
        if last_ms is not None and now_ms - last_ms < TEXT_COOLDOWN_MS:
            message = f"messages to an AI call must be {TEXT_COOLDOWN_MS // 1000} s apart; wait and send it again"
            raise untyped(message, mode=self._world.mode)
        self._sent_ms[aicall["id"]] = now_ms

    def send(self, aicall: Record, content: str) -> Record:
        """Store a message, and have it answered."""
        stored = self._book(aicall).user(content)
        cast = self._casts.get(aicall["id"])
        if cast is not None:
            self._world.clock.after(self._delay_ms(aicall), partial(self._answer, aicall, cast))
        return stored

    def terminate(self, aicall: Record) -> None:
        """End a chat; one that is over stays as it is."""
        if aicall["status"] != "terminated":
            self._casts.pop(aicall["id"], None)
            self._sent_ms.pop(aicall["id"], None)
            self._move(aicall, "terminating")
            self._move(aicall, "terminated", tm_end=self._world.clock.now_ms())
            self._on_terminated(aicall)

    def _open(self, record: Record, cast: Cast) -> Record:
        self._casts[record["id"]] = cast
        book = self._book(record)
        for content in system_messages(cast.first.config.init_prompt, parameter=cast.first.config.parameter):
            book.system(content)
        return self._move(record, "progressing")

    def _delay_ms(self, aicall: Record) -> int:
        dice = Dice(self._world.seed)
        number = sum(1 for _ in self._world.records(Kind.MESSAGE, aicall_id=aicall["id"]))
        return latency_of(self._equipment.latency, dice=dice).words_ms(number, arrivals_ms=(0.0,))[0]

    async def _answer(self, aicall: Record, cast: Cast, *, then: Happening = lambda: None) -> None:
        deltas = cast.first.agent.reply(self._history(aicall))

        async def ask() -> Happening:
            written = await write(
                deltas,
                clock=self._equipment.watch,
                service=cast.first.config.engine_model,
                timeout_s=self._equipment.timeout_s,
                idle_close_s=LLM_IDLE_CLOSE_MS / 1000,
            )

            def answered() -> Awaitable[None] | None:
                # A language model that fails leaves a chat without an answer, as on the platform.
                if written.text.strip() and aicall["status"] == "progressing":
                    self._book(aicall).assistant(written.text.strip())
                return then()

            return answered

        await self._world.clock.aside(ask)

    def _history(self, aicall: Record) -> tuple[Message, ...]:
        newest = self._world.records(Kind.MESSAGE, aicall_id=aicall["id"])
        spoken = [record for record in newest if record["role"] in _CONVERSATION][:HISTORY_MESSAGES]
        return tuple(
            Message(role=MessageRole(record["role"]), content=record["content"]) for record in reversed(spoken)
        )

    def _book(self, aicall: Record) -> MessageBook:
        return MessageBook(world=self._world, aicall=aicall, log=None)

    def _move(self, record: Record, status: str, **fields: int) -> Record:
        return self._world.change(record, event=f"aicall_status_{status}", status=status, **fields)
