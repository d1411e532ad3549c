from statistics import median

import pytest

from harness.simulator.kernel.dice import Dice
from harness.simulator.kernel.latency import (
    ANSWER,
    LLM_FIRST_WORD,
    LLM_WORD,
    SESSION_START,
    STT_FINAL,
    STT_INTERIM,
    TTS_FIRST_AUDIO,
    MeasuredLatency,
    ModelledLatency,
    Spread,
)
from harness.voipbin.parameters import TURN_STOP_DEEPGRAM_MS

SPREADS = {
    "answer": ANSWER,
    "session": SESSION_START,
    "interim": STT_INTERIM,
    "final": STT_FINAL,
    "first word": LLM_FIRST_WORD,
    "word": LLM_WORD,
    "audio": TTS_FIRST_AUDIO,
}


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 10.0), (0.25, 15.0), (0.5, 20.0), (0.95, 40.0), (0.975, 70.0), (1.0, 100.0)]
)
def test_spread_runs_straight_between_its_quantiles(share: float, expected: float) -> None:
    assert Spread(10, 20, 40, 100).at(share) == pytest.approx(expected)


@pytest.mark.parametrize("spread", SPREADS.values(), ids=SPREADS)
def test_spread_is_in_order(spread: Spread) -> None:
    assert 0 <= spread.least <= spread.median <= spread.p95 <= spread.most


def test_answer_does_not_depend_on_who_asked_before() -> None:
    asked_late, asked_first = ModelledLatency(Dice(3)), ModelledLatency(Dice(3))
    for other in range(5):
        asked_late.audio_ms(other, sentence=0, took_ms=0)
    assert asked_late.final_ms(2, segment=1, took_ms=0) == asked_first.final_ms(2, segment=1, took_ms=0)


def test_dice_are_fair_and_the_same_everywhere() -> None:
    rolls = [Dice(1).roll("x", number) for number in range(2_000)]
    assert sum(rolls) / len(rolls) == pytest.approx(0.5, abs=0.02)
    assert min(rolls) >= 0
    assert max(rolls) < 1
    assert Dice(1).roll("x", 0) == 0.7080023730528566


def test_typical_response_takes_what_vendors_report_less_the_network() -> None:
    def response_ms(seed: int) -> int:
        latency = ModelledLatency(Dice(seed))
        words = latency.words_ms(1, arrivals_ms=[0.0] * 12)
        final_ms = latency.final_ms(0, segment=0, took_ms=0)
        return final_ms + TURN_STOP_DEEPGRAM_MS + words[-1] + latency.audio_ms(1, sentence=0, took_ms=0)

    responses = sorted(response_ms(seed) for seed in range(1_000))
    assert 1_200 <= median(responses) <= 1_500
    assert 1_700 <= responses[950] <= 3_000


def test_modelled_words_come_one_after_the_other() -> None:
    words = ModelledLatency(Dice(1)).words_ms(0, arrivals_ms=[0.0] * 20)
    assert len(words) == 20
    assert list(words) == sorted(words)


def test_measured_is_what_it_took() -> None:
    latency = MeasuredLatency(Dice(1))
    assert latency.words_ms(0, arrivals_ms=[120.4, 130.6, 130.5]) == (120, 131, 131)
    assert latency.interims_ms(0, words=2, took_ms=80.2) == (80, 80)
    assert latency.final_ms(0, segment=0, took_ms=80.2) == 80
    assert latency.audio_ms(0, sentence=0, took_ms=9.7) == 10
