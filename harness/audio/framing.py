"""Live telephone audio on the wire: 20 ms of PCM in and out of each of the three encapsulations.

Pure: bytes in, bytes out, no socket. Both ends use it, the simulated platform and whoever talks to a real one. Source:
contract section 2.6.
"""

import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, Protocol, assert_never

FRAME_MS: Final = 20
STREAM_RATE_HZ: Final = 8_000
FRAME_BYTES: Final = 320
"""One frame: 20 ms of 16-bit little-endian mono PCM at 8 kHz."""

_RTP_HEADER: Final = struct.Struct(">BBHII")
_RTP_VERSION: Final = 2
_RTP_PCM: Final = 96
"""The payload type of this stream; a dynamic one."""
_AUDIOSOCKET_HEADER: Final = struct.Struct(">BH")
_AUDIOSOCKET_PCM: Final = 0x10


class Encapsulation(StrEnum):
    """How frames are packed."""

    RTP = "rtp"
    SLN = "sln"
    AUDIOSOCKET = "audiosocket"


class Framing(Protocol):
    """One direction-pair of a stream; keeps what a stream must remember, so each connection has its own."""

    def pack(self, pcm: bytes) -> bytes:
        """Return one frame as it goes on the wire."""
        ...

    def unpack(self, message: bytes) -> bytes:
        """Return the PCM in a message; empty for what is not audio, and for what nobody can read."""
        ...


def framing_of(encapsulation: Encapsulation) -> Framing:
    """Return the framing of a new stream."""
    match encapsulation:
        case Encapsulation.SLN:
            return SlnFraming()
        case Encapsulation.RTP:
            return RtpFraming()
        case Encapsulation.AUDIOSOCKET:
            return AudioSocketFraming()
        case _:
            assert_never(encapsulation)


class SlnFraming:
    """Raw PCM."""

    def pack(self, pcm: bytes) -> bytes:
        """Return the frame as it is."""
        return pcm

    def unpack(self, message: bytes) -> bytes:
        """Return the message as it is."""
        return message


class RtpFraming:
    """One RTP packet a message. The timestamp counts bytes and not samples, as the platform's does."""

    def __init__(self) -> None:
        """Start at sequence number and timestamp 0."""
        self._sequence = 0
        self._timestamp = 0

    def pack(self, pcm: bytes) -> bytes:
        """Return the frame behind a twelve-byte header."""
        header = _RTP_HEADER.pack(_RTP_VERSION << 6, _RTP_PCM, self._sequence, self._timestamp, 0)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + len(pcm)) & 0xFFFFFFFF
        return header + pcm

    def unpack(self, message: bytes) -> bytes:
        """Return the payload of a packet of this stream's type, header extensions and padding left out."""
        if len(message) < _RTP_HEADER.size:
            return b""
        first, second = message[0], message[1]
        if first >> 6 != _RTP_VERSION or second & 0x7F != _RTP_PCM:
            return b""
        start = _RTP_HEADER.size + 4 * (first & 0x0F)
        if first & 0x10:
            if len(message) < start + 4:
                return b""
            start += 4 + 4 * int.from_bytes(message[start + 2 : start + 4], "big")
        end = len(message) - (message[-1] if first & 0x20 else 0)
        return message[start:end]


class AudioSocketFraming:
    """A stream of packets of a kind, a length and a payload; a message may hold several, or part of one."""

    def __init__(self) -> None:
        """Start with nothing left over."""
        self._rest = b""

    def pack(self, pcm: bytes) -> bytes:
        """Return the frame as one packet of sound."""
        return _AUDIOSOCKET_HEADER.pack(_AUDIOSOCKET_PCM, len(pcm)) + pcm

    def unpack(self, message: bytes) -> bytes:
        """Return the sound of every packet that is complete by now; other kinds are passed over."""
        data, position, sound = self._rest + message, 0, []
        while position + _AUDIOSOCKET_HEADER.size <= len(data):
            kind, length = _AUDIOSOCKET_HEADER.unpack_from(data, position)
            start = position + _AUDIOSOCKET_HEADER.size
            if start + length > len(data):
                break
            if kind == _AUDIOSOCKET_PCM:
                sound.append(data[start : start + length])
            position = start + length
        self._rest = data[position:]
        return b"".join(sound)


class Frames:
    """Cuts a stream of PCM of any step into whole frames."""

    def __init__(self) -> None:
        """Start with nothing left over."""
        self._rest = b""

    def cut(self, pcm: bytes) -> Iterator[bytes]:
        """Yield every frame that is complete by now."""
        data = self._rest + pcm
        whole = len(data) - len(data) % FRAME_BYTES
        self._rest = data[whole:]
        for start in range(0, whole, FRAME_BYTES):
            yield data[start : start + FRAME_BYTES]
