"""One WebSocket to the platform, opened with credentials that nobody gets to see; the one door to websockets."""

from dataclasses import dataclass
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, ProxyError, WebSocketException

from harness.errors import ApiError, UnreachableError
from harness.transports.voipbin.answers import Answer, Asked, refused
from harness.transports.voipbin.client import Param, VoipbinClient
from harness.transports.voipbin.rate import read_retry_after, wait_before_retry
from harness.transports.voipbin.unreachable import unreachable

LOST: Final = 1006
_PING_S: Final = 10.0
_PONG_WAIT_S: Final = 20.0
"""A socket whose far end is silent for longer is gone, whatever the network says."""
_CLOSE_S: Final = 2.0
_MOST_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketEnd:
    """How a socket ended."""

    code: int
    """1000 when it was meant to; 1006 when it broke."""
    reason: str = ""

    @property
    def is_lost(self) -> bool:
        """Return whether it broke instead of being closed."""
        return self.code == LOST

    def __str__(self) -> str:
        return f"{self.code} {self.reason}".rstrip()


class WebSocket:
    """An open socket; its pings are sent and answered without anybody asking."""

    def __init__(self, connection: ClientConnection) -> None:
        """Take what was opened."""
        self._connection = connection

    async def receive(self) -> str | bytes | SocketEnd:
        """Return the next message, or how the socket ended."""
        try:
            return await self._connection.recv()
        except ConnectionClosed as closed:
            return _end(closed)

    async def send(self, message: str | bytes) -> SocketEnd | None:
        """Send a message; return how the socket ended where it did."""
        try:
            await self._connection.send(message)
        except ConnectionClosed as closed:
            return _end(closed)
        return None

    async def close(self) -> None:
        """Close it; nothing when it is closed already."""
        await self._connection.close()


async def opened(client: VoipbinClient, path: str, **params: Param) -> WebSocket:
    """Open a socket, again where that may help.

    Raises:
        ApiError: the platform refuses it.
        UnreachableError: no answer.
        ConfigurationError: there are no credentials.
    """
    tries = 0
    while True:
        tries += 1
        outcome = await _tried(client, path, tries, **params)
        if isinstance(outcome, WebSocket):
            return outcome
        if outcome.wait_s is None:
            raise outcome.error
        await client.sleep(outcome.wait_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    error: ApiError | UnreachableError
    wait_s: float | None
    """Before the next try; None where there is none."""


class _Connect(connect):
    def process_redirect(self, exc: Exception) -> Exception | str:
        # Following would take the credential in the URL to wherever the answer says.
        return exc


async def _tried(client: VoipbinClient, path: str, tries: int, **params: Param) -> WebSocket | _Failure:
    admission = await client.admission()
    url = client.socket_url(path, admission, **params)
    asked = Asked(method="GET", path=path, request_id=client.next_request_id())
    await client.turn()
    try:
        return WebSocket(
            await _Connect(
                url,
                ssl=client.tls,
                proxy=client.proxy,
                additional_headers={"X-Request-Id": asked.request_id},
                compression=None,
                open_timeout=client.site.timeout_s,
                close_timeout=_CLOSE_S,
                ping_interval=_PING_S,
                ping_timeout=_PONG_WAIT_S,
                max_size=_MOST_BYTES,
            )
        )
    except InvalidStatus as error:
        answer = _answer(error)
        retry_after_s = read_retry_after(answer.headers.get("retry-after"))
        wait_s = wait_before_retry(tries, status=answer.status, retry_after_s=retry_after_s, harmless=True)
        if answer.status == 401 and tries == 1 and await client.renew(admission):
            wait_s = 0.0
        return _Failure(error=refused(answer, asked, secrets=client.secrets), wait_s=wait_s)
    except (OSError, WebSocketException) as error:
        problem = unreachable(
            error,
            where=client.root,
            within_s=client.site.timeout_s,
            is_late=isinstance(error, TimeoutError),
            by_proxy=isinstance(error, ProxyError),
            secrets=client.secrets,
        )
        wait_s = wait_before_retry(tries, status=None, retry_after_s=None, harmless=True)
        return _Failure(error=problem, wait_s=wait_s)


def _answer(error: InvalidStatus) -> Answer:
    response = error.response
    return Answer(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.raw_items()},
        body=bytes(response.body or b""),
    )


def _end(closed: ConnectionClosed) -> SocketEnd:
    if closed.rcvd is None:
        return SocketEnd(code=LOST)
    return SocketEnd(code=closed.rcvd.code, reason=closed.rcvd.reason)
