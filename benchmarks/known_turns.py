"""Two-channel calls of real voices in which it is known, to the millisecond, who can be heard when.

What counts as audible is decided on each clip before any noise is added, and without the detector that is measured:
from the first to the last 5 ms whose power is within `AUDIBLE_DB` of the clip's own speech level (pauses left out).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.audio.activity import speech_power, trim_silence
from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ, Codec, through_codec, to_telephone_frames
from harness.audio.noise import Noise, noise_bed
from harness.audio.recording import Lane, Recording, Tape
from harness.interfaces import TTS
from harness.model.call import TurnLabel
from harness.model.persona import Voice
from harness.scorers.turn_events import CallerUtterance
from harness.scorers.turn_segments import Segment, merge_segments

VOICES = ("hibari:heart", "hibari:heart-low")
AUDIBLE_DB = 25.0
_GRAIN_MS = 5
_APART_MS = 600
"""Pauses of the agent up to 300 ms belong to one speech; longer ones of a benchmark are clearly longer."""
_BED_SAMPLES = 2**17
"""16 s of noise, repeated: babble takes long to make."""
_SCRAP_MS = range(50, 151)
"""Sounds on their own from 100 ms on are speech; no cut leaves one of about that length."""

_ANSWERS = (
    "Yes.",
    "Sure, no problem.",
    "I can help you with that.",
    "Please hold on for a second while I look that up for you.",
    "Thank you for calling, how may I help you today?",
    "Could I have your order number, please?",
    "Half past eight is still free, shall I book it?",
    "Our opening hours are from nine to five, Monday to Friday, and we are closed on public holidays.",
    "For security reasons I need your date of birth and the last four digits of your phone number.",
    "Hotels near the station start at eighty dollars a night, and breakfast is ten dollars more.",
    "Everything is confirmed, you will get an email with all the details in a few minutes.",
    "I am sorry to hear that, it should of course have been delivered last week.",
)
_QUESTIONS = (
    "Hello, I have a question about my bill.",
    "What time do you close tonight?",
    "Is there anything earlier?",
    "My order has not arrived yet, can you check?",
    "That would be great.",
    "How much does it cost?",
    "Four seven one nine two.",
    "Can you send me a receipt?",
)
_INTERRUPTIONS = ("Wait, stop.", "No, that is wrong.", "Sorry, one more thing.", "Hold on, please.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Everything two voices can say."""

    answers: tuple[Clip, ...]
    questions: tuple[Clip, ...]
    interruptions: tuple[Clip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCall:
    """A call whose every sound is known."""

    recording: Recording
    caller: tuple[CallerUtterance, ...]
    agent: tuple[Segment, ...]


def audible(clip: Clip, *, below_db: float = AUDIBLE_DB, min_speech_ms: int = 100) -> tuple[Segment, ...]:
    """Return when a clip without noise can be heard, pauses of up to 0.3 s included as in all of turn-taking."""
    size = clip.rate_hz * _GRAIN_MS // 1000
    values = clip.floats.astype(np.float64)[: len(clip.samples) // size * size]
    power = np.mean(np.square(values.reshape(-1, size)), axis=1)
    heard = np.flatnonzero(power >= speech_power(clip) / 10 ** (below_db / 10)) * _GRAIN_MS
    grains = (Segment(start_ms=at_ms, end_ms=at_ms + _GRAIN_MS) for at_ms in heard.tolist())
    return merge_segments(grains, min_speech_ms=min_speech_ms)


def record_book(voice: str, *, tts: TTS) -> Book:
    """Return every sentence in one voice, at 8 kHz."""

    def speak(texts: Sequence[str]) -> tuple[Clip, ...]:
        made = (asyncio.run(tts.synthesize(text, Voice(name=voice))) for text in texts)
        return tuple(to_telephone_frames(trim_silence(clip)) for clip in made)

    return Book(answers=speak(_ANSWERS), questions=speak(_QUESTIONS), interruptions=speak(_INTERRUPTIONS))


def known_call(
    *,
    caller: Book,
    agent: Book,
    turns: int,
    rng: np.random.Generator,
    noise: Noise | None = None,
    snr_db: float = 20.0,
    below_db: float = AUDIBLE_DB,
) -> KnownCall:
    """Return a call with about as many turns of the caller: a third answered early, a third barging in.

    Noise lies over both channels from beginning to end; then everything passes G.711 µ-law.
    """
    stage = _Stage(rng=rng, below_db=below_db)
    while len(stage.caller) < turns:
        match len(stage.caller) % 3:
            case 0:
                stage.exchange(_one(caller.questions, rng), _one(agent.answers, rng), gap_ms=_gap(rng))
            case 1:
                early_ms = int(rng.integers(50, 700))
                stage.exchange(_one(caller.questions, rng), _one(agent.answers, rng), gap_ms=-early_ms)
            case _:
                long = [clip for clip in agent.answers if clip.duration_ms > 3_000]
                stage.barge_in(
                    _one(caller.interruptions, rng), over=_one(long, rng), stop_ms=int(rng.integers(150, 1500))
                )
                stage.answer(_one(agent.answers, rng), gap_ms=_gap(rng))
    silent = stage.tape.recording(duration_ms=stage.now_ms + 1_000)
    return KnownCall(
        recording=Recording(*(_on_line(silent.lane(lane), noise, snr_db=snr_db, rng=rng) for lane in Lane)),
        caller=tuple(stage.caller),
        agent=tuple(stage.agent),
    )


class _Stage:
    """Puts one sound after another on the tape and keeps what can be heard when."""

    def __init__(self, *, rng: np.random.Generator, below_db: float) -> None:
        self.tape, self.caller, self.agent = Tape(), list[CallerUtterance](), list[Segment]()
        self.now_ms = 1_000
        self._rng, self._below_db = rng, below_db

    def exchange(self, question: Clip, answer: Clip, *, gap_ms: int) -> None:
        """Let the agent answer a question so long after its end; before it, where the gap is below 0."""
        said = self._say(question, heard_ms=self.now_ms, label=TurnLabel.TURN)
        self.answer(answer, gap_ms=max(gap_ms, 100 - said.duration_ms))

    def answer(self, clip: Clip, *, gap_ms: int) -> None:
        """Let the agent be heard so long after the end of what the caller said last, and not in one go with itself."""
        quiet_ms = self.tape.end_ms(Lane.AGENT) + _APART_MS
        self._speak(clip, heard_ms=max(self.caller[-1].segment.end_ms + gap_ms, quiet_ms))
        both_ms = max(self.tape.end_ms(lane) for lane in Lane)
        self.now_ms = both_ms + int(self._rng.integers(800, 2_500))

    def barge_in(self, clip: Clip, *, over: Clip, stop_ms: int) -> None:
        """Let the caller speak over the agent, which is cut off so long after that."""
        lasts_ms = self._audible(over)[-1].end_ms
        start_ms = self.now_ms + int(lasts_ms * self._rng.uniform(0.2, 0.5))
        cut_ms = start_ms + stop_ms
        while self._leaves_a_scrap(over, self.now_ms, cut_ms):
            cut_ms += 20
        self._speak(over, heard_ms=self.now_ms, cut_ms=cut_ms)
        self._say(clip, heard_ms=start_ms, label=TurnLabel.BARGE_IN)

    def _say(self, clip: Clip, *, heard_ms: int, label: TurnLabel) -> Segment:
        """Let the caller be heard from a moment on; what it says is known, so its pauses are part of it."""
        heard = self._audible(clip)
        at_ms = heard_ms - heard[0].start_ms
        self.tape.lay(Lane.CALLER, clip, at_ms=at_ms)
        said = Segment(start_ms=heard_ms, end_ms=at_ms + heard[-1].end_ms)
        self.caller.append(CallerUtterance(segment=said, label=label))
        return said

    def _speak(self, clip: Clip, *, heard_ms: int, cut_ms: int | None = None) -> None:
        """Let the agent be heard from a moment on, until it is cut off."""
        at_ms = heard_ms - self._audible(clip)[0].start_ms
        played = clip if cut_ms is None else clip.span(0, cut_ms - at_ms)
        self.tape.lay(Lane.AGENT, played, at_ms=at_ms)
        self.agent += (
            Segment(start_ms=at_ms + each.start_ms, end_ms=at_ms + each.end_ms) for each in self._audible(played)
        )

    def _leaves_a_scrap(self, clip: Clip, heard_ms: int, cut_ms: int) -> bool:
        """Return whether a cut leaves a sound after a pause that is hardly long enough to be speech, or hardly not."""
        lasts_ms = cut_ms - heard_ms + self._audible(clip)[0].start_ms
        raw = audible(clip.span(0, lasts_ms), below_db=self._below_db, min_speech_ms=0)
        return any(each.duration_ms in _SCRAP_MS for each in raw)

    def _audible(self, clip: Clip) -> tuple[Segment, ...]:
        return audible(clip, below_db=self._below_db)


def _gap(rng: np.random.Generator) -> int:
    """Return a pause before an answer, 100 ms to 3 s, short ones more often."""
    return round(float(np.exp(rng.uniform(np.log(100), np.log(3_000)))))


def _one(clips: Sequence[Clip], rng: np.random.Generator) -> Clip:
    return clips[int(rng.integers(len(clips)))]


def _on_line(clip: Clip, noise: Noise | None, *, snr_db: float, rng: np.random.Generator) -> Clip:
    values = clip.floats.astype(np.float64)
    if noise is not None:
        bed = np.resize(noise_bed(noise, _BED_SAMPLES, power=1.0, rng=rng), len(values))
        values = values + bed * np.sqrt(speech_power(clip) / 10 ** (snr_db / 10))
    return Clip(through_codec(Clip.of_floats(values, TELEPHONE_HZ).samples, Codec.MULAW), TELEPHONE_HZ)
