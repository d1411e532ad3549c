import asyncio

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.errors import ConfigurationError
from harness.model.persona import Voice
from harness.services.pitched import FASTEST, SLOWEST, PitchedTTS, Timbre

RATE_HZ = 24_000
TIMBRES = {"tone:low": Timbre(of="tone:own", size=0.8)}


class ToneTTS:
    """Hums 200 Hz for a second, longer when it is slower, and remembers what it was asked for."""

    name = "tone/1"

    def __init__(self) -> None:
        self.asked: list[Voice] = []

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        self.asked.append(voice)
        return Clip.of_floats(0.5 * np.sin(2 * np.pi * 200 * np.arange(round(RATE_HZ / voice.rate)) / RATE_HZ), RATE_HZ)


def hum(voice: Voice) -> tuple[float, int, Voice]:
    """Return the pitch in Hz, the length in ms, and the voice the engine was asked for."""
    engine = ToneTTS()
    clip = asyncio.run(PitchedTTS(engine, timbres=TIMBRES).synthesize("hm", voice))
    spectrum = np.abs(np.fft.rfft(clip.floats))
    return int(np.argmax(spectrum)) * clip.rate_hz / len(clip.samples), clip.duration_ms, engine.asked[0]


@pytest.mark.parametrize(
    ("voice", "hz", "length_ms"),
    [
        pytest.param(Voice(name="tone:own"), 200, 1000, id="own"),
        pytest.param(Voice(name="tone:own", rate=2), 200, 500, id="faster-only"),
        pytest.param(Voice(name="tone:own", pitch=8), 317.5, 1000, id="as-high-as-it-goes"),
        pytest.param(Voice(name="tone:own", pitch=-8), 126, 1000, id="as-low-as-it-goes"),
        pytest.param(Voice(name="tone:own", pitch=3, rate=1.25), 237.8, 800, id="higher-and-faster"),
        pytest.param(Voice(name="tone:low"), 160, 1000, id="made-up-voice"),
        pytest.param(Voice(name="tone:low", pitch=-2), 142.5, 1000, id="made-up-voice-lowered"),
    ],
)
def test_pitch_moves_the_pitch_and_leaves_the_pace(voice: Voice, hz: float, length_ms: int) -> None:
    heard_hz, heard_ms, _ = hum(voice)
    assert heard_hz == pytest.approx(hz, abs=1.5)
    assert heard_ms == pytest.approx(length_ms, abs=1)


def test_the_engine_is_asked_for_a_voice_it_has_and_for_no_pitch() -> None:
    *_, asked = hum(Voice(name="tone:low", language="en-GB", pitch=2))
    assert (asked.name, asked.language, asked.pitch) == ("tone:own", "en-GB", 0)
    assert SLOWEST <= asked.rate <= FASTEST


@pytest.mark.parametrize(
    ("voice", "rates"),
    [
        pytest.param(Voice(name="tone:own", pitch=8, rate=0.5), r"0\.79 to 3\.97", id="too-slow"),
        pytest.param(Voice(name="tone:own", pitch=-8, rate=2), r"0\.31 to 1\.57", id="too-fast"),
    ],
)
def test_what_no_engine_can_do_names_the_rates_that_work(voice: Voice, rates: str) -> None:
    with pytest.raises(ConfigurationError, match=f"set a rate from {rates}"):
        hum(voice)
