"""The operations of a resource that has rules of its own and a direct hash: AIs, teams and flows."""

from collections.abc import Callable
from typing import Any, Protocol

from harness.simulator.platform import Platform
from harness.simulator.server.answers import Answer
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.plain import listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin.bodies import Body
from harness.voipbin.resources import Kind, Record


class Book(Protocol):
    """Keeps one kind of resource by its rules."""

    def create(self, body: Body, *, customer_id: str | None = None) -> Record:
        """Make one."""
        ...

    def replace(self, id: str, body: Body, *, customer_id: str | None = None) -> Record:
        """Set every writable field; what is left out is cleared."""
        ...

    def delete(self, id: str, *, customer_id: str | None = None) -> Record:
        """Delete one."""
        ...

    def regenerate_hash(self, id: str, *, customer_id: str | None = None) -> Record:
        """Give one a new direct hash."""
        ...


def book_operations(
    path: str, kind: Kind, *, book: Callable[[Platform], Book], required: tuple[str, ...] = ()
) -> tuple[Operation, ...]:
    """Return what can be asked of a kind: list, make, show, replace, delete, a new hash.

    Args:
        path: Where its list is, such as `/ais`.
        kind: What it is.
        book: Who keeps it.
        required: Fields a request must have where the platform is strict.
    """

    async def create(visit: Visit) -> Answer:
        return visit.show(book(visit.platform).create(visit.body, customer_id=_owner(visit)))

    async def replace(visit: Visit) -> Answer:
        return visit.show(book(visit.platform).replace(visit.id, visit.body, customer_id=_owner(visit)))

    async def delete(visit: Visit) -> Answer:
        return visit.show(book(visit.platform).delete(visit.id, customer_id=_owner(visit)))

    async def regenerate_hash(visit: Visit) -> Answer:
        return visit.show(book(visit.platform).regenerate_hash(visit.id, customer_id=_owner(visit)))

    one = f"{path}/{{id}}"
    body: dict[str, Any] = {"reads": Reads.OBJECT, "required": required}
    return (
        Operation(method="GET", path=path, handler=listing(kind)),
        Operation(method="POST", path=path, handler=create, **body),
        Operation(method="GET", path=one, handler=showing(kind)),
        Operation(method="PUT", path=one, handler=replace, **body),
        Operation(method="DELETE", path=one, handler=delete),
        Operation(method="POST", path=f"{one}/direct-hash-regenerate", handler=regenerate_hash),
    )


def _owner(visit: Visit) -> str:
    return visit.identity.customer_id
