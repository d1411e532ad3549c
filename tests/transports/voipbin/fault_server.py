"""A server that answers what it is told to, and remembers what it was asked: for what no platform should ever do."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer, or what comes instead of one."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    never: bool = False
    """Say nothing, and keep the connection."""
    hang_up: bool = False
    """Close the connection without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))


@dataclass(slots=True)
class FaultServer:
    url: str
    asked: list[Request]


def said(document: Any, *, status: int = 200, **headers: str) -> Reply:
    """Return a JSON answer; `retry_after` is the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=json.dumps(document).encode(), headers=named)


def error(status: int, reason: str, *, message: str = "no", details: Any = None, **headers: str) -> Reply:
    """Return an error in the platform's envelope."""
    inside = {"status": "SOME", "reason": reason, "message": message, "request_id": "req_1"}
    return said({"error": inside | ({"details": details} if details else {})}, status=status, **headers)


@asynccontextmanager
async def answering(*replies: Reply, tls: ssl.SSLContext | None = None) -> AsyncIterator[FaultServer]:
    """Answer one request after the other; the last answer stands for all that follow."""
    server = FaultServer(url="", asked=[])
    conversations: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        conversations.add(task)
        try:
            while (request := await _read(reader)) is not None:
                reply = replies[min(len(server.asked), len(replies) - 1)]
                server.asked.append(request)
                if reply.never:
                    await asyncio.Event().wait()
                if reply.hang_up:
                    break
                writer.write(_written(reply))
                await writer.drain()
            else:
                # What a server says that was greeted in another language.
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            conversations.discard(task)
            writer.close()

    listening = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=tls)
    host, port = listening.sockets[0].getsockname()
    server.url = f"{'https' if tls else 'http'}://{host}:{port}"
    try:
        yield server
    finally:
        listening.close()
        for task in tuple(conversations):
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        await listening.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    first = await reader.read(1)
    if not first.isalpha():
        # The end, or TLS, which begins with a number.
        return None
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method=method, target=target, headers=headers, body=body)


def _written(reply: Reply) -> bytes:
    headers = {"content-type": "application/json", **reply.headers, "content-length": str(len(reply.body))}
    lines = [f"HTTP/1.1 {reply.status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + reply.body
