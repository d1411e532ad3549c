from datetime import UTC, datetime

import pytest

from harness.voipbin.times import read_offset_ms, read_time


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        pytest.param("2026-02-18T10:30:00.123456Z", datetime(2026, 2, 18, 10, 30, 0, 123456, UTC), id="today"),
        pytest.param("2026-02-18T10:30:00.123456789Z", datetime(2026, 2, 18, 10, 30, 0, 123456, UTC), id="nanoseconds"),
        pytest.param("2026-02-18T10:30:00Z", datetime(2026, 2, 18, 10, 30, tzinfo=UTC), id="whole seconds"),
        pytest.param("2026-02-18T12:30:00.5+02:00", datetime(2026, 2, 18, 10, 30, 0, 500000, UTC), id="another zone"),
        pytest.param("2026-02-18 10:30:00.123456", datetime(2026, 2, 18, 10, 30, 0, 123456, UTC), id="tutorial"),
        pytest.param("9999-01-01 00:00:00.000000", None, id="the tutorial's unset"),
        pytest.param(None, None, id="unset"),
        pytest.param("", None, id="empty"),
        pytest.param("2026-13-01T00:00:00Z", None, id="no date"),
        pytest.param(1_700_000_000, None, id="a number"),
    ],
)
def test_times_are_read_as_they_were_and_are_written(written: object, moment: datetime | None) -> None:
    assert read_time(written) == moment


@pytest.mark.parametrize("written", ["0001-01-01T00:00:01.5Z", "0001-01-01 00:00:01.500000"])
def test_a_transcripts_time_counts_from_its_start(written: str) -> None:
    assert read_offset_ms(written) == 1_500
