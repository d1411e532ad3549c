"""Where in a recording the masked values are said: found by the reference recogniser, and checked by it.

A turn is beeped word by word only if the recogniser hears as many values in it as its text has, and none any more once
they are beeped. Otherwise the whole turn is.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.audio.beeps import Beep, beeped, joined
from harness.audio.recording import Lane, Recording
from harness.errors import HarnessError
from harness.interfaces.speech import STT
from harness.model.call import Call, Heard, Role, Turn, Word
from harness.runs.redacting import Masker

_LANES: Final = {Role.CALLER: Lane.CALLER, Role.AGENT: Lane.AGENT}
_MARGIN_MS: Final = 250
"""A recogniser's word times are off by so much; an echo comes later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """Who listens to one side of a call."""

    stt: STT
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeepedCall:
    """A recording without the values, and how that was done."""

    recording: Recording
    beeps: tuple[Beep, ...]
    whole_turns: int


async def beep_call(call: Call, recording: Recording, *, masker: Masker, ears: Mapping[Role, Ear]) -> BeepedCall:
    """Return a call's recording with every masked value beeped.

    Args:
        call: As it was before anything was masked.
        recording: Its sound.
        masker: Knows the values.
        ears: Who listens to which side; the turns of a side nobody can listen to are beeped whole.
    """
    beeps: list[Beep] = []
    whole_turns = 0
    for turn in call.turns:
        if not turn.keys and not any(masker.kinds(text) for text in _texts(turn)):
            continue
        ear = ears.get(turn.role)
        found = await _values(turn, recording, masker=masker, ear=ear) if ear and not turn.keys else None
        whole_turns += found is None
        beeps += found or [Beep(start_ms=turn.started_ms - _MARGIN_MS, end_ms=turn.ended_ms + _MARGIN_MS)]
    parts = joined(beeps)
    return BeepedCall(recording=beeped(recording, parts), beeps=parts, whole_turns=whole_turns)


def _texts(turn: Turn) -> tuple[str, ...]:
    return (turn.meant, turn.spoken, turn.said or "", turn.heard or "")


async def _values(turn: Turn, recording: Recording, *, masker: Masker, ear: Ear) -> list[Beep] | None:
    """Return where in a turn its values are said; None where that is not sure."""
    try:
        heard = await _hear(turn, recording, ear)
        beeps = list(_beeps(turn, heard, masker))
        # A value in several pieces is heard in as many at the least, or a piece of it was missed.
        missed = Counter(masker.kinds(turn.spoken)) - Counter(masker.kinds(_words(heard)))
        if not beeps or missed or not heard.words:
            return None
        left = await _hear(turn, beeped(recording, beeps), ear)
    except HarnessError:
        # Whatever keeps the recogniser from listening, nothing may be left to hear.
        return None
    return None if masker.kinds(left.text) else beeps


async def _hear(turn: Turn, recording: Recording, ear: Ear) -> Heard:
    clip = recording.lane(_LANES[turn.role]).span(_start(turn), turn.ended_ms + _MARGIN_MS)
    return await ear.stt.transcribe(clip, language=ear.language)


def _start(turn: Turn) -> int:
    return max(turn.started_ms - _MARGIN_MS, 0)


def _words(heard: Heard) -> str:
    return " ".join(word.text.strip() for word in heard.words)


def _beeps(turn: Turn, heard: Heard, masker: Masker) -> Iterator[Beep]:
    """Yield a value's part from its first to its last word: a word between them that was not heard is beeped too."""
    words = [word.text.strip() for word in heard.words]
    masks = masker.words(words, counted=False)
    value: list[Word] = []
    for word, text, mask in zip(heard.words, words, masks, strict=True):
        if mask != text:
            value.append(word)
        elif value:
            yield _around(turn, value)
            value = []
    if value:
        yield _around(turn, value)


def _around(turn: Turn, words: Sequence[Word]) -> Beep:
    start, end = words[0].start_ms - _MARGIN_MS, words[-1].end_ms + _MARGIN_MS
    return Beep(start_ms=_start(turn) + start, end_ms=_start(turn) + end)
