"""What happened, with milliseconds: of a call, of a flow, of one resource, and what an analysis makes of it."""

from collections.abc import Sequence
from typing import Final

from harness.simulator.server.answers import Answer, answer
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.paging import EVENTS_PAGE, page_of, page_size, position
from harness.simulator.server.routes.plain import deleting, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, Record

_RESOURCES: Final = {"calls": Kind.CALL, "flows": Kind.FLOW, "activeflows": Kind.ACTIVEFLOW}


async def aggregated(visit: Visit) -> Answer:
    """List everything a call or a flow execution touched."""
    named = visit.asked("call_id", "activeflow_id")
    if len(named) != 1:
        raise api_error(Reason.INVALID_ARGUMENT, "name exactly one: ?call_id= or ?activeflow_id=")
    [(name, asked)] = named.items()
    id = bodies.id_or_none(named, name)
    if id is None:
        reason = Reason.INVALID_CALL_ID if name == "call_id" else Reason.INVALID_ACTIVEFLOW_ID
        raise api_error(reason, f"{name} is {asked!r}, which is no UUID")
    if name == "call_id":
        visit.mine(Kind.CALL, id)
        return _page(visit, visit.platform.timelines.aggregated(call_id=id))
    visit.mine(Kind.ACTIVEFLOW, id)
    return _page(visit, visit.platform.timelines.aggregated(activeflow_id=id))


async def events(visit: Visit) -> Answer:
    """List the events of one resource."""
    type_ = visit.path["resource_type"]
    if type_ not in (*_RESOURCES, "conferences"):
        raise api_error(Reason.INVALID_RESOURCE_TYPE, f"there are no timelines of {type_!r}")
    if type_ not in _RESOURCES:
        raise api_error(Reason.RESOURCE_NOT_FOUND, "there are no conferences here")
    record = visit.mine(_RESOURCES[type_], visit.path["resource_id"])
    return _page(visit, visit.platform.timelines.events(type_, record["id"]))


async def analyse_sip(visit: Visit) -> Answer:
    """Show the signalling of a call and how good its line was."""
    call = visit.mine(Kind.CALL, visit.path["call_id"])
    return answer(visit.platform.timelines.sip_analysis(call["id"]))


async def capture(visit: Visit) -> Answer:
    """Deliver the packets of a call's signalling."""
    call = visit.mine(Kind.CALL, visit.path["call_id"])
    body = visit.platform.timelines.pcap(call["id"])
    return Answer(body=body, media_type="application/octet-stream")


async def analyse(visit: Visit) -> Answer:
    """Have an ended flow execution analysed."""
    activeflow = visit.mine(Kind.ACTIVEFLOW, bodies.id_or_none(visit.body, "activeflow_id") or "")
    again = bodies.flag(visit.body, "reanalyze")
    return visit.show(visit.platform.timelines.analyses.start(activeflow["id"], reanalyze=again))


async def list_analyses(visit: Visit) -> Answer:
    """List analyses, of one flow execution or status if it is named."""
    return visit.page(Kind.TIMELINE_ANALYSIS, where=visit.asked("activeflow_id", "status"))


def _page(visit: Visit, happened: Sequence[Record]) -> Answer:
    rows, token = page_of(
        happened,
        at_ms=lambda row: int(row["tm_event"]),
        size=page_size(visit.query, most=EVENTS_PAGE),
        after=position(visit.query),
    )
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
