"""Who counts what a trial uses of services that cost money.

The services of a session are shared and are not told for which side they are asked. So whoever asks says so with
`asked_by`, and the adapter takes a `Meter` where it asks, which knows trial and side for as long as the answer takes.
What is played from a cassette or a cache is asked of nobody and counted by nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from harness.interfaces.scope import TrialScope, current_scope
from harness.model.free import is_free
from harness.model.usage import Service, Side, Unit, Usage

_side: ContextVar[Side] = ContextVar("asking_side", default=Side.AGENT)


@contextmanager
def asked_by(side: Side) -> Iterator[None]:
    """Say for whom services are asked inside; the agent, where nobody says. Never to be held over a `yield`."""
    token = _side.set(side)
    try:
        yield
    finally:
        _side.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Counts one answer of one service."""

    service: Service
    side: Side
    model: str
    """As in `Usage`."""
    scope: TrialScope | None
    """None outside any trial, and for what is free: nobody is charged there."""

    @classmethod
    def of(cls, service: Service, model: str) -> "Meter":
        """Return a meter for whoever asks now."""
        scope = None if is_free(service, model) else current_scope()
        return cls(service=service, side=_side.get(), model=model, scope=scope)

    def note(self, unit: Unit, amount: float, *, estimated: bool = False) -> None:
        """Count an amount; nothing is not counted."""
        if self.scope is not None and amount > 0:
            self.scope.usages.append(
                Usage(
                    service=self.service,
                    side=self.side,
                    model=self.model,
                    unit=unit,
                    amount=amount,
                    estimated=estimated,
                )
            )
