"""How a call sounded: planted faults are found where they are, and a clean call has none."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from harness.audio.clip import Clip, Samples
from harness.audio.codec import TELEPHONE_HZ, resample, through_telephone
from harness.audio.recording import Recording
from harness.model.call import Role, Tier, Turn
from harness.model.finding import FindingName
from harness.model.quality import CallQuality, ChannelQuality
from harness.model.suite import Planned
from harness.runner import sound
from harness.runner.diagnosis import diagnose
from harness.runner.sound import measure_quality
from harness.runner.trial import Toolbox, run_trial
from harness.testing.builders import make_arm, make_call, make_case, make_turn
from harness.testing.store import MemoryStore
from tests.audio.speechlike import speechlike

Values: TypeAlias = NDArray[np.signedinteger] | NDArray[np.float64]

TURNS = (
    make_turn(Role.AGENT, "Hello, this is the desk.", started_ms=500, ended_ms=2500),
    make_turn(Role.CALLER, "Are you open today?", started_ms=3200, ended_ms=5200),
    make_turn(Role.AGENT, "Yes, until five.", started_ms=6000, ended_ms=8000),
)
LENGTH_MS = 9000


def lane(role: Role, *, turns: tuple[Turn, ...] = TURNS) -> Samples:
    """Return what a side says in a quiet call, as it comes out of the telephone."""
    samples = np.zeros(LENGTH_MS * 8, dtype=np.int16)
    for number, turn in enumerate(turns):
        if turn.role is role:
            samples[turn.started_ms * 8 : turn.ended_ms * 8] = speechlike(turn.ended_ms - turn.started_ms, seed=number)
    return through_telephone(Clip(samples, TELEPHONE_HZ)).samples


def agent_of(change: Callable[[Values], Values], *, turns: tuple[Turn, ...] = TURNS) -> ChannelQuality:
    """Return what is measured of the agent's channel after something was done to it."""
    agent = np.clip(change(lane(Role.AGENT).astype(np.int32)), -32768, 32767).astype(np.int16)
    recording = Recording(Clip(lane(Role.CALLER), TELEPHONE_HZ), Clip(agent, TELEPHONE_HZ))
    return measure_quality(turns, recording).agent


def silenced(samples: Values, start_ms: int, end_ms: int) -> Values:
    samples[start_ms * 8 : end_ms * 8] = 0
    return samples


def hissing(samples: Values, *, below_db: float) -> Values:
    active = samples[np.abs(samples) > 50].astype(np.float64)
    rms = np.sqrt(np.mean(np.square(active))) * 10 ** (-below_db / 20)
    return np.asarray(samples + np.random.default_rng(4).standard_normal(len(samples)) * rms)


