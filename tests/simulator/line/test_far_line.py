"""The line of a persona's surroundings, as a call uses it."""

from pathlib import Path

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.audio.files import wav_bytes
from harness.audio.line import TelephoneLine
from harness.errors import StoreError
from harness.interfaces import Utterance
from harness.model.call import Tier
from harness.model.persona import Codec, Echo, Noise, NoiseFile, Surroundings
from harness.simulator.line.far_line import line_of
from harness.simulator.line.lines import Lines
from harness.telephone.clock import VirtualClock

VOICE = Clip((6000 * np.sin(np.arange(16_000) / 3)).astype(np.int16), 8000)


def heard(surroundings: Surroundings, *, seed: int = 1) -> Clip:
    lines = Lines(seed=seed, surroundings=surroundings, tier=Tier.AUDIO, clock=VirtualClock())
    arrived = lines.from_caller(Utterance(text="hello", duration_ms=2000, clip=VOICE), number=1, at_ms=0)
    assert arrived.clip is not None
    return arrived.clip


@pytest.mark.parametrize(
    "surroundings",
    [
        pytest.param(Surroundings(codec=Codec.ALAW), id="codec"),
        pytest.param(Surroundings(snr_db=12), id="pink"),
        *(pytest.param(Surroundings(snr_db=12, noise=noise), id=noise) for noise in Noise if noise is not Noise.PINK),
        pytest.param(Surroundings(lost_frames=0.2), id="loss"),
        pytest.param(Surroundings(lost_frames=0.2, burst_frames=4), id="bursts"),
        pytest.param(Surroundings(jitter_ms=60), id="jitter"),
        pytest.param(Surroundings(gain_db=-6), id="gain"),
        pytest.param(Surroundings(clip_db=6), id="clipping"),
        pytest.param(Surroundings(echo=Echo(delay_ms=100, level_db=-10)), id="echo"),
        pytest.param(Surroundings(comfort_noise_db=-40), id="comfort noise"),
    ],
)
def test_every_setting_is_heard_in_a_call_and_heard_again_with_the_same_seed(surroundings: Surroundings) -> None:
    assert heard(surroundings).digest == heard(surroundings).digest
    assert heard(surroundings).digest != heard(Surroundings()).digest


def test_a_sound_file_is_the_noise_of_the_line(tmp_path: Path) -> None:
    sound = Clip((5000 * np.sin(np.arange(8000) / 2)).astype(np.int16), 8000)
    (tmp_path / "hum.wav").write_bytes(wav_bytes(sound))

    line = line_of(Surroundings(snr_db=10, noise=NoiseFile(source=str(tmp_path / "hum.wav"))))

    assert isinstance(line.noise, Clip)
    assert line.noise.digest == sound.digest


def test_a_sound_file_that_is_gone_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone\.wav"):
        line_of(Surroundings(snr_db=10, noise=NoiseFile(source=str(tmp_path / "gone.wav"))))


def test_a_persona_without_surroundings_has_a_plain_line() -> None:
    assert line_of(Surroundings()) == TelephoneLine()
