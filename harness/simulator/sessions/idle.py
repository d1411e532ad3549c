"""When a voice pipeline is cancelled because its agent has not been heard for too long (contract section 5.2)."""

from collections.abc import Callable

from harness.model.call import Event, EventKind, Role
from harness.simulator.kernel.studio import Studio
from harness.telephone.clock import Due
from harness.voipbin.parameters import PIPELINE_IDLE_MS


class IdleWatch:
    """Counts the time without speech of the agent; what others play on the call does not count."""

    def __init__(self, studio: Studio, *, on_idle: Callable[[], None]) -> None:
        """Count once `start` is called; `on_idle` is told when it has been too long."""
        self._studio = studio
        self._on_idle = on_idle
        self._due: Due | None = None
        self._is_running = False
        studio.log.watch(self._notice)

    def start(self) -> None:
        """Begin to count."""
        self._is_running = True
        self._count()

    def stop(self) -> None:
        """Count no more."""
        self._is_running = False
        self._forget()

    def _notice(self, event: Event) -> None:
        if not self._is_running or event.role is not Role.AGENT or event.data.get("by") != "agent":
            return
        match event.kind:
            case EventKind.SPEECH_STARTED:
                self._forget()
            case EventKind.SPEECH_STOPPED:
                self._count()
            case _:
                pass

    def _count(self) -> None:
        self._forget()
        self._due = self._studio.clock.after(PIPELINE_IDLE_MS, self._on_idle)

    def _forget(self) -> None:
        if self._due is not None:
            self._due.cancel()
