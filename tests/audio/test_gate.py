"""Speech over a line's noise, frame by frame."""

import numpy as np
import pytest

from harness.audio.gate import SpeechGate

FRAME = 160
"""Samples of 20 ms."""


def noise(frames: int, *, db: float, seed: int = 1) -> np.ndarray:
    wave = np.random.default_rng(seed).standard_normal(frames * FRAME) * 10 ** (db / 20) * 32_768
    return wave.clip(-32_768, 32_767).astype(np.int16)


def heard(gate: SpeechGate, samples: np.ndarray) -> list[int]:
    """Return the frames in which there is speech."""
    frames = samples.reshape(-1, FRAME)
    return [place for place, frame in enumerate(frames) if gate.hear(frame)]


@pytest.mark.parametrize("db", [-90.0, -55.0, -40.0], ids=["quiet", "some noise", "much noise"])
def test_speech_begins_and_ends_whatever_the_lines_noise(db: float) -> None:
    line = np.concatenate((noise(100, db=db), noise(50, db=-15.0), noise(100, db=db, seed=2)))
    frames = heard(SpeechGate(), line)
    assert 100 <= frames[0] <= 102
    assert frames[-1] == 149


@pytest.mark.parametrize("hole", [1, 2, 4], ids=["a lost frame", "two", "four"])
def test_a_hole_in_a_noisy_line_makes_no_speech_of_its_noise(hole: int) -> None:
    line = noise(200, db=-40.0)
    line[80 * FRAME : (80 + hole) * FRAME] = 0
    assert heard(SpeechGate(), line) == []


def test_a_click_is_no_speech() -> None:
    line = noise(100, db=-60.0)
    line[50 * FRAME : 52 * FRAME] = noise(2, db=-10.0)
    assert heard(SpeechGate(), line) == []
