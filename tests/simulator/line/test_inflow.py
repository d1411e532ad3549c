"""When the frames of a stream from a network sound."""

import pytest

from harness.simulator.line.inflow import LONGEST_WAIT_MS, MARGIN_MS, Inflow


@pytest.mark.parametrize(
    ("arrived_ms", "sounds_ms"),
    [
        pytest.param([0, 20, 40, 60], [40, 60, 80, 100], id="even"),
        pytest.param([0, 35, 35, 70], [40, 60, 80, 100], id="jitter-is-taken-out"),
        pytest.param([0, 20, 1_000, 1_020], [40, 60, 1_000 + MARGIN_MS, 1_060], id="a-pause-stays-a-pause"),
        pytest.param([0] * 11, [*range(40, 201, 20), None, None], id="a-clock-that-is-too-fast-loses-frames"),
    ],
)
def test_frames_sound_in_order_and_evenly(arrived_ms: list[int], sounds_ms: list[int | None]) -> None:
    inflow = Inflow()
    told = [inflow.moment_ms(each) for each in arrived_ms]
    assert told == sounds_ms
    assert all(each is None or each - at <= LONGEST_WAIT_MS for each, at in zip(told, arrived_ms, strict=True))
