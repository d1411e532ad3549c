"""The far end's ear and mouth: every packet of sound that reaches it, and sound, keys and reports of its own.

Enough of RTP to look at what was sent; a measuring aid, no telephone.
"""

import asyncio
import random
import socket
import struct
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

HOST: Final = "127.0.0.1"
EVENTS: Final = 101
KEYS: Final = "0123456789*#ABCD"
LOUD: Final = bytes(range(160))


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet of sound or of a key, and when it came."""

    at_s: float
    payload_type: int
    sequence: int
    timestamp: int
    payload: bytes

    @property
    def is_loud(self) -> bool:
        return self.payload_type != EVENTS and len(set(self.payload)) > 2


class FarEar:
    """Receives on a thread of its own, so that times are those of arrival."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.sources: set[tuple[str, int]] = set()
        self.port, self._sound, self._reports = _pair()
        self._sequence = self._timestamp = 1000
        self._their_source = 0
        self._is_open = True
        self._thread = threading.Thread(target=self._hear, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        self._thread.join()
        self._sound.close()
        self._reports.close()

    @property
    def loud(self) -> list[Packet]:
        """Packets with sound that is not silence."""
        return [packet for packet in self.packets if packet.is_loud]

    @property
    def keys(self) -> str:
        """Keys that were pressed and let go; all packets of one key have one timestamp."""
        ends = {each.timestamp: KEYS[each.payload[0]] for each in self.packets if _is_key_end(each)}
        return "".join(ends[moment] for moment in sorted(ends))

    async def listens(self, *, packets: int = 1) -> None:
        """Wait until that many packets came."""
        async with asyncio.timeout(5):
            while len(self.packets) < packets:
                await asyncio.sleep(0.005)

    async def sounds(self, *, frames: int) -> list[float]:
        """Sound for that many frames of 20 ms; returns when each was sent."""
        sent: list[float] = []
        for _ in range(frames):
            sent.append(time.monotonic())
            self._send(LOUD, payload_type=0, step=160)
            await asyncio.sleep(0.02)
        return sent

    def loses(self, frames: int) -> None:
        """Have frames that nobody receives."""
        self._sequence += frames
        self._timestamp += 160 * frames

    async def presses(self, key: str) -> None:
        """Press a key for 60 ms (RFC 4733)."""
        code = KEYS.index(key)
        for duration in (160, 320, 480):
            self._send(struct.pack("!BBH", code, 10, duration), payload_type=EVENTS, step=0)
            await asyncio.sleep(0.02)
        for _ in range(3):
            self._send(struct.pack("!BBH", code, 0x8A, 640), payload_type=EVENTS, step=0)
        self._timestamp += 640

    def reports(self) -> None:
        """Send an RTCP report, as a telephone does every few seconds."""
        host, port = next(iter(self.sources))
        sender_report = struct.pack("!BBHIQIII", 0x81, 200, 12, 77, 0, self._timestamp, self._sequence, 0)
        block = struct.pack("!IIIIII", self._their_source, 0, self.packets[-1].sequence, 0, 0, 0)
        description = struct.pack("!BBHI", 0x81, 202, 3, 77) + b"\x01\x04peer\x00\x00"
        self._reports.sendto(sender_report + block + description, (host, port + 1))

    def _send(self, payload: bytes, *, payload_type: int, step: int) -> None:
        header = struct.pack("!BBHII", 0x80, payload_type, self._sequence & 0xFFFF, self._timestamp, 77)
        self._sequence += 1
        self._timestamp += step
        self._sound.sendto(header + payload, next(iter(self.sources)))

    def _hear(self) -> None:
        while self._is_open:
            try:
                data, source = self._sound.recvfrom(2048)
            except TimeoutError:
                continue
            at_s = time.monotonic()
            self.sources.add(source)
            self._their_source = int.from_bytes(data[8:12])
            self.packets.append(
                Packet(
                    at_s=at_s,
                    payload_type=data[1] & 0x7F,
                    sequence=int.from_bytes(data[2:4]),
                    timestamp=int.from_bytes(data[4:8]),
                    payload=data[12:],
                )
            )


def _is_key_end(packet: Packet) -> bool:
    return packet.payload_type == EVENTS and bool(packet.payload[1] & 0x80)


def _pair() -> tuple[int, socket.socket, socket.socket]:
    """Two ports side by side, as RTP and RTCP use them."""
    while True:
        port = random.randrange(20000, 30000, 2)
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        try:
            for offset, each in enumerate(sockets):
                each.bind((HOST, port + offset))
        except OSError:
            for each in sockets:
                each.close()
            continue
        sockets[0].settimeout(0.05)
        return port, sockets[0], sockets[1]
