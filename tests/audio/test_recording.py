from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audio.clip import Clip
from harness.audio.files import load_clip, load_recording, save_recording, wav_bytes
from harness.audio.recording import Lane, Recording, Tape, peaks
from harness.errors import StoreError


def noise(ms: int, *, seed: int = 1, rate_hz: int = 8000) -> Clip:
    return Clip(np.random.default_rng(seed).integers(-9000, 9000, ms * rate_hz // 1000).astype(np.int16), rate_hz)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 300)), max_size=6))
def test_what_is_laid_on_a_tape_is_found_there_unchanged(pieces: list[tuple[int, int]]) -> None:
    tape, laid, end_ms = Tape(), [], 0
    for number, (pause_ms, ms) in enumerate(pieces):
        clip = noise(ms, seed=number)
        tape.lay(Lane.AGENT, clip, at_ms=end_ms + pause_ms)
        laid.append((end_ms + pause_ms, clip))
        end_ms += pause_ms + ms
    recording = tape.recording(duration_ms=end_ms)
    assert recording.duration_ms == end_ms
    assert not recording.caller.samples.any()
    for at_ms, clip in laid:
        assert recording.agent.span(at_ms, at_ms + clip.duration_ms).digest == clip.digest


def test_a_cut_silences_a_lane_from_that_moment_and_leaves_the_other_alone() -> None:
    tape, clip = Tape(), noise(1000)
    tape.lay(Lane.AGENT, clip, at_ms=0)
    tape.lay(Lane.AGENT, noise(500), at_ms=1200)
    tape.lay(Lane.CALLER, clip, at_ms=100)
    tape.cut(Lane.AGENT, at_ms=333)
    recording = tape.recording(duration_ms=2000)
    assert recording.agent.span(0, 333).digest == clip.span(0, 333).digest
    assert not recording.agent.span(333, 2000).samples.any()
    assert recording.caller.span(100, 1100).digest == clip.digest


def test_a_lane_can_be_used_again_after_a_cut() -> None:
    tape = Tape()
    tape.lay(Lane.AGENT, noise(1000), at_ms=0)
    tape.cut(Lane.AGENT, at_ms=300)
    tape.lay(Lane.AGENT, noise(100, seed=2), at_ms=300)
    assert tape.recording(duration_ms=400).agent.span(300, 400).digest == noise(100, seed=2).digest


def test_a_recording_ends_when_it_is_told_to_in_the_middle_of_a_word() -> None:
    tape = Tape()
    tape.lay(Lane.CALLER, noise(1000), at_ms=100)
    recording = tape.recording(duration_ms=400)
    assert recording.caller.span(100, 400).digest == noise(1000).span(0, 300).digest
    assert recording.duration_ms == 400


def test_speaking_over_oneself_is_a_fault_of_ours() -> None:
    tape = Tape()
    tape.lay(Lane.CALLER, noise(100), at_ms=0)
    with pytest.raises(AssertionError, match="speak over itself"):
        tape.lay(Lane.CALLER, noise(100), at_ms=99)
    with pytest.raises(AssertionError, match="8000 Hz"):
        tape.lay(Lane.CALLER, noise(100, rate_hz=16_000), at_ms=500)


def test_peaks_show_where_it_is_loud() -> None:
    clip = Clip(np.array([0, 0, 100, -16384, 0, 0, -32768, 5], dtype=np.int16), 8000)
    assert peaks(clip, 4) == (0.0, 0.5, 0.0, 1.0)
    assert peaks(Clip(np.zeros(0, dtype=np.int16), 8000), 3) == (0.0, 0.0, 0.0)


def test_a_recording_comes_back_from_its_file_sample_by_sample(tmp_path: Path) -> None:
    recording = Recording(caller=noise(700, seed=1), agent=noise(700, seed=2))
    save_recording(recording, tmp_path / "call.flac")
    save_recording(recording, tmp_path / "again.flac")
    assert load_recording(tmp_path / "call.flac").digest == recording.digest
    assert (tmp_path / "call.flac").read_bytes() == (tmp_path / "again.flac").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.flac", "call.flac"]


def test_the_two_sides_do_not_change_places(tmp_path: Path) -> None:
    save_recording(Recording(caller=noise(50, seed=1), agent=noise(50, seed=2)), tmp_path / "call.flac")
    assert load_recording(tmp_path / "call.flac").caller.digest == noise(50, seed=1).digest


def test_a_call_without_length_can_be_kept(tmp_path: Path) -> None:
    save_recording(Tape().recording(duration_ms=0), tmp_path / "call.flac")
    assert load_recording(tmp_path / "call.flac").duration_ms == 0


def test_a_wav_upload_holds_the_clip(tmp_path: Path) -> None:
    (tmp_path / "clip.wav").write_bytes(wav_bytes(noise(120, rate_hz=24_000)))
    assert load_clip(tmp_path / "clip.wav").digest == noise(120, rate_hz=24_000).digest


def test_a_broken_sound_file_is_named_with_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "broken.flac").write_bytes(b"not sound at all")
    with pytest.raises(StoreError, match=r"broken\.flac: not a readable sound file"):
        load_recording(tmp_path / "broken.flac")
    with pytest.raises(StoreError, match="not a readable sound file"):
        load_clip(tmp_path / "missing.wav")


def test_one_channel_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "mono.wav").write_bytes(wav_bytes(noise(10)))
    with pytest.raises(StoreError, match="has 1"):
        load_recording(tmp_path / "mono.wav")


def test_a_folder_that_is_not_there_is_an_error_about_that_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"call\.flac: the recording could not be written"):
        save_recording(Tape().recording(duration_ms=20), tmp_path / "gone" / "call.flac")