def echoing(samples: Values) -> Values:
    return samples + np.roll(lane(Role.CALLER).astype(np.int32) // 10, 120 * 8)


def test_a_clean_call_has_no_fault_and_says_what_it_could_not_measure() -> None:
    quality = agent_of(lambda samples: samples)
    assert (quality.clipped_share, quality.dropouts, quality.silent_turns, quality.stray_ms) == (0, 0, (), 0)
    assert quality.echo is None
    assert quality.speech_ms == 4000
    assert quality.dc_offset == pytest.approx(0, abs=0.001)
    assert quality.loudness_lufs == pytest.approx(-24, abs=6)
    assert quality.snr_db is None
    assert quality.unmeasured == {"snr_db": sound.NO_NOISE, "noise_dbfs": sound.NO_NOISE}


def test_an_echo_of_the_caller_is_found_in_the_agents_channel() -> None:
    echo = agent_of(echoing).echo
    assert echo is not None
    assert echo.delay_ms == pytest.approx(120, abs=1)
    assert echo.level_db == pytest.approx(-20, abs=1)
    assert echo.correlation > 0.9


@pytest.mark.parametrize("asked_db", [20.0, 10.0])
def test_noise_is_measured_against_the_speech(asked_db: float) -> None:
    quality = agent_of(lambda samples: hissing(samples, below_db=asked_db))
    assert quality.snr_db == pytest.approx(asked_db, abs=2)
    assert (quality.stray_ms, quality.silent_turns, quality.echo, quality.dropouts) == (0, (), None, 0)


def test_a_hole_of_two_packets_is_found() -> None:
    quality = agent_of(lambda samples: silenced(samples, 930, 970))
    assert quality.dropouts == 1
    assert quality.dropout_ms == pytest.approx(40, abs=2)


def test_clipping_and_direct_current_are_found() -> None:
    assert (agent_of(lambda samples: samples * 4).clipped_share or 0) > 0.01
    assert agent_of(lambda samples: samples + 655).dc_offset == pytest.approx(0.02, abs=0.001)


def test_a_turn_without_sound_is_named_and_explained() -> None:
    quality = agent_of(lambda samples: silenced(samples, 6000, 8000))
    assert quality.silent_turns == (2,)
    call = make_call(*TURNS, quality=CallQuality(caller=ChannelQuality(speech_ms=2000), agent=quality))
    seen = [finding for finding in diagnose(call, make_case()) if finding.name is FindingName.TEXT_WITHOUT_AUDIO]
    assert [(finding.at_ms, finding.what) for finding in seen] == [
        (6000, 'the recording holds no sound where the agent said "Yes, until five."')
    ]


@pytest.mark.parametrize("hiss", [0, 1], ids=["dead line", "line that hisses"])
def test_an_agent_without_any_sound_is_a_line_that_works_one_way(hiss: int) -> None:
    noise = hiss * np.random.default_rng(1).standard_normal(LENGTH_MS * 8) * 40
    quality = agent_of(lambda samples: noise)
    assert quality.silent_turns == (0, 2)
    call = make_call(*TURNS, quality=CallQuality(caller=ChannelQuality(speech_ms=2000), agent=quality))
    names = [finding.name for finding in diagnose(call, make_case())]
    assert FindingName.ONE_WAY_OUT in names
    assert FindingName.TEXT_WITHOUT_AUDIO not in names


def test_sound_that_no_turn_tells_of_is_measured() -> None:
    quality = agent_of(lambda samples: samples, turns=TURNS[:2])
    assert quality.stray_ms == pytest.approx(1800, abs=400)


def test_a_side_that_never_spoke_or_only_pressed_keys_has_nothing_to_measure() -> None:
    keys = make_turn(Role.CALLER, "", started_ms=3200, ended_ms=5200, keys="12")
    turns = (TURNS[0], keys, TURNS[2])
    recording = Recording(Clip(lane(Role.CALLER), TELEPHONE_HZ), Clip(lane(Role.AGENT), TELEPHONE_HZ))
    quality = measure_quality(turns, recording).caller
    assert (quality.speech_ms, quality.clipped_share, quality.loudness_lufs, quality.dropouts) == (0, None, None, None)
    assert (quality.silent_turns, quality.stray_ms) == ((), 0)
    assert quality.unmeasured["speech"] == quality.unmeasured["snr_db"] == sound.NO_SPEECH
    assert measure_quality(turns, recording).agent.unmeasured["echo"] == sound.NO_SOLO


def test_a_recording_of_another_rate_sounds_the_same() -> None:
    clips = [Clip(lane(role), TELEPHONE_HZ) for role in (Role.CALLER, Role.AGENT)]
    wide = measure_quality(TURNS, Recording(*(resample(clip, 16_000) for clip in clips)))
    narrow = measure_quality(TURNS, Recording(*clips))
    assert wide.agent.loudness_lufs == pytest.approx(narrow.agent.loudness_lufs or 0, abs=0.1)
    assert wide.agent.silent_turns == narrow.agent.silent_turns


@given(
    arrays(np.int16, st.tuples(st.just(2), st.integers(0, 12_000))),
    st.lists(st.tuples(st.sampled_from(Role), st.integers(0, 1500), st.integers(0, 1500)), max_size=5),
)
def test_whatever_was_recorded_is_measured_in_numbers_that_can_be_stored(
    lanes: Samples, pieces: list[tuple[Role, int, int]]
) -> None:
    turns = [make_turn(role, "x", started_ms=at, ended_ms=at + length) for role, at, length in pieces]
    quality = measure_quality(turns, Recording(Clip(lanes[0], TELEPHONE_HZ), Clip(lanes[1], TELEPHONE_HZ)))
    for channel in (quality.caller, quality.agent):
        values = (channel.clipped_share, channel.loudness_lufs, channel.snr_db, channel.noise_dbfs, channel.dc_offset)
        assert all(value is None or np.isfinite(value) for value in values)
        assert (channel.snr_db is None) == ("snr_db" in channel.unmeasured)
        assert (channel.noise_dbfs is None) == ("noise_dbfs" in channel.unmeasured)


@pytest.mark.parametrize("tier", Tier)
def test_a_spoken_trial_keeps_how_it_sounded_and_a_written_one_has_no_sound(
    make_toolbox: Callable[..., Toolbox], tier: Tier
) -> None:
    planned = Planned(suite="desk", case=make_case("Are you open today?"), arm=make_arm())
    result = asyncio.run(run_trial(planned, attempt=1, toolbox=make_toolbox(tier=tier), store=MemoryStore()))
    assert result.call is not None
    if tier is Tier.TEXT:
        assert result.call.quality is None
        return
    quality = result.call.quality
    assert quality is not None
    for channel in (quality.caller, quality.agent):
        found = (channel.clipped_share, channel.dropouts, channel.silent_turns, channel.stray_ms, channel.echo)
        assert found == (0, 0, (), 0, None)
        assert channel.loudness_lufs == pytest.approx(-14, abs=3)
    assert diagnose(result.call, planned.case) == diagnose(replace(result.call, quality=None), planned.case)
