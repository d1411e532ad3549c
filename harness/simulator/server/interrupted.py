"""What becomes of everything that was going on when a platform went down: it is over when the platform comes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from harness.simulator.kernel.world import World
from harness.voipbin.audits import AuditError, AuditStatus, ProposalError, ProposalStatus
from harness.voipbin.calls import CallStatus
from harness.voipbin.resources import Kind
from harness.voipbin.summaries import SummaryStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    over: frozenset[str]
    """The states in which nothing is going on any more."""
    fields: Callable[[int], Mapping[str, Any]]
    """What changes, at a time."""
    event: str = ""


def _ends_as(status: str, *also_over: str, event: str = "", time: str = "", **fields: Any) -> _Ending:
    def changed(now_ms: int) -> Mapping[str, Any]:
        return {"status": status, **fields, **({time: now_ms} if time else {})}

    return _Ending(over=frozenset({status, *also_over}), fields=changed, event=event)


_ENDINGS: Final[Mapping[Kind, _Ending]] = MappingProxyType(
    {
        # What a call carries ends before the call does, as when it is hung up.
        Kind.SPEAKING: _ends_as("stopped", event="speaking_stopped"),
        Kind.TRANSCRIBE: _ends_as("done", event="transcribe_done"),
        Kind.RECORDING: _ends_as("ended", event="recording_finished", time="tm_end"),
        Kind.AICALL: _ends_as("terminated", event="aicall_status_terminated", time="tm_end"),
        Kind.CONFBRIDGE: _ends_as("terminated"),
        Kind.CALL: _ends_as(
            CallStatus.HANGUP.value, event="call_hangup", time="tm_hangup", hangup_by="local", hangup_reason="failed"
        ),
        Kind.GROUPCALL: _ends_as("hangup", event="groupcall_hangup"),
        Kind.ACTIVEFLOW: _ends_as("ended", event="activeflow_updated"),
        Kind.SUMMARY: _ends_as(SummaryStatus.DONE.value, event="summary_updated"),
        Kind.AUDIT: _ends_as(AuditStatus.FAILED.value, AuditStatus.COMPLETED.value, error=AuditError.CANCELLED.value),
        Kind.PROPOSAL: _ends_as(
            ProposalStatus.FAILED.value,
            *(status.value for status in ProposalStatus if status is not ProposalStatus.PROGRESSING),
            error=ProposalError.CANCELLED.value,
        ),
        Kind.TIMELINE_ANALYSIS: _ends_as("failed", "completed", error="the platform was restarted"),
    }
)


def end_what_was_going_on(world: World) -> None:
    """End every call, and whatever else needs someone to carry on with it."""
    now_ms = world.clock.now_ms()
    for kind, ending in _ENDINGS.items():
        for record in tuple(world.records(kind)):
            if record["status"] not in ending.over:
                world.change(record, event=ending.event, **ending.fields(now_ms))
