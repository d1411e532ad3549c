from datetime import UTC, datetime, timedelta

import pytest

from harness.transports.voipbin.clock_join import Anchor, First, join_clocks

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
NEVER = "9999-01-01 00:00:00.000000"


def anchor(ours_ms: float, theirs_ms: float, first: First, what: str = "answered") -> Anchor:
    return Anchor(what=what, ours_ms=ours_ms, theirs=NOON + timedelta(milliseconds=theirs_ms), first=first)


@pytest.mark.parametrize(
    ("anchors", "round_trip_ms", "noon_ms", "uncertainty_ms"),
    [
        # The platform saw the answer at 1000 and we 40 ms later; we hung up 40 ms before it saw that.
        pytest.param(
            [anchor(1_040, 1_000, First.PLATFORM), anchor(9_960, 10_000, First.US)], None, 0, 90, id="from both sides"
        ),
        pytest.param([anchor(1_040, 1_000, First.PLATFORM)], 80, 20, 70, id="one side, delay measured"),
        pytest.param([anchor(1_040, 1_000, First.PLATFORM)], None, -35, 125, id="one side, delay guessed"),
        pytest.param([anchor(960, 1_000, First.US)], 80, -20, 70, id="we answered"),
        # A hang-up that was stamped 300 ms late contradicts the answer.
        pytest.param(
            [anchor(1_000, 1_000, First.PLATFORM), anchor(10_300, 10_000, First.US)], None, 150, 200, id="contradiction"
        ),
        pytest.param([anchor(1_000, 1_100, First.NEITHER)], None, -100, 550, id="only nearly the same moment"),
    ],
)
def test_moments_both_saw_bound_how_far_clocks_are_apart(
    anchors: list[Anchor], round_trip_ms: float | None, noon_ms: int, uncertainty_ms: float
) -> None:
    joined = join_clocks(anchors, round_trip_ms=round_trip_ms)
    assert joined is not None
    assert joined.ms("2026-11-26T12:00:00Z") == noon_ms
    assert joined.ms("2026-11-26 12:00:01.500000") == noon_ms + 1_500
    assert joined.ms(NEVER) is None
    assert joined.uncertainty_ms == pytest.approx(uncertainty_ms)
    assert f"to within {uncertainty_ms:.0f} ms" in joined.note


def test_without_a_common_moment_clocks_stay_apart() -> None:
    assert join_clocks([]) is None
