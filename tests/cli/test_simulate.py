"""`harness simulate` from outside: another process, asked with curl."""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Command
from tests.served_process import Served, served_process

PAGE = Path(__file__).parents[2] / "docs" / "simulate.md"
needs_posix = pytest.mark.skipif(os.name != "posix", reason="stopped by a signal, asked by a shell")
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """Yield a running server."""
    with served_process(tmp_path, "--tier", "text", "--fast") as running:
        yield running


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
    server: Served,
) -> None:
    blocks = re.findall(r"^```bash\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    script = "\necho\n".join(["set -eu", *blocks])
    environment = {**os.environ, "URL": f"{server.url}/v1.0", "KEY": server.key}
    shown = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=True).stdout
    customer, placed, said, messages = documents(shown)
    assert customer["status"] == "active"
    assert placed["calls"][0]["destination"]["target"] == "guest@example.com"
    assert said["content"] == "When is breakfast?"
    assert said["id"] in [message["id"] for message in messages["result"]]


@needs_posix
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_told_to_stop_it_ends_without_a_fault(server: Served, how: signal.Signals) -> None:
    server.process.send_signal(how)
    _, complaints = server.process.communicate(timeout=30)
    assert server.process.returncode == 0
    assert "Traceback" not in complaints


def test_in_real_time_what_is_made_has_todays_date(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    with (
        served_process(tmp_path, "--tier", "text", "--real-time") as served,
        httpx.Client(params={"accesskey": served.key}) as client,
    ):
        flow = {"name": "greet", "actions": [{"type": "answer"}]}
        made = client.post(f"{served.url}/v1.0/flows", json=flow).json()
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
