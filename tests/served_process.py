"""`harness simulate` as a process of its own."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_READY: Final = re.compile(
    r"ready: (?P<url>http://127\.0\.0\.1:\d+)/v1\.0  accesskey=(?P<key>vb_[0-9a-f]{32})  token=(?P<token>\S+)"
    r"(?:  sip=(?P<sip>127\.0\.0\.1:\d+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running platform."""

    process: subprocess.Popen[str]
    url: str
    """Without `/v1.0`."""
    key: str
    token: str
    sip: str
    """`host:port`; empty without a SIP door."""


@contextmanager
def served_process(folder: Path, *options: str) -> Iterator[Served]:
    """Run a platform in a folder meanwhile."""
    command = [sys.executable, "-m", "harness", "simulate", "--seed", "3", *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = _READY.match(process.stdout.readline())
        assert ready
        try:
            yield Served(
                process=process, url=ready["url"], key=ready["key"], token=ready["token"], sip=ready["sip"] or ""
            )
        finally:
            process.kill()
