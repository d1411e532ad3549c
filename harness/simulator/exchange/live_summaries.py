"""The tutorial's real-time summary: brought up to date whenever somebody has spoken (contract section 8, row 17)."""

from collections.abc import Callable
from typing import Final

from harness.errors import ServiceError
from harness.model.call import Event, EventKind
from harness.simulator.calls.leg import Leg
from harness.simulator.records.summaries import Summaries

SETTLE_MS: Final = 1_000
"""How long after the last word a summary is brought up to date."""


class LiveSummary:
    """Keeps one summary of a call up to date while the call lasts."""

    def __init__(self, leg: Leg, *, summary_id: str, summaries: Summaries, on_updated: Callable[[], None]) -> None:
        """Begin to follow the call."""
        self._leg = leg
        self._id = summary_id
        self._summaries = summaries
        self._on_updated = on_updated
        self._is_due = False
        leg.studio.log.watch(self._notice)

    def _notice(self, event: Event) -> None:
        if event.kind is EventKind.SPEECH_STOPPED and not self._is_due and not self._leg.is_over:
            self._is_due = True
            self._leg.studio.clock.after(SETTLE_MS, self._update)

    async def _update(self) -> None:
        self._is_due = False
        if self._leg.is_over:
            return
        try:
            await self._summaries.live_update(self._id)
        except ServiceError as error:
            self._leg.studio.report(error, stage="summary")
        self._on_updated()
