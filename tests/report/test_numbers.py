import pytest

from harness.report.numbers import clock, count, decibels, duration, measurement, percent, ratio, seconds


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "not measured"),
        (0.0, "0%"),
        (1.0, "100%"),
        (0.5, "50%"),
        (0.875, "87.5%"),
        (1 / 3, "33.3%"),
        (0.0213, "2.1%"),
        (0.0004, "<0.1%"),
        (0.9996, ">99.9%"),
        (0.8999999, "90%"),
        (1.25, "125%"),
    ],
)
def test_a_share_is_written_as(value: float | None, shown: str) -> None:
    assert percent(value) == shown


@pytest.mark.parametrize(
    ("level", "shown"), [(-20.25, "-20.2 dB"), (-0.04, "0.0 dB"), (0, "0.0 dB"), (31.46, "31.5 dB")]
)
def test_a_level_is_written_as(level: float, shown: str) -> None:
    assert decibels(level) == shown
    assert decibels(level, unit="LUFS") == shown.replace("dB", "LUFS")


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (None, "not measured"),
        (0, "0.00 s"),
        (820, "0.82 s"),
        (-120, "-0.12 s"),
        (9994, "9.99 s"),
        (9996, "10.0 s"),
        (12_345, "12.3 s"),
    ],
)
def test_a_delay_is_written_as(ms: float | None, shown: str) -> None:
    assert seconds(ms) == shown


@pytest.mark.parametrize(
    ("ms", "shown"), [(0, "0:00.0"), (999, "0:00.9"), (61_250, "1:01.2"), (600_000, "10:00.0"), (-5, "0:00.0")]
)
def test_a_moment_is_written_as(ms: int, shown: str) -> None:
    assert clock(ms) == shown


@pytest.mark.parametrize(("ms", "shown"), [(0, "0 s"), (17_499, "17 s"), (59_600, "1 min 0 s"), (125_000, "2 min 5 s")])
def test_a_length_is_written_as(ms: int, shown: str) -> None:
    assert duration(ms) == shown


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (count(1, "case"), "1 case"),
        (count(0, "case"), "0 cases"),
        (count(1200, "word"), "1,200 words"),
        (count(2, "criterion", plural="criteria"), "2 criteria"),
        (ratio(7, 8, "case"), "7 of 8 cases"),
        (ratio(0, 1, "trial"), "0 of 1 trials"),
        (measurement("hearing_wer", 0.125), "12.5%"),
        (measurement("call_ms", 1500.0), "1.50 s"),
        (measurement("turns", 12.0), "12"),
    ],
)
def test_counts_and_measurements_are_written_as(shown: str, expected: str) -> None:
    assert shown == expected
