"""What really went over the wire: RTP packets of a capture by tcpdump, with their times."""

import asyncio
import struct
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import pstdev
from typing import Final

NANOSECOND_PCAP: Final = 0xA1B23C4D
HEADERS: Final = 14 + 20 + 8
"""Ethernet, as loopback pretends, IP without options, and UDP."""
RTP_HEADER: Final = 12
SILENCE: Final = frozenset((0xFF, 0x7F))
"""Zero in µ-law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One frame of sound on the wire."""

    at_s: float
    sequence: int
    is_loud: bool


Streams = dict[tuple[int, int], list[Packet]]
"""Packets by the port they come from and the port they go to."""


@asynccontextmanager
async def captured(file: Path) -> AsyncIterator[None]:
    """Capture all of UDP on loopback meanwhile; needs the right to."""
    process = await asyncio.create_subprocess_exec(
        "tcpdump", "-i", "lo", "-n", "-U", "-B", "16384", "-s", "300", "--time-stamp-precision=nano", "-w", str(file),
        "udp", stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stderr is not None
    async with asyncio.timeout(10):
        while b"listening on" not in (line := await process.stderr.readline()):
            assert line, "tcpdump did not start"
    try:
        yield
    finally:
        await asyncio.sleep(0.3)
        process.terminate()
        await process.wait()


def streams(file: Path) -> Streams:
    """Read the µ-law packets of a capture."""
    data = file.read_bytes()
    assert struct.unpack_from("<I", data)[0] == NANOSECOND_PCAP, "a pcap of nanoseconds"
    found: Streams = defaultdict(list)
    offset = 24
    while offset + 16 <= len(data):
        seconds, nanoseconds, length, _ = struct.unpack_from("<IIII", data, offset)
        frame = data[offset + 16 : offset + 16 + length]
        offset += 16 + length
        rtp = frame[HEADERS:]
        if len(rtp) == RTP_HEADER + 160 and rtp[0] == 0x80 and rtp[1] & 0x7F == 0:
            source, target = struct.unpack_from("!HH", frame, HEADERS - 8)
            found[source, target].append(
                Packet(
                    at_s=seconds + nanoseconds / 1e9,
                    sequence=int.from_bytes(rtp[2:4]),
                    is_loud=not set(rtp[RTP_HEADER:]) <= SILENCE,
                )
            )
    return dict(found)


def spacing_ms(packets: Sequence[Packet]) -> list[float]:
    """Return the time from each packet to the next."""
    return [1000 * (later.at_s - earlier.at_s) for earlier, later in pairwise(packets)]


def deviation_ms(packets: Sequence[Packet]) -> float:
    """Return the standard deviation of a stream's spacing."""
    return pstdev(spacing_ms(packets))


def missing(packets: Sequence[Packet]) -> int:
    """Return how many numbers of a stream's sequence were never sent."""
    return sum((later.sequence - earlier.sequence - 1) % 65536 for earlier, later in pairwise(packets))


def spoken(packets: Sequence[Packet], *, pause_s: float = 0.45) -> list[tuple[float, float]]:
    """Return when each stretch of sound began, and when its last packet was sent."""
    stretches: list[tuple[float, float]] = []
    for packet in packets:
        if not packet.is_loud:
            continue
        if stretches and packet.at_s - stretches[-1][1] < pause_s:
            stretches[-1] = (stretches[-1][0], packet.at_s)
        else:
            stretches.append((packet.at_s, packet.at_s))
    return stretches
