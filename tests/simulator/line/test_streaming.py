"""What is heard in a live stream of frames, on the virtual clock."""

import asyncio
from dataclasses import dataclass, field

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.audio.codec import through_telephone
from harness.audio.framing import FRAME_BYTES, FRAME_MS
from harness.errors import ServiceError
from harness.interfaces import Ears, Utterance
from harness.model.call import Heard
from harness.model.persona import Voice
from harness.services.hibari_voice import HibariTTS
from harness.services.whisper_stt import WhisperSTT
from harness.simulator.line.hearing import FINAL_PAUSE_MS
from harness.simulator.line.streaming import (
    FIRST_INTERIM_MS,
    LEAD_MS,
    LIKELY_END_MS,
    LONGEST_MS,
    NEXT_INTERIM_MS,
    LiveSpeech,
)
from harness.telephone.clock import VirtualClock, Work
from harness.testing.speech import ToneMouth

NOTICED_MS = 40
"""Three loud frames are speech: the third begins this long after the first."""


class LengthEars:
    """Hears "1 2 3 …", one word for every 300 ms of sound that is not silence; may fail."""

    name = "length"

    def __init__(self, *, fails: bool = False, hangs: bool = False) -> None:
        self._fails = fails
        self._hangs = hangs

    async def hear(self, utterance: Utterance) -> Heard:
        if self._fails:
            raise ServiceError("no", service=self.name)
        if self._hangs:
            await asyncio.Event().wait()
        assert utterance.clip is not None
        loud_ms = np.count_nonzero(utterance.clip.samples) / 8
        return Heard(text=" ".join(str(number + 1) for number in range(round(loud_ms / 300))))


@dataclass
class Stream:
    """A stream on its clock; keeps what was told and when."""

    ears: Ears = field(default_factory=LengthEars)
    timeout_s: float = 30.0
    told: list[tuple[int, str]] = field(default_factory=list)
    sounds: list[Utterance] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.live = LiveSpeech(
            clock=self.clock,
            ears=self.ears,
            on_started=lambda: self._tell("started"),
            on_interim=lambda text: self._tell(f"interim {text}"),
            on_final=lambda text: self._tell(f"final {text}"),
            on_stopped=self._stopped,
            on_failure=lambda failure: self._tell(f"failed {failure}"),
            timeout_s=self.timeout_s,
        )

    def send(self, clip: Clip, *, at_ms: int) -> None:
        data = clip.samples.astype("<i2").tobytes()
        for number in range(len(data) // FRAME_BYTES):
            frame = data[number * FRAME_BYTES : (number + 1) * FRAME_BYTES]
            self.clock.at(at_ms + number * FRAME_MS, lambda frame=frame: self.live.frame(frame))  # type: ignore[misc]

    def run(self) -> list[tuple[int, str]]:
        async def run() -> None:
            while await self.clock.step():
                pass

        asyncio.run(run())
        return self.told

    def _tell(self, what: str) -> None:
        self.told.append((self.clock.now_ms(), what))

    def _stopped(self, utterance: Utterance) -> None:
        self.sounds.append(utterance)
        self._tell("stopped")


def tone(duration_ms: int) -> Clip:
    clip = asyncio.run(ToneMouth(word_ms=duration_ms).speak("word")).clip
    assert clip is not None
    return Clip(np.where(clip.samples == 0, 1, clip.samples).astype(np.int16), clip.rate_hz)


def silence(duration_ms: int) -> Clip:
    return Clip(np.zeros(duration_ms * 8, dtype=np.int16), 8_000)


def test_speech_is_noticed_understood_bit_by_bit_and_ends_after_the_pause() -> None:
    stream = Stream()
    stream.send(silence(1_000), at_ms=0)
    stream.send(tone(1_500), at_ms=1_000)
    stream.send(silence(2_000), at_ms=2_500)
    began = 1_000 + NOTICED_MS
    over = 2_500 + FINAL_PAUSE_MS
    assert stream.run() == [
        (began, "started"),
        (began + FIRST_INTERIM_MS, "interim 1 2"),
        (began + FIRST_INTERIM_MS + NEXT_INTERIM_MS, "interim 1 2 3 4"),
        (began + FIRST_INTERIM_MS + 2 * NEXT_INTERIM_MS, "interim 1 2 3 4 5"),
        (over, "stopped"),
        (over, "final 1 2 3 4 5"),
    ]
    [sound] = stream.sounds
    assert sound.text == "1 2 3 4 5"
    assert sound.duration_ms == pytest.approx(LEAD_MS + 1_500 + LEAD_MS, abs=3 * FRAME_MS)


def test_a_stream_that_stops_sending_ends_the_speech_as_silence_does() -> None:
    stream = Stream()
    stream.send(tone(900), at_ms=0)
    told = stream.run()
    assert told[-2:] == [(900 + FINAL_PAUSE_MS, "stopped"), (900 + FINAL_PAUSE_MS, "final 1 2 3")]


def test_a_short_gap_in_the_stream_is_silence_within_the_same_speech() -> None:
    stream = Stream()
    stream.send(tone(600), at_ms=0)
    stream.send(tone(600), at_ms=1_000)
    told = stream.run()
    assert [what for _, what in told].count("started") == 1
    assert told[-1] == (1_600 + FINAL_PAUSE_MS, "final 1 2 3 4")
    assert stream.sounds[0].duration_ms == pytest.approx(1_600, abs=FRAME_MS)


def test_two_utterances_are_two() -> None:
    stream = Stream()
    stream.send(tone(600), at_ms=0)
    stream.send(tone(900), at_ms=3_000)
    finals = [told for told in stream.run() if told[1].startswith("final")]
    assert finals == [(600 + FINAL_PAUSE_MS, "final 1 2"), (3_900 + FINAL_PAUSE_MS, "final 1 2 3")]


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(silence(3_000), id="silence"),
        pytest.param(tone(40), id="a-click"),
        pytest.param(Clip.of_floats(np.random.default_rng(1).normal(0, 0.003, 24_000), 8_000), id="a-noisy-line"),
    ],
)
def test_what_is_no_speech_is_not_told(sound: Clip) -> None:
    stream = Stream()
    stream.send(silence(500), at_ms=0)
    stream.send(sound, at_ms=500)
    assert stream.run() == []


