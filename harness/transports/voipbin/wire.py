"""One HTTP exchange, and nothing clever: the one door to httpx.

It uses httpx's transport alone: that follows no redirect, keeps no cookie and logs no URL, each of which would carry a
credential to where it does not belong.
"""

import asyncio
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from harness.errors import ConfigurationError, UnreachableError
from harness.transports.voipbin.answers import Answer
from harness.transports.voipbin.secrecy import Secrets
from harness.transports.voipbin.unreachable import unreachable
from harness.voipbin.hosts import is_loopback

_IDLE_S: Final = 2.0
"""An idle connection is closed before servers do it, so that no request is lost on one that just went away."""
_CONNECTIONS: Final = 50
_TRICKLE: Final = 2
"""Times the limit of one step that a whole exchange may take."""
_MOST_BYTES: Final = 256 * 1024 * 1024


class Wire:
    """Connections to one VoIPBIN; an async context manager."""

    def __init__(self, root: str, *, ca_file: str, timeout_s: float, secrets: Secrets) -> None:
        """Take whom to ask. Raises ConfigurationError for certificates that cannot be read."""
        self.tls = _trust(ca_file) if root.startswith("https:") else None
        """Whom to trust; None where nothing is encrypted."""
        self.proxy = _proxy(root)
        """The machine's proxy, which may hold a password; None where none is to be used."""
        secrets.add(urlsplit(self.proxy or "").password or "")
        self._timeout_s = timeout_s
        self._secrets = secrets
        self._http = httpx.AsyncHTTPTransport(
            verify=self.tls or False,
            limits=httpx.Limits(max_connections=_CONNECTIONS, keepalive_expiry=_IDLE_S),
            proxy=self.proxy,
        )

    async def __aenter__(self) -> Self:
        """Open it."""
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self._http.__aexit__(kind, error, trace)

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes, *, within_s: float
    ) -> Answer:
        """Send one request once, and read the answer whole.

        Raises:
            UnreachableError: there is none, or it is far too long.
        """
        timeout = httpx.Timeout(self._timeout_s).as_dict()
        try:
            # Each step has its own limit, and ends tidily at it; this one is for answers that trickle.
            async with asyncio.timeout(within_s * _TRICKLE):
                request = httpx.Request(method, url, headers=headers, content=content, extensions={"timeout": timeout})
                response = await self._http.handle_async_request(request)
                try:
                    body = await _read(response)
                finally:
                    await response.aclose()
            if body is not None:
                return Answer(status=response.status_code, headers=response.headers, body=body)
            problem = UnreachableError(
                f"the answer of {origin(url)} is not read",
                cause=f"it has more than {_MOST_BYTES} bytes",
                fix="ask for less at a time",
            )
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            problem = unreachable(
                error,
                where=origin(url),
                within_s=min(within_s, self._timeout_s),
                is_late=isinstance(error, httpx.TimeoutException | TimeoutError),
                by_proxy=isinstance(error, httpx.ProxyError),
                secrets=self._secrets,
            )
        raise problem


def origin(url: str) -> str:
    """Return scheme, host and port of a URL, which is all that is shown of one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


async def _read(response: httpx.Response) -> bytes | None:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _MOST_BYTES:
            return None
    return bytes(body)


def _trust(ca_file: str) -> ssl.SSLContext:
    if not ca_file:
        return httpx.create_ssl_context()
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"ca_file {ca_file!r} cannot be used ({error}): name a file of PEM certificates to trust"
        ) from error


def _proxy(root: str) -> str | None:
    """Return the proxy of this machine for a host, if requests through it stay encrypted."""
    parts = urlsplit(root)
    host = parts.hostname or ""
    if parts.scheme != "https" or is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get("https")
