"""What a voice is tried with, in each language the harness has tried: sentences, and the ten digits.

The texts are a file (`spoken_samples.json`). Digits are read in an order that no recogniser can guess.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.services.languages import spoken_language

_FILE = Path(__file__).with_name("spoken_samples.json")
DIGIT_GROUPS = ((4, 7, 1, 9, 0), (2, 8, 5, 3, 6))
"""Each digit once; a caller reads a number in groups of about this length."""
_TOKEN = re.compile(r"[^\W\d_]+|\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """The texts of one language."""

    language: str
    sentences: tuple[str, ...]
    digits: tuple[str, ...]
    """The words for 0 to 9."""
    also: Mapping[str, int]
    """Other words for a digit."""

    def read_out(self, group: tuple[int, ...]) -> str:
        """Return digits as a caller says them."""
        return ", ".join(self.digits[digit] for digit in group) + "."

    def digits_in(self, text: str) -> tuple[int | None, ...]:
        """Return what a recogniser wrote as digits, words or figures alike; None for a word that is none."""
        words = {word.casefold(): digit for digit, word in enumerate(self.digits)} | dict(self.also)
        return tuple(int(token) if token.isdecimal() else words.get(token) for token in _TOKEN.findall(text.casefold()))


def samples_of(language: str) -> Samples | None:
    """Return the texts of a language, or None for one the harness has not tried."""
    return _all().get(spoken_language(language))


def tried_languages() -> tuple[str, ...]:
    """Return every language there are texts of, English first."""
    return tuple(sorted(_all(), key=lambda language: (language != "en", language)))


@cache
def _all() -> Mapping[str, Samples]:
    return {
        language: Samples(
            language=language,
            sentences=tuple(texts["sentences"]),
            digits=tuple(texts["digits"]),
            also=texts["also"],
        )
        for language, texts in json.loads(_FILE.read_text(encoding="utf-8")).items()
    }
