"""One WebSocket used both ways at once: what is to be sent waits in a bounded outbox, and there is one ending.

The platform never waits for a client. Who reads more slowly than the platform talks is cut off, and nobody else
notices.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Final, TypeAlias

from starlette.websockets import WebSocket, WebSocketDisconnect

_FAREWELL_S: Final = 1.0
"""Longest wait for a slow reader to take the close frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the server closes a socket."""

    code: int
    reason: str


_DROPPED: Final = Ending(code=1011, reason="dropped on purpose")

Received: TypeAlias = Callable[[str | bytes], Ending | None]
"""Takes what the client sent; an ending closes the socket."""


class Outbox:
    """What one socket is still to be sent."""

    def __init__(self, *, most: int) -> None:
        """Take how many messages may wait."""
        self._most = most
        self._waiting: deque[str | bytes] = deque()
        self._filled = asyncio.Event()
        self._ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    def put(self, message: str | bytes) -> None:
        """Send a message when its turn comes; a full outbox ends the socket instead."""
        if len(self._waiting) < self._most:
            self._waiting.append(message)
            self._filled.set()
        else:
            self.end(Ending(code=1013, reason="messages were not read in time"))

    def end(self, ending: Ending) -> None:
        """Close the socket now; what still waits is not sent."""
        if not self._ended.done():
            self._ended.set_result(ending)

    async def ended(self) -> Ending:
        """Wait until somebody ends the socket."""
        return await asyncio.shield(self._ended)

    async def send_all(self, websocket: WebSocket) -> Ending | None:
        """Send whatever is put in, until the client is gone."""
        try:
            while True:
                while self._waiting:
                    await _send(websocket, self._waiting.popleft())
                self._filled.clear()
                await self._filled.wait()
        except WebSocketDisconnect:
            return None


async def converse(websocket: WebSocket, *, outbox: Outbox, received: Received, lasts_s: float | None = None) -> None:
    """Hold an accepted socket until either side ends it, or it has lasted for so long."""
    ending = await _first(outbox.ended(), outbox.send_all(websocket), _read(websocket, received), _dropped(lasts_s))
    if ending is None:
        return
    try:
        async with asyncio.timeout(_FAREWELL_S):
            await websocket.close(ending.code, ending.reason)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        # A client that takes nothing any more gets no farewell either; returning drops the connection.
        return


async def _dropped(lasts_s: float | None) -> Ending | None:
    await (asyncio.Event().wait() if lasts_s is None else asyncio.sleep(lasts_s))
    return _DROPPED


async def _read(websocket: WebSocket, received: Received) -> Ending | None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        text = message.get("text")
        ending = received(message["bytes"] if text is None else text)
        if ending is not None:
            return ending


async def _send(websocket: WebSocket, message: str | bytes) -> None:
    if isinstance(message, str):
        await websocket.send_text(message)
    else:
        await websocket.send_bytes(message)


async def _first(*waiting: Coroutine[object, object, Ending | None]) -> Ending | None:
    tasks = [asyncio.create_task(each) for each in waiting]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        # When several end in the same instant, an ending of ours says more than the client's silence.
        endings = [task.result() for task in tasks if task in done]
        return next((ending for ending in endings if ending is not None), None)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
