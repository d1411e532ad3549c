"""One answer of the agent on its way: written, voiced sentence by sentence, played, and perhaps cut.

The next sentence is written and voiced while the one before it plays, so that gaps come from latency alone.
"""

from bisect import bisect_left
from collections.abc import Callable
from functools import partial

from harness.errors import ServiceError
from harness.interfaces import Mouth
from harness.model.call import EventKind
from harness.simulator.clock import Due, Happening
from harness.simulator.lines import Lines
from harness.simulator.sentences import split_sentences
from harness.simulator.studio import Studio
from harness.simulator.timing import timed
from harness.simulator.voice import Speech
from harness.simulator.writing import Written


class Reply:
    """Plays a written answer in virtual time."""

    def __init__(
        self,
        *,
        number: int,
        written: Written,
        studio: Studio,
        mouth: Mouth,
        lines: Lines,
        on_message: Callable[[str], None],
    ) -> None:
        """Begin now, the moment the language model was asked; `on_message` is told the text that is to be stored."""
        self._number = number
        self._written = written
        self._studio = studio
        self._mouth = mouth
        self._on_message = on_message
        self._speech = Speech(
            studio=studio, lines=lines, reply=number, text=written.text.strip(), on_over=self._on_speech_over
        )
        self._is_over = False
        self._is_stored = False
        self._begun_ms = studio.clock.now_ms()
        self._offsets_ms = studio.latency.words_ms(number, arrivals_ms=written.arrivals_ms)
        self._audio_ms = self._begun_ms
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
        """Stop everything, because the call is over."""
        self._leave(self._speech.cut)

    def _schedule(self) -> None:
        written, offsets_ms = self._written, self._offsets_ms
        if offsets_ms:
            self._at(offsets_ms[0], lambda: self._studio.log.add(EventKind.REPLY_STARTED, data={"reply": self._number}))
        sentences = split_sentences(written.text)
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

    def _complete(self) -> None:
        if self._written.failure is not None:
            self._studio.report(self._written.failure, stage="llm")
        self._store()
        if not self._offsets_ms:
            self._is_over = True

    async def _voice(self, place: int, sentence: str, *, is_last: bool) -> None:
        studio = self._studio
        try:
            spoken = await timed(
                self._mouth.speak(sentence), clock=studio.watch, service=self._mouth.name, timeout_s=studio.timeout_s
            )
        except ServiceError as error:
            studio.report(error, stage="tts")
            if is_last:
                self._dues.append(studio.clock.at(max(self._audio_ms, studio.clock.now_ms()), self._speech.close))
            return
        delay_ms = studio.latency.audio_ms(self._number, sentence=place, took_ms=spoken.took_ms)
        self._audio_ms = max(self._audio_ms, studio.clock.now_ms() + delay_ms)
        self._dues.append(studio.clock.at(self._audio_ms, partial(self._speech.play, sentence, spoken.value)))
        if is_last:
            self._dues.append(studio.clock.at(self._audio_ms, self._speech.close))

    def _at(self, offset_ms: int, happening: Happening) -> None:
        self._dues.append(self._studio.clock.at(self._begun_ms + offset_ms, happening))

    def _leave(self, silence: Callable[[], None]) -> None:
        if self._is_over:
            return
        self._is_over = True
        for due in self._dues:
            due.cancel()
        self._store()
        silence()

    def _store(self) -> None:
        if self._is_stored:
            return
        self._is_stored = True
        so_far_ms = self._studio.clock.now_ms() - self._begun_ms
        words = sum(offset_ms <= so_far_ms for offset_ms in self._offsets_ms)
        if words:
            self._on_message(self._written.text[: self._written.word_ends[words - 1]].strip())

    def _on_speech_over(self) -> None:
        self._is_over = True
