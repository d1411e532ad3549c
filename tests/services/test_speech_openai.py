"""OpenAI's speech through the real SDK, against a server on this machine."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.errors import (
    MissingKeyError,
    RateLimitedError,
    ServiceError,
    ServiceRejectedError,
    ServiceTimeoutError,
)
from harness.model.call import Heard, Word
from harness.model.persona import Voice
from harness.services.openai_speech import OpenAISTT, OpenAITTS

KEY = "sk-very-secret"
SAMPLES = np.arange(-2400, 2400, dtype="<i2")
HEARD = {
    "task": "transcribe",
    "language": "english",
    "duration": 0.5,
    "text": " Hello there. ",
    "words": [{"word": "Hello", "start": 0.1, "end": 0.32}, {"word": "there", "start": 0.32, "end": 0.5}],
}


class SpeechServer(ThreadingHTTPServer):
    """Answers each request with the next of `answers`, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.requests: list[tuple[str, str, bytes]] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: SpeechServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, self.headers["authorization"], body))
        answers = self.server.answers
        status, headers, content = answers.pop(0) if len(answers) > 1 else answers[0]
        if status == 0:
            self.server.closing.wait(10)
            return
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechServer]:
    with SpeechServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


def refusal(status: int, message: str = "no", **fields: str) -> bytes:
    return json.dumps({"error": {"message": message, "type": "x", **fields}}).encode()


def speak(**options: Any) -> Clip:
    return asyncio.run(OpenAITTS(**options).synthesize("Hello", Voice(name="openai:alloy", rate=1.5)))


def test_a_voice_is_asked_for_raw_samples_and_gives_a_clip(server: SpeechServer) -> None:
    server.answers = [(200, {"content-type": "audio/pcm"}, SAMPLES.tobytes())]
    clip = speak(model="some-voice")
    assert (clip.rate_hz, clip.samples.tolist()) == (24_000, SAMPLES.tolist())
    ((path, authorization, body),) = server.requests
    assert (path, authorization) == ("/v1/audio/speech", f"Bearer {KEY}")
    assert json.loads(body) == {
        "input": "Hello",
        "model": "some-voice",
        "voice": "alloy",
        "response_format": "pcm",
        "speed": 1.5,
    }


def test_a_recogniser_gives_words_with_times(server: SpeechServer) -> None:
    server.answers = [(200, {"content-type": "application/json"}, json.dumps(HEARD).encode())]
    clip = Clip(np.full(4000, 500, dtype=np.int16), 8000)
    heard = asyncio.run(OpenAISTT().transcribe(clip, language="en-US"))
    words = (Word(text="Hello", start_ms=100, end_ms=320), Word(text="there", start_ms=320, end_ms=500))
    assert heard == Heard(text="Hello there.", words=words)
    ((path, _, body),) = server.requests
    assert path == "/v1/audio/transcriptions"
    for part in (
        b'name="language"\r\n\r\nen\r\n',
        b"whisper-1",
        b"verbose_json",
        b"word",
        b"RIFF",
        clip.samples.tobytes(),
    ):
        assert part in body


def test_silence_is_not_sent_anywhere(server: SpeechServer) -> None:
    silence = Clip(np.zeros(800, dtype=np.int16), 8000)
    assert asyncio.run(OpenAISTT().transcribe(silence, language="en")) == Heard(text="")
    assert server.requests == []


def test_a_base_url_of_its_own_comes_before_the_environment(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/nowhere")
    server.answers = [(200, {}, SAMPLES.tobytes())]
    assert len(speak(base_url=server.url).samples) == len(SAMPLES)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ServiceRejectedError),
        (401, ServiceRejectedError),
        (403, ServiceRejectedError),
        (404, ServiceRejectedError),
    ],
)
def test_a_refusal_is_not_tried_again(server: SpeechServer, status: int, error: type[ServiceError]) -> None:
    server.answers = [(status, {"content-type": "application/json"}, refusal(status, f"Incorrect API key: {KEY}"))]
    with pytest.raises(error) as refused:
        speak()
    assert refused.value.status == status
    assert not refused.value.retryable
    assert len(server.requests) == 1
    assert KEY not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_rate_limit_tells_how_long_to_wait(server: SpeechServer) -> None:
    server.answers = [(429, {"retry-after": "7", "content-type": "application/json"}, refusal(429))]
    with pytest.raises(RateLimitedError) as limited:
        speak()
    assert limited.value.retry_after_s == 7.0


def test_an_empty_account_is_a_refusal_and_no_rate_limit(server: SpeechServer) -> None:
    body = refusal(429, code="insufficient_quota")
    server.answers = [(429, {"content-type": "application/json"}, body)]
    with pytest.raises(ServiceRejectedError):
        speak()


def test_a_servers_own_fault_is_tried_once_more(server: SpeechServer) -> None:
    server.answers = [(503, {}, b""), (200, {}, SAMPLES.tobytes())]
    assert len(speak().samples) == len(SAMPLES)
    server.answers = [(500, {}, b"")]
    with pytest.raises(ServiceError, match="openai: failed") as failed:
        speak()
    assert failed.value.status == 500
    assert len(server.requests) == 4


def test_a_server_that_says_nothing_runs_into_the_time_limit(server: SpeechServer) -> None:
    server.answers = [(0, {}, b"")]
    with pytest.raises(ServiceTimeoutError, match=r"no answer within 0\.3 s"):
        speak(timeout_s=0.3)


def test_a_server_that_is_not_there_is_named_with_what_to_check(server: SpeechServer) -> None:
    with pytest.raises(ServiceError, match="Check the network and OPENAI_BASE_URL"):
        speak(base_url="http://127.0.0.1:9/v1")


def test_an_answer_that_is_no_transcript_is_an_error(server: SpeechServer) -> None:
    server.answers = [(200, {"content-type": "application/json"}, b"{not json")]
    with pytest.raises(ServiceError, match="cannot be read"):
        asyncio.run(OpenAISTT().transcribe(Clip(np.ones(800, dtype=np.int16), 8000), language="en"))


def test_no_sound_for_words_is_an_error(server: SpeechServer) -> None:
    server.answers = [(200, {}, b"")]
    with pytest.raises(ServiceError, match="made no sound for 'Hello'"):
        speak()


def test_without_a_key_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for make in (OpenAITTS, OpenAISTT):
        with pytest.raises(MissingKeyError, match="OPENAI_API_KEY"):
            make()
