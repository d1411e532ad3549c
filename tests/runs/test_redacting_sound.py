"""Which parts of a recording are beeped: the values where the recogniser hears them, whole turns where it does not."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.recording import Lane, Recording
from harness.errors import ServiceError
from harness.model.call import Heard, Role, Turn, Word
from harness.runs.redacting import Masker
from harness.runs.redacting_sound import BeepedCall, Ear, beep_call
from harness.scorers.personal import NOTHING_KNOWN
from harness.testing.builders import make_call, make_turn

NUMBER = "five five five oh one nine nine"
MARGIN_MS = 250


def sound(ms: int) -> Recording:
    samples = np.random.default_rng(1).integers(-9000, 9000, ms * TELEPHONE_HZ // 1000).astype(np.int16)
    return Recording(caller=Clip(samples, TELEPHONE_HZ), agent=Clip(samples[::-1].copy(), TELEPHONE_HZ))


@dataclass
class WrittenEars:
    """A recogniser that hears given words, half a second each from the margin on, unless a tone covers them."""

    text: str
    keeps_hearing: bool = False
    name: str = "written/1"

    def require(self, language: str) -> None:
        """Know every language."""

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        words = [
            Word(text=text, start_ms=MARGIN_MS + 500 * at, end_ms=MARGIN_MS + 500 * (at + 1))
            for at, text in enumerate(self.text.split())
        ]
        left = [word for word in words if self.keeps_hearing or not is_tone(clip.span(word.start_ms, word.end_ms))]
        return Heard(text=" ".join(word.text for word in left), words=tuple(left))


@dataclass
class BrokenEars(WrittenEars):
    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        raise ServiceError("gone", service="stt")


def is_tone(clip: Clip) -> bool:
    spectrum = np.abs(np.fft.rfft(clip.samples.astype(np.float64)))
    hertz = np.fft.rfftfreq(len(clip.samples), 1 / TELEPHONE_HZ)
    return float(np.sum(spectrum[np.abs(hertz - 1000) < 20] ** 2)) > 0.9 * float(np.sum(spectrum**2))


def beep(turn: Turn, ears: Mapping[Role, Ear]) -> BeepedCall:
    masker = Masker(known=NOTHING_KNOWN, year=2026)
    return asyncio.run(beep_call(make_call(turn), sound(10_000), masker=masker, ears=ears))


def turn_of(text: str) -> Turn:
    return make_turn(Role.CALLER, text, started_ms=1_000, ended_ms=1_000 + 500 * len(text.split()))


def test_only_the_value_is_beeped_where_it_is_heard() -> None:
    text = f"so it is {NUMBER} thank you very much indeed"
    done = beep(turn_of(text), {Role.CALLER: Ear(stt=WrittenEars(text), language="en-US")})

    (part,) = done.beeps
    assert (part.start_ms, part.end_ms) == (1_000 + 3 * 500 - MARGIN_MS, 1_000 + 10 * 500 + MARGIN_MS)
    assert done.whole_turns == 0
    for lane in Lane:
        before, after = sound(10_000).lane(lane), done.recording.lane(lane)
        assert is_tone(after.span(part.start_ms, part.end_ms))
        assert after.span(0, part.start_ms).digest == before.span(0, part.start_ms).digest
        assert after.span(part.end_ms, 10_000).digest == before.span(part.end_ms, 10_000).digest


@pytest.mark.parametrize(
    "ears",
    [
        pytest.param(None, id="nobody listens"),
        pytest.param(WrittenEars("so it is nice"), id="the value is not heard"),
        pytest.param(WrittenEars(f"so it is {NUMBER}", keeps_hearing=True), id="it is still heard under the tone"),
        pytest.param(BrokenEars(""), id="the recogniser fails"),
    ],
)
def test_a_turn_is_beeped_whole_where_its_value_cannot_be_found_for_sure(ears: WrittenEars | None) -> None:
    turn = turn_of(f"so it is {NUMBER}")
    done = beep(turn, {} if ears is None else {Role.CALLER: Ear(stt=ears, language="en-US")})
    (part,) = done.beeps
    assert part.start_ms <= turn.started_ms
    assert part.end_ms >= turn.ended_ms
    assert done.whole_turns == 1


def test_a_call_without_personal_data_sounds_as_before() -> None:
    done = beep(turn_of("a table for two"), {})
    assert done.recording.digest == sound(10_000).digest
    assert done.beeps == ()


def test_pressed_keys_are_beeped() -> None:
    done = beep(make_turn(Role.CALLER, "", keys="4711", started_ms=500), {})
    assert len(done.beeps) == 1
