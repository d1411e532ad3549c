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
from typing import Any, Literal, Self, TypeAlias, assert_never

Stop = Literal["end", "length", "refusal"]


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """A streamed answer, one chunk a piece; `stop=None` ends the stream without saying why."""

    chunks: tuple[str, ...]
    stop: Stop | None

    def __init__(self, *chunks: str, stop: Stop | None = "end") -> None:
        object.__setattr__(self, "chunks", chunks)
        object.__setattr__(self, "stop", stop)


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


Response: TypeAlias = Text | Status | Hang | Reset | ErrorEvent | Raw


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
            match response:
                case Status():
                    self._json(response, wire.error(response))
                case Text(chunks=chunks, stop=stop):
                    self._stream(wire.start(request), wire.texts(chunks), wire.stop(stop) if stop else ())
                    self._end()
                case ErrorEvent(chunks=chunks, message=message):
                    self._stream(wire.start(request), wire.texts(chunks), wire.failure(message))
                    self._end()
                case Raw(sse=sse):
                    self._stream((sse,))
                    self._end()
                case Hang(chunks=chunks):
                    if chunks:
                        self._stream(wire.start(request), wire.texts(chunks))
                    if not self.connection.recv(1):
                        server.gone.set()
                    self.close_connection = True
                case Reset(chunks=chunks):
                    if chunks:
                        self._stream(wire.start(request), wire.texts(chunks))
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


class _OpenAI:
    """Chat Completions, streamed."""

    def start(self, request: Request) -> Iterator[str]:
        yield self._chunk({"role": "assistant", "content": ""})

    def texts(self, chunks: Sequence[str]) -> Iterator[str]:
        for chunk in chunks:
            yield self._chunk({"content": chunk})

    def stop(self, stop: Stop) -> Iterator[str]:
        if stop == "refusal":
            yield self._chunk({"refusal": "I can't help with that."})
        yield self._chunk({}, finish="length" if stop == "length" else "stop")
        yield "data: [DONE]\n\n"

    def failure(self, message: str) -> Iterator[str]:
        yield f"data: {json.dumps({'error': {'message': message, 'type': 'server_error'}})}\n\n"

    def error(self, status: Status) -> Mapping[str, Any]:
        return {"error": {"message": status.message, "type": "error", "param": None, "code": status.code}}

    def _chunk(self, delta: Mapping[str, str], *, finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        return f"data: {json.dumps(chunk)}\n\n"


class _Anthropic:
    """Messages, streamed."""

    def start(self, request: Request) -> Iterator[str]:
        message = {"id": "m1", "type": "message", "role": "assistant", "model": request.body["model"], "content": []}
        usage = {"input_tokens": 1, "output_tokens": 1}
        yield self._event("message_start", message={**message, "stop_reason": None, "usage": usage})
        yield self._event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        yield self._event("ping")

    def texts(self, chunks: Sequence[str]) -> Iterator[str]:
        for chunk in chunks:
            yield self._event("content_block_delta", index=0, delta={"type": "text_delta", "text": chunk})

    def stop(self, stop: Stop) -> Iterator[str]:
        reason = {"end": "end_turn", "length": "max_tokens", "refusal": "refusal"}[stop]
        yield self._event("content_block_stop", index=0)
        delta = {"stop_reason": reason, "stop_sequence": None}
        yield self._event("message_delta", delta=delta, usage={"output_tokens": 5})
        yield self._event("message_stop")

    def failure(self, message: str) -> Iterator[str]:
        yield self._event("error", error={"type": "overloaded_error", "message": message})

    def error(self, status: Status) -> Mapping[str, Any]:
        return {"type": "error", "error": {"type": "error", "message": status.message}}

    def _event(self, kind: str, **fields: object) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"


_OPENAI = _OpenAI()
_ANTHROPIC = _Anthropic()
