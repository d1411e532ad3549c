"""One call as the stack sees it. Everything here but `report` happens on the stack's loop."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Final, Self

from baresip import BaresipError, Call, CallStats, Event, NoLocalAddressError, StackEvent, StaleHandleError, UserAgent

from harness.errors import CallError
from harness.interfaces.carriers import CarrierEvent, CarrierEventKind, CarrierReport, Ending
from harness.sip.arrivals import Arrivals
from harness.sip.endings import Closed, closed_by_them, is_their_goodbye
from harness.sip.options import SipOptions, Srtp
from harness.sip.queue_depth import DEEPEST_TRUSTED, FRAME_BYTES, FRAME_MS
from harness.sip.secrecy import masked
from harness.sip.sound import Sound
from harness.sip.stack import Stack

_CLOSING_S: Final = 3.0
_FIRST_WORD_S: Final = 1.0
"""How long a call that is hung up at once waits for the far end to say anything."""
_WORDS: Final = (Event.CALL_RINGING, Event.CALL_PROGRESS, Event.CALL_ESTABLISHED, Event.CALL_CLOSED)
_KEY_END_S: Final = 0.08
"""How long the packets that end the last key take to leave."""


class Leg:
    """Follows one call from its first message to its last."""

    def __init__(
        self, stack: Stack, options: SipOptions, call: Call, *, events: Arrivals[CarrierEvent], is_outgoing: bool
    ) -> None:
        """Take the stack's call, and where its events go."""
        self.stack = stack
        self.events = events
        self.sound = Sound(call.audio)
        self._call = call
        self._options = options
        self._is_outgoing = is_outgoing
        self._stats: CallStats | None = None
        self._is_reported = False
        """Whether losses and jitter are counted."""
        self._call_id = call.call_id or ""
        self._codec = ""
        self._is_answered = False
        self._is_ringing = False
        self._is_encrypted = options.srtp is Srtp.REQUIRED
        self._ending: Closed | None = None
        self._closed = asyncio.Event()
        self._has_come = asyncio.Event()
        """Whether any word of the far end has come."""
        self._began_s = time.monotonic()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        call.on_rtcp(self._keep)
        stack.pump(self.sound)

    @classmethod
    async def dial(
        cls,
        stack: Stack,
        options: SipOptions,
        agent: UserAgent,
        uri: str,
        *,
        trial_id: str,
        events: Arrivals[CarrierEvent],
    ) -> Self:
        """Call somebody; returns when the INVITE is on its way. Raises CallError."""
        try:
            call = await stack.dial(agent, uri, trial_id=trial_id)
        except NoLocalAddressError:
            raise CallError(
                f"no call to {masked(uri)} could be made: no address of this machine leads there. For a host on this "
                "machine, give the telephone the address 127.0.0.1"
            ) from None
        except (BaresipError, ValueError) as error:
            raise CallError(f"no call to {masked(uri)} could be made: {masked(str(error))}") from None
        leg = cls(stack, options, call, events=events, is_outgoing=True)
        leg._timer = asyncio.get_running_loop().call_later(options.ring_s, leg._give_up)
        stack.listen(call.handle, leg.hear)
        return leg

    @property
    def is_over(self) -> bool:
        """Return whether the call has ended."""
        return self._closed.is_set()

    def hear(self, event: StackEvent, at_s: float) -> None:
        """Take what happened to the call."""
        self._call_id = self._call_id or event.call_id or ""
        if event.event in _WORDS:
            self._has_come.set()
        match event.event:
            case Event.CALL_RINGING | Event.CALL_PROGRESS:
                if not self._is_ringing:
                    self._is_ringing = True
                    self._tell(CarrierEvent(at_s=at_s, kind=CarrierEventKind.RINGING))
            case Event.CALL_ESTABLISHED:
                self._is_answered = True
                self._stop_timer()
                self._tell(CarrierEvent(at_s=at_s, kind=CarrierEventKind.ANSWERED))
                self._connected()
            case Event.CALL_DTMF_START if event.text:
                self._tell(CarrierEvent(at_s=at_s, kind=CarrierEventKind.KEY, key=event.text))
            case Event.CALL_MENC:
                self._is_encrypted = True
            case Event.CALL_CLOSED:
                # The binding keeps the last counters when it hears of this itself, which is after us.
                asyncio.get_running_loop().call_soon(self._finish, event.text or "", at_s)

    async def answer(self) -> None:
        """Take an incoming call. Raises CallError when the caller gave up."""
        try:
            await self._call.answer()
        except BaresipError as error:
            raise CallError(f"an incoming call could not be answered: {masked(str(error))}") from None

    async def press(self, digits: str) -> None:
        """Press keys. Raises CallError."""
        if not self._is_answered or self.is_over:
            raise CallError("no keys can be pressed: the call is not connected")
        try:
            await self._call.send_dtmf(digits)
            await asyncio.sleep(_KEY_END_S)
        except BaresipError as error:
            raise CallError(f"the keys could not be sent: {error}") from None
        finally:
            self.sound.skip_keys()

    async def hang_up(self, ending: Ending, detail: str) -> None:
        """End the call and wait until it is over."""
        if self.is_over:
            return
        self._ending = self._ending or Closed(ending=ending, detail=detail)
        await self._first_word()
        try:
            await self.stack.count()
            await self._call.hangup()
        except StaleHandleError:
            # The far end was quicker; its goodbye is on the way to us.
            pass
        except BaresipError as error:
            self._finish(f"hanging up failed: {error}", time.monotonic())
        try:
            async with asyncio.timeout(_CLOSING_S):
                await self._closed.wait()
        except TimeoutError:
            self._finish("", time.monotonic())

    async def refuse(self, status: int, words: str) -> None:
        """Refuse an incoming call."""
        self._ending = Closed(ending=Ending.OURS, detail=f"{status} {words}")
        if self.is_over:
            return
        # Who has given up meanwhile is refused already.
        with suppress(BaresipError):
            if not await self.stack.native.refuse(self._call_id, status=status, words=words):
                await self._call.reject()

    def report(self) -> CarrierReport:
        """Return how the call was carried; may be asked from any thread."""
        stats, queue = self._stats, self.sound.queue
        return CarrierReport(
            codec=self._codec,
            transport=f"{self._options.transport}{'+srtp' if self._is_encrypted else ''}",
            sent_frames=self.sound.sent_packets,
            received_frames=stats.rx_packets if stats else None,
            lost_frames=stats.rx_lost if stats and self._is_reported else None,
            jitter_ms=stats.rx_jitter_ms if stats and self._is_reported else None,
            round_trip_ms=(stats.rtt_ms or None) if stats else None,
            send_delay_ms=round(queue.delay_ms, 1),
            uncertainty_ms=round(queue.uncertainty_ms, 1),
            notes=self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        queue = self.sound.queue
        notes: list[str] = []
        if self._is_answered and not queue.was_read:
            notes.append("how long our sound waited before it left is not known: the SIP stack could not be asked")
        if queue.deepest > DEEPEST_TRUSTED:
            notes.append(
                f"this machine was busy: {queue.deepest} frames of our sound waited in the SIP stack, so that it left "
                f"up to {FRAME_MS * queue.deepest} ms late"
            )
        if skipped := self.sound.skipped_bytes:
            notes.append(
                f"{skipped * FRAME_MS // FRAME_BYTES} ms of the far end's sound were skipped: this program did not run"
            )
        return tuple(notes)

    def _keep(self, stats: CallStats) -> None:
        self._stats = stats
        # All of these are zero until the far end has told what it received of ours.
        known = (stats.rx_lost, stats.tx_lost, stats.rx_jitter_ms, stats.tx_jitter_ms, stats.rtt_ms)
        self._is_reported = self._is_reported or any(known)
        self.sound.count(stats.tx_packets)

    def _connected(self) -> None:
        self.stack.counters[self._call_id, self._is_outgoing] = self.sound.count
        self._spawn(self._ask_codec())

    async def _ask_codec(self) -> None:
        # A call may be over before it is asked about.
        with suppress(BaresipError):
            self._codec = await self.stack.native.codec(self._call_id, is_outgoing=self._is_outgoing)

    async def _first_word(self) -> None:
        # The stack takes an INVITE back only where something has answered it: the far end would ring on.
        if self._is_outgoing and not self._has_come.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._began_s + _FIRST_WORD_S - time.monotonic()):
                    await self._has_come.wait()

    def _give_up(self) -> None:
        self._spawn(self.hang_up(Ending.NO_ANSWER, f"not answered within {self._options.ring_s:g} s"))

    def _finish(self, text: str, at_s: float) -> None:
        if self._closed.is_set():
            return
        self._stop_timer()
        self.stack.forget(self._call.handle)
        self.stack.counters.pop((self._call_id, self._is_outgoing), None)
        self.sound.poll(at_s)
        self.stack.rest(self.sound)
        if self._call.final_stats is not None:
            # Its counters of frames are gone by now; those of packets are not.
            self._stats = self._call.final_stats
            self.sound.sent_packets = self._stats.tx_packets
        closed = self._ending
        if closed is None or is_their_goodbye(text, was_answered=self._is_answered):
            closed = closed_by_them(masked(text), was_answered=self._is_answered, silence_s=self._options.silence_s)
        self._closed.set()
        self._tell(
            CarrierEvent(at_s=at_s, kind=CarrierEventKind.ENDED, ending=closed.ending, detail=masked(closed.detail))
        )

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self, event: CarrierEvent) -> None:
        self.events.put(event)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
