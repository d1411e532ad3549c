"""Fetches things that may be late or not there at all: waits a bounded time, notes what could not be had, goes on."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from harness.errors import ApiError, HarnessError, UnreachableError
from harness.model.finding import Resource
from harness.transports.voipbin.client import VoipbinClient
from harness.voipbin.resources import Kind, Record

T = TypeVar("T")

LATE_S: Final = 10.0
"""How long is waited for what a platform writes after a call: its end, its sessions' end, a summary."""
WAITS_S: Final = (0.25, 0.5, 1.0, 2.0)
"""Between two looks; the last again and again."""


class Collector:
    """What was had of one call, and what was not."""

    def __init__(self, client: VoipbinClient) -> None:
        """Start with nothing."""
        self.client = client
        self.notes: list[str] = []
        self._kept: dict[str, list[Record]] = {}
        self._is_gone = False
        self.refused: ApiError | None = None
        """The answer that lets us in no more."""

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Return everything that was kept, each kind in the order it was fetched."""
        return tuple(Resource(kind=kind, fields=record) for kind, rows in self._kept.items() for record in rows)

    def keep(self, kind: Kind | str, *records: Record) -> None:
        """Keep resources of a kind."""
        self._kept.setdefault(str(kind), []).extend(records)

    def kept(self, kind: Kind) -> list[Record]:
        """Return what was kept of a kind."""
        return self._kept.get(kind.value, [])

    async def attempt(self, what: str, fetch: Callable[[], Awaitable[None]]) -> None:
        """Fetch something if it can be had; nothing more is asked of one that does not answer, or lets us in no more.

        Args:
            what: Begins the note where it cannot: `its messages`.
            fetch: Keeps what it fetches.
        """
        if self._is_gone:
            return
        try:
            await fetch()
        except HarnessError as error:
            if isinstance(error, ApiError) and error.http_status == 401:
                self.refused = error
            self._is_gone = isinstance(error, UnreachableError) or self.refused is not None
            told = error.answer if isinstance(error, ApiError) else str(error)
            self.notes.append(f"{what} could not be fetched: {told}")

    async def awaited(self, look: Callable[[], Awaitable[T | None]], *, within_s: float = LATE_S) -> T | None:
        """Return what a look finds, looking again for a while; None when it never comes."""
        waited_s, looks = 0.0, 0
        while (found := await look()) is None and waited_s < within_s:
            wait_s = WAITS_S[min(looks, len(WAITS_S) - 1)]
            await self.client.sleep(wait_s)
            waited_s, looks = waited_s + wait_s, looks + 1
        return found
