"""When the agent is heard to begin and to cease, from frames of its sound."""

from collections.abc import Sequence

import numpy as np
import pytest

from harness.audio.clip import Clip, Samples
from harness.transports.voipbin.agent_ear import AgentEar
from harness.transports.voipbin.arrivals import Arrivals
from tests.transports.voipbin.far_end import voice

FRAME = 160


def sound(*parts: tuple[str, int], noise: float = 0.0) -> Samples:
    """Return voice and silence in turns, over a noise."""
    pieces = [voice(ms).samples if what == "voice" else np.zeros(ms * 8, dtype=np.int16) for what, ms in parts]
    samples = np.concatenate(pieces).astype(np.float64)
    hiss = np.random.default_rng(1).normal(0, noise * 32768, len(samples))
    return Clip.of_floats((samples + hiss) / 32768, 8000).samples


def turns(samples: Samples, *, hangover_ms: int = 500, jitter: Sequence[int] = (0,)) -> list[tuple[int, int, int, int]]:
    """Return (began, told at, ended, told at) of every turn."""
    found: list[list[int]] = []
    now = 0

    def stopped(at_ms: int) -> None:
        found[-1] += [at_ms, now]

    ear = AgentEar(
        on_start=lambda at_ms: found.append([at_ms, now]), on_stop=stopped, hangover_ms=lambda _: hangover_ms
    )
    for place in range(0, len(samples), FRAME):
        now = place // 8 + 20
        ear.hear(samples[place : place + FRAME], at_ms=place // 8 + jitter[place // FRAME % len(jitter)])
        ear.pass_to(now)
        assert ear.certain_ms(now) <= now
    return [(a, b, c, d) for a, b, c, d in found]


@pytest.mark.parametrize("noise", [0.0, 0.002], ids=["digital silence", "hiss at -54 dB"])
def test_a_turn_is_told_late_with_its_true_times(noise: float) -> None:
    [(began, known, ended, over)] = turns(sound(("", 307), ("voice", 900), ("", 800), noise=noise))
    assert abs(began - 307) <= 5
    assert known - began <= 80
    assert abs(ended - 1207) <= 10
    assert abs(over - ended - 500) <= 25


def test_gaps_between_sentences_do_not_end_a_turn_and_a_longer_silence_does() -> None:
    found = turns(sound(("", 200), ("voice", 600), ("", 450), ("voice", 600), ("", 600), ("voice", 300), ("", 700)))
    assert [(round(began, -1), round(ended, -1)) for began, _, ended, _ in found] == [(200, 1850), (2450, 2750)]


def test_a_click_is_no_turn_and_a_last_plosive_belongs_to_it() -> None:
    found = turns(sound(("", 300), ("voice", 20), ("", 800), ("voice", 500), ("", 120), ("voice", 40), ("", 800)))
    assert [(round(began, -1), round(ended, -1)) for began, _, ended, _ in found] == [(1120, 1780)]


def test_an_end_is_known_although_no_sound_arrives_any_more() -> None:
    stopped: list[int] = []
    ear = AgentEar(on_start=lambda _: None, on_stop=stopped.append)
    samples = voice(400).samples
    for place in range(0, len(samples), FRAME):
        ear.hear(samples[place : place + FRAME], at_ms=1000 + place // 8)
    ear.pass_to(1700)
    assert ear.certain_ms(1700) == 1400
    assert stopped == []
    ear.pass_to(2000)
    assert stopped == [1400]


def laid(*pieces: tuple[int, int]) -> list[tuple[int, int]]:
    """Return (start, length) of what lies on the recording, for pieces of (time, level)."""
    found: list[tuple[int, Clip]] = []
    arrivals = Arrivals(lambda clip, at_ms: found.append((at_ms, clip)))
    for at_ms, level in pieces:
        arrivals.take(np.full(FRAME, level, dtype=np.int16), at_ms=at_ms)
    arrivals.flush()
    tape = np.zeros(8 * 10_000, dtype=np.int16)
    for at_ms, clip in found:
        tape[at_ms * 8 : at_ms * 8 + len(clip.samples)] = clip.samples
    edges = np.flatnonzero(np.diff(np.concatenate(([0], tape != 0, [0])).astype(np.int8)))
    return [(int(a) // 8, int(b - a) // 8) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def test_jitter_leaves_no_seams_on_the_recording() -> None:
    jitter = (0, 7, 3, 19, 0, 12, 5)
    assert laid(*((place * 20 + jitter[place % 7], 9) for place in range(100))) == [(0, 2000)]


def test_a_pause_of_the_sender_is_a_pause_on_the_recording() -> None:
    pieces = [*((place * 20, 9) for place in range(10)), *((1000 + place * 20, 9) for place in range(10))]
    assert laid(*pieces) == [(0, 200), (1000, 200)]


def test_a_lost_piece_does_not_move_what_comes_after_it() -> None:
    pieces = [(place * 20, 9) for place in range(60) if place != 20]
    found = laid(*pieces)
    assert sum(length for _, length in found) == 59 * 20
    assert found[-1][0] + found[-1][1] == 1200
