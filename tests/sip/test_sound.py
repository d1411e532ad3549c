"""The sound of one call, against a stack's end of it that does as it is told."""

from dataclasses import dataclass, field, replace
from typing import cast

import pytest

pytest.importorskip("baresip", reason="needs the extra [sip]")

from baresip import AudioNotActive, AudioRestarted, AudioStats, CallAudio

from harness.sip.sound import Sound

FRAME = 320
NOTHING = AudioStats(
    tx_silence_frames=0,
    tx_starved_frames=0,
    tx_rejected_bytes=0,
    tx_flushed_bytes=0,
    tx_buffered=0,
    tx_high_water=0,
    rx_dropped_bytes=0,
    rx_discarded_bytes=0,
    rx_buffered=0,
    rx_high_water=0,
)


@dataclass
class StackEnd:
    """As `CallAudio`: a queue of two frames that is emptied by hand."""

    arrived: bytes = b""
    buffered: bytes = b""
    sent: bytes = b""
    is_active: bool = True
    was_restarted: bool = False
    is_forgetting: bool = False
    counts: AudioStats = field(default=NOTHING)

    def read(self, most: int) -> bytes:
        self._check()
        taken, self.arrived = self.arrived[:most], self.arrived[most:]
        return taken

    def write(self, pcm: bytes) -> int:
        self._check()
        taken = pcm[: 2 * FRAME - len(self.buffered)]
        self.buffered += taken
        return len(taken)

    def flush_tx(self) -> None:
        self._check()
        self.is_forgetting = True

    def stats(self) -> AudioStats:
        if not self.is_active:
            raise AudioNotActive
        return replace(self.counts, tx_buffered=len(self.buffered))

    def tick(self, frames: int = 1) -> None:
        """Take frames for sending, or forget what is queued, as the stack does at its next tick only."""
        if self.is_forgetting:
            self.counts = replace(self.counts, tx_flushed_bytes=self.counts.tx_flushed_bytes + len(self.buffered))
            self.buffered, self.is_forgetting = b"", False
        self.sent += self.buffered[: FRAME * frames]
        self.buffered = self.buffered[FRAME * frames :]

    def restart(self) -> None:
        """Replace the streams: what was queued is gone."""
        self.buffered = b""
        self.was_restarted = True

    def _check(self) -> None:
        if not self.is_active:
            raise AudioNotActive
        if self.was_restarted:
            self.was_restarted = False
            raise AudioRestarted


def sound_of(end: StackEnd) -> Sound:
    # The stack's own class has no double; only these methods of it are used.
    sound = Sound(cast(CallAudio, end))
    sound.poll(1.0)
    return sound


def frames(*values: int) -> bytes:
    return b"".join(bytes([value]) * FRAME for value in values)


def test_what_is_written_is_fed_in_pieces_and_in_order() -> None:
    end = StackEnd()
    sound = sound_of(end)
    sound.write(frames(1, 2, 3, 4, 5))
    assert sound.unsent_ms() == 100
    while sound.unsent_ms():
        end.tick()
        sound.poll(1.1)
    assert end.sent == frames(1, 2, 3, 4, 5)


def test_what_is_written_before_there_is_sound_waits() -> None:
    end = StackEnd(is_active=False)
    sound = sound_of(end)
    sound.write(frames(1))
    assert sound.unsent_ms() == 20
    end.is_active = True
    sound.poll(1.1)
    end.tick()
    assert end.sent == frames(1)


def test_a_last_piece_of_less_than_a_frame_is_completed_with_silence() -> None:
    end = StackEnd()
    sound = sound_of(end)
    sound.write(frames(1, 2) + bytes([3]) * 100)
    end.tick()
    sound.poll(1.02)
    assert end.buffered == frames(2) + bytes([3]) * 100 + bytes(220)


def test_what_is_said_right_after_falling_silent_is_not_forgotten_with_the_rest() -> None:
    end = StackEnd()
    sound = sound_of(end)
    sound.write(frames(1, 2, 3, 4))
    sound.flush()
    assert sound.unsent_ms() == 0
    sound.write(frames(9))
    end.tick()
    sound.poll(1.02)
    end.tick()
    assert end.sent == frames(9)


@pytest.mark.parametrize("goes_away", [False, True], ids=["at once", "with a pause"])
def test_streams_that_are_replaced_are_given_again_what_was_not_sent(goes_away: bool) -> None:
    end = StackEnd()
    sound = sound_of(end)
    sound.write(frames(1, 2, 3))
    end.tick()
    sound.poll(1.02)
    end.restart()
    if goes_away:
        end.was_restarted = False
        end.is_active = False
        sound.poll(1.03)
        end.is_active = True
    sound.poll(1.04)
    while sound.unsent_ms():
        end.tick()
        sound.poll(1.06)
    assert end.sent == frames(1, 2, 3)


def test_a_frame_that_arrived_between_two_looks_is_dated_between_them() -> None:
    end = StackEnd()
    sound = sound_of(end)
    end.arrived = frames(7)
    sound.poll(1.004)
    (heard,) = sound.read()
    assert heard.at_s == pytest.approx(1.002)
    assert heard.pcm == frames(7)
    assert sound.read() == ()


def test_frames_that_waited_for_a_late_look_are_dated_back_a_frame_each() -> None:
    end = StackEnd()
    sound = sound_of(end)
    end.arrived = frames(1, 2, 3)
    sound.poll(1.2)
    heard = sound.read()
    assert [sound.at_s for sound in heard] == pytest.approx([1.1575, 1.1775, 1.1975])
    assert b"".join(sound.pcm for sound in heard) == frames(1, 2, 3)


def test_the_depth_is_read_from_the_stacks_counters() -> None:
    end = StackEnd()
    sound = sound_of(end)
    sound.write(frames(1, 2))
    end.tick()
    end.counts = replace(NOTHING, tx_silence_frames=10, rx_discarded_bytes=640)
    sound.count(9)
    # 10 of silence and one of ours were made, 9 were sent.
    assert sound.queue.delay_ms == 10 + 2 * 20
    assert (sound.sent_packets, sound.skipped_bytes) == (9, 640)
