"""Telephones nobody here wrote: SIPp, doing what a file in scenarios/ says."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.sip.far_ear import HOST, FarEar

SCENARIOS: Final = Path(__file__).parent / "scenarios"
needs_sipp = pytest.mark.skipif(shutil.which("sipp") is None, reason="needs SIPp: apt install sip-tester")


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A far end that waits for one call."""

    address: str
    ear: FarEar
    process: asyncio.subprocess.Process
    folder: Path

    async def is_content(self) -> bool:
        """Whether the call went as the scenario wants it; waits for its end."""
        async with asyncio.timeout(10):
            return await self.process.wait() == 0

    def messages(self) -> str:
        """All that it sent and received so far."""
        return (self.folder / "messages.log").read_text(encoding="utf-8")


@asynccontextmanager
async def peer(
    scenario: str, folder: Path, *, transport: str = "u1", port: int = 0, status: str = "", calls: int = 1
) -> AsyncIterator[Peer]:
    """Start SIPp with one scenario, and end it whatever happened."""
    port = port or free_port()
    script = folder / "scenario.xml"
    script.write_text((SCENARIOS / f"{scenario}.xml").read_text().replace("[status]", status))
    with FarEar() as ear:
        process = await asyncio.create_subprocess_exec(
            "sipp", "-sf", str(script), "-i", HOST, "-p", str(port), "-m", str(calls), "-t", transport,
            "-mp", str(free_port() // 2 * 2), "-rtp_echo", "-nostdin", "-timeout", "20",
            "-trace_msg", "-message_file", str(folder / "messages.log"), "-key", "ear", str(ear.port),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip
        try:
            await _listens(port, is_tcp=transport.startswith("t"))
            yield Peer(address=f"sip:peer@{HOST}:{port}", ear=ear, process=process, folder=folder)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def _listens(port: int, *, is_tcp: bool) -> None:
    async with asyncio.timeout(5):
        while True:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM if is_tcp else socket.SOCK_DGRAM) as probe:
                try:
                    probe.bind((HOST, port))
                except OSError:
                    return
            await asyncio.sleep(0.01)
