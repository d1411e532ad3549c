"""The platform's recogniser: what arrives on the line becomes interim and final transcripts.

A clip is recognised whole, the moment it begins; its words are then told one by one, at the times a streaming
recogniser would have them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from harness.errors import ServiceError
from harness.interfaces import Ears, Utterance
from harness.model.call import Heard, Word
from harness.simulator.kernel.studio import Studio
from harness.simulator.kernel.timing import timed
from harness.telephone.clock import Due

FINAL_PAUSE_MS: Final = 700
"""A silence this long between two words makes a final of what came before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A transcript."""

    text: str
    is_final: bool
    number: int
    """Which utterance of that side it belongs to."""
    word_end_ms: int
    """When its last word was over, on the call's clock."""


@dataclass(slots=True, kw_only=True)
class _Planned:
    """A transcript that is going to be told."""

    said_ms: int
    """When what it tells was said; for a final, when its utterance began."""
    at_ms: int
    due: Due
    tell: Callable[[], Awaitable[None]]
    pause_ms: int | None = None
    """Of a final: how long after the last word it comes."""


OnTranscript: TypeAlias = Callable[[Told], Awaitable[None] | None]


class Hearing:
    """Listens to one side from the moment it is opened until it is closed."""

    def __init__(
        self,
        *,
        studio: Studio,
        ears: Ears,
        on_transcript: OnTranscript,
        attends: Callable[[int], bool] = lambda _: True,
        salt: str = "",
    ) -> None:
        """Take the recogniser and who wants its transcripts.

        Args:
            studio: The call's clock and delays.
            ears: The recogniser.
            on_transcript: Told every transcript when it is there.
            attends: Says whether anybody listened to a word that began at a moment; asked when it could be told.
            salt: Tells two recognisers of one call apart, so that their delays differ.
        """
        self._studio = studio
        self._ears = ears
        self._on_transcript = on_transcript
        self._attends = attends
        self._salt = salt
        self._is_open = False
        self._is_closed = False
        self._opened_ms = 0
        self._planned: list[_Planned] = []
        self._busy_until_ms = 0

    def open(self) -> None:
        """Begin to listen; words spoken before were not heard."""
        self._is_open = not self._is_closed
        self._opened_ms = self._studio.clock.now_ms()

    def close(self) -> None:
        """Stop listening for good; what is not yet told never will be."""
        self._is_open = False
        self._is_closed = True
        for planned in self._planned:
            planned.due.cancel()

    async def listen(self, utterance: Utterance, *, number: int, delay_ms: int = 0) -> None:
        """Recognise an utterance that begins in `delay_ms`, as it came off the line."""
        studio = self._studio
        started_ms = studio.clock.now_ms() + delay_ms
        try:
            heard = await timed(
                self._ears.hear(utterance), clock=studio.watch, service=self._ears.name, timeout_s=studio.timeout_s
            )
        except ServiceError as error:
            # A streaming recogniser fails while it is being spoken to; the failure is told when the words are over.
            failure = error
            over_ms = started_ms + utterance.duration_ms

            async def fail() -> None:
                studio.report(failure, stage="stt")

            self._plan(over_ms, fail, said_ms=over_ms)
            return
        if self._is_closed:
            return
        self._planned = [planned for planned in self._planned if not planned.due.is_over]
        words = _words(heard.value, duration_ms=utterance.duration_ms)
        interims = studio.latency.interims_ms(number, words=len(words), took_ms=heard.took_ms, salt=self._salt)
        for place, segment in enumerate(_segments(words)):
            told = _Segment(number=number, started_ms=started_ms)
            for index in segment:
                self._tell_word(words[index], told, after_ms=interims[index])
            pause_ms = studio.latency.final_ms(number, segment=place, took_ms=heard.took_ms, salt=self._salt)
            at_ms = started_ms + words[segment[-1]].end_ms + pause_ms
            self._tell_final(told, at_ms=at_ms, pause_ms=pause_ms)

    def cut(self, at_ms: int) -> None:
        """Take back the words that were not yet over when the speaker was cut; what was said becomes final."""
        self._planned = [planned for planned in self._planned if not planned.due.is_over]
        told_ms = max(at_ms, self._studio.clock.now_ms())
        for planned in self._planned:
            if planned.said_ms > at_ms:
                planned.due.cancel()
            elif planned.pause_ms is None:
                told_ms = max(told_ms, planned.at_ms)
        self._busy_until_ms = told_ms
        for final in tuple(self._planned):
            if final.pause_ms is not None and not final.due.is_over:
                final.due.cancel()
                self._plan(min(final.at_ms, at_ms + final.pause_ms), final.tell, said_ms=final.said_ms)

    def _tell_word(self, word: Word, told: "_Segment", *, after_ms: int) -> None:
        async def interim() -> None:
            began_ms = told.started_ms + word.start_ms
            if self._is_open and began_ms >= self._opened_ms and self._attends(began_ms):
                told.add(word)
                await self._tell(told, is_final=False)

        said_ms = told.started_ms + word.end_ms
        self._plan(said_ms + after_ms, interim, said_ms=said_ms)

    def _tell_final(self, told: "_Segment", *, at_ms: int, pause_ms: int) -> None:
        async def final() -> None:
            if told.text:
                await self._tell(told, is_final=True)

        # Never taken back: it tells whatever words there were.
        self._plan(at_ms, final, said_ms=told.started_ms, pause_ms=pause_ms)

    async def _tell(self, told: "_Segment", *, is_final: bool) -> None:
        waiting = self._on_transcript(
            Told(text=told.text, is_final=is_final, number=told.number, word_end_ms=told.ended_ms)
        )
        if waiting is not None:
            await waiting

    def _plan(
        self, at_ms: int, tell: Callable[[], Awaitable[None]], *, said_ms: int, pause_ms: int | None = None
    ) -> None:
        # A recogniser tells its transcripts in the order of the words, however slow one of them was.
        self._busy_until_ms = max(self._busy_until_ms, at_ms, self._studio.clock.now_ms())
        due = self._studio.clock.at(self._busy_until_ms, tell)
        self._planned.append(
            _Planned(said_ms=said_ms, at_ms=self._busy_until_ms, due=due, tell=tell, pause_ms=pause_ms)
        )


@dataclass(slots=True, kw_only=True)
class _Segment:
    """Words between two pauses, as far as they were told."""

    number: int
    started_ms: int
    """When the utterance began."""
    text: str = ""
    ended_ms: int = 0
    """When the last of the words was over."""

    def add(self, word: Word) -> None:
        self.text = f"{self.text} {word.text}" if self.text else word.text
        self.ended_ms = self.started_ms + word.end_ms


def _words(heard: Heard, *, duration_ms: int) -> tuple[Word, ...]:
    if heard.words or not heard.text.strip():
        return heard.words
    return (Word(text=heard.text.strip(), start_ms=0, end_ms=duration_ms),)


def _segments(words: tuple[Word, ...]) -> list[range]:
    starts = [i for i in range(len(words)) if i == 0 or words[i].start_ms - words[i - 1].end_ms >= FINAL_PAUSE_MS]
    return [range(start, end) for start, end in pairwise([*starts, len(words)])]
