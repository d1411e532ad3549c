"""What every part of one AI session works with."""

from dataclasses import dataclass

from harness.errors import ServiceError
from harness.interfaces import Clock
from harness.model.call import EventKind
from harness.simulator.clock import VirtualClock
from harness.simulator.latency import Latency
from harness.simulator.log import EventLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """Clock, log, delays and limits of one call."""

    clock: VirtualClock
    """The call's own time."""
    log: EventLog
    latency: Latency
    watch: Clock
    """Real time, to measure services with; what it says matters only to measured latency."""
    timeout_s: float
    """Longest wait for one answer of one service, in real seconds."""
    idle_close_s: float | None
    """Longest silence of a language model within an answer, in real seconds; None with modelled latency."""

    def report(self, failure: ServiceError, *, stage: str) -> None:
        """Note that a service failed during the call."""
        self.log.add(EventKind.SERVICE_FAILED, text=str(failure), data={"service": failure.service, "stage": stage})
