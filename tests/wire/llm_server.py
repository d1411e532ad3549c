"""A language model's HTTP server on loopback, so that tests drive the real SDKs and nothing is patched.

It speaks the streamed wire formats of OpenAI Chat Completions (`<openai_url>/chat/completions`) and Anthropic Messages
(`<anthropic_url>/v1/messages`). A script says how each request is answered, in the order the requests come:

    with LLMServer() as server:
        server.script([Text("Hel", "lo."), Status(429, headers={"retry-after": "7"}), Hang()])
        ...                                     # point an SDK at server.openai_url or server.anthropic_url
        assert server.requests[0].body["model"] == "gpt-4o"

For requests that come in no fixed order, script a function of the request instead:

    server.script(lambda request: Text(verdict_about(request.messages)))

A request beyond the end of the script is answered with status 400 and the words "script exhausted".
"""

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, TypeAlias, assert_never

from tests.wire.llm_formats import Anthropic, Call, OpenAI, Stop


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """A streamed answer, one chunk a piece; `stop=None` ends the stream without saying why."""

    chunks: tuple[str, ...]
    stop: Stop | None

    def __init__(self, *chunks: str, stop: Stop | None = "end") -> None:
        object.__setattr__(self, "chunks", chunks)
        object.__setattr__(self, "stop", stop)


@dataclass(frozen=True, slots=True)
class ToolCalls:
    """Stream `chunks`, then tool calls; `stop=None` ends the stream without saying why."""

    calls: tuple[Call, ...]
    chunks: tuple[str, ...] = ()
    stop: Stop | None = "tool_calls"


@dataclass(frozen=True, slots=True)
class Status:
    """An error before any answer, in the provider's own shape."""

    status: int
    message: str = "no"
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    """OpenAI's `error.code`, such as `insufficient_quota`."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Stream `chunks` (with none: not even the headers), then fall silent until the client or the server goes."""

    chunks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reset:
    """Stream `chunks` (with none: not even the headers), then break the connection."""

    chunks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """Stream `chunks`, then an error inside the stream."""

    message: str
    chunks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """Stream this text as it stands: for malformed events."""

    sse: str


@dataclass(frozen=True, slots=True)
class Whole:
    """An answer in one JSON document, as from a server that does not stream."""

    text: str


Response: TypeAlias = Whole | Text | ToolCalls | Status | Hang | Reset | ErrorEvent | Raw


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Mapping[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The `messages` of the body."""
        return list(self.body["messages"])


Script: TypeAlias = Sequence[Response] | Callable[[Request], Response]


class LLMServer:
    """See the module's docstring. `gone` is set when a client left an answer that was hanging."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.gone = threading.Event()
        self._script: Script = ()
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._served = 0
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def openai_url(self) -> str:
        return f"{self.anthropic_url}/v1"

    @property
    def anthropic_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def script(self, responses: Script) -> None:
        """Say how the requests from now on are answered."""
        with self._lock:
            self._script = responses
            self._served = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._http.server_close()

    def _answer(self, request: Request) -> Response:
        with self._lock:
            self.requests.append(request)
            script, served = self._script, self._served
            self._served += 1
        if callable(script):
            return script(request)
        return script[served] if served < len(script) else Status(400, "script exhausted")


def _handler_of(server: LLMServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            with server._lock:
                server._connections.add(self.connection)

        def handle(self) -> None:
            # A client that breaks its connection is part of the tests.
            with contextlib.suppress(ConnectionError):
                super().handle()

        def finish(self) -> None:
            with server._lock:
                server._connections.discard(self.connection)
            with contextlib.suppress(OSError):
                super().finish()

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(path=self.path, headers=headers, body=body)
            self._respond(server._answer(request), request)

        def _respond(self, response: Response, request: Request) -> None:
            wire = _ANTHROPIC if request.path.endswith("/messages") else _OPENAI
            counted = bool(request.body.get("stream_options", {}).get("include_usage"))
            match response:
                case Status():
                    self._json(response, wire.error(response.message, response.code))
                case Text(chunks=chunks, stop=stop):
                    self._stream(
                        wire.start(request.body["model"]),
                        wire.texts(chunks),
                        wire.stop(stop, counted=counted) if stop else (),
                    )
                    self._end()
                case ToolCalls(calls=calls, chunks=chunks, stop=stop):
                    head = wire.start(request.body["model"])
                    self._stream(
                        head, wire.texts(chunks), wire.calls(calls), wire.stop(stop, counted=counted) if stop else ()
                    )
                    self._end()
                case ErrorEvent(chunks=chunks, message=message):
                    self._stream(wire.start(request.body["model"]), wire.texts(chunks), wire.failure(message))
                    self._end()
                case Whole(text=text):
                    self._json(Status(200), wire.whole(request.body["model"], text))
                case Raw(sse=sse):
                    self._stream((sse,))
                    self._end()
                case Hang(chunks=chunks):
                    if chunks:
                        self._stream(wire.start(request.body["model"]), wire.texts(chunks))
                    if not self.connection.recv(1):
                        server.gone.set()
                    self.close_connection = True
                case Reset(chunks=chunks):
                    if chunks:
                        self._stream(wire.start(request.body["model"]), wire.texts(chunks))
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
                    self.close_connection = True
                case _:
                    assert_never(response)

        def _json(self, response: Status, body: Mapping[str, Any]) -> None:
            payload = json.dumps(body).encode()
            self.send_response(response.status)
            for name, value in {"content-type": "application/json", **response.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def _stream(self, *parts: Sequence[str] | Iterator[str]) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for part in parts:
                for event in part:
                    data = event.encode()
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

        def _end(self) -> None:
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    return Handler


_OPENAI = OpenAI()
_ANTHROPIC = Anthropic()
