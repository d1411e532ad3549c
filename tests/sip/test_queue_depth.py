"""The correction of when our own sound left, from what the stack counts."""

import pytest

from harness.sip.queue_depth import FLOOR_MS, FRAME_MS, TICK_WAIT_MS, Counted, SendQueue


def counted(*, packets: int, silence: int = 0, padded: int = 0, taken_frames: float = 0.0) -> Counted:
    return Counted(packets=packets, silence_frames=silence, padded_frames=padded, taken_bytes=round(taken_frames * 320))


def read(queue: SendQueue, *waiting: int, sent: int = 100, silence: int = 100) -> None:
    """Readings that find so many frames waiting."""
    for each in waiting:
        queue.read(counted(packets=sent, silence=silence + each))


@pytest.mark.parametrize(
    ("made", "packets", "waiting"),
    [
        (counted(packets=50, silence=50), 50, 0),
        (counted(packets=50, silence=30, taken_frames=22), 50, 2),
        (counted(packets=50, silence=30, padded=1, taken_frames=20.5), 50, 1),
        (counted(packets=51, silence=50), 51, 0),
    ],
    ids=["nothing", "two frames of speech", "one that was padded", "counted a moment apart"],
)
def test_frames_made_and_not_sent_are_waiting(made: Counted, packets: int, waiting: int) -> None:
    queue = SendQueue()
    queue.read(made)
    assert queue.delay_ms == TICK_WAIT_MS + FRAME_MS * waiting


def test_what_is_never_read_is_less_sure() -> None:
    queue = SendQueue()
    assert not queue.was_read
    assert (queue.delay_ms, queue.uncertainty_ms) == (TICK_WAIT_MS, FLOOR_MS + FRAME_MS)


def test_a_frame_that_waits_part_of_the_time_counts_in_part() -> None:
    queue = SendQueue()
    read(queue, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0)
    assert queue.delay_ms == pytest.approx(TICK_WAIT_MS + 0.3 * FRAME_MS)
    assert queue.uncertainty_ms == FLOOR_MS


def test_a_queue_that_grows_delays_what_is_said_now_and_leaves_a_doubt_about_the_whole_call() -> None:
    queue = SendQueue()
    read(queue, *[0] * 10, *[2] * 10)
    assert queue.delay_ms == TICK_WAIT_MS + 2 * FRAME_MS
    assert queue.uncertainty_ms == FLOOR_MS + 2 * FRAME_MS
    assert queue.deepest == 2


def test_keys_are_no_frames_and_leave_the_depth_as_it_was() -> None:
    queue = SendQueue()
    read(queue, *[1] * 10)
    queue.skip_others()
    read(queue, *[1] * 10, sent=112)
    assert queue.delay_ms == TICK_WAIT_MS + FRAME_MS
    assert queue.uncertainty_ms == FLOOR_MS + FRAME_MS


@pytest.mark.parametrize(
    ("sent", "silence", "doubt_ms"),
    [(110, 110, 0), (110, 3, FRAME_MS)],
    ids=["which went on counting", "which count anew"],
)
def test_new_streams_leave_the_depth_as_it_was(sent: int, silence: int, doubt_ms: int) -> None:
    queue = SendQueue()
    read(queue, *[1] * 10)
    queue.restart()
    read(queue, *[1] * 10, sent=sent, silence=silence)
    assert queue.delay_ms == TICK_WAIT_MS + FRAME_MS
    assert queue.uncertainty_ms == FLOOR_MS + doubt_ms
