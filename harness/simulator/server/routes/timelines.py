"""What happened, with milliseconds: of a call, of a flow, of one resource, and what an analysis makes of it."""

from collections.abc import Sequence
from typing import Final

from harness.simulator.kernel.world import Published
from harness.simulator.server.answers import Answer, answer
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.paging import EVENTS_PAGE, page_of, page_size, position
from harness.simulator.server.routes.plain import deleting, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, written_time

_KINDS: Final = {"calls": Kind.CALL, "flows": Kind.FLOW, "activeflows": Kind.ACTIVEFLOW}


async def aggregated(visit: Visit) -> Answer:
    """List everything a call or a flow execution touched."""
    asked = visit.asked("call_id", "activeflow_id")
    call_id, activeflow_id = asked.get("call_id"), asked.get("activeflow_id")
    _check_owner(visit, Kind.CALL, call_id)
    _check_owner(visit, Kind.ACTIVEFLOW, activeflow_id)
    return _page(visit, visit.platform.timelines.aggregated(call_id=call_id, activeflow_id=activeflow_id))


async def events(visit: Visit) -> Answer:
    """List the events of one resource."""
    type_, id = visit.path["resource_type"], visit.path["resource_id"]
    if type_ in _KINDS:
        _check_owner(visit, _KINDS[type_], id)
    return _page(visit, visit.platform.timelines.events(type_, id))


async def analyse_sip(visit: Visit) -> Answer:
    """Show the signalling of a call and how good its line was."""
    _check_owner(visit, Kind.CALL, visit.path["call_id"])
    return answer(visit.platform.timelines.sip_analysis(visit.path["call_id"]))


async def capture(visit: Visit) -> Answer:
    """Deliver the packets of a call's signalling."""
    _check_owner(visit, Kind.CALL, visit.path["call_id"])
    body = visit.platform.timelines.pcap(visit.path["call_id"])
    return Answer(body=body, media_type="application/octet-stream")


async def analyse(visit: Visit) -> Answer:
    """Have an ended flow execution analysed."""
    analysis = visit.platform.timelines.analyses.start(
        bodies.id_or_none(visit.body, "activeflow_id") or "",
        reanalyze=bodies.flag(visit.body, "reanalyze"),
        customer_id=visit.identity.customer_id,
    )
    return visit.show(analysis)


async def list_analyses(visit: Visit) -> Answer:
    """List analyses, of one flow execution or status if it is named."""
    return visit.page(Kind.TIMELINE_ANALYSIS, where=visit.asked("activeflow_id", "status"))


def _check_owner(visit: Visit, kind: Kind, id: str | None) -> None:
    """Refuse to tell what happened to another customer's; what was deleted stays known to its owner."""
    record = visit.world.find(kind, id)
    if record is not None and not visit.owns(record):
        raise api_error(Reason.PERMISSION_DENIED, f"the {kind.value} {id!r} belongs to another customer")


def _page(visit: Visit, happened: Sequence[Published]) -> Answer:
    page, token = page_of(
        happened,
        at_ms=lambda event: event.at_ms,
        size=page_size(visit.query, most=EVENTS_PAGE),
        after=position(visit.query),
    )
    rows = [
        {"timestamp": written_time(each.at_ms), "event_type": each.type, "data": visit.public(each.data)}
        for each in page
    ]
    return answer({"result": rows, "next_page_token": token})


OPERATIONS: Final = (
    Operation(method="GET", path="/aggregated-events", handler=aggregated),
    Operation(method="GET", path="/timelines/{resource_type}/{resource_id}/events", handler=events),
    Operation(method="GET", path="/timelines/calls/{call_id}/sip-analysis", handler=analyse_sip),
    Operation(method="GET", path="/timelines/calls/{call_id}/pcap", handler=capture),
    Operation(method="GET", path="/timeline-analyses", handler=list_analyses),
    Operation(
        method="POST",
        path="/timeline-analyses",
        handler=analyse,
        reads=Reads.OBJECT,
        required=("activeflow_id",),
    ),
    Operation(method="GET", path="/timeline-analyses/{id}", handler=showing(Kind.TIMELINE_ANALYSIS)),
    Operation(method="DELETE", path="/timeline-analyses/{id}", handler=deleting(Kind.TIMELINE_ANALYSIS)),
)
