"""What holds and what does not, comparison by comparison."""

from datetime import UTC, datetime
from typing import Any

import pytest

from harness.voipbin.conditions import compare, moment_holds

THURSDAY = datetime(2026, 1, 1, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "condition", "wanted", "holds"),
    [
        ("string", "yes", "==", "yes", True),
        ("string", "yes", "==", "no", False),
        ("string", "yes", "!=", "no", True),
        ("string", "b", ">", "a", True),
        ("string", "b", "<=", "a", False),
        ("string", "10", "<", "9", True),
        ("string", "", "==", None, True),
        ("number", "10", ">", 9, True),
        ("number", "10", ">=", 10, True),
        ("number", "9.5", "<", 10, True),
        ("number", "10", "!=", 10, False),
        ("number", "ten", "==", 10, False),
        ("number", "ten", "!=", 10, False),
        ("number", "", "<", 1, False),
        ("number", "1", "==", True, False),
        ("number", "1", "==", None, False),
        ("length", "abc", "==", 3, True),
        ("length", "", "==", 0, True),
        ("length", "abc", ">", 3, False),
        ("length", "abc", "<=", "3", True),
        ("string", "a", "=~", "a", False),
        ("colour", "a", "==", "a", False),
    ],
)
def test_values_are_compared_by_their_kind(kind: str, value: str, condition: str, wanted: object, holds: bool) -> None:
    assert compare(condition, value, wanted, kind=kind) is holds


@pytest.mark.parametrize(
    ("option", "holds"),
    [
        pytest.param({}, True, id="nothing asked"),
        pytest.param({"hour": 14}, True, id="hour"),
        pytest.param({"hour": 14, "minute": 31}, False, id="other minute"),
        pytest.param({"hour": 9, "condition": ">="}, True, id="from nine"),
        pytest.param({"hour": 14, "condition": "<"}, False, id="before two"),
        pytest.param({"hour": -1, "minute": -1, "day": 1}, True, id="any hour of the first"),
        pytest.param({"month": 1, "day": 2}, False, id="other day"),
        pytest.param({"weekdays": [4]}, True, id="thursday"),
        pytest.param({"weekdays": [0, 6]}, False, id="weekend"),
        pytest.param({"weekdays": [4], "hour": 15}, False, id="thursday at three"),
        pytest.param({"hour": 14, "condition": "about"}, False, id="no comparison"),
    ],
)
def test_moment_is_compared_in_every_part_that_is_given(option: dict[str, Any], holds: bool) -> None:
    assert moment_holds(option, epoch=THURSDAY, now_ms=59_999) is holds


def test_sunday_is_day_zero() -> None:
    sunday_ms = 3 * 86_400_000
    assert moment_holds({"weekdays": [0]}, epoch=THURSDAY, now_ms=sunday_ms)