def test_speech_over_noise_is_told_from_the_noise() -> None:
    noise = np.random.default_rng(2).normal(0, 0.003, 8 * 6_000)
    noise[8 * 3_000 : 8 * 4_200] += tone(1_200).floats
    stream = Stream()
    stream.send(Clip.of_floats(noise, 8_000), at_ms=0)
    told = stream.run()
    assert [at for at, what in told if what == "started"][-1] == 3_000 + NOTICED_MS
    assert told[-1][0] == 4_200 + FINAL_PAUSE_MS


def test_speech_without_a_pause_is_understood_in_pieces() -> None:
    stream = Stream()
    stream.send(tone(LONGEST_MS + 5_000), at_ms=0)
    finals = [at for at, what in stream.run() if what.startswith("final")]
    assert finals == [NOTICED_MS + LONGEST_MS, LONGEST_MS + 5_000 + FINAL_PAUSE_MS]


@pytest.mark.parametrize(
    ("ears", "failure"),
    [
        pytest.param(LengthEars(fails=True), "failed length: no", id="error"),
        pytest.param(LengthEars(hangs=True), "failed length: no answer within 0.001 s", id="no-answer"),
    ],
)
def test_a_failing_recogniser_is_told_and_speech_still_ends(ears: LengthEars, failure: str) -> None:
    stream = Stream(ears=ears, timeout_s=0.001)
    stream.send(tone(300), at_ms=0)
    over = 300 + FINAL_PAUSE_MS
    assert stream.run() == [
        (NOTICED_MS, "started"),
        (NOTICED_MS + FIRST_INTERIM_MS, failure),
        (300 + LIKELY_END_MS, failure),
        (over, failure),
        (over, "stopped"),
    ]


def test_a_closed_stream_tells_nothing_more() -> None:
    stream = Stream()
    stream.send(tone(900), at_ms=0)
    stream.clock.at(500, stream.live.close)
    assert [what for _, what in stream.run()] == ["started", "interim 1 2"]


def test_real_speech_is_understood_live() -> None:
    class WhisperEars:
        name = "whisper"

        def __init__(self) -> None:
            self._stt = WhisperSTT()

        async def hear(self, utterance: Utterance) -> Heard:
            assert utterance.clip is not None
            return await self._stt.transcribe(utterance.clip, language="en-US")

    said = asyncio.run(HibariTTS().synthesize("We are open from Tuesday to Sunday.", Voice(name="hibari:heart")))
    stream = Stream(ears=WhisperEars())
    stream.send(silence(400), at_ms=0)
    stream.send(through_telephone(said), at_ms=400)
    stream.send(silence(1_500), at_ms=400 + said.duration_ms // FRAME_MS * FRAME_MS)
    told = [what for _, what in stream.run()]
    assert told[-2:] == ["stopped", "final We are open from Tuesday to Sunday."]
    assert told[0] == "started"
    assert any(what.startswith("interim We are") for what in told)


@pytest.mark.parametrize("pauses", [False, True], ids=["silence-is-sent", "the-stream-pauses"])
def test_a_slow_recogniser_is_asked_less_often_and_not_again_about_what_it_knows(pauses: bool) -> None:
    asked: list[int] = []

    class SlowEars(LengthEars):
        async def hear(self, utterance: Utterance) -> Heard:
            asked.append(stream.clock.now_ms())
            return await super().hear(utterance)

    stream = Stream(ears=SlowEars())

    def go_on(work: Work) -> None:
        async def answer() -> None:
            happening = await work()
            stream.clock.after(300, happening)

        stream.clock.after(0, answer)

    stream.clock.go_on_by(go_on)
    stream.send(tone(3_000), at_ms=0)
    if not pauses:
        stream.send(silence(1_500), at_ms=3_000)
    told = [what for _, what in stream.run()]
    # After 400 ms of speech, then after three times the 300 ms it took, and once in the pause that became the end.
    assert asked == pytest.approx([440, 1_640, 2_840, 3_300], abs=60)
    assert told[-2:] == ["stopped", "final 1 2 3 4 5 6 7 8 9 10"]
