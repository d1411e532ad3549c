"""What sounds on a caller's channel beside its words, on the recording of one call."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.audio.clip import Clip, Samples
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.quality_echo import EchoPath, echo_path
from harness.interfaces import Utterance
from harness.model.call import Role, Tier
from harness.model.persona import Codec, Echo, Noise, Surroundings
from harness.model.quality import LineEffect
from harness.simulator.line.lines import Lines
from harness.telephone.clock import VirtualClock
from tests.audio.speechlike import speechlike

CALL_MS = 12_000
PER_MS = TELEPHONE_HZ // 1000
WORDS_MS = 1_500
ECHO = Echo(delay_ms=180, level_db=-20)


def words(ms: int = WORDS_MS, *, seed: int = 1) -> Utterance:
    return Utterance(text="hello", duration_ms=ms, clip=Clip(speechlike(ms, seed=seed), TELEPHONE_HZ))


class Held:
    """A call answered at 100 ms."""

    def __init__(self, surroundings: Surroundings, *, seed: int = 1, tier: Tier = Tier.AUDIO) -> None:
        self.clock = VirtualClock()
        self.lines = Lines(seed=seed, surroundings=surroundings, tier=tier, clock=self.clock)
        self.clock.pass_to(100)
        self.lines.open()
        self._said = 0

    def caller_says(self, *starts_ms: int, ms: int = WORDS_MS, is_voice: bool = True) -> "Held":
        for at_ms in starts_ms:
            self.lines.from_caller(words(ms, seed=self._said), number=self._said, at_ms=at_ms, is_voice=is_voice)
            self._said += 1
        return self

    def agent_says(self, *starts_ms: int, ms: int = 3_000) -> "Held":
        for at_ms in starts_ms:
            self.lines.from_agent(words(ms, seed=90), at_ms=at_ms)
        return self

    def caller(self, start_ms: int = 0, end_ms: int = CALL_MS) -> Samples:
        recording = self.lines.window(start_ms, end_ms)
        assert recording is not None
        return recording.caller.samples

    def echo(self) -> EchoPath | None:
        recording = self.lines.window(0, CALL_MS)
        assert recording is not None
        alone = np.zeros(CALL_MS * PER_MS, dtype=np.bool_)
        alone[3_000 * PER_MS : 6_000 * PER_MS] = True
        return echo_path(recording.agent.samples, recording.caller.samples, alone=alone)

    def achieved(self) -> dict[LineEffect, float | None]:
        got = self.lines.achieved(duration_ms=CALL_MS)
        assert got is not None
        return {measure.effect: measure.achieved for measure in got.measures}


def level_db(samples: Samples) -> float:
    return 10 * float(np.log10(np.mean(np.square(samples / 32768)) + 1e-12))


@settings(max_examples=15)
@example(noise=Noise.PINK, snr_db=0.0, comfort_noise_db=None, codec=Codec.MULAW, starts=[121], edge=120, seed=0)
@example(noise=Noise.PINK, snr_db=0.0, comfort_noise_db=None, codec=Codec.MULAW, starts=[121], edge=101, seed=0)
@given(
    noise=st.sampled_from(Noise),
    snr_db=st.sampled_from([0.0, 10.0, 20.0]),
    comfort_noise_db=st.none() | st.just(-45.0),
    codec=st.sampled_from(Codec),
    starts=st.lists(st.integers(100, CALL_MS - WORDS_MS), max_size=3),
    edge=st.integers(0, CALL_MS),
    seed=st.integers(0, 2**32),
)
def test_an_open_line_is_never_silent_and_its_pieces_fit_together(
    noise: Noise,
    snr_db: float,
    comfort_noise_db: float | None,
    codec: Codec,
    starts: list[int],
    edge: int,
    seed: int,
) -> None:
    apart = [at for place, at in enumerate(sorted(starts)) if place == 0 or at - sorted(starts)[place - 1] >= WORDS_MS]
    surroundings = Surroundings(snr_db=snr_db, noise=noise, comfort_noise_db=comfort_noise_db, codec=codec)

    one, other = (Held(surroundings, seed=seed).caller_says(*apart) for _ in range(2))
    whole = one.caller()

    assert np.array_equal(whole, np.concatenate((other.caller(0, edge), other.caller(edge, CALL_MS))))
    assert not whole[: 100 * PER_MS].any()
    sounding = whole[100 * PER_MS :].reshape(-1, 20 * PER_MS)
    assert (sounding != 0).any(axis=1).all()


@pytest.mark.parametrize("noise", [Noise.PINK, Noise.WHITE, Noise.BABBLE])
def test_the_noise_between_utterances_is_as_loud_as_under_them(noise: Noise) -> None:
    silent = Held(Surroundings(snr_db=15, noise=noise)).caller_says(2_000, 6_000).caller()
    clean = Held(Surroundings()).caller_says(2_000, 6_000).caller()

    under = silent[2_000 * PER_MS : 3_500 * PER_MS].astype(int) - clean[2_000 * PER_MS : 3_500 * PER_MS]

    for start_ms, end_ms in ((200, 2_000), (3_500, 6_000), (7_500, 11_500)):
        assert level_db(silent[start_ms * PER_MS : end_ms * PER_MS]) == pytest.approx(level_db(under), abs=2.5)


def test_pink_noise_does_not_jump_where_an_utterance_begins_and_ends() -> None:
    quiet = Utterance(text="", duration_ms=1_000, clip=Clip(np.zeros(8_000, dtype=np.int16), TELEPHONE_HZ))
    held = Held(Surroundings(snr_db=10))
    held.lines.from_caller(quiet, number=0, at_ms=2_000)
    steps = np.abs(np.diff(held.caller().astype(int)))

    for edge_ms in (2_000, 3_000):
        assert steps[edge_ms * PER_MS - 1] <= np.quantile(steps[200 * PER_MS :], 0.99)


def test_what_the_recogniser_gets_is_what_is_on_the_recording_and_does_not_depend_on_the_agent() -> None:
    surroundings = Surroundings(snr_db=10, lost_frames=0.1, comfort_noise_db=-50)
    early, late = Held(surroundings), Held(surroundings)
    heard = early.lines.from_caller(words(), number=3, at_ms=1_000)
    later = late.agent_says(500).lines.from_caller(words(), number=3, at_ms=7_000)
    assert heard.clip is not None
    assert later.clip is not None

    assert heard.clip.digest == later.clip.digest
    assert np.array_equal(early.caller(1_000, 2_500), heard.clip.samples)
    assert np.array_equal(early.caller(8_600, 9_000), late.caller(8_600, 9_000))


def test_frames_are_lost_between_utterances_too() -> None:
    frames = Held(Surroundings(snr_db=10, lost_frames=0.2, burst_frames=2)).caller(4_000, 8_000).reshape(-1, 160)

    assert np.mean(~frames.any(axis=1)) == pytest.approx(0.2, abs=0.01)


def test_a_sound_that_is_no_speech_comes_over_the_noise_there_is() -> None:
    voice = Held(Surroundings(snr_db=20)).caller_says(1_000)
    voice.lines.from_caller(
        Utterance(text="", duration_ms=1_000, clip=Clip(words(1_000).clip.samples // 16, TELEPHONE_HZ)),  # type: ignore[union-attr]
        number=1,
        at_ms=5_000,
        is_voice=False,
    )

    assert level_db(voice.caller(5_850, 6_000)) == pytest.approx(level_db(voice.caller(7_000, 9_000)), abs=2.5)
    assert voice.achieved() == {LineEffect.SNR_DB: pytest.approx(20, abs=0.1)}


def test_a_line_that_nothing_arrives_on_is_silent_for_as_long() -> None:
    held = Held(Surroundings(snr_db=10, agent_echo=ECHO)).agent_says(1_000)
    held.clock.pass_to(3_000)
    held.lines.deaden(Role.CALLER, by="mute")
    held.caller_says(3_500)
    held.clock.pass_to(6_000)
    held.lines.deaden(Role.CALLER, by="mute", dead=False)

    assert not held.caller(3_000, 6_000).any()
    assert held.caller(2_980, 3_000).any()
    assert held.caller(6_000, 6_020).any()


@pytest.mark.parametrize(
    "surroundings",
    [
        pytest.param(Surroundings(), id="clean"),
        pytest.param(Surroundings(snr_db=25), id="noisy"),
        pytest.param(Surroundings(codec=Codec.ALAW, snr_db=25), id="alaw"),
    ],
)
@pytest.mark.parametrize("level_db", [-10.0, -26.0])
def test_the_agents_voice_comes_back_as_late_and_as_loud_as_asked(surroundings: Surroundings, level_db: float) -> None:
    echo = Echo(delay_ms=180, level_db=level_db)
    held = Held(replace(surroundings, agent_echo=echo)).caller_says(500).agent_says(3_000)

    path = held.echo()

    assert path is not None
    assert path.delay_ms == pytest.approx(180, abs=2)
    assert path.level_db == pytest.approx(level_db, abs=1)
    assert held.achieved()[LineEffect.AGENT_ECHO_DB] == pytest.approx(level_db, abs=0.5)


def test_the_echo_of_an_agent_that_is_cut_ends_with_it() -> None:
    held = Held(Surroundings(agent_echo=ECHO)).agent_says(3_000)
    held.lines.cut(Role.AGENT, at_ms=4_000)

    assert held.caller(4_000, 4_180).any()
    assert not held.caller(4_180, CALL_MS).any()


def test_an_agents_echo_leaves_the_callers_words_to_the_recogniser_alone() -> None:
    plain = Held(Surroundings()).lines.from_caller(words(), number=0, at_ms=3_500)
    echoing = Held(Surroundings(agent_echo=ECHO)).agent_says(3_000).lines.from_caller(words(), number=0, at_ms=3_500)

    assert plain.clip is not None
    assert echoing.clip is not None
    assert plain.clip.digest == echoing.clip.digest


def test_a_clean_line_is_silent_between_utterances_and_has_nothing_to_tell() -> None:
    held = Held(Surroundings()).caller_says(1_000)

    assert not held.caller(2_500, CALL_MS).any()
    assert held.achieved() == {}


def test_in_the_text_tier_nobody_knows_what_the_line_did() -> None:
    assert Held(Surroundings(snr_db=10), tier=Tier.TEXT).lines.achieved(duration_ms=1_000) is None
