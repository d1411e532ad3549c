from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audio.clip import Clip
from harness.errors import ConfigurationError
from harness.interfaces import Utterance, VoiceActivity
from harness.model.platform import VadConfig
from harness.simulator.line.voice_spans import VoiceChange, speech_changes, volumes
from harness.simulator.sessions.smart_turn import SmartTurn, sounds_complete
from harness.simulator.sessions.vad_turns import VadTurns
from harness.testing.activity import LevelActivity, ScriptedActivity

Step: TypeAlias = tuple[int, bool | str]
"""When, and either a change of voice or a transcript: a final one ends in a full stop or a comma."""


def run(turns: VadTurns, steps: list[Step]) -> list[int]:
    """Return the times at which a turn began."""
    begins = []
    for at_ms, step in steps:
        if isinstance(step, bool):
            begun = turns.voice(at_ms, speaking=step)
        else:
            begun = turns.hear(at_ms, text=step, final=step.endswith((".", ",")))
        begins += [at_ms] * begun
    return begins


@pytest.mark.parametrize(
    ("steps", "begins", "deadline_ms"),
    [
        pytest.param([(200, True)], [200], None, id="voice begins a turn, with no end in sight"),
        pytest.param([(200, "hello")], [], None, id="an interim begins nothing"),
        pytest.param([(200, False)], [], None, id="nor does silence"),
        pytest.param([(200, True), (400, "hello")], [200], None, id="words do not end it while there is voice"),
        pytest.param([(200, True), (900, False)], [200], 5_900, id="silence without a final waits for one"),
        pytest.param([(200, True), (900, False), (1_000, "so")], [200], 6_000, id="an interim keeps it waiting"),
        pytest.param([(200, True), (900, False), (1_100, "No.")], [200], 1_100, id="the final ends it at once"),
        pytest.param([(200, True), (800, "No."), (900, False)], [200], 900, id="after a final, silence ends it"),
        pytest.param(
            [(200, True), (800, "No."), (850, "not"), (900, False)], [200], 5_900, id="an interim takes a final back"
        ),
        pytest.param([(200, True), (900, False), (1_000, True)], [200], None, id="voice takes the silence back"),
        pytest.param(
            [(200, True), (600, "No."), (900, False), (900, True), (1_500, False)],
            [200],
            6_500,
            id="and what it says is to be told first",
        ),
        pytest.param([(200, "No.")], [200], 200, id="a final that comes alone is a turn of its own"),
    ],
)
def test_a_turn_needs_silence_and_a_final(steps: list[Step], begins: list[int], deadline_ms: int | None) -> None:
    turns = VadTurns()
    assert run(turns, steps) == begins
    assert turns.deadline_ms == deadline_ms


def test_voice_after_the_end_begins_another_turn() -> None:
    turns = VadTurns()
    run(turns, [(200, True), (800, "No."), (900, False)])
    turns.end()
    assert turns.deadline_ms is None
    assert run(turns, [(1_000, "well"), (1_200, True)]) == [1_200]
    assert turns.deadline_ms is None


@pytest.mark.parametrize(
    ("steps", "deadline_ms"),
    [
        pytest.param([(200, True), (800, "My number is."), (900, False)], 3_900, id="half-way: three seconds"),
        pytest.param([(200, True), (900, False), (1_100, "My number is.")], 3_900, id="counted from the silence"),
        pytest.param([(200, True), (900, False), (1_100, "my number is")], 3_900, id="judged by an interim too"),
        pytest.param([(200, True), (800, "That is all."), (900, False)], 900, id="complete: at once"),
        pytest.param([(200, True), (900, False), (1_100, "that is all")], 6_100, id="complete, but still to be told"),
        pytest.param(
            [(200, True), (800, "My name is."), (900, False), (1_500, True), (2_000, "Ann."), (2_100, False)],
            2_100,
            id="what was said before the pause and after it is judged as one",
        ),
    ],
)
def test_a_smart_turn_waits_longer_for_words_that_stop_half_way(steps: list[Step], deadline_ms: int) -> None:
    turns = VadTurns(smart_turn=SmartTurn())
    run(turns, steps)
    assert turns.deadline_ms == deadline_ms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes.",
        "Yes, it is.",
        "Where are you from",
        "Do you know what the prices are",
        "Is that for my?",
        "Please hold the line, I need to come in",
        "A table for two",
        "My order is A B 7 4 2 9.",
        "My phone number is 555-0142.",
        "My zip code is 90210",
        "It is room twelve.",
        "你好",
    ],
)
def test_sounds_complete(text: str) -> None:
    assert sounds_complete(text)


