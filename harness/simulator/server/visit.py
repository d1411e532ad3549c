"""One request as its handler sees it: who asks, for what, of which platform."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from starlette.requests import Request

from harness.simulator.kernel.world import World
from harness.simulator.platform import Platform
from harness.simulator.server.answers import Answer, answer, public
from harness.simulator.server.identity import Identity
from harness.simulator.server.paging import page_size, position
from harness.simulator.server.service import Service
from harness.voipbin.bodies import Object, usual_id
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request whose sender is known and whose path and body are sound."""

    service: Service
    request: Request
    identity: Identity
    path: Mapping[str, str]
    """The variable parts of the path."""
    body: Object

    @property
    def platform(self) -> Platform:
        """Return the platform."""
        return self.service.platform

    @property
    def world(self) -> World:
        """Return what the platform holds."""
        return self.service.world

    @property
    def mode(self) -> Mode:
        """Return which platform it is."""
        return self.service.world.mode

    @property
    def query(self) -> Mapping[str, str]:
        """Return the query parameters."""
        return self.request.query_params

    @property
    def id(self) -> str:
        """Return the id in the path."""
        return self.path["id"]

    def mine(self, kind: Kind, id: str | None = None) -> Record:
        """Return a resource of the sender's; the one in the path unless another is named.

        Raises:
            ApiError: it is not there, or another customer's.
        """
        return self.world.require(kind, self.id if id is None else id, customer_id=self.identity.customer_id)

    def owns(self, record: Record) -> bool:
        """Return whether a resource is the sender's."""
        return bool(record["customer_id"] == self.identity.customer_id)

    def public(self, record: Mapping[str, Any]) -> Record:
        """Return a resource as the sender may see it."""
        return public(record, legacy_times=self.service.options.legacy_times)

    def show(self, record: Record, *, status: int = 200) -> Answer:
        """Answer with one resource."""
        return answer(self.public(record), status=status)

    def asked(self, *names: str) -> dict[str, str]:
        """Return the query parameters of these names that were given, ids in their usual spelling."""
        given = {name: self.query.get(name, "") for name in names}
        return {name: usual_id(value) or value for name, value in given.items() if value}

    def page(
        self,
        kind: Kind,
        *,
        where: Mapping[str, str] = MappingProxyType({}),
        wanted: Callable[[Record], bool] | None = None,
    ) -> Answer:
        """Answer with one page of the sender's resources that have these values and are wanted."""

        def fits(record: Record) -> bool:
            return (
                record["customer_id"] == self.identity.customer_id
                and all(record[name] == value for name, value in where.items())
                and (wanted is None or wanted(record))
            )

        records, token = self.service.pager.page(
            kind, wanted=fits, size=page_size(self.query), after=position(self.query)
        )
        return answer({"result": [self.public(record) for record in records], "next_page_token": token})
