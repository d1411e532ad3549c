"""Telephone numbers: bought, pointed at flows, given back."""

import re
from typing import Final

from harness.simulator.server.answers import Answer
from harness.simulator.server.fields import choice
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.plain import listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import Body
from harness.voipbin.resources import Kind, Record

_E164: Final = re.compile(r"\+[1-9]\d{4,14}")
_FLOWS: Final = ("call_flow_id", "message_flow_id")
_NAMES: Final = ("name", "detail")


async def buy(visit: Visit) -> Answer:
    """Buy a number."""
    number = bodies.text(visit.body, "number")
    type_ = choice(visit.body, "type", ("normal", "virtual")) or "normal"
    if not _E164.fullmatch(number):
        raise api_error(Reason.INVALID_ARGUMENT, f"number is {number!r}, and not of the form +15551230000")
    if next(visit.world.records(Kind.NUMBER, number=number), None) is not None:
        raise api_error(Reason.INVALID_ARGUMENT, f"the number {number} is taken")
    now_ms = visit.world.clock.now_ms()
    return visit.show(
        visit.world.create(
            Kind.NUMBER,
            event="number_created",
            customer_id=visit.identity.customer_id,
            number=number,
            type=type_,
            tm_purchase=now_ms,
            tm_renew=now_ms,
            **_flows(visit.body),
            **_names(visit.body),
        )
    )


async def replace(visit: Visit) -> Answer:
    """Set flows, name and detail."""
    fields = {**_flows(visit.body), **_names(visit.body)}
    return visit.show(visit.world.change(visit.mine(Kind.NUMBER), event="number_updated", **fields))


async def set_flows(visit: Visit) -> Answer:
    """Set which flows answer calls and messages."""
    return visit.show(visit.world.change(visit.mine(Kind.NUMBER), event="number_updated", **_flows(visit.body)))


async def set_metadata(visit: Visit) -> Answer:
    """Set the number's switches."""
    metadata = {"rtp_debug": bodies.flag(visit.body, "rtp_debug")}
    return visit.show(visit.world.change(visit.mine(Kind.NUMBER), event="number_updated", metadata=metadata))


async def give_back(visit: Visit) -> Answer:
    """Give a number back."""
    number = visit.mine(Kind.NUMBER)
    number["status"] = "deleted"
    return visit.show(visit.world.delete(number, event="number_deleted"))


def _flows(body: Body) -> Record:
    return {name: bodies.id_or_none(body, name) for name in _FLOWS}


def _names(body: Body) -> Record:
    return {name: bodies.text(body, name) for name in _NAMES}


OPERATIONS: Final = (
    Operation(method="GET", path="/numbers", handler=listing(Kind.NUMBER)),
    Operation(
        method="POST",
        path="/numbers",
        handler=buy,
        reads=Reads.OBJECT,
        required=("number", *_FLOWS, *_NAMES),
    ),
    Operation(method="GET", path="/numbers/{id}", handler=showing(Kind.NUMBER)),
    Operation(method="PUT", path="/numbers/{id}", handler=replace, reads=Reads.OBJECT, required=(*_FLOWS, *_NAMES)),
    Operation(method="DELETE", path="/numbers/{id}", handler=give_back),
    Operation(method="PUT", path="/numbers/{id}/flow_ids", handler=set_flows, reads=Reads.OBJECT, required=_FLOWS),
    Operation(method="PUT", path="/numbers/{id}/metadata", handler=set_metadata, reads=Reads.OBJECT),
)
