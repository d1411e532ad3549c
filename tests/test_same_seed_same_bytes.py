"""The same seed gives the same bytes, in any process, however busy the machine is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mixed_calls import CALLS

ROOT = Path(__file__).parents[1]
BURN = "while True: sum(range(10_000))"


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """Keep a processor busy meanwhile."""
    with subprocess.Popen([sys.executable, "-c", BURN]) as burning:
        yield
        burning.kill()


@pytest.mark.usefixtures("busy_machine")
def test_events_sound_and_records_of_mixed_calls_are_the_same_in_two_processes() -> None:
    one, other = (_started(hash_seed) for hash_seed in ("0", "1017"))
    outputs = [process.communicate(timeout=120)[0] for process in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0)
    first, second = map(json.loads, outputs)

    assert len(first) == CALLS + 1
    assert [name for name, differs in _differences(first, second) if differs] == []
    for name in ("events", "audio", "resources"):
        all_of_it = [call[name] for call in first if name in call]
        assert len(set(all_of_it)) == len(all_of_it), f"two different calls have the same {name}"


def _started(hash_seed: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mixed_calls"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=subprocess.PIPE,
        text=True,
    )


def _differences(first: list[dict[str, str]], second: list[dict[str, str]]) -> Iterator[tuple[str, bool]]:
    for number, (one, other) in enumerate(zip(first, second, strict=True)):
        for name in one.keys() | other.keys():
            yield f"{name} of call {number}", one.get(name) != other.get(name)
