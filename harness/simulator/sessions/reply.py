"""One answer of the agent on its way: written, voiced sentence by sentence, played, and perhaps cut.

The next sentence is written and voiced while the one before it plays, so that gaps come from latency alone.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

from harness.errors import ServiceError
from harness.interfaces import Mouth, ToolCall, Utterance
from harness.model.call import EventKind
from harness.simulator.kernel.studio import Studio
from harness.simulator.kernel.timing import timed
from harness.simulator.line.lines import Lines
from harness.simulator.line.sentences import split_sentences
from harness.simulator.line.voice import Speech
from harness.simulator.sessions.writing import Written
from harness.telephone.clock import Due, Happening

OnWritten: TypeAlias = Callable[[str, Sequence[ToolCall]], Awaitable[None] | None]
"""Told the text that is to be stored and, when the answer is complete, the tools it calls."""


class Reply:
    """Plays a written answer in virtual time."""

    def __init__(
        self,
        *,
        number: int,
        written: Written,
        studio: Studio,
        mouth: Mouth | None,
        lines: Lines,
        on_written: OnWritten,
        on_over: Callable[[], None],
        begun_ms: int,
        begin_after: "Reply | None" = None,
    ) -> None:
        """Begin now; what is overdue by then happens at once.

        Args:
            number: Of this turn of the platform's side, from 0 in the call.
            written: What the model answered.
            studio: The call's clock and delays.
            mouth: Speaks it; None for an answer that is only written.
            lines: Where it is played.
            on_written: Told what was written, once.
            on_over: Told when everything was played; not when it was cut.
            begun_ms: When the language model was asked.
            begin_after: An answer that has to be over before this one sounds.
        """
        self._number = number
        self._written = written
        self._studio = studio
        self._mouth = mouth
        self._on_written = on_written
        self._on_over = on_over
        self._speech: Speech = Speech(
            studio=studio,
            lines=lines,
            number=number,
            text=written.text.strip(),
            on_over=self._on_speech_over,
            begin_after=begin_after._speech if begin_after is not None else None,
        )
        self._is_over = False
        self._is_stored = False
        self._begun_ms = begun_ms
        self._offsets_ms = studio.latency.words_ms(number, arrivals_ms=written.arrivals_ms)
        self._audio_ms = self._begun_ms
        self._voicing = asyncio.Lock()
        self._dues: list[Due] = []
        self._schedule()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self._is_over

    def interrupt(self) -> None:
        """Stop writing, voicing and playing, because the caller speaks; what was written is stored."""
        self._leave(self._speech.discard)

    def abandon(self) -> None:
        """Stop everything, because the session or the call is over."""
        self._leave(self._speech.cut)

    def then(self, follower: Callable[[], None]) -> None:
        """Have something done when nothing of it sounds any more; now, when that is so already."""
        if self._is_over or self._speech.is_over:
            follower()
        else:
            self._speech.then(follower)

    def _schedule(self) -> None:
        written, offsets_ms = self._written, self._offsets_ms
        if offsets_ms:
            self._at(offsets_ms[0], lambda: self._studio.log.add(EventKind.REPLY_STARTED, data={"reply": self._number}))
        sentences = split_sentences(written.text) if self._mouth is not None else ()
        for place, sentence in enumerate(sentences):
            last_word = bisect_left(written.word_ends, sentence.end)
            is_last = place == len(sentences) - 1
            self._at(offsets_ms[last_word], partial(self._voice, place, sentence.text, is_last=is_last))
        self._at(self._end_offset_ms(), self._complete)

    def _end_offset_ms(self) -> int:
        if self._offsets_ms:
            return self._offsets_ms[-1]
        # An answer without words, a failure above all, is known when its first word would have come.
        return self._studio.latency.words_ms(self._number, arrivals_ms=(self._written.took_ms,))[0]

    async def _complete(self) -> None:
        if self._written.failure is not None:
            self._studio.report(self._written.failure, stage="llm")
        silent = not self._offsets_ms or self._mouth is None
        if silent:
            self._is_over = True
            self._speech.close()
        await self._store(self._written.tool_calls)
        if silent:
            self._on_over()

    async def _voice(self, place: int, sentence: str, *, is_last: bool) -> None:
        studio, mouth = self._studio, self._mouth
        assert mouth is not None, "an answer without a mouth has no sentences"
        asked_ms = studio.clock.now_ms()

        async def speak() -> Happening:
            # One sentence after the other, so that none is ready before the one it follows.
            async with self._voicing:
                try:
                    spoken = await timed(
                        mouth.speak(sentence), clock=studio.watch, service=mouth.name, timeout_s=studio.timeout_s
                    )
                except ServiceError as error:
                    failure = error
                    return lambda: self._unvoiced(failure, is_last=is_last)
            delay_ms = studio.latency.audio_ms(self._number, sentence=place, took_ms=spoken.took_ms)
            return lambda: self._voiced(sentence, spoken.value, ready_ms=asked_ms + delay_ms, is_last=is_last)

        await studio.clock.aside(speak)

    def _voiced(self, sentence: str, spoken: Utterance, *, ready_ms: int, is_last: bool) -> None:
        clock = self._studio.clock
        self._audio_ms = max(self._audio_ms, ready_ms, clock.now_ms())
        if self._is_over:
            return
        self._dues.append(clock.at(self._audio_ms, partial(self._speech.play, sentence, spoken)))
        if is_last:
            self._dues.append(clock.at(self._audio_ms, self._speech.close))

    def _unvoiced(self, failure: ServiceError, *, is_last: bool) -> None:
        clock = self._studio.clock
        self._studio.report(failure, stage="tts")
        if is_last:
            self._dues.append(clock.at(max(self._audio_ms, clock.now_ms()), self._speech.close))

    def _at(self, offset_ms: int, happening: Happening) -> None:
        clock = self._studio.clock
        self._dues.append(clock.at(max(self._begun_ms + offset_ms, clock.now_ms()), happening))

    def _leave(self, silence: Callable[[], None]) -> None:
        if self._is_over:
            return
        self._is_over = True
        for due in self._dues:
            due.cancel()
        if not self._is_stored:
            self._is_stored = True
            text = self._so_far()
            if text:
                # Tools are asked for at the end of an answer, and this one never came to it.
                waiting = self._on_written(text, ())
                assert waiting is None, "only an answer with tools is waited for"
        silence()

    async def _store(self, calls: Sequence[ToolCall]) -> None:
        if self._is_stored:
            return
        self._is_stored = True
        text = self._so_far()
        if text or calls:
            waiting = self._on_written(text, calls)
            if waiting is not None:
                await waiting

    def _so_far(self) -> str:
        passed_ms = self._studio.clock.now_ms() - self._begun_ms
        words = sum(offset_ms <= passed_ms for offset_ms in self._offsets_ms)
        return self._written.text[: self._written.word_ends[words - 1]].strip() if words else ""

    def _on_speech_over(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._on_over()
