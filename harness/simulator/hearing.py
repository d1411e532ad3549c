"""The platform's recogniser: what arrives on the line becomes interim and final transcripts.

A clip is recognised whole, the moment it begins; its words are then told one by one, at the times a streaming
recogniser would have them.
"""

from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Final, TypeAlias

from harness.errors import ServiceError
from harness.interfaces import Ears, Utterance
from harness.model.call import EventKind, Heard, Word
from harness.simulator.clock import Due
from harness.simulator.studio import Studio
from harness.simulator.timing import timed

FINAL_PAUSE_MS: Final = 700
"""A silence this long between two words makes a final of what came before it."""

OnTranscript: TypeAlias = Callable[[str, bool], Awaitable[None] | None]
"""Told every transcript and whether it is final."""


class Hearing:
    """Listens to the caller from the moment it is opened until it is closed."""

    def __init__(self, *, studio: Studio, ears: Ears, on_transcript: OnTranscript) -> None:
        """Take the recogniser and who wants its transcripts."""
        self._studio = studio
        self._ears = ears
        self._on_transcript = on_transcript
        self._is_open = False
        self._dues: list[Due] = []
        self._busy_until_ms = 0

    def open(self) -> None:
        """Begin to listen; words spoken before were not heard."""
        self._is_open = True

    def close(self) -> None:
        """Stop listening; what is not yet told never will be."""
        self._is_open = False
        for due in self._dues:
            due.cancel()

    async def listen(self, utterance: Utterance, *, number: int) -> None:
        """Recognise an utterance that begins now, as it came off the line."""
        studio = self._studio
        started_ms = studio.clock.now_ms()
        try:
            heard = await timed(
                self._ears.hear(utterance), clock=studio.watch, service=self._ears.name, timeout_s=studio.timeout_s
            )
        except ServiceError as error:
            # A streaming recogniser fails while it is being spoken to; the failure is told when the words are over.
            failure = error
            self._dues.append(studio.clock.after(utterance.duration_ms, lambda: studio.report(failure, stage="stt")))
            return
        words = _words(heard.value, duration_ms=utterance.duration_ms)
        interims = studio.latency.interims_ms(number, words=len(words), took_ms=heard.took_ms)
        for place, segment in enumerate(_segments(words)):
            told: list[str] = []
            for index in segment:
                self._tell_word(words[index], told, number, at_ms=started_ms + words[index].end_ms + interims[index])
            delay_ms = studio.latency.final_ms(number, segment=place, took_ms=heard.took_ms)
            self._tell_final(told, number, at_ms=started_ms + words[segment[-1]].end_ms + delay_ms)

    def _tell_word(self, word: Word, told: list[str], number: int, *, at_ms: int) -> None:
        async def interim() -> None:
            if self._is_open:
                told.append(word.text)
                await self._tell(" ".join(told), EventKind.TRANSCRIPT_INTERIM, number)

        self._schedule(at_ms, interim)

    def _tell_final(self, told: list[str], number: int, *, at_ms: int) -> None:
        async def final() -> None:
            if told:
                await self._tell(" ".join(told), EventKind.TRANSCRIPT_FINAL, number)

        self._schedule(at_ms, final)

    async def _tell(self, text: str, kind: EventKind, number: int) -> None:
        self._studio.log.add(kind, text=text, data={"utterance": number})
        waiting = self._on_transcript(text, kind is EventKind.TRANSCRIPT_FINAL)
        if waiting is not None:
            await waiting

    def _schedule(self, at_ms: int, happening: Callable[[], Awaitable[None]]) -> None:
        # A recogniser tells its transcripts in the order of the words, however slow one of them was.
        self._busy_until_ms = max(self._busy_until_ms, at_ms)
        self._dues.append(self._studio.clock.at(self._busy_until_ms, happening))


def _words(heard: Heard, *, duration_ms: int) -> tuple[Word, ...]:
    if heard.words or not heard.text.strip():
        return heard.words
    return (Word(text=heard.text.strip(), start_ms=0, end_ms=duration_ms),)


def _segments(words: tuple[Word, ...]) -> list[range]:
    starts = [i for i in range(len(words)) if i == 0 or words[i].start_ms - words[i - 1].end_ms >= FINAL_PAUSE_MS]
    return [range(start, end) for start, end in pairwise([*starts, len(words)])]
