"""What a voice loses by itself: no agent can understand more of it."""

from dataclasses import dataclass

from harness.model.score import WordCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceFloor:
    """The word errors of one voice over an 8 kHz µ-law line, heard by one recogniser, with nobody else involved."""

    voice: str
    """`<engine>:<voice>`, at its own rate and pitch."""
    engine: str
    """Name and version of the engine that was measured."""
    language: str
    """Primary language, such as `en`."""
    recogniser: str
    """Without its version, such as `whisper:tiny.en`."""
    counts: WordCounts

    @property
    def rate(self) -> float:
        """Return the word error rate; above 1 where more was heard than said."""
        return self.counts.errors / self.counts.reference_words

    def __str__(self) -> str:
        """Return the rate and what it rests on: `1.5 % of 408 words`."""
        return f"{self.rate:.1%} of {self.counts.reference_words} words".replace("%", " %", 1)
