"""Asking the language model of a session: in real time the call goes on meanwhile, and the caller may speak again."""

from collections.abc import AsyncIterator, Callable

from harness.interfaces import Delta
from harness.simulator.kernel.studio import Studio
from harness.simulator.sessions.writing import Written, write
from harness.telephone.clock import Happening


class Asking:
    """The answers that are being written."""

    def __init__(self, studio: Studio) -> None:
        """Take the call's clock and limits."""
        self._studio = studio
        self._waiting = 0
        self._interruptions = 0

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is being written."""
        return self._waiting > 0

    def interrupt(self) -> None:
        """Want none of the answers any more: nobody has heard a word of them, and the caller has spoken again."""
        self._interruptions += 1

    async def ask(self, deltas: AsyncIterator[Delta], *, service: str, on_written: Callable[[Written], None]) -> None:
        """Have an answer written; `on_written` is told unless it is interrupted before it is there."""
        studio, interruptions = self._studio, self._interruptions

        async def written() -> Happening:
            try:
                answer = await write(
                    deltas,
                    clock=studio.watch,
                    service=service,
                    timeout_s=studio.timeout_s,
                    idle_close_s=studio.idle_close_s,
                )
            finally:
                self._waiting -= 1
            return lambda: on_written(answer) if self._interruptions == interruptions else None

        self._waiting += 1
        await studio.clock.aside(written)
