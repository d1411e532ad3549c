import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from harness.errors import CallError
from harness.sip import SipOptions, SipTransport
from harness.sip.probing import SipAnswer, codecs_of, probe

SDP = "v=0\nm=audio 4000 RTP/AVP 8 0 101 96\na=rtpmap:101 telephone-event/8000\na=rtpmap:96 opus/48000/2\n"
VIDEO = "m=video 5000 RTP/AVP 97\na=rtpmap:97 VP8/90000\n"
OK = f"SIP/2.0 200 OK\r\nAllow: INVITE\r\n\r\n{SDP}{VIDEO}"

Answer = Callable[[str, int], str | None]
"""What is answered to a request, the so-many-th; None: nothing."""


class Server(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.transport: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked.append(data.decode())
        answered = self.answer(self.asked[-1], len(self.asked))
        if answered is not None and self.transport is not None:
            self.transport.sendto(answered.encode(), addr)


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[tuple[str, Server]]:
    loop = asyncio.get_running_loop()
    transport, made = await loop.create_datagram_endpoint(lambda: Server(answer), local_addr=("127.0.0.1", 0))
    made.transport = transport
    try:
        yield f"127.0.0.1:{transport.get_extra_info('sockname')[1]}", made
    finally:
        transport.close()


def asked(answer: Answer, *, within_s: float = 5.0) -> tuple[SipAnswer, list[str]]:
    """Return what a probe finds at a server over UDP, and what the server was asked."""

    async def ask() -> tuple[SipAnswer, list[str]]:
        async with server(answer) as (where, far):
            return await probe(where, within_s=within_s), far.asked

    return asyncio.run(ask())


def test_a_server_tells_its_codecs_and_is_asked_again_when_a_packet_got_lost() -> None:
    def answer(_: str, number: int) -> str | None:
        return {1: None, 2: "SIP/2.0 100 Trying\r\n\r\n"}.get(number, OK)

    found, requests = asked(answer, within_s=10)

    assert (found.status, found.reason, found.codecs) == (200, "OK", ("PCMA", "PCMU", "OPUS"))
    assert re.match(r"OPTIONS sip:127.0.0.1:\d+ SIP/2.0\r\nVia: SIP/2.0/UDP ", requests[0])
    assert len(set(requests)) == 1


def test_a_refusal_is_an_answer_too() -> None:
    found, _ = asked(lambda *_: "SIP/2.0 404 Not Found\r\n\r\n")

    assert (found.status, found.reason, found.codecs) == (404, "Not Found", ())


def test_a_server_is_asked_over_tcp() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert b"SIP/2.0/TCP" in await reader.readuntil(b"\r\n\r\n")
        writer.write(OK.encode())
        writer.close()

    async def ask() -> SipAnswer:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as far:
            where = f"127.0.0.1:{far.sockets[0].getsockname()[1]}"
            return await probe(where, SipOptions(transport=SipTransport.TCP))

    assert asyncio.run(ask()).status == 200


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param(lambda *_: None, "no SIP answer from .* within 0.3 s: a firewall", id="silence"),
        pytest.param(lambda *_: "HTTP/1.1 200 OK\r\n\r\n", "speaks no SIP", id="another protocol"),
    ],
)
def test_whoever_is_no_sip_server_is_told_with_a_fix(answer: Answer, message: str) -> None:
    with pytest.raises(CallError, match=message):
        asked(answer, within_s=0.3)


def test_a_port_where_nobody_listens_is_told_with_a_fix() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CallError, match=r"cannot be reached .*Check sip_domain"):
            asyncio.run(probe(where, SipOptions(transport=SipTransport.TCP)))


@pytest.mark.parametrize(
    ("text", "codecs"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("m=audio 1 RTP/AVP 0\n", ("PCMU",), id="numbers alone"),
        pytest.param(SDP + VIDEO, ("PCMA", "PCMU", "OPUS"), id="names, and no video"),
    ],
)
def test_codecs_are_read_from_the_session_description(text: str, codecs: tuple[str, ...]) -> None:
    assert codecs_of(text) == codecs
