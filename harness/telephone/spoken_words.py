"""When the words of a sentence are heard, as far as its length tells: each takes its share of the characters."""

import re
from dataclasses import dataclass

from harness.model.phrases import words_of

_WORD = re.compile(r"\S+")
_NUMBER = re.compile(
    r"\d|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|double|triple)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWord:
    """A word of the agent's, on the call's clock."""

    text: str
    start_ms: int
    end_ms: int

    @property
    def plain(self) -> tuple[str, ...]:
        """Return it without punctuation; more than one where it is written with a hyphen, none for a dash."""
        return words_of(self.text)

    @property
    def is_number(self) -> bool:
        """Return whether it is a figure or a number in English words."""
        return _NUMBER.search(self.text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A sentence that has its time on the line."""

    text: str
    start_ms: int
    end_ms: int

    @property
    def words(self) -> tuple[SpokenWord, ...]:
        """Return its words in order."""
        length = max(len(self.text), 1)
        span_ms = self.end_ms - self.start_ms
        return tuple(
            SpokenWord(
                text=match.group(),
                start_ms=self.start_ms + span_ms * match.start() // length,
                end_ms=self.start_ms + span_ms * match.end() // length,
            )
            for match in _WORD.finditer(self.text)
        )

    def played(self, until_ms: int) -> str:
        """Return the words that were over at a time."""
        if until_ms >= self.end_ms:
            return self.text
        share = max(0, until_ms - self.start_ms) / (self.end_ms - self.start_ms)
        ends = [match.end() for match in _WORD.finditer(self.text) if match.end() <= share * len(self.text)]
        return self.text[: ends[-1]] if ends else ""
