"""Extensions: what a telephone registers as."""

from typing import Final

from harness.simulator.records.ais import replace_hash
from harness.simulator.server.answers import Answer
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.plain import deleting, listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind

REGISTRAR: Final = "registrar.voipbin.net"
"""Below which every customer has a domain."""
_WRITABLE: Final = ("name", "detail", "password")


async def create(visit: Visit) -> Answer:
    """Make an extension with a direct hash."""
    customer_id = visit.identity.customer_id
    extension = bodies.text(visit.body, "extension")
    if next(visit.world.records(Kind.EXTENSION, customer_id=customer_id, extension=extension), None) is not None:
        raise api_error(Reason.INVALID_ARGUMENT, f"there is an extension {extension!r} already")
    record = visit.world.create(
        Kind.EXTENSION,
        customer_id=customer_id,
        extension=extension,
        username=extension,
        domain_name=f"{customer_id}.{REGISTRAR}",
        **{name: bodies.text(visit.body, name) for name in _WRITABLE},
    )
    record["direct_hash"] = visit.world.new_hash(Kind.EXTENSION, record["id"])
    visit.world.publish("extension_created", record)
    return visit.show(record)


async def replace(visit: Visit) -> Answer:
    """Set name, detail and password."""
    fields = {name: bodies.text(visit.body, name) for name in _WRITABLE}
    return visit.show(visit.world.change(visit.mine(Kind.EXTENSION), event="extension_updated", **fields))


async def regenerate_hash(visit: Visit) -> Answer:
    """Give it a new direct hash; the old one stops resolving at once."""
    extension = visit.mine(Kind.EXTENSION)
    return visit.show(replace_hash(visit.world, Kind.EXTENSION, extension, event="extension_updated"))


OPERATIONS: Final = (
    Operation(method="GET", path="/extensions", handler=listing(Kind.EXTENSION)),
    Operation(
        method="POST",
        path="/extensions",
        handler=create,
        reads=Reads.OBJECT,
        required=("extension", *_WRITABLE),
    ),
    Operation(method="GET", path="/extensions/{id}", handler=showing(Kind.EXTENSION)),
    Operation(method="PUT", path="/extensions/{id}", handler=replace, reads=Reads.OBJECT, required=_WRITABLE),
    Operation(method="DELETE", path="/extensions/{id}", handler=deleting(Kind.EXTENSION, event="extension_deleted")),
    Operation(method="POST", path="/extensions/{id}/direct-hash-regenerate", handler=regenerate_hash),
)
