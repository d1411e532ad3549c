"""docs/line.md: what its table says was achieved is measured again."""

import re
from pathlib import Path

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.line import TelephoneLine
from harness.audio.measured import Achieved, measure_line
from harness.audio.noise import Noise
from harness.audio.sounds import Sound, natural_ms

PAGE = (Path(__file__).parents[2] / "docs" / "line.md").read_text(encoding="utf-8")
LINES = {
    "snr_db: 20": TelephoneLine(snr_db=20),
    "snr_db: 10, noise: white": TelephoneLine(snr_db=10, noise=Noise.WHITE),
    "snr_db: 10, noise: babble": TelephoneLine(snr_db=10, noise=Noise.BABBLE),
    "snr_db: 5, noise: street": TelephoneLine(snr_db=5, noise=Noise.STREET),
    "gain_db: -12": TelephoneLine(gain_db=-12),
    "clip_db: 15": TelephoneLine(clip_db=15),
    "echo: {delay_ms: 150, level_db: -20}": TelephoneLine(echo_db=-20, echo_delay_ms=150),
    "comfort_noise_db: -50, lost_frames: 0.05": TelephoneLine(comfort_noise_db=-50, lost_frames=0.05),
    "lost_frames: 0.05": TelephoneLine(lost_frames=0.05),
    "lost_frames: 0.05, burst_frames: 5": TelephoneLine(lost_frames=0.05, burst_frames=5),
    "jitter_ms: 20": TelephoneLine(jitter_ms=20),
}
ROWS = re.findall(r"^\| `(.+?)` \| (\w+) \| (-?[\d.]+) \| (-?[\d.]+) \|$", PAGE, re.MULTILINE)


def a_minute_of_speech() -> Clip:
    """Return syllables of a 150 Hz voice, two seconds on and one off."""
    time = np.arange(60 * TELEPHONE_HZ) / TELEPHONE_HZ
    voice = sum(np.sin(2 * np.pi * 150 * harmonic * time) / harmonic for harmonic in range(1, 20))
    return Clip.of_floats(0.1 * voice * (time % 3 < 2) * np.abs(np.sin(2 * np.pi * 2 * time)), TELEPHONE_HZ)


def achieved(settings: str) -> Achieved:
    return measure_line(LINES[settings].follow(a_minute_of_speech(), rng=np.random.default_rng(1)))


@pytest.mark.parametrize(("settings", "what", "asked", "told"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_the_page_tells_what_is_achieved(settings: str, what: str, asked: str, told: str) -> None:
    measured = getattr(achieved(settings), what)

    assert measured == pytest.approx(float(told), abs=0.006 if what.endswith("_db") else 0.0006)
    if settings != "lost_frames: 0.05":
        assert measured == pytest.approx(float(asked), abs=0.5 if what.endswith(("_db", "_frames")) else 0.005)


def test_the_table_of_the_page_is_whole() -> None:
    assert {row[0] for row in ROWS} == set(LINES)


def test_the_page_tells_how_long_every_sound_is() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| .+ \| ([\d.]+) s \|$", PAGE, re.MULTILINE))

    assert {name: float(seconds) for name, seconds in told.items()} == {
        sound.value: natural_ms(sound) / 1000 for sound in Sound
    }
