"""The agent's lane of the line: sentences one after the other, until they are over or cut."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.interfaces import Utterance
from harness.model.call import EventKind, Role
from harness.simulator.clock import Due
from harness.simulator.lines import Lines
from harness.simulator.studio import Studio

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    text: str
    start_ms: int
    end_ms: int

    def played(self, until_ms: int) -> str:
        """Return the words that were over at a time, taking each to be as long as its characters."""
        if until_ms >= self.end_ms:
            return self.text
        share = max(0, until_ms - self.start_ms) / (self.end_ms - self.start_ms)
        ends = [match.end() for match in _WORD.finditer(self.text) if match.end() <= share * len(self.text)]
        return self.text[: ends[-1]] if ends else ""


class Speech:
    """One turn of the agent as it is played."""

    def __init__(self, *, studio: Studio, lines: Lines, reply: int, text: str, on_over: Callable[[], None]) -> None:
        """Take the number and text of the answer; `on_over` is told when its last sample was played."""
        self._studio = studio
        self._lines = lines
        self._reply = reply
        self._text = text
        self._on_over = on_over
        self._placed: list[_Placed] = []
        self._stop: Due | None = None
        self._is_over = False

    def play(self, sentence: str, utterance: Utterance) -> None:
        """Put a sentence that is ready now behind what is still playing."""
        now_ms = self._studio.clock.now_ms()
        start_ms = max(now_ms, self._end_ms)
        if not self._placed:
            self._studio.log.add(
                EventKind.SPEECH_STARTED, role=Role.AGENT, text=self._text, data={"reply": self._reply}
            )
        arrived = self._lines.from_agent(utterance, at_ms=start_ms)
        self._placed.append(_Placed(text=sentence, start_ms=start_ms, end_ms=start_ms + arrived.duration_ms))

    def close(self) -> None:
        """Say that no more sentences come."""
        self._stop = self._studio.clock.at(max(self._studio.clock.now_ms(), self._end_ms), self._finish)

    def discard(self) -> None:
        """Take back everything that is not yet played: a barge-in."""
        if self._placed and not self._is_over:
            now_ms = self._studio.clock.now_ms()
            unplayed_ms = sum(max(0, placed.end_ms - max(placed.start_ms, now_ms)) for placed in self._placed)
            self._studio.log.add(EventKind.AUDIO_CUT, role=Role.AGENT, data={"unplayed_ms": unplayed_ms})
        self.cut()

    def cut(self) -> None:
        """Fall silent now, whatever was to come."""
        if self._is_over:
            return
        self._is_over = True
        if self._stop is not None:
            self._stop.cancel()
        if self._placed:
            self._lines.cut(Role.AGENT, at_ms=self._studio.clock.now_ms())
            self._stopped(interrupted=True)

    @property
    def _end_ms(self) -> int:
        return self._placed[-1].end_ms if self._placed else 0

    def _finish(self) -> None:
        self._is_over = True
        if self._placed:
            self._stopped(interrupted=False)
        self._on_over()

    def _stopped(self, *, interrupted: bool) -> None:
        now_ms = self._studio.clock.now_ms()
        played = (placed.played(now_ms) for placed in self._placed)
        text = " ".join(words for words in played if words)
        self._studio.log.add(
            EventKind.SPEECH_STOPPED,
            role=Role.AGENT,
            text=text,
            data={"interrupted": interrupted, "reply": self._reply},
        )
