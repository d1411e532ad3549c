"""A whole call from a suite file: what its persona's line was asked to do, and what was kept of what it did."""

import asyncio
from functools import cache
from pathlib import Path

import pytest

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.interfaces import Utterance
from harness.model.call import Tier
from harness.model.quality import CallQuality, LineEffect
from harness.model.run import TrialResult
from harness.participants.scripted import ScriptedCaller
from harness.runner.trial import Toolbox, run_trial
from harness.store.codec import decode_trial, encode_trial
from harness.suitefile.load import load_suite
from harness.testing.platform import make_equipment
from harness.testing.speech import EchoEars, ScriptedAgent
from harness.testing.store import MemoryStore
from harness.transports.simulated import SimulatedTransport
from tests.audio.speechlike import speechlike

LINES = tuple(
    f"This is line number {number} of a caller who has a lot to say about the matter at hand" for number in range(8)
)
SUITE = """
prompts: [desk@v1]
cases:
  - id: line
    persona:
      surroundings: {surroundings}
    turns: [{turns}]
"""


class SyllableMouth:
    """Speaks a syllable for every word, each text louder or quieter than the last."""

    name = "syllables"

    async def speak(self, text: str) -> Utterance:
        number, ms = sum(text.encode()), 360 * len(text.split())
        sound = speechlike(ms, seed=number, peak=0.2 + 0.05 * (number % 7))
        return Utterance(text=text, duration_ms=ms, clip=Clip(sound, TELEPHONE_HZ))


@cache
def held(surroundings: str, folder: Path, *, tier: Tier = Tier.AUDIO) -> TrialResult:
    prompts = folder / "prompts" / "desk"
    prompts.mkdir(parents=True, exist_ok=True)
    (prompts / "v1.md").write_text("You answer the phone.")
    turns = ", ".join(f'{{say: "{line}"}}' for line in LINES)
    (folder / "line.suite.yaml").write_text(SUITE.format(surroundings=surroundings, turns=turns))
    (planned,) = load_suite(folder / "line.suite.yaml").matrix()
    mouth = SyllableMouth()
    replies = (f"That is answer number {number} to what you just said to me" for number in range(9))
    equipment = make_equipment(
        agent=lambda _: ScriptedAgent(*replies), mouth=lambda _: mouth, ears=lambda _: EchoEars()
    )
    toolbox = Toolbox(
        transport=SimulatedTransport(equipment),
        caller=lambda request: ScriptedCaller(request.case, seed=request.seed),
        mouth=lambda _: mouth,
        listener=None,
        scorers=(),
        tier=tier,
        seed=3,
    )
    return asyncio.run(run_trial(planned, attempt=1, toolbox=toolbox, store=MemoryStore()))


def quality_of(result: TrialResult) -> CallQuality:
    assert result.call is not None
    assert result.call.quality is not None
    return result.call.quality


def measures(result: TrialResult) -> dict[LineEffect, tuple[float, float | None]]:
    line = quality_of(result).line
    assert line is not None
    assert line.utterances == len(LINES)
    return {measure.effect: (measure.asked, measure.achieved) for measure in line.measures}


@pytest.mark.parametrize(
    "surroundings",
    [
        pytest.param("{snr_db: 12}", id="noise"),
        pytest.param("{snr_db: 12, noise: street, codec: opus}", id="opus"),
        pytest.param("{snr_db: 20, gain_db: -3, comfort_noise_db: -50, codec: g722}", id="g722"),
        pytest.param("{lost_frames: 0.08, burst_frames: 2, comfort_noise_db: -45, codec: alaw}", id="bursts"),
        pytest.param("{jitter_ms: 30, clip_db: 9, echo: {delay_ms: 150, level_db: -15}}", id="jitter"),
        pytest.param("{agent_echo: {delay_ms: 200, level_db: -22}, snr_db: 30}", id="agent echo"),
    ],
)
def test_a_call_keeps_what_its_line_achieved_and_it_is_what_was_asked(surroundings: str, tmp_path: Path) -> None:
    kept = measures(held(surroundings, tmp_path))

    assert kept
    for effect, (asked, achieved) in kept.items():
        exact = 0.5 if effect.value.endswith("_db") else 0.4 if effect is LineEffect.BURST_FRAMES else 0.005
        assert achieved == pytest.approx(asked, abs=exact), effect


def test_the_noise_of_the_whole_recording_is_as_far_below_the_voice_as_asked(tmp_path: Path) -> None:
    caller = quality_of(held("{snr_db: 15, noise: white}", tmp_path)).caller

    assert caller.snr_db == pytest.approx(15, abs=1)
    assert caller.stray_ms == 0


def test_an_echo_of_the_agent_is_found_in_the_callers_channel(tmp_path: Path) -> None:
    echo = quality_of(held("{agent_echo: {delay_ms: 200, level_db: -22}, snr_db: 30}", tmp_path)).caller.echo

    assert echo is not None
    assert echo.delay_ms == pytest.approx(200, abs=3)
    assert echo.level_db == pytest.approx(-22, abs=1)


def test_a_quiet_line_has_nothing_to_tell_and_the_text_tier_no_line(tmp_path: Path) -> None:
    assert measures(held("{}", tmp_path)) == {}

    text = held("{snr_db: 12}", tmp_path, tier=Tier.TEXT)
    assert text.call is not None
    assert text.call.quality is None


def test_what_the_line_did_is_read_back_from_the_store(tmp_path: Path) -> None:
    result = held("{snr_db: 12}", tmp_path)

    assert quality_of(decode_trial(encode_trial(result), path="x")).line == quality_of(result).line
