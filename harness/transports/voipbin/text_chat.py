"""A written chat with an AI of the platform, its messages read as they are stored."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from harness.errors import HarnessError
from harness.transports.voipbin.aicalls import end_aicall, messages_of, send_message, start_chat
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.lodgers import to_stderr
from harness.transports.voipbin.rate import timed
from harness.transports.voipbin.sockets import EventFeed, event_feed
from harness.voipbin.resources import Record

_OVER: Final = frozenset({"aicall_status_terminating", "aicall_status_terminated"})
_LOOK_S: Final = 2.0
"""A look for messages that takes longer is given up: what an event tells of meanwhile must not wait for it."""


class PlatformChat:
    """One chat that has begun."""

    def __init__(self, client: VoipbinClient, aicall_id: str) -> None:
        """Take the session."""
        self._client = client
        self.aicall_id = aicall_id
        self.is_over = False
        self._is_left = False
        self._inbox: deque[Record] = deque()
        self._stirred = asyncio.Event()
        self._failure: Exception | None = None

    async def send(self, text: str) -> Record:
        """Say something; returns the message as it was stored. Raises ApiError."""
        with timed():
            return await send_message(self._client, self.aicall_id, text=text)

    async def messages(self) -> Sequence[Record]:
        """Return everything that was said and done, oldest first; nothing when that takes long. Raises ApiError."""
        with timed(), suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                return await messages_of(self._client, self.aicall_id)
        return ()

    def unread(self) -> Record | None:
        """Return the oldest message that was told of and not returned yet. Raises CallError, ApiError."""
        if self._failure is not None:
            raise self._failure
        return self._inbox.popleft() if self._inbox else None

    async def wait(self, within_s: float) -> None:
        """Wait until there is something unread, or the session is over, so long at most."""
        if self._inbox or self.is_over or self._failure:
            return
        self._stirred.clear()
        try:
            async with asyncio.timeout(within_s):
                await self._stirred.wait()
        except TimeoutError:
            pass

    async def end(self) -> None:
        """End the session; nothing when it is over. That it could not be ended is told, and spoils no conversation."""
        if self.is_over or self._is_left:
            return
        try:
            await end_aicall(self._client, self.aicall_id)
        except HarnessError as error:
            to_stderr(
                f"the chat {self.aicall_id} is left on the platform: it could not be ended ({error}). Once that works "
                f"again, end it with: POST /aicalls/{self.aicall_id}/terminate"
            )
        self._is_left = True

    async def follow(self, feed: EventFeed) -> None:
        """Take what the platform tells, until cancelled."""
        try:
            async for event in feed:
                if event.type == "aimessage_created" and event.data.get("aicall_id") == self.aicall_id:
                    self._inbox.append(event.data)
                elif event.type in _OVER and event.data.get("id") == self.aicall_id:
                    self.is_over = True
                self._stirred.set()
        # Whoever waits for messages is told, whatever it was.
        except Exception as error:
            self._failure = error
            self._stirred.set()


@asynccontextmanager
async def open_chat(client: VoipbinClient, *, ai_id: str) -> AsyncIterator[PlatformChat]:
    """Begin a chat with an AI; leaving the context ends the session.

    Raises:
        ApiError: the platform refuses.
        UnreachableError: there is no answer.
    """
    aicall = await start_chat(client, assistance_id=ai_id)
    chat = PlatformChat(client, str(aicall["id"]))
    try:
        topic = f"customer_id:{aicall.get('customer_id') or await client.customer_id()}:aicall:{chat.aicall_id}"
        async with event_feed(client, [topic]) as feed:
            following = asyncio.create_task(chat.follow(feed))
            try:
                yield chat
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
    finally:
        await chat.end()
