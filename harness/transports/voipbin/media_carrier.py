"""A call that the platform places, its sound over a WebSocket: for where no telephone can be reached (contract 9 B).

VoIPBIN dials the agent and keeps our leg silent; what we say is put on that leg, what the agent says is heard there.
Every delay measured so has the platform's own detour in it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from harness.audio.framing import FRAME_BYTES, FRAME_MS
from harness.errors import ApiError, CallError, HarnessError, UnreachableError
from harness.interfaces.carriers import CarrierEvent, CarrierEventKind, CarrierReport, Ending, SoundIn
from harness.transports.voipbin.calls import hang_up, hang_up_group, place_call, show_call
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.rate import timed
from harness.transports.voipbin.sockets import MediaSocket, media_socket
from harness.voipbin.actions import ActionType
from harness.voipbin.addresses import AddressType
from harness.voipbin.resources import Record

KEPT_MS: Final = 600_000
"""How long our leg stays, should nobody hang up."""
_SOURCE: Final = {"type": "tel", "target": "+15550100001"}
_POLL_S: Final = 0.25
_UNCERTAIN_MS: Final = 150.0
_BYTES_PER_MS: Final = FRAME_BYTES // FRAME_MS
_SILENCE: Final = bytes(FRAME_BYTES)
_NOTE: Final = (
    "its sound went through the platform a second time (route media): every delay has that detour in it, both ways, "
    "and cannot be compared with those of route sip"
)
_ANSWERS: Final = (ApiError, UnreachableError)
_BEFORE_ANSWER: Final = {"busy": Ending.BUSY, "noanswer": Ending.NO_ANSWER, "timeout": Ending.NO_ANSWER}


class MediaCarrier:
    """Implements Carrier on one leg of a call that the platform placed."""

    def __init__(self, client: VoipbinClient, call_id: str, *, now: Callable[[], float] = time.monotonic) -> None:
        """Take the leg; `run` brings it to life."""
        self.call_id = call_id
        self._client = client
        self._now = now
        self._events: asyncio.Queue[CarrierEvent] = asyncio.Queue()
        self._end: CarrierEvent | None = None
        self._queue = bytearray()
        self._arrived: list[SoundIn] = []
        self._sent = self._received = 0
        self._is_heard = self._is_ours = False

    async def event(self) -> CarrierEvent:
        """Return what happens next; ENDED is last, and returned again."""
        if self._end is not None and self._events.empty():
            return self._end
        return await self._events.get()

    def write(self, pcm: bytes) -> None:
        """Send sound behind what is not sent yet."""
        self._queue += pcm

    def unsent_ms(self) -> int:
        """Return how much of what was written has not been sent."""
        return len(self._queue) // _BYTES_PER_MS

    def flush(self) -> None:
        """Forget what was written and not sent."""
        self._queue.clear()

    def read(self) -> Sequence[SoundIn]:
        """Return what arrived since the last time."""
        arrived, self._arrived = self._arrived, []
        return arrived

    async def press(self, digits: str) -> None:
        """Raise CallError: a stream of sound carries no keys."""
        raise CallError(
            f"the keys {digits} cannot be pressed on route media, whose WebSocket carries sound alone: use route sip"
        )

    async def hang_up(self) -> None:
        """End the call. Raises ApiError where the platform does not, and the call may go on."""
        self._is_ours = True
        if self._end is None or self._end.ending is not Ending.THEIRS:
            await hang_up(self._client, self.call_id)
        self._ended(Ending.OURS)

    def report(self) -> CarrierReport:
        """Return what is known of how the sound was carried."""
        return CarrierReport(
            codec="L16/8000",
            transport="websocket",
            sent_frames=self._sent,
            received_frames=self._received,
            uncertainty_ms=_UNCERTAIN_MS,
            notes=(_NOTE,),
        )

    async def run(self) -> None:
        """Wait until the call is answered, then carry its sound until it ends."""
        try:
            async with AsyncExitStack() as stack:
                # Sound that comes while we wait to be let in is never heard.
                with timed():
                    is_there = await self._answered()
                    opening = media_socket(self._client, self.call_id, "sln")
                    socket = await stack.enter_async_context(opening) if is_there else None
                if socket is None:
                    return
                await self._carry(socket)
            await self._over()
        except HarnessError as error:
            self._ended(Ending.LOST, str(error), error=error if isinstance(error, _ANSWERS) else None)

    async def _answered(self) -> bool:
        rang = False
        while self._end is None:
            call = await show_call(self._client, self.call_id)
            match call.get("status"):
                case "progressing":
                    return True
                case "ringing" if not rang:
                    rang = True
                    self._tell(CarrierEventKind.RINGING)
                case "hangup" | "terminating" | "canceling":
                    reason = str(call.get("hangup_reason") or "")
                    self._ended(_BEFORE_ANSWER.get(reason, Ending.REFUSED), reason)
                case _:
                    pass
            await self._client.sleep(_POLL_S)
        return False

    async def _carry(self, socket: MediaSocket) -> None:
        sending: asyncio.Task[None] | None = None
        try:
            async for message in socket:
                _check_size(message)
                if sending is None:
                    # What is sent before anything arrives is lost: nobody is there yet.
                    self.flush()
                    self._tell(CarrierEventKind.ANSWERED)
                    sending = asyncio.create_task(self._send(socket))
                self._received += len(message) // FRAME_BYTES
                self._arrived.append(SoundIn(at_s=self._now(), pcm=message))
        finally:
            if sending is not None:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, socket: MediaSocket) -> None:
        """Send a frame every 20 ms, silence where there is nothing to say."""
        due_s = self._now()
        while True:
            frame = bytes(self._queue[:FRAME_BYTES])
            del self._queue[:FRAME_BYTES]
            try:
                await socket.send(frame.ljust(FRAME_BYTES, b"\0") if frame else _SILENCE)
            except CallError:
                # Whoever reads the socket tells how it ended.
                return
            self._sent += 1
            due_s += FRAME_MS / 1000
            await asyncio.sleep(max(0.0, due_s - self._now()))

    async def _over(self) -> None:
        """Tell how it ended: the sound is gone, with or without its call."""
        call: Record = await show_call(self._client, self.call_id)
        if call.get("status") in ("hangup", "terminating"):
            self._ended(Ending.THEIRS, str(call.get("hangup_reason") or ""))
        else:
            self._ended(Ending.LOST, "the WebSocket with its sound closed while the call went on")

    def _tell(self, kind: CarrierEventKind) -> None:
        self._events.put_nowait(CarrierEvent(at_s=self._now(), kind=kind))

    def _ended(self, ending: Ending, detail: str = "", *, error: Exception | None = None) -> None:
        if self._end is None:
            if self._is_ours:
                ending, error = Ending.OURS, None
            self._end = CarrierEvent(
                at_s=self._now(), kind=CarrierEventKind.ENDED, ending=ending, detail=detail, error=error
            )
            self._events.put_nowait(self._end)


class MediaDialler:
    """Places calls through the platform; half a Dialler: nobody can call it."""

    def __init__(self, client: VoipbinClient, *, keep_ms: int = KEPT_MS, source: Mapping[str, str] = _SOURCE) -> None:
        """Take who asks, how long a forgotten call may last, and the caller's address it shows."""
        self._client = client
        self._keep_ms = keep_ms
        self._source = source

    @asynccontextmanager
    async def dial(self, target: str, *, trial_id: str) -> AsyncIterator[MediaCarrier]:
        """Have the platform call a SIP address or a telephone number; leaving the context hangs up.

        Raises:
            ApiError: the platform refuses.
            CallError: it dialled nobody.
        """
        kind = AddressType.TEL if target.startswith("+") else AddressType.SIP
        destination = {"type": kind.value, "target": target.removeprefix("sip:"), "name": trial_id}
        actions = [{"type": ActionType.SLEEP.value, "option": {"duration": self._keep_ms}}]
        placed = await place_call(self._client, source=self._source, destinations=[destination], actions=actions)
        async with AsyncExitStack() as stack:
            for group in placed.groupcall_ids:
                stack.push_async_callback(hang_up_group, self._client, group)
            if not placed.call_ids:
                raise CallError(
                    f"the platform made no call of its own to {destination['type']} addresses: route media "
                    "needs one. Use route sip"
                )
            carrier = MediaCarrier(self._client, placed.call_ids[0], now=self._client.now)
            stack.push_async_callback(_hang_up, self._client, placed.call_ids)
            running = asyncio.create_task(carrier.run())
            stack.push_async_callback(_cancel, running)
            yield carrier

    @asynccontextmanager
    async def answer(self, *, within_s: float) -> AsyncIterator[MediaCarrier]:
        """Raise CallError: there is nothing that could ring."""
        raise CallError(f"nobody can call within {within_s:g} s on route media, which has no telephone: use route sip")
        yield


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _hang_up(client: VoipbinClient, call_ids: Sequence[str]) -> None:
    failure: Exception | None = None
    for call_id in call_ids:
        try:
            await hang_up(client, call_id)
        except (ApiError, HarnessError) as error:
            failure = error
    if failure is not None:
        raise failure


def _check_size(message: bytes) -> None:
    if not message or len(message) % FRAME_BYTES:
        guess = ", as frames of µ-law have" if len(message) == FRAME_BYTES // 2 else ""
        raise CallError(
            f"the platform sends sound in pieces of {len(message)} bytes{guess}, where 16-bit sound at 8 kHz has "
            f"{FRAME_BYTES}. What it is cannot be told from that: use route sip, and report it to VoIPBIN"
        )
