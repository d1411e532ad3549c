from datetime import UTC, datetime

import pytest

from harness.voipbin.times import read_offset_ms, read_time


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-18T10:30:00.123456Z",
        "2026-02-18T10:30:00.123456789Z",
        "2026-02-18 10:30:00.123456",
        "2026-02-18T12:30:00.123456+02:00",
    ],
    ids=["today", "nanoseconds", "tutorial", "zone"],
)
def test_a_time_is_read_in_every_spelling(written: str) -> None:
    assert read_time(written) == datetime(2026, 2, 18, 10, 30, 0, 123456, tzinfo=UTC)


def test_a_time_may_have_no_fraction_or_a_short_one() -> None:
    assert read_time("2026-02-18T10:30:00Z") == datetime(2026, 2, 18, 10, 30, tzinfo=UTC)
    assert read_time("2026-02-18T10:30:00.5Z") == datetime(2026, 2, 18, 10, 30, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [None, "", "9999-01-01 00:00:00.000000", "2026-13-40T00:00:00Z", "soon", 17, "0001-01-01T00:00:00+23:00"],
    ids=["null", "empty", "never", "no day", "word", "number", "before all time"],
)
def test_what_is_unset_or_no_time_is_none(written: object) -> None:
    assert read_time(written) is None


def test_an_offset_counts_from_the_first_of_all_days() -> None:
    assert read_offset_ms("0001-01-01 00:00:01.500000") == 1500
    assert read_offset_ms("0001-01-01T00:01:00Z") == 60_000
    assert read_offset_ms(None) is None
