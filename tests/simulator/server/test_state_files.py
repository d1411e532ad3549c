"""Files that hold no state, or not ours, or not now."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import StoreError
from harness.simulator.kernel.world import World
from harness.simulator.server.persistence import StateFile
from harness.telephone.clock import VirtualClock

as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind root")


def opened(file: StateFile, *, seed: int = 1) -> World:
    world = World(clock=VirtualClock(), seed=seed)
    file.restore(world)
    return world


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


def foreign_database(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE precious (value TEXT)")
    database.close()


def newer_state(path: Path) -> None:
    StateFile(path).__exit__(None, None, None)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 2")
    database.close()


def damaged_record(path: Path) -> None:
    with StateFile(path) as file:
        opened(file)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE records SET value = '{'")
    database.close()


def torn(path: Path) -> None:
    with StateFile(path) as file:
        opened(file)
    path.write_bytes(path.read_bytes()[:5_000])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda path: path.write_text("precious notes"), "file is not a database", id="text"),
        pytest.param(foreign_database, "is no state file of a simulated platform", id="foreign-database"),
        pytest.param(newer_state, "was written by a newer release", id="newer"),
        pytest.param(damaged_record, "is damaged", id="damaged-record"),
        pytest.param(torn, "damaged", id="torn"),
    ],
)
def test_what_is_no_sound_state_is_named_and_never_written_to(
    path: Path, make: Callable[[Path], object], says: str
) -> None:
    make(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=says) as refused, StateFile(path) as file:
        opened(file)
    assert str(path) in str(refused.value)
    assert "Nothing was written to it" in str(refused.value)
    assert path.read_bytes() == before


def test_a_file_in_use_is_refused(path: Path) -> None:
    with StateFile(path) as file:
        opened(file)
        with pytest.raises(StoreError, match="is in use by another process"):
            StateFile(path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory"):
        StateFile(tmp_path / "no" / "state")


@as_root
def test_a_file_that_may_not_be_written_is_named(path: Path) -> None:
    with StateFile(path) as file:
        opened(file)
    path.chmod(0o400)
    with pytest.raises(StoreError, match="cannot open the state file"):
        StateFile(path)


@pytest.mark.parametrize("begin", [Path.touch, lambda path: StateFile(path).__exit__(None, None, None)])
def test_a_file_that_holds_nothing_yet_is_begun(path: Path, begin: Callable[[Path], object]) -> None:
    begin(path)
    with StateFile(path) as file:
        assert opened(file, seed=7).seed == 7


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_only_its_owner_can_read_the_keys_in_it(path: Path) -> None:
    with StateFile(path) as file:
        opened(file)
        assert path.stat().st_mode & 0o077 == 0
