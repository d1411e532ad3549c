"""VoIPBIN's tutorial, pasted: its curl lines with another host and a token, and what is there to be seen afterwards."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.wiring import SOMEBODY_SAYS

TUTORIAL = Path(__file__).parents[2] / "data" / "tutorial"
HOST = "https://api.voipbin.net"
TOKEN = "<YOUR_AUTH_TOKEN>"
READY = re.compile(r"ready: (?P<host>http://127\.0\.0\.1:\d+)/v1\.0  accesskey=\S+  token=(?P<token>\S+)")
ASKED = SOMEBODY_SAYS[1]
FLAT = {"id", "status", "source", "destination", "direction", "tm_create"}

pytestmark = [
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
    pytest.mark.skipif(os.name != "posix", reason="the tutorial's lines are for a POSIX shell"),
]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running `harness simulate`."""

    host: str
    token: str

    def paste(self, name: str) -> Any:
        """Run one of the tutorial's commands, and return its answer."""
        command = (TUTORIAL / f"{name}.sh").read_text(encoding="utf-8")
        assert command.count(HOST) == command.count(TOKEN) == 1
        asked = command.replace(HOST, self.host).replace(TOKEN, self.token)
        # curl itself writes the code behind the answer.
        shell = ["bash", "-c", asked.replace("curl ", "curl --silent --write-out '\n%{http_code}' ", 1)]
        shown = subprocess.run(shell, capture_output=True, text=True, check=True, timeout=60).stdout
        body, _, code = shown.rpartition("\n")
        assert code == "200", shown
        return json.loads(body)

    def get(self, path: str, **query: str) -> Any:
        answer = httpx.get(f"{self.host}/v1.0/{path}", params={**query, "token": self.token}, timeout=60)
        assert answer.is_success, answer.text
        return answer.json()

    def about(self, path: str, reference_id: str) -> list[Any]:
        """Return what a list has of a reference."""
        return [each for each in self.get(path)["result"] if each["reference_id"] == reference_id]

    def transcripts(self, call: Any) -> list[Any]:
        """Return what was written down of a call."""
        (transcribe,) = self.about("transcribes", call["id"])
        written: list[Any] = self.get("transcripts", transcribe_id=transcribe["id"])["result"]
        return written

    def paste_and_wait(self, name: str) -> Any:
        """Run a command, wait for the end of its call, and return the call."""
        placed = self.paste(name)
        assert placed.keys() >= FLAT
        assert (placed["status"], placed["direction"]) == ("dialing", "outgoing")
        assert placed["source"]["target"] == "+15551234567"
        assert placed["destination"]["target"] == "+15559876543"
        assert [call["id"] for call in placed["calls"]] == [placed["id"]]
        for _ in range(20_000):
            call = self.get(f"calls/{placed['id']}")
            if call["status"] == "hangup":
                return call
        raise AssertionError(f"the call never ended: {call}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    command = [
        sys.executable,
        "-m",
        "harness",
        "simulate",
        "--port",
        "0",
        "--fast",
        "--tier",
        "text",
        "--no-rate-limits",
    ]
    cwd = tmp_path_factory.mktemp("simulate")
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        ready = READY.match(process.stdout.readline())
        assert ready
        try:
            yield Site(host=ready["host"], token=ready["token"])
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("name", "prompt", "voice"),
    [
        pytest.param(
            "simple_assistant", "You are a helpful customer service assistant.", "female", id="simple assistant"
        ),
        pytest.param("ai_talk", "You are an expert sales representative", "male", id="AI talk"),
        pytest.param("custom_voice", "You are a friendly receptionist.", "21m00Tcm4TlvDq8ikWAM", id="custom voice"),
    ],
)
def test_an_assistant_talks_with_whoever_is_phoned(site: Site, name: str, prompt: str, voice: str) -> None:
    call = site.paste_and_wait(name)

    (aicall,) = site.about("aicalls", call["id"])
    assert (aicall["status"], aicall["ai_tts_voice_id"]) == ("terminated", voice)
    messages = site.get("aimessages", aicall_id=aicall["id"])["result"][::-1]
    said = [message["content"] for message in messages if message["role"] == "assistant"]
    heard = [message["content"] for message in messages if message["role"] == "user"]
    assert any(m["role"] == "system" and m["content"].startswith(prompt) for m in messages)
    assert len(said) >= 2
    assert ASKED in heard
    assert (call["hangup_by"], call["hangup_reason"]) == ("remote", "normal")


def test_a_call_is_transcribed_and_summed_up(site: Site) -> None:
    call = site.paste_and_wait("call_summary")

    written = site.transcripts(call)
    assert ASKED in [each["message"] for each in written if each["direction"] == "in"]
    assert any("transcribed and summarized" in each["message"] for each in written if each["direction"] == "out")
    (summary,) = site.about("aisummaries", written[0]["transcribe_id"])
    assert (summary["reference_type"], summary["status"]) == ("transcribe", "done")
    assert summary["content"]


def test_a_call_is_put_through_and_summed_up_while_it_lasts(site: Site) -> None:
    call = site.paste_and_wait("live_summary")

    (chained,) = call["chained_call_ids"]
    assert site.get(f"calls/{chained}")["destination"]["target"] == "+15551111111"
    assert {each["direction"] for each in site.transcripts(call)} == {"in", "out"}
    (summary,) = site.about("aisummaries", call["id"])
    assert (summary["reference_type"], summary["status"]) == ("call", "done")
    events = site.get("aggregated-events", call_id=call["id"])["result"]
    assert len([event for event in events if event["event_type"] == "summary_updated"]) >= 2
