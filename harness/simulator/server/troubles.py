"""What goes wrong between the platform and its clients on purpose, to see what a client does then.

Each happens to everybody, at once and every time, so that a test need not wait for luck.
"""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Final

from harness.simulator.kernel.world import Published, World
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind

STORM_S: Final = 6.0
"""How long everything is refused."""
SOCKET_S: Final = 3.0
"""How long a socket lasts that is going to be dropped."""
_ENDINGS: Final = ("/hangup", "/terminate")


class Trouble(StrEnum):
    """What can go wrong."""

    EVENTS_DROP = "events-drop"
    """Every event socket is closed 3 s after it was opened."""
    MEDIA_DROPS = "media-drop"
    """Every media stream is closed 3 s after it was opened."""
    STORM = "storm-429"
    """From when a call or a chat begins, every request is answered 429 for 6 s."""
    HANG_UP_FAILS = "hangup-500"
    """The first request that ends a call or a chat is answered 500, each time another one is asked for."""
    AI_DELETED = "ai-deleted"
    """An AI is deleted as soon as a call or chat with it has begun."""


class Troubles:
    """Makes them happen on one served platform."""

    def __init__(self, world: World, troubles: Collection[Trouble], *, now: Callable[[], float]) -> None:
        """Take which, and the clients' time in seconds."""
        self._world = world
        self._troubles = frozenset(troubles)
        self._now = now
        self._storm_until_s = 0.0
        self._failed: set[str] = set()
        if self._troubles & {Trouble.STORM, Trouble.AI_DELETED}:
            world.watch(self._notice)

    def wait_s(self) -> float:
        """Return how much longer everything is refused; 0 outside of a storm."""
        return max(0.0, self._storm_until_s - self._now())

    def check(self, method: str, path: str) -> None:
        """Fail what is to fail. Raises ApiError."""
        is_ending = (method == "POST" and path.endswith(_ENDINGS)) or (
            method == "DELETE" and path.rpartition("/")[0].endswith(("/calls", "/aicalls"))
        )
        subject = path.removesuffix("/hangup").removesuffix("/terminate")
        if Trouble.HANG_UP_FAILS in self._troubles and is_ending and subject not in self._failed:
            self._failed.add(subject)
            raise api_error(Reason.INTERNAL, "the first request to end it fails, as --fault hangup-500 says")

    def lasts_s(self, drop: Trouble) -> float | None:
        """Return how long a socket lasts; None: as long as its client likes."""
        return SOCKET_S if drop in self._troubles else None

    def _notice(self, event: Published) -> None:
        if Trouble.STORM in self._troubles and event.type in ("call_progressing", "aicall_status_progressing"):
            self._storm_until_s = max(self._storm_until_s, self._now() + STORM_S)
        if Trouble.AI_DELETED in self._troubles and event.type == "aicall_status_progressing":
            ai = self._world.find(Kind.AI, event.data.get("assistance_id"))
            if ai is not None and ai["tm_delete"] is None:
                self._world.delete(ai, event="ai_deleted")
