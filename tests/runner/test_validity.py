from collections.abc import Sequence
from dataclasses import replace
from math import nan

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.audio.recording import Recording
from harness.model.call import Role, Tier
from harness.model.score import Better, Score, Scored, Unscored
from harness.runner.validity import MAX_CALLER_WER, check_validity
from harness.testing.builders import make_call, make_turn

CALL = make_call(make_turn(Role.CALLER, "Order four seven one."), make_turn(Role.AGENT, "Thanks.", started_ms=2000))


def wer(value: float, *, turn: int | None = None) -> Score:
    return Score(name="caller_wer", value=value, better=Better.LOWER, turn=turn, reason="2 of 10 words wrong")


def entity(value: float) -> Score:
    return Score(name="caller_entity", value=value, better=Better.HIGHER, turn=0, reason='1 of 2 values, not "471"')


UNHEARD = Unscored(name="caller_wer", reason="our recogniser did not listen")


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        pytest.param((wer(MAX_CALLER_WER),), "", id="at the limit"),
        pytest.param((wer(0.2),), "caller_wer is 0.20, 0.15 is the limit (2 of 10 words wrong)", id="not understood"),
        pytest.param((wer(nan),), "could not be understood", id="no number"),
        pytest.param((wer(0.9, turn=0), wer(0.1)), "", id="one bad turn in a good call"),
        pytest.param((wer(0.0), entity(0.5)), "lost a value the call depends on in turn 1: 1 of 2", id="value lost"),
        pytest.param((wer(0.0), entity(1.0)), "", id="value kept"),
        pytest.param((UNHEARD,), "nobody could check", id="nobody listened"),
        pytest.param((), "nobody checked", id="nobody asked"),
    ],
)
def test_caller_must_have_been_understandable(scores: Sequence[Scored], words: str) -> None:
    validity = check_validity(CALL, scores)
    assert validity.valid is (words == "")
    assert words in validity.reason


def test_text_tier_has_no_sound_to_distort() -> None:
    assert check_validity(replace(CALL, tier=Tier.TEXT), (UNHEARD,)).valid


def test_call_in_which_the_caller_never_spoke_is_the_agents_to_answer_for() -> None:
    assert check_validity(make_call(), ()).valid


def test_keys_make_no_sound_to_distort() -> None:
    assert check_validity(make_call(make_turn(Role.CALLER, "[keys 1]", keys="1")), ()).valid


def test_what_the_agent_said_plays_no_part() -> None:
    failed = Score(name="says", value=0.0, better=Better.HIGHER, passed=False, required=True)
    assert check_validity(CALL, (wer(0.0), failed)) == check_validity(CALL, (wer(0.0),))


def recording(caller: np.ndarray[tuple[int], np.dtype[np.int16]]) -> Recording:
    return Recording(caller=Clip(caller, 8000), agent=Clip(np.zeros(24000, dtype=np.int16), 8000))


TONE = (8000 * np.sin(np.arange(24000) / 5)).astype(np.int16)


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        pytest.param(TONE, "", id="clean"),
        pytest.param(np.clip(TONE * 8.0, -32124, 32124).astype(np.int16), "clipped", id="clipped"),
        pytest.param(np.zeros(24000, dtype=np.int16), "silent", id="silent"),
        pytest.param(np.where(np.arange(24000) < 8000, 0, TONE).astype(np.int16), "silent", id="sound elsewhere"),
    ],
)
def test_callers_audio_must_be_there_and_whole(samples: np.ndarray[tuple[int], np.dtype[np.int16]], words: str) -> None:
    validity = check_validity(CALL, (wer(0.0),), recording=recording(samples))
    assert validity.valid is (words == "")
    assert words in validity.reason
