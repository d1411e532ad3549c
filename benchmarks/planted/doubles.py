"""Doubles that fail on purpose, at the seams of a call, and ears that hear tones only where they really sound."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from harness.audio.clip import Clip
from harness.audio.recording import Lane, Recording
from harness.errors import ServiceError
from harness.interfaces import Agent, Delta, Ears, Listener, Message, Mouth, StopReason, ToolCall, ToolSpec, Utterance
from harness.model.call import Heard, Role, Transcript, Turn, Word
from harness.model.rubric import Criterion
from harness.model.score import Better, Evidence, Score, Scored
from harness.testing.speech import EchoEars, ManualClock

CALLER_HZ, AGENT_HZ = 600, 440
"""The pitches of the two sides' voices of tones."""
_FRAME_MS = 20
_PAUSE_MS = 1_000
_FADE_MS = 120
_LEAST_HEARD = 0.65
"""Share of a word that has to sound."""


def sounding(clip: Clip, *, pitch_hz: int) -> float:
    """Return the share of a clip's frames of 20 ms in which a tone stands out."""
    size = clip.rate_hz * _FRAME_MS // 1000
    frames = clip.floats[: len(clip.floats) // size * size].reshape(-1, size)
    if not len(frames):
        return 0.0
    wave = np.exp(-2j * np.pi * pitch_hz * np.arange(size) / clip.rate_hz)
    tone = 2 * np.abs(frames @ wave) ** 2 / size**2
    power = np.mean(np.square(frames), axis=1)
    return float(np.mean((power > 1e-5) & (tone > power / 2)))


class ToneEars:
    """Hears the words of an utterance whose tone arrived; for a voice of tones, which holds no words."""

    name = "tones"

    def __init__(self, *, pitch_hz: int) -> None:
        self._pitch_hz = pitch_hz

    async def hear(self, utterance: Utterance) -> Heard:
        """Return the words that sounded for most of their time; they lie evenly in it, pauses left out."""
        sound = utterance.clip
        if sound is None:
            return await EchoEars().hear(utterance)
        spoken, texts = _spoken_ms(sound), utterance.text.split()
        if not texts or not spoken:
            return Heard(text="")
        step = len(spoken) / len(texts)
        spans = [spoken[round(place * step) : round((place + 1) * step)] for place in range(len(texts))]
        words = tuple(
            Word(text=text, start_ms=span[0], end_ms=span[-1] + _FRAME_MS)
            for text, span in zip(texts, spans, strict=True)
            if span and self._sounds(sound, span)
        )
        return Heard(text=" ".join(word.text for word in words), words=words)

    def _sounds(self, sound: Clip, frames: Sequence[int]) -> bool:
        heard = sum(sounding(sound.span(at_ms, at_ms + _FRAME_MS), pitch_hz=self._pitch_hz) for at_ms in frames)
        return heard > _LEAST_HEARD * len(frames)


def _spoken_ms(sound: Clip) -> list[int]:
    """Return when each frame begins that is no part of a pause: of silence longer than lost frames are."""
    starts = range(0, sound.duration_ms, _FRAME_MS)
    loud = [bool(np.abs(sound.span(at_ms, at_ms + _FRAME_MS).floats).max(initial=0) > 1e-3) for at_ms in starts]
    spoken: list[int] = []
    for is_loud, run in groupby(range(len(loud)), key=loud.__getitem__):
        places = list(run)
        if is_loud or len(places) * _FRAME_MS < _PAUSE_MS:
            spoken += [starts[place] for place in places]
    return spoken


class ToneListener:
    """Our reference recogniser for voices of tones."""

    name = "tones"

    async def listen(self, turns: Sequence[Turn], recording: Recording, *, language: str) -> tuple[Turn, ...]:
        """Return the turns with the words that really sounded."""
        return tuple([replace(turn, said=await self._said(turn, recording)) for turn in turns])

    async def _said(self, turn: Turn, recording: Recording) -> str:
        clip = recording.lane(Lane(turn.role)).span(turn.started_ms, turn.ended_ms)
        ears = ToneEars(pitch_hz=CALLER_HZ if turn.role is Role.CALLER else AGENT_HZ)
        return (await ears.hear(Utterance(text=turn.spoken, duration_ms=clip.duration_ms, clip=clip))).text


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedEars:
    """Takes some words for others, and is deaf to utterances with a certain word."""

    ears: Ears
    instead: tuple[tuple[str, str], ...] = ()
    deaf_to: str = ""
    name: str = "confused"

    async def hear(self, utterance: Utterance) -> Heard:
        """Recognise, and get it wrong."""
        heard = await self.ears.hear(utterance)
        if self.deaf_to and self.deaf_to in heard.text.casefold():
            return Heard(text="")
        changes = dict(self.instead)
        words = tuple(replace(word, text=_changed(word.text, changes)) for word in heard.words)
        return Heard(text=" ".join(word.text for word in words), words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedListener:
    """A reference recogniser that takes some words for others."""

    listener: Listener
    instead: tuple[tuple[str, str], ...]
    name: str = "confused"

    async def listen(self, turns: Sequence[Turn], recording: Recording, *, language: str) -> tuple[Turn, ...]:
        """Listen, and get it wrong."""
        changes, listened = dict(self.instead), await self.listener.listen(turns, recording, language=language)
        return tuple(
            replace(turn, said=None if turn.said is None else " ".join(_changed(w, changes) for w in turn.said.split()))
            for turn in listened
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenListener:
    """A reference recogniser that fails."""

    name: str = "broken"

    async def listen(self, turns: Sequence[Turn], recording: Recording, *, language: str) -> tuple[Turn, ...]:
        """Fail."""
        raise ServiceError("the weights are damaged", service="our recogniser")


@dataclass(frozen=True, slots=True, kw_only=True)
class DistortedMouth:
    """A voice whose sound is spoiled where it says a certain word: by silence, or by noise as loud as itself."""

    mouth: Mouth
    where: str = ""
    """Empty: everywhere."""
    noise: float = 0.0
    """Peak of the noise; with none there is no sound at all."""
    name: str = "distorted"

    async def speak(self, text: str) -> Utterance:
        """Speak, and spoil it."""
        spoken = await self.mouth.speak(text)
        if spoken.clip is None or self.where not in text.casefold():
            return spoken
        rng = np.random.default_rng(7)
        sound = rng.uniform(-self.noise, self.noise, len(spoken.clip.samples)) if self.noise else 0 * spoken.clip.floats
        return replace(spoken, clip=Clip.of_floats(sound.astype(np.float64), spoken.clip.rate_hz))


@dataclass(frozen=True, slots=True, kw_only=True)
class FadingMouth:
    """A voice that ends softly, as voices do and tones do not: cut off, it would sound like a hole in the line."""

    mouth: Mouth
    name: str = "fading"

    async def speak(self, text: str) -> Utterance:
        """Speak, with soft edges."""
        spoken = await self.mouth.speak(text)
        if spoken.clip is None:
            return spoken
        samples = spoken.clip.floats.astype(np.float64)
        edge = min(len(samples) // 2, spoken.clip.rate_hz * _FADE_MS // 1000)
        fade = np.linspace(0, 1, edge) ** 3
        samples[:edge] *= fade
        samples[len(samples) - edge :] *= fade[::-1]
        return replace(spoken, clip=Clip.of_floats(samples, spoken.clip.rate_hz))


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingVoice:
    """A voice that delivers nothing."""

    name: str = "failing"

    async def speak(self, text: str) -> Utterance:
        """Fail."""
        raise ServiceError("the voice engine is gone", service="our voice")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowMouth:
    """A voice that takes its time, on a clock that is moved by hand."""

    mouth: Mouth
    clock: ManualClock
    took_ms: int
    name: str = "slow"

    async def speak(self, text: str) -> Utterance:
        """Let time pass, and speak."""
        self.clock.advance(self.took_ms)
        return await self.mouth.speak(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowEars:
    """A recogniser that takes its time."""

    ears: Ears
    clock: ManualClock
    took_ms: int
    name: str = "slow"

    async def hear(self, utterance: Utterance) -> Heard:
        """Let time pass, and recognise."""
        self.clock.advance(self.took_ms)
        return await self.ears.hear(utterance)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAgent:
    """An agent that thinks before its first word."""

    agent: Agent
    clock: ManualClock
    took_ms: int

    async def reply(self, history: Sequence[Message], *, tools: Sequence[ToolSpec] = ()) -> AsyncIterator[Delta]:
        """Let time pass, and answer."""
        self.clock.advance(self.took_ms)
        async for delta in self.agent.reply(history, tools=tools):
            yield delta


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenScorer:
    """A scorer with a mistake in it."""

    name: str = "broken"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Break."""
        raise ZeroDivisionError("division by zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberlessScorer:
    """A scorer whose number is none."""

    name: str = "numberless"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Answer nothing usable."""
        return (Score(name="tone", value=float("nan"), better=Better.HIGHER, passed=False, required=True),)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentJudge:
    """A judge that cannot be reached."""

    fingerprint: str = "absent"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        """Fail."""
        raise ServiceError("no route to the judge", service="judge")


def calling(name: str, arguments: str = "{}", *, words: str = "") -> tuple[Delta, ...]:
    """Return an answer that says some words and calls a tool."""
    said = tuple(Delta(text=f"{word} ") for word in words.split())
    call = ToolCall(id=f"call_{name}", name=name, arguments=arguments)
    return (*said, Delta(tool_call=call), Delta(stop=StopReason.TOOL_CALLS))


def _changed(word: str, changes: dict[str, str]) -> str:
    bare = word.strip(".,?!").casefold()
    return word.casefold().replace(bare, changes[bare]) if bare in changes else word
