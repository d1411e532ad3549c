from datetime import UTC, datetime

import pytest

from harness.transports.voipbin.marks import Mark
from harness.voipbin.resources import Record

EXPIRES = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("key", ["", "abc123"])
def test_a_mark_is_read_back_as_it_was_written(key: str) -> None:
    mark = Mark(run_id="20261126-120000-abcd", expires=EXPIRES, key=key)
    assert Mark.of({"name": mark.name("desk@v1"), "detail": mark.detail}) == mark
    assert Mark.of(mark.on({"type": "sip", "target": "x"})) == mark


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({"name": "harness room", "detail": ""}, id="only a name"),
        pytest.param(
            {"name": "mine", "detail": "voipbin-harness run=a expires=2026-01-01T00:00:00Z"}, id="only a detail"
        ),
        pytest.param({"name": "harness a", "detail": "voipbin-harness run=a expires=soon"}, id="no time"),
        pytest.param(
            {"name": "harness a", "detail": "see voipbin-harness run=a expires=2026-01-01T00:00:00Z"}, id="a note"
        ),
        pytest.param({}, id="nothing"),
    ],
)
def test_what_only_looks_like_ours_is_not_ours(record: Record) -> None:
    assert Mark.of(record) is None


def test_a_long_label_leaves_the_run_readable() -> None:
    name = Mark(run_id="run", expires=EXPIRES).name("x" * 500)
    assert name.startswith("harness run x")
    assert len(name) == 200
