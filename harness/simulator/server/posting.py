"""One webhook request: where it may go, how it is signed, and what came of it. The one door to httpx."""

import asyncio
import hmac
import ipaddress
import socket
from dataclasses import dataclass
from hashlib import sha256
from types import TracebackType
from typing import Final, Protocol, Self, TypeAlias
from urllib.parse import urlsplit

import httpx

from harness.voipbin.events import SIGNATURE_HEADER, WEBHOOK_TIMEOUT_MS

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_METHODS: Final = frozenset({"POST", "GET", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """What is to be posted, and where."""

    uri: str
    body: bytes
    method: str = "POST"
    media_type: str = "application/json"

    @property
    def place(self) -> str:
        """Return the address without what may be secret in it: user, path and query."""
        try:
            parts = urlsplit(self.uri)
            return f"{parts.scheme}://{parts.hostname}"
        except ValueError:
            return "an unreadable address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came of one try."""

    status: int | None
    """The answer's status; None without an answer."""
    reason: str
    is_refused: bool = False
    """Whether it was never tried, because it must not be."""
    content: bytes = b""
    """What the receiver had to say, where that was asked for."""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver was content."""
        return self.status is not None and self.status < 300

    @property
    def is_worth_another_try(self) -> bool:
        """Whether the network or the receiver failed, rather than the request."""
        return not self.is_refused and (self.status is None or self.status >= 500)


class Poster(Protocol):
    """Sends one request."""

    async def post(self, hook: Hook) -> Posted:
        """Try once; a failure is a value and not an exception."""
        ...


class RefusedError(Exception):
    """An address webhooks must not go to."""


class HttpPoster:
    """Sends requests over the network, while it is entered."""

    def __init__(self, *, allow_loopback: bool, secret: str = "", timeout_s: float = WEBHOOK_TIMEOUT_MS / 1000) -> None:
        """Take where requests may go.

        Args:
            allow_loopback: Whether this machine itself may be posted to, as a platform that runs on it needs; other
                private addresses never are.
            secret: Signs the bodies, unless it is empty.
            timeout_s: Longest wait for an answer.
        """
        self._allow_loopback = allow_loopback
        self._secret = secret.encode()
        self._timeout_s = timeout_s
        self._made: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        if self._made is not None:
            await self._made.aclose()

    async def post(self, hook: Hook, *, reads: int = 0) -> Posted:
        """Try once, and read so many bytes of the answer; a longer one is none."""
        try:
            async with asyncio.timeout(self._timeout_s):
                request = await self._request(hook)
                response = await self._client.send(request, stream=True)
                try:
                    content = await _read(response, at_most=reads)
                finally:
                    await response.aclose()
                return Posted(
                    status=response.status_code, reason=f"it answered {response.status_code}", content=content
                )
        except RefusedError as error:
            return Posted(status=None, reason=str(error), is_refused=True)
        except TimeoutError:
            return Posted(status=None, reason=f"no answer within {self._timeout_s:g} s")
        except (httpx.HTTPError, OSError, UnicodeError) as error:
            return Posted(status=None, reason=f"{type(error).__name__}: {error}")

    @property
    def _client(self) -> httpx.AsyncClient:
        # Made when there is something to post: reading the certificates takes longer than opening the platform.
        if self._made is None:
            # The platform has no proxy of this machine's, and a redirect could lead to a private address.
            self._made = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self._timeout_s)
        return self._made

    async def _request(self, hook: Hook) -> httpx.Request:
        if hook.method.upper() not in _METHODS:
            raise RefusedError(f"{hook.method!r} is no method of a webhook")
        try:
            url = httpx.URL(hook.uri)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise RefusedError(f"the address cannot be read: {error}") from error
        if url.scheme not in ("http", "https") or not url.host:
            raise RefusedError("the address is no http or https URL")
        headers = {"Host": url.netloc.decode("ascii"), "Content-Type": hook.media_type}
        if self._secret:
            headers[SIGNATURE_HEADER] = f"sha256={hmac.new(self._secret, hook.body, sha256).hexdigest()}"
        # The address that was checked is the one that is connected to, whatever the name leads to next.
        address = await self._address(url)
        return self._client.build_request(
            hook.method.upper(),
            url.copy_with(host=address),
            content=hook.body,
            headers=headers,
            extensions={"sni_hostname": url.host},
        )

    async def _address(self, url: httpx.URL) -> str:
        addresses = await _addresses(url)
        for address in addresses:
            if not (address.is_global or (address.is_loopback and self._allow_loopback)):
                raise RefusedError(f"{address} is a private address")
        return str(addresses[0])


async def _read(response: httpx.Response, *, at_most: int) -> bytes:
    content = b""
    if at_most:
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > at_most:
                raise RefusedError(f"its answer is longer than {at_most} bytes")
    return content


async def _addresses(url: httpx.URL) -> list[_Address]:
    try:
        return [ipaddress.ip_address(url.host)]
    except ValueError:
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
