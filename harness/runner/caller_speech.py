"""What the caller's moves sound like: words through voices, pauses between them, and sounds that are no words."""

from dataclasses import replace
from pathlib import Path
from typing import Final, assert_never

import numpy as np

from harness.audio.activity import speech_power
from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ, resample
from harness.audio.files import load_clip
from harness.audio.sounds import Sound as Made
from harness.audio.sounds import make_sound
from harness.interfaces import MouthFactory, Utterance
from harness.model.call import Tier, Word
from harness.model.case import Case
from harness.model.moves import Backchannel, Disturbance, Piece, Say, Sound
from harness.model.persona import NoiseFile, Persona, Voice
from harness.model.script import all_steps

VOICE_DBFS: Final = -26.0
"""The level of a caller's voice that others are compared with (ITU-T P.56's usual one)."""
BYSTANDER_PITCH: Final = -4.0
"""Semitones between the caller and another person in the room."""


class CallerSpeech:
    """Makes the sound of one caller's moves."""

    def __init__(self, case: Case, *, mouths: MouthFactory, tier: Tier, seed: int) -> None:
        """Take who speaks, through which voices."""
        self._persona = case.persona
        self._mouths = mouths
        self._tier = tier
        self._seed = seed
        self._made = 0

    async def make(self, move: Say | Backchannel | Disturbance) -> Utterance:
        """Return a move's sound.

        Raises:
            ServiceError: a voice failed.
            StoreError: a sound file cannot be read.
        """
        self._made += 1
        match move:
            case Say():
                return await self._said(move.pieces or (Piece(text=move.text),), text=move.text)
            case Backchannel():
                return await self._mouths(self._persona.voice).speak(move.text)
            case Disturbance():
                return await self._disturbance(move)
            case _:
                assert_never(move)

    async def _said(self, pieces: tuple[Piece, ...], *, text: str) -> Utterance:
        spoken = [await self._mouths(voice_of(piece, self._persona)).speak(piece.text) for piece in pieces]
        if len(spoken) == 1 and not pieces[0].pause_ms:
            return spoken[0]
        return _joined(spoken, [piece.pause_ms for piece in pieces], text=text)

    async def _disturbance(self, move: Disturbance) -> Utterance:
        if move.sound is Sound.SPEAKER:
            words = await self._mouths(bystander(self._persona)).speak(move.text)
            clip = None if words.clip is None else _at_level(words.clip, level_db=move.level_db)
            return replace(words, clip=clip, sound=f'another person: "{move.text}"')
        clip = self._clip_of(move)
        name = "a sound file" if isinstance(move.sound, NoiseFile) else move.sound.value
        silent = self._tier is Tier.TEXT
        return Utterance(text="", duration_ms=clip.duration_ms, clip=None if silent else clip, sound=name)

    def _clip_of(self, move: Disturbance) -> Clip:
        if isinstance(move.sound, NoiseFile):
            clip = load_clip(Path(move.sound.source))
            clip = clip.span(0, move.duration_ms or clip.duration_ms)
        else:
            rng = np.random.default_rng((self._seed, self._made))
            clip = make_sound(Made(move.sound.value), duration_ms=move.duration_ms, rng=rng)
        return _at_level(clip, level_db=move.level_db)


def voice_of(piece: Piece, persona: Persona) -> Voice:
    """Return the voice of a piece: the persona's, or the best one of the language it changes to."""
    own = persona.voice
    return replace(own, name="auto", language=piece.language) if piece.language else own


def bystander(persona: Persona) -> Voice:
    """Return the voice of another person in the persona's room."""
    return replace(persona.voice, name="auto", pitch=persona.voice.pitch + BYSTANDER_PITCH)


def voices_of(case: Case) -> tuple[Voice, ...]:
    """Return every voice a case may need, so that one that is missing is known before the first call."""
    persona = case.persona
    steps = tuple(all_steps(case.moves))
    pieces = [piece for step in steps if isinstance(step, Say) for piece in step.pieces]
    others = [bystander(persona) for step in steps if isinstance(step, Disturbance) and step.sound is Sound.SPEAKER]
    return tuple(dict.fromkeys([persona.voice, *(voice_of(piece, persona) for piece in pieces), *others]))


def _joined(spoken: list[Utterance], pauses: list[int], *, text: str) -> Utterance:
    words: list[Word] = []
    at_ms = 0
    for utterance, pause_ms in zip(spoken, pauses, strict=True):
        at_ms += pause_ms
        words += [word.later(at_ms) for word in utterance.timed_words]
        at_ms += utterance.duration_ms
    if any(utterance.clip is None for utterance in spoken):
        return Utterance(text=text, duration_ms=at_ms, clip=None, words=tuple(words))
    samples: list[np.ndarray] = []
    for utterance, pause_ms in zip(spoken, pauses, strict=True):
        assert utterance.clip is not None
        samples += [np.zeros(pause_ms * TELEPHONE_HZ // 1000, dtype=np.int16)]
        samples += [resample(utterance.clip, TELEPHONE_HZ).samples]
    clip = Clip(np.concatenate(samples), TELEPHONE_HZ)
    return Utterance(text=text, duration_ms=clip.duration_ms, clip=clip, words=tuple(words))


def _at_level(clip: Clip, *, level_db: float) -> Clip:
    power = speech_power(clip)
    wanted = 10 ** ((VOICE_DBFS + level_db) / 10)
    return Clip.of_floats(clip.floats * np.sqrt(wanted / power), clip.rate_hz) if power else clip
