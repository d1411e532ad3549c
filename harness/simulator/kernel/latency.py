"""How long each stage of the platform takes, charged to the virtual clock.

Two ways to know: *modelled* draws every delay from the call's seed, so that a call is the same on any machine;
*measured* charges what the service behind a stage really took. Getting ready to talk (answering, starting the pipeline)
has no service behind it here and is modelled in both.

The spreads below are choices of this harness, not facts of the platform: no stage of it is published. They are picked
so that the whole (last final, 0.35 s of turn end, first token, first sentence, first audio) has its median at the lower
edge of what vendors report from the field, 1.4 to 1.7 s, less the network. `docs/simulator.md` has the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Final, Protocol

from harness.simulator.kernel.dice import Dice


class LatencyMode(StrEnum):
    """Where delays come from."""

    MODELLED = "modelled"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution given by four quantiles in milliseconds, straight lines between them.

    Straight lines need nothing but multiplication, so that every machine draws the same millisecond.
    """

    least: float
    median: float
    p95: float
    most: float

    def at(self, share: float) -> float:
        """Return the quantile of `share`, in [0, 1)."""
        if share < 0.5:
            return self.least + (self.median - self.least) * share / 0.5
        if share < 0.95:
            return self.median + (self.p95 - self.median) * (share - 0.5) / 0.45
        return self.p95 + (self.most - self.p95) * (share - 0.95) / 0.05


ANSWER: Final = Spread(40, 100, 250, 500)
"""From ringing to answered."""
SESSION_START: Final = Spread(400, 800, 1_600, 3_000)
"""From `ai_talk` to a pipeline that listens."""
STT_INTERIM: Final = Spread(100, 180, 350, 700)
"""From the end of a word to the interim transcript that holds it."""
STT_FINAL: Final = Spread(120, 220, 450, 900)
"""From the end of the last word before a pause to the final transcript."""
LLM_FIRST_WORD: Final = Spread(220, 350, 900, 2_200)
"""From the request to the first word of the answer."""
LLM_WORD: Final = Spread(6, 12, 30, 70)
"""From one word of the answer to the next."""
TOOL: Final = Spread(60, 150, 400, 1_200)
"""From a complete tool call to its result, beside what a mock asks for."""
RING: Final = Spread(1_500, 3_500, 8_000, 15_000)
"""How long a telephone rings before somebody answers it."""
TTS_FIRST_AUDIO: Final = Spread(100, 170, 400, 900)
"""From a complete sentence to its first sample."""


class Latency(Protocol):
    """Says how long things take. Every answer is in integer milliseconds from the moment its stage had its input."""

    def answer_ms(self) -> int:
        """Return how long the call rings."""
        ...

    def session_ms(self) -> int:
        """Return how long the AI session takes to start."""
        ...

    def ring_ms(self, call: int) -> int:
        """Return how long a called telephone rings."""
        ...

    def tool_ms(self, call: int) -> int:
        """Return how long a tool takes."""
        ...

    def interims_ms(self, utterance: int, *, words: int, took_ms: float, salt: str = "") -> tuple[int, ...]:
        """Return the delay of each word's interim transcript; `salt` tells two recognisers apart."""
        ...

    def final_ms(self, utterance: int, *, segment: int, took_ms: float, salt: str = "") -> int:
        """Return the delay of a segment's final transcript after its last word."""
        ...

    def words_ms(self, reply: int, *, arrivals_ms: Sequence[float]) -> tuple[int, ...]:
        """Return when each word of an answer is there, counted from the request; never decreasing."""
        ...

    def audio_ms(self, reply: int, *, sentence: int, took_ms: float) -> int:
        """Return the delay of a sentence's first audio."""
        ...


class ModelledLatency:
    """Draws every delay from the call's seed; what a service really took does not matter."""

    def __init__(self, dice: Dice) -> None:
        """Take the call's dice."""
        self._dice = dice

    def answer_ms(self) -> int:
        """Return how long the call rings."""
        return self._draw(ANSWER, "answer")

    def session_ms(self) -> int:
        """Return how long the AI session takes to start."""
        return self._draw(SESSION_START, "session")

    def ring_ms(self, call: int) -> int:
        """Return how long a called telephone rings."""
        return self._draw(RING, "ring", call)

    def tool_ms(self, call: int) -> int:
        """Return how long a tool takes."""
        return self._draw(TOOL, "tool", call)

    def interims_ms(self, utterance: int, *, words: int, took_ms: float, salt: str = "") -> tuple[int, ...]:
        """Return one draw per word."""
        return tuple(self._draw(STT_INTERIM, f"{salt}interim", utterance, word) for word in range(words))

    def final_ms(self, utterance: int, *, segment: int, took_ms: float, salt: str = "") -> int:
        """Return one draw per segment."""
        return self._draw(STT_FINAL, f"{salt}final", utterance, segment)

    def words_ms(self, reply: int, *, arrivals_ms: Sequence[float]) -> tuple[int, ...]:
        """Return the first word's delay and one step for each word after it."""
        if not arrivals_ms:
            return ()
        first = self._draw(LLM_FIRST_WORD, "first word", reply)
        steps = (self._draw(LLM_WORD, "word", reply, word) for word in range(1, len(arrivals_ms)))
        return tuple(accumulate(steps, initial=first))

    def audio_ms(self, reply: int, *, sentence: int, took_ms: float) -> int:
        """Return one draw per sentence."""
        return self._draw(TTS_FIRST_AUDIO, "audio", reply, sentence)

    def _draw(self, spread: Spread, *question: str | int) -> int:
        return round(spread.at(self._dice.roll(*question)))


class MeasuredLatency:
    """Charges what the services really took.

    A recogniser that hears whole clips has no interims of its own: each word is charged what the clip took.
    """

    def __init__(self, dice: Dice) -> None:
        """Take the call's dice, for what has no service behind it."""
        self._modelled = ModelledLatency(dice)

    def answer_ms(self) -> int:
        """Return how long the call rings; modelled."""
        return self._modelled.answer_ms()

    def session_ms(self) -> int:
        """Return how long the AI session takes to start; modelled."""
        return self._modelled.session_ms()

    def ring_ms(self, call: int) -> int:
        """Return how long a called telephone rings; modelled."""
        return self._modelled.ring_ms(call)

    def tool_ms(self, call: int) -> int:
        """Return how long a tool takes; modelled, because a mock does it."""
        return self._modelled.tool_ms(call)

    def interims_ms(self, utterance: int, *, words: int, took_ms: float, salt: str = "") -> tuple[int, ...]:
        """Return the clip's time for every word."""
        return (round(took_ms),) * words

    def final_ms(self, utterance: int, *, segment: int, took_ms: float, salt: str = "") -> int:
        """Return the clip's time."""
        return round(took_ms)

    def words_ms(self, reply: int, *, arrivals_ms: Sequence[float]) -> tuple[int, ...]:
        """Return the arrivals."""
        return tuple(accumulate((round(arrival) for arrival in arrivals_ms), max))

    def audio_ms(self, reply: int, *, sentence: int, took_ms: float) -> int:
        """Return what the voice took for the whole sentence."""
        return round(took_ms)


def latency_of(mode: LatencyMode, *, dice: Dice) -> Latency:
    """Return the latency of one call."""
    return ModelledLatency(dice) if mode is LatencyMode.MODELLED else MeasuredLatency(dice)
