"""Asks a SIP server whether it is there: one OPTIONS request, which rings nobody and needs no telephone of ours."""

import asyncio
import contextlib
import re
import secrets
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

from harness.errors import CallError
from harness.sip.addresses import own_address
from harness.sip.options import SipOptions, SipTransport

PORT: Final = 5060
TLS_PORT: Final = 5061
_FIRST_RESEND_S: Final = 0.5
"""UDP may lose a packet: it is sent again after this, then after twice as long, and so on (RFC 3261, timer E)."""
_STATUS: Final = re.compile(r"SIP/2\.0 (\d{3}) ?(.*)")
_RTPMAP: Final = re.compile(r"^a=rtpmap:(\d+) ([A-Za-z0-9.-]+)/", re.MULTILINE)
_MEDIA: Final = re.compile(r"^m=audio \d+ \S+ (?P<numbers>[\d ]+)(?P<lines>(?:\n(?!m=).*)*)", re.MULTILINE)
_STATIC: Final = {"0": "PCMU", "3": "GSM", "8": "PCMA", "9": "G722", "18": "G729"}
"""Codecs that need no name of theirs."""
_MOST_BYTES: Final = 65_536

Exchange: TypeAlias = tuple[Callable[[bytes], Awaitable[None]], Callable[[], Awaitable[bytes]]]
"""Sends a message; waits for what comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipAnswer:
    """What came back; any answer says that a SIP server is there."""

    status: int
    reason: str
    took_s: float
    codecs: tuple[str, ...] = ()
    """Names of those it says it takes; empty where it does not say."""


async def probe(target: str, options: SipOptions | None = None, *, within_s: float = 5.0) -> SipAnswer:
    """Ask a SIP server what it can do.

    Args:
        target: Host, with `:port` where it is not the usual one.
        options: Over what it is asked, and whom to trust.
        within_s: How long to wait.

    Raises:
        CallError: nobody answers, with cause and fix.
    """
    made = options or SipOptions()
    host, _, port = target.partition(":")
    number = int(port) if port.isdigit() else (TLS_PORT if made.transport is SipTransport.TLS else PORT)
    where = f"{host}:{number}/{made.transport.value}"
    loop = asyncio.get_running_loop()
    started_s = loop.time()
    try:
        async with asyncio.timeout(within_s), _connected(host, number, made) as (send, receive):
            text = await _asked(_request(host, number, made), send, receive, repeats=made.transport is SipTransport.UDP)
    except TimeoutError:
        problem = CallError(
            f"no SIP answer from {where} within {within_s:g} s: a firewall on the way, another port, or another "
            "transport. Let SIP and RTP out of this network, or hold calls with --route media or --route text"
        )
    except ssl.SSLError as error:
        problem = CallError(
            f"{where} is not trusted ({error.reason or 'TLS failed'}). Set ca_file to the certificate of your VoIPBIN"
        )
    except (OSError, ConnectionError) as error:
        problem = CallError(
            f"{where} cannot be reached ({error.strerror or error}). Check sip_domain, its port and --sip-transport"
        )
    else:
        status, reason = _status(text, where=where)
        return SipAnswer(status=status, reason=reason, took_s=loop.time() - started_s, codecs=codecs_of(text))
    raise problem


def codecs_of(message: str) -> tuple[str, ...]:
    """Return the names of the audio codecs in a message's session description, the preferred first."""
    media = _MEDIA.search(message)
    if media is None:
        return ()
    named = {number: name.upper() for number, name in _RTPMAP.findall(media["lines"])}
    names = (named.get(number, _STATIC.get(number, "")) for number in media["numbers"].split())
    return tuple(name for name in dict.fromkeys(names) if name not in ("", "TELEPHONE-EVENT"))


async def _asked(
    message: bytes, send: Callable[[bytes], Awaitable[None]], receive: Callable[[], Awaitable[bytes]], *, repeats: bool
) -> str:
    """Return the first final answer."""
    wait_s = _FIRST_RESEND_S
    await send(message)
    while True:
        try:
            async with asyncio.timeout(wait_s if repeats else None):
                text = (await receive()).decode("utf-8", "replace").replace("\r\n", "\n")
        except TimeoutError:
            wait_s *= 2
            await send(message)
            continue
        found = _STATUS.match(text)
        if found is None or int(found[1]) >= 200:
            return text


def _status(text: str, *, where: str) -> tuple[int, str]:
    found = _STATUS.match(text)
    if found is None:
        raise CallError(f"what answers at {where} speaks no SIP. Check sip_domain and its port")
    return int(found[1]), found[2].strip()


def _request(host: str, port: int, options: SipOptions) -> bytes:
    own = options.address or own_address(host) or "127.0.0.1"
    tag, branch, call = (secrets.token_hex(8) for _ in range(3))
    over = options.transport.value
    uri = f"sip:{host}:{port}" + ("" if over == "udp" else f";transport={over}")
    lines = (
        f"OPTIONS {uri} SIP/2.0",
        f"Via: SIP/2.0/{over.upper()} {own};branch=z9hG4bK{branch};rport",
        "Max-Forwards: 70",
        f"From: <sip:{options.user}@{own}>;tag={tag}",
        f"To: <{uri}>",
        f"Call-ID: {call}@{own}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:{options.user}@{own}>",
        "Accept: application/sdp",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@asynccontextmanager
async def _connected(host: str, port: int, options: SipOptions) -> AsyncIterator[Exchange]:
    match options.transport:
        case SipTransport.UDP:
            inbox = _Inbox()
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(lambda: inbox, remote_addr=(host, port))
            try:
                yield _sender(transport.sendto), inbox.take
            finally:
                transport.close()
        case SipTransport.TCP | SipTransport.TLS:
            secure = options.transport is SipTransport.TLS
            context = ssl.create_default_context(cafile=options.trusted_file() or None) if secure else None
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
            try:
                yield _sender(writer.write), lambda: reader.read(_MOST_BYTES)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()


def _sender(send: Callable[[bytes], None]) -> Callable[[bytes], Awaitable[None]]:
    async def sent(message: bytes) -> None:
        send(message)

    return sent


class _Inbox(asyncio.DatagramProtocol):
    """Packets of one far end."""

    def __init__(self) -> None:
        self._come: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._come.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        self._come.put_nowait(exc)

    async def take(self) -> bytes:
        come = await self._come.get()
        if isinstance(come, Exception):
            raise come
        return come
