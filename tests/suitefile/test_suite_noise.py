"""The noise of a caller's surroundings: a word, or a sound file beside the file that names it."""

from pathlib import Path

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.audio.files import wav_bytes
from harness.errors import SuiteError
from harness.model.persona import Codec, Echo, Noise, NoiseFile, Surroundings
from harness.suitefile import load_suite
from tests.suitefile.suite_texts import MINIMAL, Write

TONE = Clip((9000 * np.sin(np.arange(16_000) / 5)).astype(np.int16), 16_000)
HISS = Clip(np.random.default_rng(1).integers(-900, 900, 16_000).astype(np.int16), 16_000)


def surroundings(path: str = "x.suite.yaml") -> Surroundings:
    return load_suite(Path(path)).cases[0].persona.surroundings


def written(surroundings: str) -> str:
    return MINIMAL + f"    persona: {{surroundings: {surroundings}}}\n"


def test_every_key_of_the_surroundings_reaches_the_persona(everything: Path) -> None:
    suite = load_suite(everything)
    anna = next(case.persona for case in suite.cases if case.persona.name == "anna")

    assert anna.surroundings == Surroundings(
        codec=Codec.ALAW,
        snr_db=20,
        noise=Noise.BABBLE,
        lost_frames=0.05,
        burst_frames=3,
        jitter_ms=12.5,
        gain_db=2,
        clip_db=3,
        echo=Echo(delay_ms=150, level_db=-25),
        agent_echo=Echo(delay_ms=200, level_db=-30),
        comfort_noise_db=-50,
    )


def test_a_sound_is_looked_for_beside_the_file_that_names_it(write: Write) -> None:
    home = write(
        {
            "x.suite.yaml": MINIMAL.replace("cases:", "include: [people/all.yaml]\ncases:") + "    persona: ben\n",
            "people/all.yaml": "personas: {ben: {surroundings: {snr_db: 9, noise: sounds/cafe.wav}}}\n",
            "people/sounds/read.me": "",
        }
    )
    sound = home / "people" / "sounds" / "cafe.wav"
    sound.write_bytes(wav_bytes(TONE))

    assert surroundings().noise == NoiseFile(source=str(sound), digest=TONE.digest)


def test_another_sound_under_the_same_name_is_another_suite_and_another_place_is_not(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = write({"x.suite.yaml": written("{snr_db: 9, noise: cafe.wav}")})
    digests = []
    for sound in (TONE, HISS):
        (home / "cafe.wav").write_bytes(wav_bytes(sound))
        digests.append(load_suite(Path("x.suite.yaml")).digest)
    moved = home / "moved"
    write({f"moved/{name}": (home / name).read_text() for name in ("x.suite.yaml", "prompts/desk/v1.md")})
    (moved / "cafe.wav").write_bytes(wav_bytes(HISS))
    digests.append(load_suite(Path("moved/x.suite.yaml")).digest)

    assert digests[0] != digests[1] == digests[2]


@pytest.mark.parametrize(
    ("noise", "message"),
    [
        pytest.param("cafee.wav", "there is no sound file 'cafee.wav'. Did you mean 'cafe.wav'?", id="misspelled"),
        pytest.param("silent.wav", "'silent.wav' is silent; a noise needs a sound", id="silent"),
        pytest.param("cut.wav", "'cut.wav' is no readable sound file; WAV, FLAC, AIFF and Ogg can be read", id="cut"),
        pytest.param(f"{'x' * 300}.wav", f"there is no sound file '{'x' * 300}.wav'. Known: ", id="too long"),
    ],
)
def test_a_sound_that_cannot_be_used_is_a_fault_at_its_place(write: Write, noise: str, message: str) -> None:
    home = write({"x.suite.yaml": written(f"{{snr_db: 9, noise: {noise}}}")})
    (home / "cafe.wav").write_bytes(wav_bytes(TONE))
    (home / "silent.wav").write_bytes(wav_bytes(Clip(np.zeros(800, dtype=np.int16), 8000)))
    (home / "cut.wav").write_bytes(wav_bytes(TONE)[:20])

    with pytest.raises(SuiteError) as caught:
        load_suite(Path("x.suite.yaml"))

    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.key) == ("x.suite.yaml", 5, "cases[0].persona.surroundings.noise")
    assert fault.message.startswith(message)
