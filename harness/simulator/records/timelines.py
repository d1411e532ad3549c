"""What happened to a call or a flow, read back from everything the platform ever published.

Source: contract section 6.5.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from harness.simulator.kernel.world import Published, World
from harness.simulator.records.analyses import Analyses
from harness.simulator.records.signalling import dialog, steps
from harness.voipbin.api_errors import Reason, api_error, not_found
from harness.voipbin.bodies import usual_id
from harness.voipbin.resources import Kind, Record, shown, written_time
from harness.voipbin.sip_trace import PORT, SipMessage, capture, messages
from harness.voipbin.voice_quality import LegQuality, mean_opinion_score

QualityOf: TypeAlias = Callable[[str], LegQuality | None]
"""What was measured on the leg of a call, by its id; None when nothing was."""

_TOLD: Final = (
    "call_",
    "aicall_",
    "aimessage_",
    "transcript_",
    "transcribe_",
    "recording_",
    "summary_",
    "speaking_",
)
"""How the events begin that a flow's timeline shows."""
_LINKS: Final = ("id", "reference_id", "transcribe_id", "aicall_id", "master_call_id")
"""Fields that tell what else an event's resource belongs to."""
_RESOURCES: Final = {
    "calls": (Kind.CALL, "call_"),
    "flows": (Kind.FLOW, "flow_"),
    "activeflows": (Kind.ACTIVEFLOW, "activeflow_"),
}
_PACKET_MS: Final = 20
_RTP_BYTES: Final = 172
"""One packet: its header and 20 ms of G.711."""
_RTCP_EVERY_MS: Final = 5_000
_RTCP_BYTES: Final = 68


class Timelines:
    """Answers what happened; every list is newest first."""

    def __init__(self, world: World, *, quality: QualityOf) -> None:
        """Take what the platform published, and what measures a call's line."""
        self._world = world
        self._quality = quality
        self.analyses = Analyses(world, touched=lambda id: self.aggregated(activeflow_id=id))

    def aggregated(self, *, call_id: str | None = None, activeflow_id: str | None = None) -> list[Published]:
        """Return everything one flow execution touched; a call stands for the execution it ran.

        Raises:
            ApiError: 400 unless exactly one is named, by a UUID; 404 when there never was such a thing.
        """
        match call_id, activeflow_id:
            case str(), None:
                call = self._ever(Kind.CALL, call_id, Reason.INVALID_CALL_ID)
                flow_id = call["activeflow_id"]
                related = {call["id"], *([flow_id] if flow_id else [])}
            case None, str():
                flow = self._ever(Kind.ACTIVEFLOW, activeflow_id, Reason.INVALID_ACTIVEFLOW_ID)
                flow_id = flow["id"]
                related = {flow_id, *([flow["reference_id"]] if flow["reference_type"] == "call" else [])}
            case _:
                raise api_error(Reason.INVALID_ARGUMENT, "name exactly one of call_id and activeflow_id")
        return list(self._touching(flow_id, related))[::-1]

    def events(self, resource_type: str, id: str) -> list[Published]:
        """Return the events of one resource.

        Raises:
            ApiError: 400 for a type without timelines, 404 when there never was such a resource.
        """
        if resource_type == "conferences":
            # The simulator holds none.
            raise not_found("CONFERENCE", id=id)
        if resource_type not in _RESOURCES:
            known = ", ".join(_RESOURCES)
            raise api_error(Reason.INVALID_RESOURCE_TYPE, f"there are timelines of {known}, not of {resource_type!r}")
        kind, begins = _RESOURCES[resource_type]
        if self._world.find(kind, id) is None:
            raise self._world.missing(kind, id)
        return [
            event
            for event in reversed(self._world.history)
            if event.type.startswith(begins) and event.data.get("id") == id
        ]

    def sip_analysis(self, call_id: str) -> Record:
        """Return a call's signalling, oldest first, and how good its line was once it has ended.

        Raises:
            ApiError: 404.
        """
        call = self._ever(Kind.CALL, call_id, Reason.INVALID_CALL_ID)
        sent = [
            {
                "timestamp": written_time(message.at_ms),
                "method": message.method,
                "src_ip": message.src_ip,
                "src_port": PORT,
                "dst_ip": message.dst_ip,
                "dst_port": PORT,
                "raw": message.raw,
            }
            for message in _signalling(call)
        ]
        return {"sip_messages": sent, "rtcp_stats": self._rtcp_stats(call)}

    def pcap(self, call_id: str) -> bytes:
        """Return a packet capture of a call's signalling.

        Raises:
            ApiError: 404.
        """
        return capture(_signalling(self._ever(Kind.CALL, call_id, Reason.INVALID_CALL_ID)))

    def _touching(self, flow_id: str | None, related: set[str]) -> Iterator[Published]:
        # Oldest first: what belongs to a thing is made after it, so that one pass finds the things of things.
        for event in self._world.history:
            ids = {event.data.get(name) for name in _LINKS}
            if not event.type.startswith(_TOLD) or not ((flow_id and event.activeflow_id == flow_id) or ids & related):
                continue
            related.update(id for id in (event.data.get("id"),) if id)
            yield event

    def _ever(self, kind: Kind, id: str, reason: Reason) -> Record:
        """Return a resource, deleted or not: what happened to it stays known."""
        if usual_id(id) is None:
            raise api_error(reason, f"{id!r} is no UUID")
        record = self._world.find(kind, id)
        if record is None:
            raise self._world.missing(kind, id)
        return record

    def _rtcp_stats(self, call: Record) -> Record | None:
        quality = self._quality(call["id"])
        # The platform reads them off the BYE, which only an answered call has.
        if quality is None or call["tm_progressing"] is None or call["tm_hangup"] is None:
            return None
        lasted_ms = call["tm_hangup"] - call["tm_progressing"]
        packets = round(lasted_ms // _PACKET_MS * (1 - quality.loss_pct / 100))
        reports = lasted_ms // _RTCP_EVERY_MS
        return {
            "mos": mean_opinion_score(quality),
            "jitter": quality.jitter_ms,
            "packet_loss_pct": quality.loss_pct,
            "rtt": quality.rtt_ms * 1_000,
            "rtp_bytes": packets * _RTP_BYTES,
            "rtp_packets": packets,
            "rtp_errors": 0,
            "rtcp_bytes": reports * _RTCP_BYTES,
            "rtcp_packets": reports,
            "rtcp_errors": 0,
        }


def event_document(event: Published) -> Record:
    """Return an event as the API shows it in a timeline."""
    return {"timestamp": written_time(event.at_ms), "event_type": event.type, "data": shown(event.data)}


def _signalling(call: Record) -> tuple[SipMessage, ...]:
    return messages(dialog(call), steps(call))
