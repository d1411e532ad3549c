"""`harness simulate --state`: a server that is stopped and started again."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

posix = pytest.mark.skipif(os.name != "posix", reason="stopped by SIGINT")


@contextmanager
def simulating(folder: Path, *args: str) -> Iterator[Callable[..., Any]]:
    """Run the server; yields what asks it for something with its own credentials."""
    command = [sys.executable, "-m", "harness", "simulate", "--tier", "text", *args]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        ready = re.match(r"ready: (\S+)  accesskey=(\S+) ", server.stdout.readline())
        assert ready

        def ask(path: str, body: object = None) -> Any:
            data = None if body is None else json.dumps(body).encode()
            with urllib.request.urlopen(f"{ready[1]}{path}?accesskey={ready[2]}", data, timeout=10) as response:
                return json.load(response)

        try:
            yield ask
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=30) == 0


@posix
def test_a_server_begins_with_what_its_state_file_holds(tmp_path: Path) -> None:
    ai = {"name": "desk", "engine_model": "openai.gpt-4o", "init_prompt": "You are the desk of a hotel."}
    with simulating(tmp_path, "--state", "state.db") as ask:
        made = ask("/ais", ai)
    with simulating(tmp_path, "--state", "state.db", "--seed", "7") as ask:
        assert ask(f"/ais/{made['id']}") == made
        assert ask("/ais", ai)["id"] != made["id"]


def test_a_file_that_is_no_state_is_named_and_left_alone(command: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("precious")
    result = command("simulate", "--state", "notes.txt", "--tier", "text")
    assert result.exit_code == 3
    assert "notes.txt: is damaged or no state file of a simulated platform" in result.output
    assert (tmp_path / "notes.txt").read_text() == "precious"
