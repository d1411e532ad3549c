"""A platform's state in one SQLite file, so that it is still there after a restart.

Records and events are kept as JSON. Every flush is one transaction: the file always holds one moment of the platform.
What is not a state file of ours is never written to.
"""

import asyncio
import json
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NoReturn, Self, TypeAlias

from harness.errors import StoreError
from harness.simulator.kernel.world import Published, Stock, World
from harness.simulator.server.interrupted import end_what_was_going_on
from harness.voipbin.resources import Kind

LOGGER: Final = logging.getLogger(__name__)

_APPLICATION: Final = 0x566F4950
"""Marks a state file as ours."""
_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE hashes (hash TEXT PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL);
CREATE TABLE records (place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL,
    UNIQUE (kind, id));
CREATE TABLE events (place INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, type TEXT NOT NULL, activeflow_id TEXT,
    value TEXT NOT NULL);
"""
_Row: TypeAlias = tuple[Any, ...]
_OTHER_FILE: Final = "Nothing was written to it. Name another file, or move this one away."


class StateFile:
    """One open state file. While it is open, no other process can open it."""

    def __init__(self, path: Path) -> None:
        """Open a state file, or begin one.

        Raises:
            StoreError: it is not ours, damaged, in use, or cannot be opened.
        """
        self._path = path
        self._flushed_ms = -1
        self._kept_events = 0
        self._kept_hashes: dict[str, tuple[Kind, str]] = {}
        self._customer_id = ""
        with self._errors("open"):
            self._is_new = not path.exists() or path.stat().st_size == 0
            if self._is_new:
                # Access keys stand in it: nobody else on this machine should read them.
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            self._database = sqlite3.connect(path, isolation_level=None, timeout=0)
            try:
                self._take()
            except BaseException:
                self._database.close()
                raise

    def __enter__(self) -> Self:
        """Return the open file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file; what was not flushed is lost."""
        self._database.close()

    def restore(self, world: World) -> None:
        """Make a new world the one of the file, with everything over that was going on; begin a file that is new.

        Args:
            world: Nothing is due on its clock yet. Its seed becomes the file's, so that credentials stay the same.

        Raises:
            StoreError: the file is damaged.
        """
        with self._errors("read"):
            facts = dict(self._database.execute("SELECT name, value FROM facts"))
            stock = self._stock(facts) if facts else None
        if stock is not None:
            world.restore(stock)
            self._kept_events = len(stock.history)
            self._kept_hashes = dict(stock.hashes)
            end_what_was_going_on(world)
        # While a request is served, the world's customer is whoever asks.
        self._customer_id = world.customer_id
        self.flush(world, everything=True)

    def flush(self, world: World, *, everything: bool = False) -> None:
        """Keep what has changed since the last flush; all of it or nothing.

        Args:
            world: What is kept.
            everything: Write every record, rather than those whose time of change is later than the last flush.

        Raises:
            StoreError: the file could not be written.
        """
        stock = world.stock()
        with self._errors("write"):
            changed = [
                (kind.value, record["id"], _json(record))
                for kind, record in stock.records
                if everything or record["tm_update"] >= self._flushed_ms
            ]
            events = [
                (event.at_ms, event.type, event.activeflow_id, _json(event.data))
                for event in stock.history[self._kept_events :]
            ]
            self._write(stock, records=changed, events=events)
        self._flushed_ms = stock.now_ms
        self._kept_events += len(events)
        self._kept_hashes = dict(stock.hashes)

    def _write(self, stock: Stock, *, records: list[_Row], events: list[_Row]) -> None:
        facts = {"seed": stock.seed, "made": stock.made, "now_ms": stock.now_ms, "customer_id": self._customer_id}
        with self._transaction() as run:
            run(
                "INSERT INTO records (kind, id, value) VALUES (?, ?, ?) "
                "ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value",
                records,
            )
            run("INSERT INTO events (at_ms, type, activeflow_id, value) VALUES (?, ?, ?, ?)", events)
            run("INSERT OR REPLACE INTO facts VALUES (?, ?)", [(name, str(value)) for name, value in facts.items()])
            if stock.hashes != self._kept_hashes:
                run("DELETE FROM hashes", [()])
                run("INSERT INTO hashes VALUES (?, ?, ?)", [(h, k.value, id) for h, (k, id) in stock.hashes.items()])

    @asynccontextmanager
    async def keeping(
        self, world: World, *, every_s: float = 1.0, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> AsyncIterator[None]:
        """Flush again and again, and everything at the end.

        A flush that fails meanwhile is logged and tried again; the last one raises StoreError.
        """

        async def flush_often() -> None:
            while True:
                await sleep(every_s)
                try:
                    self.flush(world)
                except StoreError as error:
                    LOGGER.error("%s", error)

        flushing = asyncio.create_task(flush_often())
        try:
            yield
        finally:
            flushing.cancel()
            with suppress(asyncio.CancelledError):
                await flushing
            self.flush(world, everything=True)

    def _take(self) -> None:
        run = self._database.execute
        run("PRAGMA locking_mode = EXCLUSIVE")
        if not self._is_new:
            self._check()
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        with self._transaction():
            if self._is_new:
                for statement in _SCHEMA.split(";"):
                    run(statement)
                run(f"PRAGMA application_id = {_APPLICATION}")
                run(f"PRAGMA user_version = {_VERSION}")

    def _check(self) -> None:
        run = self._database.execute
        [application], [version] = run("PRAGMA application_id").fetchone(), run("PRAGMA user_version").fetchone()
        if application != _APPLICATION:
            self._fail(f"is no state file of a simulated platform. {_OTHER_FILE}")
        if version > _VERSION:
            self._fail(f"was written by a newer release. {_OTHER_FILE}")
        [state] = run("PRAGMA quick_check(1)").fetchone()
        if state != "ok":
            self._fail(f"is damaged: {state}. {_OTHER_FILE}")

    def _stock(self, facts: Mapping[str, str]) -> Stock:
        run = self._database.execute
        return Stock(
            seed=int(facts["seed"]),
            now_ms=int(facts["now_ms"]),
            made=int(facts["made"]),
            customer_id=facts["customer_id"],
            hashes={hash_: (Kind(kind), id) for hash_, kind, id in run("SELECT hash, kind, id FROM hashes")},
            records=[
                (Kind(kind), json.loads(value)) for kind, value in run("SELECT kind, value FROM records ORDER BY place")
            ],
            history=[
                Published(at_ms=at_ms, type=type, data=json.loads(value), activeflow_id=activeflow_id)
                for at_ms, type, activeflow_id, value in run(
                    "SELECT at_ms, type, activeflow_id, value FROM events ORDER BY place"
                )
            ],
        )

    @contextmanager
    def _transaction(self) -> Iterator[Callable[[str, list[_Row]], object]]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database.executemany
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _errors(self, doing: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                self._fail("is in use by another process. Stop that one, or name another file.", error)
            self._fail(f"cannot {doing} the state file: {error}. Check that its folder exists and is writable.", error)
        except OSError as error:
            self._fail(f"cannot {doing} the state file: {error.strerror}. Check its folder and permissions.", error)
        except (sqlite3.DatabaseError, KeyError, ValueError, TypeError) as error:
            self._fail(f"is damaged or no state file of a simulated platform: {error}. {_OTHER_FILE}", error)

    def _fail(self, message: str, error: Exception | None = None) -> NoReturn:
        raise StoreError(message, path=str(self._path)) from error


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be kept")
