"""Hands things from the stack's thread to the loop that waits for them."""

import asyncio
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Arrivals(Generic[Thing]):
    """A queue that is filled from any thread and emptied on one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """Be emptied on that loop, or the one that runs now."""
        self._loop = loop or asyncio.get_running_loop()
        self._queue: asyncio.Queue[Thing] = asyncio.Queue()

    def put(self, thing: Thing) -> None:
        """Add something; nothing where the loop is closed, since nobody waits any more."""
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, thing)
        except RuntimeError:
            return

    async def get(self) -> Thing:
        """Wait for the next."""
        return await self._queue.get()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop on which it is emptied."""
        return self._loop
