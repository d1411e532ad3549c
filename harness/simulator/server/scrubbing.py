"""Credentials travel in the platform's URLs; nothing that logs a URL gets to see them."""

from typing import Final
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Receive, Scope, Send

_CREDENTIALS: Final = frozenset({"token", "accesskey"})


class WithoutCredentials:
    """Hands the request on as it came, and leaves the server's log a copy without credentials."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the application to protect."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        query = scope.get("query_string")
        if query:
            whole = dict(scope)
            # The server logs the scope it made, after the application has had it.
            scope["query_string"] = scrubbed(query)
            scope = whole
        await self._app(scope, receive, send)


def scrubbed(query: bytes) -> bytes:
    """Return a query string with the values of its credentials replaced."""
    return b"&".join(_scrubbed(part) for part in query.split(b"&"))


def _scrubbed(part: bytes) -> bytes:
    name = part.partition(b"=")[0]
    return name + b"=***" if unquote_plus(name.decode("latin-1")).lower() in _CREDENTIALS else part
