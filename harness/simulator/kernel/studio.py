"""What every part of one call works with."""

from dataclasses import dataclass

from harness.errors import ServiceError
from harness.interfaces import Clock
from harness.model.call import EventKind
from harness.simulator.kernel.dice import Dice
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.latency import Latency, LatencyMode, latency_of
from harness.telephone.clock import VirtualClock
from harness.telephone.log import EventLog
from harness.voipbin.parameters import LLM_IDLE_CLOSE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """Clock, log, delays and limits of one call."""

    clock: VirtualClock
    """The platform's own time."""
    log: EventLog
    dice: Dice
    latency: Latency
    watch: Clock
    """Real time, to measure services with; what it says matters only to measured latency."""
    timeout_s: float
    """Longest wait for one answer of one service, in real seconds."""
    idle_close_s: float | None
    """Longest silence of a language model within an answer, in real seconds; None with modelled latency."""

    @classmethod
    def of(cls, equipment: Equipment, *, clock: VirtualClock, log: EventLog, seed: int) -> "Studio":
        """Return the studio of a call with this seed."""
        dice = Dice(seed)
        return cls(
            clock=clock,
            log=log,
            dice=dice,
            latency=latency_of(equipment.latency, dice=dice),
            watch=equipment.watch,
            timeout_s=equipment.timeout_s,
            idle_close_s=LLM_IDLE_CLOSE_MS / 1000 if equipment.latency is LatencyMode.MEASURED else None,
        )

    def report(self, failure: ServiceError, *, stage: str) -> None:
        """Note that a service failed during the call."""
        self.log.add(EventKind.SERVICE_FAILED, text=str(failure), data={"service": failure.service, "stage": stage})
