"""What comes over the platform's WebSockets: events as they happen, and the sound of a call (contract 6.4 and 2.6)."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Self

from harness.errors import CallError
from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.event_reading import EventReader, PlatformEvent
from harness.transports.voipbin.rate import MOST_TRIES
from harness.transports.voipbin.web_socket import SocketEnd, WebSocket, opened

_REFUSED: Final = 1008
_BARREN_S: Final = 5.0
"""A socket that closes sooner, and told nothing, was most likely refused."""
_FIRST_WAIT_S: Final = 0.5
_MOST_GAPS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which events may have been missed, in seconds of the client's clock."""

    from_s: float
    to_s: float


class EventFeed:
    """Events of some topics as they happen; to be read all the time, for an event is stamped when it is read."""

    def __init__(self, client: VoipbinClient, topics: Sequence[str]) -> None:
        """Take what to subscribe to."""
        self._client = client
        self._topics = tuple(topics)
        self._reader = EventReader()
        self._socket: WebSocket | None = None
        self._since_s = 0.0
        self._has_told = False
        self._failures = 0
        self.gaps: tuple[Gap, ...] = ()
        """When the socket was down; what happened then is in `/aggregated-events` only."""

    def __aiter__(self) -> Self:
        """Yield events until the context is left."""
        return self

    async def __anext__(self) -> PlatformEvent:
        """Return the next event, over a new socket where the old one breaks.

        Raises:
            CallError: a topic is refused, or the socket breaks again and again.
            ApiError: a new socket is refused.
        """
        while True:
            assert self._socket is not None, "an event feed is entered first"
            message = await self._socket.receive()
            if isinstance(message, SocketEnd):
                await self._reopen(message)
                continue
            self._has_told = True
            event = self._reader.read(message, at_s=self._client.now())
            if event is not None:
                return event

    async def open(self) -> None:
        """Connect and subscribe."""
        self._socket = await opened(self._client, "/ws")
        self._since_s, self._has_told = self._client.now(), False
        # Whether it was heard shows when something is read.
        await self._socket.send(json.dumps({"type": "subscribe", "topics": list(self._topics)}))

    async def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            await self._socket.close()

    async def _reopen(self, end: SocketEnd) -> None:
        broke_s = self._client.now()
        is_barren = not self._has_told and broke_s - self._since_s < _BARREN_S
        self._failures = self._failures + 1 if is_barren else 0
        if end.code == _REFUSED or self._failures >= MOST_TRIES or len(self.gaps) >= _MOST_GAPS:
            raise self._given_up(end)
        await self._client.sleep(_FIRST_WAIT_S * 2**self._failures)
        await self.open()
        self.gaps = (*self.gaps, Gap(from_s=broke_s, to_s=self._client.now()))

    def _given_up(self, end: SocketEnd) -> CallError:
        topics = ", ".join(self._topics)
        if end.code == _REFUSED:
            return CallError(
                f"the platform closed the event socket ({end}). Cause: a topic is malformed or somebody else's: "
                f"{topics}. Fix: begin each with customer_id:<your customer's id>; with a direct hash alone, name one "
                "session: customer_id:<id>:aicall:<aicall id>"
            )
        return CallError(
            f"the event socket closes again and again ({end}). Cause: a topic is refused, or something on the way lets "
            f"no WebSocket stay open. Fix: check the topics {topics}, then the network and its proxy"
        )


class MediaSocket:
    """The sound of one call, both ways, in messages of its encapsulation."""

    def __init__(self, socket: WebSocket, *, call_id: str) -> None:
        """Take an open socket."""
        self._socket = socket
        self._call_id = call_id
        self.end: SocketEnd | None = None
        """How it ended; None while it is open."""

    async def send(self, message: bytes) -> None:
        """Send sound to the far end. Raises CallError when the socket is no longer open."""
        end = await self._socket.send(message)
        if end is not None:
            self.end = end
            raise CallError(f"no sound can be sent to call {self._call_id} any more: its socket closed ({end})")

    def __aiter__(self) -> Self:
        """Yield messages until the socket ends; `end` then tells how."""
        return self

    async def __anext__(self) -> bytes:
        """Return the next message with sound."""
        while True:
            message = await self._socket.receive()
            if isinstance(message, SocketEnd):
                self.end = message
                raise StopAsyncIteration
            if isinstance(message, bytes):
                return message

    async def close(self) -> None:
        """Close the socket; nothing when it is closed already."""
        await self._socket.close()


@asynccontextmanager
async def event_feed(client: VoipbinClient, topics: Sequence[str]) -> AsyncIterator[EventFeed]:
    """Subscribe to topics, such as `customer_id:<id>:call`, and yield their events while the context lasts.

    Raises:
        ApiError: the platform refuses the socket.
        UnreachableError: there is no answer.
    """
    feed = EventFeed(client, topics)
    try:
        await feed.open()
        yield feed
    finally:
        await feed.close()


@asynccontextmanager
async def media_socket(client: VoipbinClient, call_id: str, encapsulation: str = "sln") -> AsyncIterator[MediaSocket]:
    """Hear and speak on the leg of an answered call while the context lasts.

    What is sent before the first message arrived is lost: nobody is there yet to hear it.

    Args:
        client: Who asks.
        call_id: The call; it must be `progressing`.
        encapsulation: `sln`, `rtp` or `audiosocket`.

    Raises:
        ApiError: the platform refuses, such as 409 for a call that is not answered.
        UnreachableError: there is no answer.
    """
    socket = await opened(client, path_of("calls", call_id, "media_stream"), encapsulation=encapsulation)
    try:
        yield MediaSocket(socket, call_id=call_id)
    finally:
        await socket.close()
