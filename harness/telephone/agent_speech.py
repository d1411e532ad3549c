"""What the caller can know of the agent's turn as it is played: where its middle, last word, phrases and numbers are.

More sentences may be put behind those that are known, so every answer may move later as long as the turn goes on.
"""

from typing import assert_never

from harness.model.moves import Trigger, TriggerKind
from harness.model.phrases import end_of_phrase
from harness.telephone.spoken_words import Placed, SpokenWord


class AgentSpeech:
    """The sentences on the agent's lane that are not over."""

    def __init__(self) -> None:
        """Know of none."""
        self._placed: list[Placed] = []

    def place(self, sentence: Placed) -> None:
        """Take note of a sentence that has its time."""
        self._placed.append(sentence)

    def stop(self, at_ms: int) -> None:
        """Forget what began before a moment: that turn is over."""
        self._placed = [sentence for sentence in self._placed if sentence.start_ms >= at_ms]

    def cut(self, at_ms: int) -> None:
        """Forget what is not played from a moment on."""
        self._placed = [sentence for sentence in self._placed if sentence.start_ms < at_ms]

    def moment_ms(self, trigger: Trigger) -> int | None:
        """Return when a trigger's place in the turn comes, as far as it is known; None when it is not in it."""
        if not self._placed:
            return None
        first, last = self._placed[0], self._placed[-1]
        match trigger.after:
            case TriggerKind.AGENT_SPEECH_MIDDLE:
                return (first.start_ms + last.end_ms) // 2
            case TriggerKind.AGENT_LAST_WORD:
                return last.words[-1].start_ms if last.words else last.start_ms
            case TriggerKind.AGENT_DIGITS:
                return next((word.start_ms for word in self._words() if word.is_number), None)
            case TriggerKind.PHRASE:
                return self._end_of(trigger.phrase)
            case (
                TriggerKind.CALL_START
                | TriggerKind.NOW
                | TriggerKind.AGENT_SPEECH_START
                | TriggerKind.AGENT_SPEECH_END
                | TriggerKind.TOOL_CALL
                | TriggerKind.SILENCE
            ):
                return None
            case _:
                assert_never(trigger.after)

    def _words(self) -> list[SpokenWord]:
        return [word for sentence in self._placed for word in sentence.words]

    def _end_of(self, phrase: str) -> int | None:
        said = [(plain, word.end_ms) for word in self._words() for plain in word.plain]
        end = end_of_phrase([plain for plain, _ in said], phrase)
        return None if end is None else said[end - 1][1]
