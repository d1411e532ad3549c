"""The sound of one call: what arrives with its times, and what is to be sent, in pieces the stack takes.

Everything here may be used from any thread.
"""

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from baresip import AudioNotActive, AudioRestarted

from harness.interfaces.carriers import SoundIn
from harness.sip.queue_depth import FRAME_BYTES, FRAME_MS, Counted, SendQueue

if TYPE_CHECKING:
    from baresip import AudioStats, CallAudio

POLL_S: Final = 0.005
"""How often sound is fetched from the stack: how well an arrival is timed."""
_PIECE_BYTES: Final = 6400
_FRAME_S: Final = FRAME_MS / 1000
_FLUSHED_WITHIN_S: Final = 0.04
"""The stack forgets at its next frame, and with it what it was given until then."""


class Sound:
    """Both directions of one call's sound."""

    def __init__(self, audio: "CallAudio") -> None:
        """Take the stack's end of it, which may not be active yet."""
        self._audio = audio
        self._lock = threading.Lock()
        self._arrived: deque[SoundIn] = deque()
        self._pending = bytearray()
        # What the stack was given and has not sent: lost, and given again, when it replaces its streams.
        self._given = bytearray()
        self._flushing: tuple[int, float] | None = None
        """How much had been forgotten when the stack was told to forget more, and when it has done so at the latest."""
        self._written = 0
        self._was_active = self._was_gone = False
        self._polled_s = time.monotonic()
        self._seen: AudioStats | None = None
        self._queue = SendQueue()
        self.sent_packets: int | None = None
        self.skipped_bytes = 0
        """Of the far end's sound, what was lost because this program did not run for a second."""

    @property
    def queue(self) -> SendQueue:
        """Return what is known of the stack's second queue."""
        return self._queue

    def write(self, pcm: bytes) -> None:
        """Send behind what is not sent yet."""
        with self._lock:
            self._pending += pcm
            self._feed()

    def flush(self) -> None:
        """Forget what is not sent."""
        with self._lock:
            self._settle()
            self._pending.clear()
            if not self._given:
                return
            self._given.clear()
            try:
                self._audio.flush_tx()
                self._flushing = (self._audio.stats().tx_flushed_bytes, time.monotonic() + _FLUSHED_WITHIN_S)
            except (AudioNotActive, AudioRestarted):
                # Streams that are gone hold nothing to forget.
                return

    def unsent_ms(self) -> int:
        """Return how much the stack has not taken for sending."""
        with self._lock:
            self._collect(time.monotonic())
            self._settle()
            return (len(self._pending) + len(self._given)) * FRAME_MS // FRAME_BYTES

    def read(self) -> tuple[SoundIn, ...]:
        """Return what arrived since the last time."""
        arrived: list[SoundIn] = []
        while self._arrived:
            arrived.append(self._arrived.popleft())
        return tuple(arrived)

    def poll(self, now_s: float) -> None:
        """Fetch what arrived, and give what there is room for."""
        with self._lock:
            self._collect(now_s)
            self._settle()
            self._feed()

    def count(self, packets: int) -> None:
        """Read the second queue's depth, as soon as the stack has counted its packets."""
        with self._lock:
            self._collect(time.monotonic())
            self._settle()
            self.sent_packets = packets
            if (seen := self._seen) is None:
                return
            self.skipped_bytes = seen.rx_dropped_bytes + seen.rx_discarded_bytes
            self._queue.read(
                Counted(
                    packets=packets,
                    silence_frames=seen.tx_silence_frames,
                    padded_frames=seen.tx_starved_frames,
                    taken_bytes=self._written - seen.tx_flushed_bytes - seen.tx_buffered,
                )
            )

    def skip_keys(self) -> None:
        """Know that keys were sent between the sound."""
        with self._lock:
            self._queue.skip_others()

    def _collect(self, now_s: float) -> None:
        # Asking for anything but sound binds to new streams without a word: they are noticed here, so this comes first.
        pieces: list[bytes] = []
        try:
            while not pieces or len(pieces[-1]) == _PIECE_BYTES:
                pieces.append(self._audio.read(_PIECE_BYTES))
        except AudioNotActive:
            self._was_gone = self._was_active
            self._was_active = False
        except AudioRestarted:
            self._restart()
        else:
            if self._was_gone:
                self._restart()
            self._was_active = True
        if pcm := b"".join(pieces):
            self._arrived.extend(_stamped(pcm, polled_s=self._polled_s, now_s=now_s))
        self._polled_s = now_s

    def _feed(self) -> None:
        if not self._pending or self._is_flushing():
            return
        if len(self._pending) < FRAME_BYTES:
            if len(self._given) > FRAME_BYTES:
                return
            # Nothing will come in time to complete it.
            self._pending += bytes(FRAME_BYTES - len(self._pending))
        try:
            taken = self._audio.write(bytes(self._pending[: len(self._pending) // FRAME_BYTES * FRAME_BYTES]))
        except (AudioNotActive, AudioRestarted):
            # The next look finds out what became of the streams.
            return
        self._given += self._pending[:taken]
        del self._pending[:taken]
        self._written += taken

    def _is_flushing(self) -> bool:
        """Return whether what is given now would be forgotten with what was there before."""
        if self._flushing is None:
            return False
        before, until_s = self._flushing
        try:
            is_over = self._audio.stats().tx_flushed_bytes > before
        except AudioNotActive:
            is_over = True
        if is_over or time.monotonic() >= until_s:
            self._flushing = None
        return self._flushing is not None

    def _settle(self) -> None:
        try:
            self._seen = self._audio.stats()
        except AudioNotActive:
            # At the end of a call the streams are gone before we hear of it: what was seen last counts.
            return
        del self._given[: max(0, len(self._given) - self._seen.tx_buffered)]

    def _restart(self) -> None:
        self._was_gone = False
        self._pending[:0] = self._given
        self._given.clear()
        self._written = 0
        self._queue.restart()


def _stamped(pcm: bytes, *, polled_s: float, now_s: float) -> list[SoundIn]:
    """Return frames with the time at which each most likely arrived, between two looks."""
    frames = [pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm), FRAME_BYTES)]
    newest_s = now_s - min(now_s - polled_s, POLL_S) / 2
    return [
        SoundIn(at_s=max(polled_s, newest_s - _FRAME_S * behind), pcm=frame)
        for behind, frame in zip(range(len(frames) - 1, -1, -1), frames, strict=True)
    ]
