"""A recogniser that expects another language than is spoken to it (contract section 8, row 20).

It does not fail: it makes words of its own language of what it hears, and misses others. How many is not published; the
shares are this harness's choice, large enough that nobody takes such a call for a good one. In the audio tier they come
on top of what a real recogniser makes of a foreign language.
"""

from dataclasses import replace
from typing import Final

from harness.interfaces import Ears, Utterance
from harness.model.call import Heard, Word
from harness.simulator.kernel.dice import Dice

MISHEARD: Final = 0.55
"""Share of the words that are taken for others."""
MISSED: Final = 0.25
"""Share of the words of which nothing is made at all."""
_NATIVE: Final = "en"
"""What is expected where no language is set."""
_INSTEAD: Final = (
    "there",
    "mine",
    "soon",
    "listen",
    "fair",
    "gone",
    "better",
    "ask",
    "hard",
    "under",
    "shine",
    "often",
)


def ears_for(ears: Ears, *, expected: str, spoken: str, dice: Dice) -> Ears:
    """Return the recogniser as it works for somebody who speaks a language, both BCP-47.

    Regions do not matter: en-GB is understood where en-US is expected. Without `expected` English is; without `spoken`
    nothing is known of the speaker, who is then understood.
    """
    if not spoken or _primary(spoken) == _primary(expected or _NATIVE):
        return ears
    return ForeignEars(ears, dice=dice)


class ForeignEars:
    """Gets most words wrong: the same words in the same call always in the same way."""

    def __init__(self, ears: Ears, *, dice: Dice) -> None:
        """Take the recogniser and the call's dice."""
        self._ears = ears
        self._dice = dice

    @property
    def name(self) -> str:
        """Return the recogniser's name."""
        return self._ears.name

    async def hear(self, utterance: Utterance) -> Heard:
        """Recognise, and understand little of it. Raises as the recogniser does."""
        heard = await self._ears.hear(utterance)
        if not heard.words:
            told = [self._instead(word, utterance, place) for place, word in enumerate(heard.text.split())]
            return Heard(text=" ".join(filter(None, told)))
        words = tuple(self._understood(heard.words, utterance))
        return Heard(text=" ".join(word.text for word in words), words=words)

    def _understood(self, words: tuple[Word, ...], utterance: Utterance) -> list[Word]:
        told = [(word, self._instead(word.text, utterance, place)) for place, word in enumerate(words)]
        return [replace(word, text=text) for word, text in told if text]

    def _instead(self, word: str, utterance: Utterance, place: int) -> str:
        roll = self._dice.roll("foreign", utterance.text, place)
        if roll < MISSED:
            return ""
        if roll < MISSED + MISHEARD:
            return _INSTEAD[int(self._dice.roll("foreign word", utterance.text, place) * len(_INSTEAD))]
        return word


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
