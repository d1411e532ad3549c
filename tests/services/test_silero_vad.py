"""The real detector on real voices over a telephone line."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from harness.audio.activity import speech_spans
from harness.audio.clip import Clip
from harness.audio.line import TelephoneLine
from harness.errors import ModelUnavailableError
from harness.interfaces import Utterance
from harness.model.persona import Voice
from harness.model.platform import VadConfig
from harness.services.hibari_voice import HibariTTS
from harness.services.silero_vad import SileroActivity
from harness.simulator.line.voice_spans import VoiceChange, speech_changes

LEAD_MS = 1_000


@pytest.fixture(scope="module")
def silero() -> SileroActivity:
    return SileroActivity()


@pytest.fixture(scope="module")
def hibari() -> HibariTTS:
    return HibariTTS()


def late(hibari: HibariTTS, text: str) -> Clip:
    """Return a voice between two seconds of silence, as it goes into the line."""
    voice = asyncio.run(hibari.synthesize(text, Voice(name="hibari:heart")))
    silence = np.zeros(LEAD_MS * voice.rate_hz // 1000, dtype=np.int16)
    return Clip(np.concatenate([silence, voice.samples, silence]), voice.rate_hz)


@pytest.fixture(scope="module")
def late_voice(hibari: HibariTTS) -> Clip:
    return late(hibari, "No, we are closed.")


def arrived(clip: Clip, *, snr_db: float | None = None, gain_db: float = 0.0) -> Clip:
    return TelephoneLine(snr_db=snr_db, gain_db=gain_db).carry(clip, rng=np.random.default_rng(7))


def changes_in(clip: Clip, silero: SileroActivity) -> tuple[VoiceChange, ...]:
    utterance = Utterance(text="", duration_ms=clip.duration_ms, clip=clip)
    return speech_changes(utterance, activity=silero, config=VadConfig())


@pytest.mark.parametrize(
    ("snr_db", "gain_db"),
    [
        pytest.param(None, 0, id="quiet line"),
        pytest.param(20, 0, id="noisy line"),
        pytest.param(None, -12, id="faint line"),
    ],
)
@pytest.mark.parametrize(
    ("text", "within_ms"),
    [
        pytest.param("No, we are closed.", 300, id="clear beginning"),
        pytest.param("I would like a table for two, please.", 450, id="soft beginning"),
    ],
)
def test_a_voice_is_noticed_soon(
    hibari: HibariTTS, silero: SileroActivity, text: str, within_ms: int, snr_db: float | None, gain_db: float
) -> None:
    voice = late(hibari, text)
    spans = speech_spans(voice)
    first, *_, last = changes_in(arrived(voice, snr_db=snr_db, gain_db=gain_db), silero)
    assert spans[0].start_ms + 190 <= first.at_ms <= spans[0].start_ms + within_ms
    assert not last.speaking
    assert last.at_ms == pytest.approx(spans[-1].end_ms + 200, abs=200)


@pytest.mark.parametrize(
    "clip",
    [
        pytest.param(Clip(np.zeros(0, dtype=np.int16), 8_000), id="nothing"),
        pytest.param(Clip(np.zeros(24_000, dtype=np.int16), 8_000), id="silence"),
        pytest.param(arrived(Clip(np.zeros(80_000, dtype=np.int16), 8_000), snr_db=20), id="noise at 20 dB"),
        pytest.param(arrived(Clip(np.zeros(80_000, dtype=np.int16), 8_000), snr_db=5), id="noise at 5 dB"),
    ],
)
def test_nobody_is_noticed_where_nobody_speaks(silero: SileroActivity, clip: Clip) -> None:
    assert changes_in(clip, silero) == ()


@pytest.mark.parametrize(("samples", "windows"), [(0, 0), (1, 1), (256, 1), (257, 2), (25_600, 100)])
def test_there_is_one_probability_for_each_32_ms(silero: SileroActivity, samples: int, windows: int) -> None:
    likely = silero.probabilities(Clip(np.zeros(samples, dtype=np.int16), 8_000))
    assert len(likely) == windows
    assert all(0 <= probability <= 1 for probability in likely)


def test_what_comes_later_does_not_change_what_was_heard(silero: SileroActivity, late_voice: Clip) -> None:
    whole = Clip(arrived(late_voice).samples, 16_000)
    part = whole.span(0, 32 * 60)
    assert silero.probabilities(part) == pytest.approx(silero.probabilities(whole)[:60], abs=1e-5)


def test_many_threads_get_the_same_numbers(late_voice: Clip) -> None:
    silero, clip = SileroActivity(), arrived(late_voice)
    with ThreadPoolExecutor(6) as threads:
        results = {tuple(likely) for likely in threads.map(silero.probabilities, [clip] * 12)}
    assert len(results) == 1


def test_its_name_says_which_model_it_is(silero: SileroActivity) -> None:
    assert silero.name.startswith("silero:v6/faster-whisper-1.")


def test_a_broken_installation_is_named_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper.vad", None)
    with pytest.raises(ModelUnavailableError, match=r"silero.*pip install --force-reinstall faster-whisper"):
        SileroActivity().probabilities(Clip(np.zeros(512, dtype=np.int16), 16_000))
