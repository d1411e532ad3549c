"""A real run from the command line when the platform fails in its middle, or Ctrl-C ends it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.corner_books import write_project
from tests.served_process import Served, served_process
from tests.test_real_calls import left_on, live

WAIT_S = 60.0


def harness(project: Path, served: Served, *options: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VOIPBIN_")}
    command = [sys.executable, "-m", "harness", "run", "suites", *live(served, "text"), *options]
    return subprocess.Popen(
        command,
        cwd=project,
        env={**environment, "VOIPBIN_ACCESS_KEY": served.key},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def verdict(project: Path) -> Any:
    [run] = (project / "reports" / "runs").iterdir()
    return json.loads((run / "verdict.json").read_text())


def chats(served: Served) -> list[str]:
    """Return how every chat is getting on."""
    with httpx.Client(base_url=f"{served.url}/v1.0", params={"accesskey": served.key}) as client:
        return [chat["status"] for chat in client.get("/aicalls").json()["result"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code", "outcome", "shown"),
    [
        ("storm-429", 3, "error", "fix: lower the concurrency of the run"),
        ("ai-deleted", 3, "error", "fix: leave what carries a run's mark alone"),
        ("hangup-500", 0, "passed", "2 of 2 cases passed"),
    ],
)
def test_a_run_tells_what_the_platform_did_and_leaves_nothing(
    tmp_path: Path, fault: str, code: int, outcome: str, shown: str
) -> None:
    write_project(tmp_path / "suites")
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\n')
    with served_process(tmp_path, "--tier", "text", "--real-time", "--fault", fault) as served:
        with harness(tmp_path, served) as run:
            told, _ = run.communicate(timeout=WAIT_S)
        assert run.returncode == code, told
        assert shown in told
        assert {case["outcome"] for case in verdict(tmp_path)["cases"]} == {outcome}
        assert left_on(served) == {"ais": 0, "flows": 0, "up": 0}
        assert set(chats(served)) == {"terminated"}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="interrupted by SIGINT")
def test_an_interrupted_run_leaves_nothing_and_can_go_on(tmp_path: Path) -> None:
    write_project(tmp_path / "suites")
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\nconcurrency = 1\n')
    with served_process(tmp_path, "--tier", "text", "--real-time") as served:
        with harness(tmp_path, served) as run:
            until = time.monotonic() + WAIT_S
            while "progressing" not in chats(served) and time.monotonic() < until:
                time.sleep(0.2)
            run.send_signal(signal.SIGINT)
            _, told = run.communicate(timeout=WAIT_S)
        assert run.returncode == 3, told
        assert "--resume" in told
        assert "Traceback" not in told
        assert left_on(served) == {"ais": 0, "flows": 0, "up": 0}
        assert set(chats(served)) == {"terminated"}
        with harness(tmp_path, served, "--resume", "latest") as run:
            shown, told = run.communicate(timeout=WAIT_S)
        assert run.returncode == 0, shown + told
        assert left_on(served) == {"ais": 0, "flows": 0, "up": 0}
