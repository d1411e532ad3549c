"""Live frames in their three encapsulations."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audio.framing import FRAME_BYTES, Encapsulation, Frames, framing_of

PCM = bytes(range(256)) + bytes(64)


@pytest.mark.parametrize("encapsulation", Encapsulation)
def test_a_frame_comes_back_as_it_was(encapsulation: Encapsulation) -> None:
    sender, receiver = framing_of(encapsulation), framing_of(encapsulation)
    assert [receiver.unpack(sender.pack(PCM)) for _ in range(3)] == [PCM] * 3


def test_sln_is_the_frame_alone() -> None:
    assert framing_of(Encapsulation.SLN).pack(PCM) == PCM


def test_rtp_counts_packets_and_bytes() -> None:
    framing = framing_of(Encapsulation.RTP)
    headers = [struct.unpack(">BBHII", framing.pack(PCM)[:12]) for _ in range(3)]
    assert headers == [(0x80, 96, 0, 0, 0), (0x80, 96, 1, 320, 0), (0x80, 96, 2, 640, 0)]


def test_rtp_sequence_numbers_start_again_after_the_last() -> None:
    framing = framing_of(Encapsulation.RTP)
    for _ in range(65_536):
        last = framing.pack(b"")
    assert last[2:4] == b"\xff\xff"
    assert framing.pack(b"")[2:4] == b"\0\0"


def packet(*, first: int = 0x80, second: int = 96, between: bytes = b"", after: bytes = b"") -> bytes:
    return struct.pack(">BBHII", first, second, 7, 99, 5) + between + PCM + after


@pytest.mark.parametrize(
    ("message", "sound"),
    [
        pytest.param(packet(), PCM, id="plain"),
        pytest.param(packet(second=0x80 | 96), PCM, id="marker"),
        pytest.param(packet(first=0x82, between=bytes(8)), PCM, id="two-sources"),
        pytest.param(packet(first=0x90, between=b"\0\0\0\1abcd"), PCM, id="extension"),
        pytest.param(packet(first=0xA0, after=b"\0\0\3"), PCM, id="padding"),
        pytest.param(packet(second=0), b"", id="pcmu"),
        pytest.param(packet(second=97), b"", id="another-dynamic-type"),
        pytest.param(packet(first=0x40), b"", id="another-version"),
        pytest.param(b"", b"", id="empty"),
        pytest.param(b"\x80\x60", b"", id="short"),
        pytest.param(b"\x90\x60" + bytes(10), b"", id="extension-missing"),
    ],
)
def test_rtp_gives_the_sound_of_its_own_type_only(message: bytes, sound: bytes) -> None:
    assert framing_of(Encapsulation.RTP).unpack(message) == sound


def test_audiosocket_is_kind_length_payload() -> None:
    assert framing_of(Encapsulation.AUDIOSOCKET).pack(PCM) == b"\x10\x01\x40" + PCM


def test_audiosocket_passes_over_other_kinds_and_joins_what_was_split() -> None:
    framing = framing_of(Encapsulation.AUDIOSOCKET)
    stream = b"\x01\x00\x10" + bytes(16) + framing.pack(PCM) + b"\x03\x00\x015" + framing.pack(PCM[::-1])
    assert b"".join(framing.unpack(stream[i : i + 100]) for i in range(0, len(stream), 100)) == PCM + PCM[::-1]


@given(message=st.binary(max_size=80), encapsulation=st.sampled_from(Encapsulation))
def test_no_bytes_break_a_framing(message: bytes, encapsulation: Encapsulation) -> None:
    assert len(framing_of(encapsulation).unpack(message)) <= len(message)


@given(steps=st.lists(st.integers(0, 1000), max_size=20))
def test_frames_lose_nothing_but_the_unfinished_rest(steps: list[int]) -> None:
    frames, sent = Frames(), b""
    got: list[bytes] = []
    for number, step in enumerate(steps):
        piece = bytes([number]) * step
        sent += piece
        got += frames.cut(piece)
    assert all(len(frame) == FRAME_BYTES for frame in got)
    assert b"".join(got) == sent[: len(sent) - len(sent) % FRAME_BYTES]
