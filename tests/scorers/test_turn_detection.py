"""Turn-taking from the sound alone: what is published in docs/turn-taking.md holds on a dozen turns of each kind."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.known_turns import Book, known_call
from benchmarks.turn_taking import CONDITIONS, MAX_MS, MEDIAN_MS, Condition, Errors, measure, record_books
from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.noise import Noise
from harness.audio.recording import Recording
from harness.model.call import TurnLabel
from harness.scorers.turn_detection import detect_speech, detect_turns
from harness.scorers.turn_events import Reaction, TurnOutcome
from harness.services.silero_vad import SileroActivity
from harness.testing.activity import LevelActivity, ScriptedActivity

PAGE = (Path(__file__).parents[2] / "docs" / "turn-taking.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (clean|\w+, \d+ dB) \| \d+ \| (\d+ / \d+) \|", PAGE, re.MULTILINE))


@pytest.fixture(scope="module")
def books() -> Sequence[Book]:
    return record_books()


@pytest.fixture(scope="module")
def silero() -> SileroActivity:
    return SileroActivity()


def largest(errors: Sequence[int]) -> int:
    return max(abs(each) for each in errors)


@pytest.mark.parametrize(
    "condition", [Condition(), Condition(noise=Noise.PINK), Condition(noise=Noise.WHITE)], ids=lambda each: each.name
)
def test_answers_are_timed_as_promised(condition: Condition, books: Sequence[Book], silero: SileroActivity) -> None:
    errors = measure(condition, books=books, activity=silero, calls=2)
    assert errors.turns >= 24
    assert len(errors.latency) >= 12
    assert float(np.median(np.abs(errors.latency))) <= MEDIAN_MS
    assert largest(errors.latency) <= MAX_MS
    assert (errors.missed, errors.false) == (0, 0)


def test_the_published_table_has_every_condition_and_keeps_the_promise() -> None:
    assert list(ROWS) == [condition.name for condition in CONDITIONS]
    for condition in CONDITIONS:
        median, most = map(int, ROWS[condition.name].split(" / "))
        assert not condition.is_promised or (median <= MEDIAN_MS and most <= MAX_MS)


def test_on_a_clean_line_the_whole_of_turn_taking_is_found_without_a_play_out_log(
    books: Sequence[Book], silero: SileroActivity
) -> None:
    call = known_call(caller=books[0], agent=books[1], turns=12, rng=np.random.default_rng(2))
    errors = Errors()
    errors.add(call, activity=silero)
    assert largest(errors.both) <= MAX_MS
    assert largest(errors.stop) <= MAX_MS
    found = detect_turns(call.recording, activity=silero)
    assert len(found.caller) == len(call.caller)
    assert {each.outcome for each in found.events} >= {TurnOutcome.RESPONSE, TurnOutcome.INTERRUPTED}


def test_noise_alone_is_nobody(silero: SileroActivity) -> None:
    hiss = Clip.of_floats(0.05 * np.random.default_rng(1).standard_normal(5 * TELEPHONE_HZ), TELEPHONE_HZ)
    assert detect_speech(hiss, activity=silero) == ()


def buzz(*parts: tuple[int, int], seconds: int = 12) -> Clip:
    time = np.arange(seconds * TELEPHONE_HZ) / TELEPHONE_HZ
    harmonics = np.arange(1, 12)[:, np.newaxis]
    wave = np.sum(np.sin(2 * np.pi * 200 * harmonics * time) / harmonics, axis=0)
    sounding = np.zeros(len(time), dtype=np.bool_)
    for start_ms, end_ms in parts:
        sounding |= (time >= start_ms / 1000) & (time < end_ms / 1000)
    return Clip.of_floats(0.1 * wave * sounding, TELEPHONE_HZ)


def test_a_caller_who_pauses_is_still_at_the_same_turn_unless_answered_meanwhile() -> None:
    recording = Recording(
        caller=buzz((1_000, 2_000), (2_800, 3_500), (7_000, 7_300), (8_000, 8_500)),
        agent=buzz((4_000, 6_000), (7_500, 7_900)),
    )
    found = detect_turns(recording, activity=LevelActivity())
    assert [(round(each.segment.start_ms, -2), round(each.segment.end_ms, -2)) for each in found.caller] == [
        (1_000, 3_500),
        (7_000, 7_300),
        (8_000, 8_500),
    ]
    assert [event.outcome for event in found.events] == [
        TurnOutcome.RESPONSE,
        TurnOutcome.RESPONSE,
        TurnOutcome.CENSORED,
    ]


def test_a_caller_who_begins_while_the_agent_speaks_barges_in() -> None:
    recording = Recording(caller=buzz((2_000, 4_000)), agent=buzz((1_000, 2_600), (5_000, 6_000)))
    (event,) = detect_turns(recording, activity=LevelActivity()).events
    assert (event.label, event.reaction) == (TurnLabel.BARGE_IN, Reaction.YIELD)
    assert [event.stop_latency_ms, event.latency_ms] == pytest.approx([600, 1_000], abs=25)


def test_a_voice_the_detector_was_never_sure_of_is_none() -> None:
    assert detect_speech(buzz((1_000, 2_000)), activity=ScriptedActivity(0.4)) == ()
