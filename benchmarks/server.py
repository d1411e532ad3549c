"""How many simple requests a second the simulated platform answers on one core.

Starts `harness simulate` as anybody would, asks it over keep-alive connections on loopback, and counts against the
processor time the server itself used, so that the asking side and a busy machine change little.

Run: python benchmarks/server.py
"""

import asyncio
import os
import re
import sys
import time
from pathlib import Path

CONNECTIONS = 8
REQUESTS = 6_000
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PATHS = (
    ("/ping", "nobody asks who you are"),
    ("/v1.0/me?accesskey={key}", "with credentials"),
    ("/v1.0/ais?accesskey={key}", "a list"),
)


async def start() -> tuple[asyncio.subprocess.Process, str, int, str]:
    """Start a server and return it with its host, port and access key."""
    command = [sys.executable, "-m", "harness", "simulate", "--port", "0", "--tier", "text", "--no-rate-limits"]
    server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert server.stdout is not None, "its output is a pipe"
    line = (await server.stdout.readline()).decode()
    host, port = re.search(r"http://([\d.]+):(\d+)", line).groups()  # type: ignore[union-attr]  # it prints one
    key = re.search(r"vb_\w+", line).group()  # type: ignore[union-attr]  # it prints one
    return server, host, int(port), key


def used_s(pid: int) -> float:
    """Return the processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


async def ask(host: str, port: int, path: str, *, times: int) -> None:
    """Ask the same again and again over one connection."""
    reader, writer = await asyncio.open_connection(host, port)
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    for _ in range(times):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(re.search(rb"content-length: (\d+)", head.lower()).group(1))  # type: ignore[union-attr]
        await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()


async def main() -> None:
    """Print a line for each kind of request."""
    server, host, port, key = await start()
    try:
        for path, what in PATHS:
            asked = path.format(key=key)
            await ask(host, port, asked, times=200)
            began_s, began = used_s(server.pid), time.perf_counter()
            each = REQUESTS // CONNECTIONS
            await asyncio.gather(*(ask(host, port, asked, times=each) for _ in range(CONNECTIONS)))
            core_s, wall_s = used_s(server.pid) - began_s, time.perf_counter() - began
            print(
                f"{path.partition('?')[0]:12} {REQUESTS / core_s:7,.0f} requests a second of one core "
                f"({what}; {REQUESTS / wall_s:,.0f} a second by the clock, asked from the same machine)"
            )
    finally:
        server.terminate()
        await server.wait()


if __name__ == "__main__":
    asyncio.run(main())
