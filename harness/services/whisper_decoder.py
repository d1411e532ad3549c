"""One pass of Whisper over short telephone speech: the one door to faster-whisper, imported only when a clip is heard.

The library's own `transcribe` decodes what follows the last word a second time, which doubles the work and makes short
answers repeat ("No. No. No."), and it fills every clip up to 30 s. Here each stretch of speech is encoded once, in a
window a good deal shorter, decoded once and aligned once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations, pad_or_trim
from faster_whisper.vad import get_speech_timestamps
from numpy.typing import NDArray

from harness.model.call import Heard, Word
from harness.services.weights import Weights

Floats = NDArray[np.float32]

_HZ = 16_000
_FRAME = 160
"""Samples of one feature frame, 10 ms."""
_WHOLE_WINDOW = 3000
"""Frames Whisper was trained on."""
_SPARE = 2000
"""Frames of silence behind the speech: at 1,500 some answers of one word repeat, and every frame costs time."""
_LONGEST_STRETCH_S = 25
_BEAM = 5
_LONGEST_ANSWER = 200
_TOKENS_PER_S = 10
"""Faster than anybody speaks: ends a decoder that has begun to repeat itself."""
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my"})
"""Languages written without spaces, which the library aligns sign by sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tongue:
    """What decoding one language takes."""

    code: str
    tokenizer: Any
    prompt: list[int]
    suppressed: Any


class WhisperDecoder:
    """A Whisper model, loaded. Safe to use from several threads; the same audio gives the same words."""

    def __init__(self, weights: Weights, *, threads: int, workers: int) -> None:
        """Load the weights.

        Raises:
            RuntimeError: they cannot be loaded.
        """
        self._model: Any = WhisperModel(
            f"whisper-{weights.model}",
            device="cpu",
            compute_type="int8",
            cpu_threads=threads,
            num_workers=workers,
            files=weights.read(),
        )
        self._tongues: dict[str, _Tongue] = {}

    def decode(self, audio: Floats, *, language: str) -> Heard:
        """Recognise 16 kHz audio; what holds no voice is empty text.

        Args:
            audio: From -1 to 1.
            language: Whisper's code of the language; an English model takes no other than `en`.

        Raises:
            RuntimeError: the model failed.
            ValueError: a language it does not know.
        """
        tongue = self._tongue(language)
        words = tuple(
            word for start, end in _stretches(audio) for word in self._words(audio[start:end], tongue, start=start)
        )
        return Heard(text=("" if language in _UNSPACED else " ").join(word.text for word in words), words=words)

    def _tongue(self, code: str) -> _Tongue:
        # Two threads may make the same one at once: they are equal, and either may stay.
        if code not in self._tongues:
            tokenizer: Any = Tokenizer(
                self._model.hf_tokenizer,
                multilingual=self._model.model.is_multilingual,
                task="transcribe",
                language=code,
            )
            self._tongues[code] = _Tongue(
                code=code,
                tokenizer=tokenizer,
                prompt=[*tokenizer.sot_sequence, tokenizer.no_timestamps],
                suppressed=get_suppressed_tokens(tokenizer, [-1]),
            )
        return self._tongues[code]

    def _words(self, audio: Floats, tongue: _Tongue, *, start: int) -> Iterator[Word]:
        frames = -(-len(audio) // _FRAME)
        features = pad_or_trim(self._model.feature_extractor(audio)[:, :frames], min(_WHOLE_WINDOW, frames + _SPARE))
        encoded = self._model.encode(features)
        result = self._model.model.generate(
            encoded,
            [tongue.prompt],
            beam_size=_BEAM,
            max_length=len(tongue.prompt) + min(_LONGEST_ANSWER, _TOKENS_PER_S * len(audio) // _HZ + 8),
            suppress_blank=True,
            suppress_tokens=tongue.suppressed,
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < tongue.tokenizer.eot]
        aligned = self._model.find_alignment(tongue.tokenizer, [tokens], encoded, frames)[0] if tokens else []
        merge_punctuations(aligned, _PREPENDED, _APPENDED)
        offset_ms, length_ms = start * 1000 // _HZ, len(audio) * 1000 // _HZ
        for word in aligned if tongue.code in _UNSPACED else _written_together(aligned):
            start_ms, end_ms = (min(length_ms, round(float(word[edge]) * 1000)) for edge in ("start", "end"))
            yield Word(text=word["word"].strip(), start_ms=offset_ms + start_ms, end_ms=offset_ms + end_ms)


def _written_together(aligned: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the words as they are written: the library aligns "$21.50" as " $21" and ".50"."""
    words: list[dict[str, Any]] = []
    for part in aligned:
        text = part["word"]
        if words and not text.startswith(" "):
            words[-1] |= {"word": words[-1]["word"] + text.rstrip(), "end": part["end"]}
        elif text.strip():
            words.append({**part, "word": text.strip()})
    return words


def _stretches(audio: Floats) -> Iterator[tuple[int, int]]:
    """Yield the parts to decode, as sample positions: all of a clip with a voice in it, a long one cut at its pauses.

    Without this gate Whisper hears "Thank you." in music.
    """
    spoken = get_speech_timestamps(audio, min_silence_duration_ms=300, max_speech_duration_s=_LONGEST_STRETCH_S)
    if not spoken:
        return
    if len(audio) <= _LONGEST_STRETCH_S * _HZ:
        yield 0, len(audio)
        return
    start = spoken[0]["start"]
    for before, after in pairwise(spoken):
        if after["end"] - start > _LONGEST_STRETCH_S * _HZ:
            yield start, before["end"]
            start = after["start"]
    yield start, spoken[-1]["end"]
