import asyncio
from collections.abc import AsyncIterator

import pytest

from harness.errors import ServiceError, ServiceTimeoutError
from harness.interfaces import Delta
from harness.simulator.sessions.writing import Written, write
from harness.testing.speech import ManualClock


class Stream:
    """Deltas with the time each takes; may fail or fall silent at the end."""

    def __init__(self, *pieces: tuple[float, str], failure: ServiceError | None = None, hangs: bool = False) -> None:
        self.clock = ManualClock()
        self.closed = False
        self._pieces = pieces
        self._failure = failure
        self._hangs = hangs

    async def deltas(self) -> AsyncIterator[Delta]:
        try:
            for took_ms, text in self._pieces:
                self.clock.advance(took_ms)
                yield Delta(text=text)
            if self._hangs:
                await asyncio.Event().wait()
            if self._failure is not None:
                raise self._failure
        finally:
            self.closed = True

    def written(self, *, timeout_s: float = 60, idle_close_s: float | None = None) -> Written:
        return asyncio.run(
            write(self.deltas(), clock=self.clock, service="x.y", timeout_s=timeout_s, idle_close_s=idle_close_s)
        )


def test_word_is_there_when_its_last_letter_is() -> None:
    written = Stream((100, "Hel"), (50, "lo wor"), (25, "ld")).written()
    assert written.text == "Hello world"
    assert written.word_ends == (5, 11)
    assert written.arrivals_ms == (150, 175)
    assert written.failure is None


def test_answer_without_words_has_no_arrivals() -> None:
    written = Stream((100, "  ")).written()
    assert (written.word_ends, written.arrivals_ms) == ((), ())


def test_failure_keeps_the_words_before_it() -> None:
    stream = Stream((10, "Hello "), failure=ServiceError("gone", service="x"))
    written = stream.written()
    assert written.text == "Hello "
    assert str(written.failure) == "x: gone"
    assert stream.closed


def test_silence_after_words_closes_the_answer_without_a_failure_where_the_platform_does() -> None:
    stream = Stream((10, "Hello"), hangs=True)
    written = stream.written(idle_close_s=0.01)
    assert (written.text, written.failure) == ("Hello", None)
    assert stream.closed


@pytest.mark.parametrize("idle_close_s", [None, 0.001], ids=["modelled", "measured"])
def test_silence_from_the_start_is_a_failure(idle_close_s: float | None) -> None:
    written = Stream(hangs=True).written(timeout_s=0.01, idle_close_s=idle_close_s)
    assert isinstance(written.failure, ServiceTimeoutError)
