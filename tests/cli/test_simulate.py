"""`harness simulate` from outside: another process, asked with curl."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Command

PAGE = Path(__file__).parents[2] / "docs" / "simulate.md"
READY = re.compile(
    r"ready: (?P<url>http://127\.0\.0\.1:\d+/v1\.0)  accesskey=(?P<key>vb_[0-9a-f]{32})  token=(?P<token>\S+)"
)

needs_posix = pytest.mark.skipif(os.name != "posix", reason="stopped by a signal, asked by a shell")
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], re.Match[str]]]:
    """Yield a running server and its ready line."""
    with serving(tmp_path, "--fast") as running:
        yield running


@contextmanager
def serving(folder: Path, pace: str) -> Iterator[tuple[subprocess.Popen[str], re.Match[str]]]:
    """Run a server in a folder meanwhile."""
    command = [sys.executable, "-m", "harness", "simulate", "--tier", "text", pace, "--seed", "3"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = READY.match(process.stdout.readline())
        assert ready
        try:
            yield process, ready
        finally:
            process.kill()


def documents(text: str) -> Iterator[Any]:
    """Yield the JSON documents that stand one after the other in a text."""
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:]


@needs_posix
@needs_curl
def test_the_curl_lines_of_the_page_work_as_they_stand(
    server: tuple[subprocess.Popen[str], re.Match[str]],
) -> None:
    _, ready = server
    blocks = re.findall(r"^```bash\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    script = "\necho\n".join(["set -eu", *blocks])
    environment = {**os.environ, "URL": ready["url"], "KEY": ready["key"]}
    shown = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=True).stdout
    customer, placed, said, messages = documents(shown)
    assert customer["status"] == "active"
    assert placed["calls"][0]["destination"]["target"] == "guest@example.com"
    assert said["content"] == "When is breakfast?"
    assert said["id"] in [message["id"] for message in messages["result"]]


@needs_posix
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_told_to_stop_it_ends_without_a_fault(
    server: tuple[subprocess.Popen[str], re.Match[str]], how: signal.Signals
) -> None:
    process, _ = server
    process.send_signal(how)
    _, complaints = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in complaints


def test_in_real_time_what_is_made_has_todays_date(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    with serving(tmp_path, "--real-time") as (_, ready), httpx.Client(params={"accesskey": ready["key"]}) as client:
        made = client.post(f"{ready['url']}/flows", json={"name": "greet", "actions": [{"type": "answer"}]}).json()
    # The platform's clock has whole milliseconds.
    assert before - timedelta(milliseconds=1) <= datetime.fromisoformat(made["tm_create"]) <= datetime.now(UTC)


def test_an_address_that_is_none_is_said_so(command: Command) -> None:
    result = command("simulate", "--tier", "text", "--host", "192.0.2.1")
    assert result.exit_code == 2
    assert "cannot listen on 192.0.2.1" in result.output


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param(("--sip", "0"), "--sip needs sound: run it with --tier audio", id="sip-without-sound"),
        pytest.param(("--fault", "sunburn"), "there is no fault sunburn: choose from events-drop", id="fault"),
    ],
)
def test_what_cannot_be_served_is_said_so(command: Command, options: tuple[str, ...], complaint: str) -> None:
    result = command("simulate", "--tier", "text", *options)
    assert result.exit_code == 2
    assert complaint in result.output
