"""The files a page plays: as long as the call, its sides apart, and the same bytes again."""

import io
import struct
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from harness.audio.clip import Clip, Samples
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.files import load_recording, save_recording
from harness.audio.opus_files import opus_bytes
from harness.audio.recording import Lane, Recording
from tests.audio.speechlike import speechlike


def call(ms: int = 3_000, *, seed: int = 1) -> Recording:
    """A caller who speaks in the first half and an agent who speaks in the second."""
    half = ms * TELEPHONE_HZ // 2_000
    caller, agent = speechlike(ms, seed=seed), speechlike(ms, seed=seed + 1)
    caller[half:], agent[:half] = 0, 0
    return Recording(caller=Clip(caller, TELEPHONE_HZ), agent=Clip(agent, TELEPHONE_HZ))


def tone(ms: int) -> Clip:
    wave = 8_000 * np.sin(2 * np.pi * 440 * np.arange(ms * TELEPHONE_HZ // 1000) / TELEPHONE_HZ)
    return Clip(wave.astype(np.int16), TELEPHONE_HZ)


def silence(ms: int) -> Clip:
    return Clip(np.zeros(ms * TELEPHONE_HZ // 1000, dtype=np.int16), TELEPHONE_HZ)


def decoded(ogg: bytes, tmp_path: Path) -> Recording:
    """What another library than the one that wrote the file makes of it."""
    path = tmp_path / "call.ogg"
    path.write_bytes(ogg)
    return load_recording(path)


def level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples.astype(np.float64)))))


def pages(ogg: bytes) -> Iterator[tuple[int, int]]:
    """Yield the position and the stream's serial number of each page (RFC 3533)."""
    file = io.BytesIO(ogg)
    while head := file.read(27):
        position, serial = struct.unpack("<qI", head[6:18])
        file.seek(sum(file.read(head[26])), io.SEEK_CUR)
        yield position, serial


@pytest.mark.parametrize("ms", [20, 59, 61, 1_000, 3_333, 30_001])
def test_a_file_is_as_long_as_its_call(ms: int, tmp_path: Path) -> None:
    assert abs(decoded(opus_bytes(call(ms)), tmp_path).duration_ms - ms) <= 10


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_a_recording_of_any_rate_can_be_played(rate_hz: int, tmp_path: Path) -> None:
    clip = Clip(speechlike(2_000)[: 2 * TELEPHONE_HZ].repeat(6)[: 2 * rate_hz], rate_hz)
    assert abs(decoded(opus_bytes(Recording(caller=clip, agent=clip)), tmp_path).duration_ms - 2_000) <= 10


def test_a_call_without_length_is_a_file_that_can_be_opened(tmp_path: Path) -> None:
    nothing = Clip(np.zeros(0, dtype=np.int16), TELEPHONE_HZ)
    assert decoded(opus_bytes(Recording(caller=nothing, agent=nothing)), tmp_path).duration_ms <= 10


@pytest.mark.parametrize("lane", Lane)
def test_a_tone_on_one_side_stays_on_that_side(lane: Lane, tmp_path: Path) -> None:
    sides = {each: tone(2_000) if each is lane else silence(2_000) for each in Lane}
    found = decoded(opus_bytes(Recording(caller=sides[Lane.CALLER], agent=sides[Lane.AGENT])), tmp_path)
    loud, quiet = (found.lane(each).samples for each in sorted(Lane, key=lambda each: each is not lane))
    assert 0.5 < level(loud) / level(sides[lane].samples) < 2
    assert level(quiet) < level(loud) / 300, "less than 50 dB apart"


def test_what_is_said_is_heard_when_it_was_said(tmp_path: Path) -> None:
    recording = call(4_000)
    found = decoded(opus_bytes(recording), tmp_path)
    for lane in Lane:
        sent, arrived = (side.lane(lane).samples.astype(np.float64) for side in (recording, found))
        spectra = [np.fft.rfft(samples, n=4 * len(sent)) for samples in (sent, arrived)]
        likeness = np.fft.irfft(np.conj(spectra[0]) * spectra[1])
        late = int(np.argmax(likeness))
        assert min(late, len(likeness) - late) <= TELEPHONE_HZ // 1000, "more than a millisecond off"


def test_a_file_takes_less_than_half_of_the_lossless_one(tmp_path: Path) -> None:
    recording = call(30_000)
    save_recording(recording, tmp_path / "call.flac")
    assert len(opus_bytes(recording)) < (tmp_path / "call.flac").stat().st_size / 2


def test_the_same_recording_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib, sys; from harness.audio.opus_files import opus_bytes; "
        "from tests.audio.test_opus_files import call; print(hashlib.sha256(opus_bytes(call())).hexdigest())"
    )
    printed = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(printed) == 1


def test_a_file_tells_neither_chance_nor_versions() -> None:
    ogg = opus_bytes(call())
    assert {serial for _, serial in pages(ogg)} == {0}
    assert b"Lavf" not in ogg
    assert b"Lavc" not in ogg


def test_other_recordings_give_other_bytes() -> None:
    assert opus_bytes(call(seed=1)) != opus_bytes(call(seed=7))


def test_a_player_finds_a_place_in_every_second_of_a_long_call() -> None:
    positions = [position / 48_000 for position, _ in pages(opus_bytes(call(20_000)))][1:]
    assert max(later - earlier for earlier, later in pairwise(positions)) <= 1.5
