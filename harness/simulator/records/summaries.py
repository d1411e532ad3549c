"""Summaries of calls, conferences, transcriptions and recordings.

What is over is summed up while the request waits; what still goes on is summed up after its end. Source: contract
section 4.8, and rows 13 to 17 of section 8.
"""

from collections.abc import Callable
from typing import TypeAlias

from harness.errors import ServiceError
from harness.interfaces import Summariser
from harness.simulator.kernel.world import World
from harness.simulator.records.spoken_lines import spoken_lines
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, Record
from harness.voipbin.summaries import SummaryReference, SummaryStatus

OnDone: TypeAlias = Callable[[Record], None]
"""Told of every summary that is done: starts its `on_end_flow_id`, where there is one."""

_KINDS = {
    SummaryReference.CALL: Kind.CALL,
    SummaryReference.TRANSCRIBE: Kind.TRANSCRIBE,
    SummaryReference.RECORDING: Kind.RECORDING,
}


class Summaries:
    """Starts summaries and finishes them; deleting one is the world's `delete`."""

    def __init__(self, world: World, *, summariser: Summariser, on_done: OnDone) -> None:
        """Take where the resources are kept, who writes the text, and who is told when one is done."""
        self._world = world
        self._summariser = summariser
        self._on_done = on_done

    async def start(
        self,
        *,
        reference_type: str,
        reference_id: str,
        language: str = "",
        on_end_flow_id: str | None = None,
        activeflow_id: str | None = None,
        customer_id: str | None = None,
    ) -> Record:
        """Return the summary of something: the one there is in this language, or a new one.

        Raises:
            ApiError: 400 for an unknown type of reference, 404 when there is no such thing, 503 when the summariser
                cannot work now.
        """
        reference = _reference(reference_type)
        self._require(reference, reference_id, customer_id=customer_id)
        owner = customer_id or self._world.customer_id
        spoken = language or "en-US"
        key = {"reference_type": reference.value, "reference_id": reference_id, "language": spoken}
        existing = next(self._world.records(Kind.SUMMARY, customer_id=owner, **key), None)
        if existing is not None:
            return existing
        summary = self._world.create(
            Kind.SUMMARY,
            event="summary_created",
            customer_id=owner,
            on_end_flow_id=on_end_flow_id,
            activeflow_id=activeflow_id,
            **key,
        )
        if self._is_over(reference, reference_id):
            try:
                await self._finish(summary)
            except ServiceError as error:
                self._world.delete(summary, event="summary_deleted")
                raise api_error(Reason.SERVICE_UNAVAILABLE, f"no summary could be written: {error}") from error
        return summary

    async def call_ended(self, id: str) -> None:
        """Finish the summaries of a call or conference that is over.

        A summariser that fails leaves a summary without content: nobody waits who could be told.
        """
        waiting = list(self._world.records(Kind.SUMMARY, reference_id=id, status=SummaryStatus.PROGRESSING.value))
        for summary in reversed(waiting):
            try:
                await self._finish(summary)
            except ServiceError:
                self._done(summary, "")

    async def live_update(self, id: str) -> None:
        """Sum up what was said so far, while the talk goes on; only the tutorial knows such updates.

        Raises:
            ApiError: 404.
            ServiceError: the summariser's.
        """
        summary = self._world.require(Kind.SUMMARY, id)
        if not self._world.mode.takes_seed_forms or summary["status"] != SummaryStatus.PROGRESSING:
            return
        content = await self._content(summary)
        if summary["status"] == SummaryStatus.PROGRESSING and content != summary["content"]:
            self._world.change(summary, event="summary_updated", content=content)

    async def _finish(self, summary: Record) -> None:
        self._done(summary, await self._content(summary))

    def _done(self, summary: Record, content: str) -> None:
        # It may have been deleted, or finished by the end of its call, while the summariser was writing.
        if summary["tm_delete"] is not None or summary["status"] == SummaryStatus.DONE:
            return
        self._world.change(summary, event="summary_updated", status=SummaryStatus.DONE.value, content=content)
        self._on_done(summary)

    async def _content(self, summary: Record) -> str:
        lines = spoken_lines(
            self._world, reference_type=summary["reference_type"], reference_id=summary["reference_id"]
        )
        return await self._summariser.summarise(lines, language=summary["language"])

    def _require(self, reference: SummaryReference, id: str, *, customer_id: str | None) -> None:
        if reference in _KINDS:
            self._world.require(_KINDS[reference], id, customer_id=customer_id)

    def _is_over(self, reference: SummaryReference, id: str) -> bool:
        match reference:
            case SummaryReference.TRANSCRIBE | SummaryReference.RECORDING:
                return True
            case SummaryReference.CALL:
                return bool(self._world.require(Kind.CALL, id)["status"] == "hangup")
            case SummaryReference.CONFERENCE:
                return False


def _reference(written: str) -> SummaryReference:
    try:
        return SummaryReference(written)
    except ValueError as error:
        known = ", ".join(SummaryReference)
        raise api_error(Reason.INVALID_ARGUMENT, f"reference_type must be one of {known}, not {written!r}") from error
