"""Finding the operation of a request among all of them, quickly and by the platform's own rules.

Starlette tries its routes one after the other, which for a hundred of them takes longer than the operation itself, and
it answers a known path with another method by 405, which the platform does not.
"""

from collections.abc import Iterable
from typing import Final

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from harness.simulator.server.operations import Endpoint, Operation
from harness.simulator.server.service import Service

_NAMING: Final = 3
"""Parts a path is known by: what is before its first slash, its root, and its collection."""


class Operations(BaseRoute):
    """All operations of a served platform."""

    def __init__(self, operations: Iterable[Operation], service: Service) -> None:
        """Sort them by the collection they are about."""
        self._routes: dict[str, list[Route]] = {}
        for operation in operations:
            path = operation.root + operation.path
            route = Route(path, Endpoint(operation, service), methods=[operation.method])
            # Starlette answers HEAD wherever it answers GET; the platform does not.
            route.methods = {operation.method}
            self._routes.setdefault(_collection(path), []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return the operation whose path and method these are."""
        if scope["type"] == "http":
            for route in self._routes.get(_collection(scope["path"]), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, found
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry the found operation out."""
        await scope["endpoint"](scope, receive, send)


def _collection(path: str) -> str:
    return "/".join(path.split("/", _NAMING)[:_NAMING])