@pytest.mark.parametrize(
    "text",
    [
        "I would like a table and",
        "I want to change the",
        "I’m",
        "I want to change it to.",
        "My number is",
        "My number is.",
        "Well, you know",
        "Um.",
        "Let me check",
        "For tonight,",
        "I was thinking...",
        "It is A B",
        "My phone number is five five five",
        "My phone number is 555 01",
        "You can call me at 555",
        "The card number is 4111 1111",
        "The zip is 902",
    ],
)
def test_stops_half_way(text: str) -> None:
    assert not sounds_complete(text)


def tone(*, windows: int, level: float = 0.3, rate_hz: int = 8_000) -> Clip:
    return Clip.of_floats(
        level * np.sin(2 * np.pi * 440 * np.arange(windows * rate_hz * 32 // 1000) / rate_hz), rate_hz
    )


def spoken(clip: Clip | None, *, duration_ms: int = 1_000) -> Utterance:
    return Utterance(text="Hello", duration_ms=clip.duration_ms if clip is not None else duration_ms, clip=clip)


def told(activity: VoiceActivity, clip: Clip, config: VadConfig | None = None) -> list[tuple[int, bool]]:
    config = config or VadConfig(min_volume=0)
    changes = speech_changes(spoken(clip), activity=activity, config=config)
    return [(change.at_ms // 32, change.speaking) for change in changes]


LOUD, HUSH = 0.7, 0.69


@pytest.mark.parametrize(
    ("probabilities", "changes"),
    [
        pytest.param([HUSH] * 30, [], id="quiet"),
        pytest.param([LOUD] * 5 + [HUSH] * 25, [], id="five windows are too few to begin"),
        pytest.param(([LOUD] * 5 + [HUSH]) * 5, [], id="and are forgotten after a gap"),
        pytest.param([LOUD] * 6 + [HUSH] * 24, [(6, True), (12, False)], id="six begin, six end"),
        pytest.param(
            [LOUD] * 10 + [HUSH] * 5 + [LOUD] * 5 + [HUSH] * 10, [(6, True), (26, False)], id="a short gap is bridged"
        ),
        pytest.param(
            [LOUD] * 6 + [HUSH] * 6 + [LOUD] * 6 + [HUSH] * 12,
            [(6, True), (12, False), (18, True), (24, False)],
            id="a long gap is not",
        ),
        pytest.param([LOUD] * 30, [(6, True), (36, False)], id="silence follows the clip"),
        pytest.param([LOUD] * 27 + [HUSH] * 3, [(6, True), (33, False)], id="and goes on with the clip's own"),
        pytest.param([HUSH] * 25 + [LOUD] * 5, [], id="what has not begun within the clip never does"),
    ],
)
def test_the_detector_believes_a_change_after_six_windows(
    probabilities: list[float], changes: list[tuple[int, bool]]
) -> None:
    assert told(ScriptedActivity(*probabilities), tone(windows=30)) == changes


def test_zero_seconds_believes_every_window() -> None:
    config = VadConfig(start_secs=0, stop_secs=0, min_volume=0)
    activity = ScriptedActivity(HUSH, LOUD, HUSH)
    assert told(activity, tone(windows=5), config) == [(2, True), (3, False)]


def test_a_last_window_that_is_not_full_counts() -> None:
    clip = Clip(tone(windows=6).samples[:-1], 8_000)
    assert told(ScriptedActivity(1), clip) == [(6, True), (12, False)]


def test_any_rate_is_heard_alike() -> None:
    assert told(LevelActivity(), tone(windows=20, rate_hz=24_000)) == told(LevelActivity(), tone(windows=20))


def test_nothing_is_found_in_an_empty_clip() -> None:
    assert told(ScriptedActivity(1), tone(windows=0)) == []


@pytest.mark.parametrize(
    ("rms_dbfs", "heard"),
    [
        pytest.param(-26, True, id="the level of a telephone"),
        pytest.param(-40, True, id="a quiet voice"),
        pytest.param(-50, False, id="a murmur"),
        pytest.param(-70, False, id="the line's own hiss"),
    ],
)
def test_a_murmur_is_no_voice_however_sure_the_detector_is(rms_dbfs: float, heard: bool) -> None:
    clip = tone(windows=60, level=2**0.5 * 10 ** (rms_dbfs / 20))
    assert bool(told(ScriptedActivity(1), clip, VadConfig())) is heard


def test_volume_rises_smoothly_to_what_the_sound_has() -> None:
    rising = list(volumes(tone(windows=60, level=1)))
    assert rising == sorted(rising)
    assert rising[0] == pytest.approx(0.52, abs=0.01)
    assert rising[-1] == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(
    ("duration_ms", "config", "changes"),
    [
        pytest.param(1_000, VadConfig(), [(200, True), (1_200, False)], id="speech from start to end"),
        pytest.param(1_000, VadConfig(start_secs=0.05, stop_secs=0.8), [(50, True), (1_800, False)], id="as set"),
        pytest.param(1_000, VadConfig(start_secs=0, stop_secs=0), [(0, True), (1_000, False)], id="at once"),
        pytest.param(199, VadConfig(), [], id="too short to be noticed"),
        pytest.param(0, VadConfig(start_secs=0), [], id="nothing at all"),
    ],
)
def test_text_without_sound_is_speech_throughout(
    duration_ms: int, config: VadConfig, changes: list[tuple[int, bool]]
) -> None:
    heard = speech_changes(spoken(None, duration_ms=duration_ms), activity=ScriptedActivity(0), config=config)
    assert heard == tuple(VoiceChange(at_ms=at_ms, speaking=speaking) for at_ms, speaking in changes)


@given(
    probabilities=st.lists(st.floats(0, 1), min_size=1, max_size=80),
    windows=st.integers(0, 80),
    start=st.floats(0, 1),
    stop=st.floats(0, 1),
)
def test_changes_take_turns_in_time_and_end_in_silence(
    probabilities: list[float], windows: int, start: float, stop: float
) -> None:
    changes = told(
        ScriptedActivity(*probabilities),
        tone(windows=windows),
        VadConfig(confidence=0.5, start_secs=start, stop_secs=stop, min_volume=0),
    )
    assert [speaking for _, speaking in changes] == [True, False] * (len(changes) // 2)
    assert [at for at, _ in changes] == sorted({at for at, _ in changes})


@pytest.mark.parametrize(
    ("key", "value", "advice"),
    [
        ("confidence", 1.1, "a number from 0 to 1"),
        ("confidence", float("nan"), "a number from 0 to 1"),
        ("min_volume", -0.1, "a number from 0 to 1"),
        ("start_secs", -1, "a number of seconds, 0 or more"),
        ("stop_secs", float("inf"), "a number of seconds, 0 or more"),
    ],
)
def test_settings_out_of_range_are_refused(key: str, value: float, advice: str) -> None:
    with pytest.raises(ConfigurationError, match=f"vad_config.{key} is {value}; give {advice}"):
        VadConfig(**{key: value})
