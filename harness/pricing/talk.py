"""How much a caller will say at least and at most, read from the script alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, assert_never

from harness.model.case import Case
from harness.model.moves import Backchannel, Branch, Disturbance, Hangup, Improvise, Press, Repeat, Say, Step, Wait
from harness.model.usage import CHARACTERS_A_TOKEN

FALLBACKS: Final = 2
"""How often a caller says its fallback line to answers its script has nothing for."""
SHORT_LINE: Final = "I would like that."
"""A made-up line at its shortest."""
_LETTERS: Final = 6
"""Characters of a word, its blank included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What one side does in a call."""

    lines: int = 0
    """Everything an agent may answer: words, keys."""
    words: int = 0
    characters: int = 0
    tokens: float = 0.0
    improvised: int = 0
    """Lines among them that a model makes up."""

    def __add__(self, other: "Talk") -> "Talk":
        """Return both, one after the other."""
        return Talk(
            lines=self.lines + other.lines,
            words=self.words + other.words,
            characters=self.characters + other.characters,
            tokens=self.tokens + other.tokens,
            improvised=self.improvised + other.improvised,
        )

    def __mul__(self, times: int) -> "Talk":
        """Return it several times."""
        return Talk(
            lines=self.lines * times,
            words=self.words * times,
            characters=self.characters * times,
            tokens=self.tokens * times,
            improvised=self.improvised * times,
        )


def tokens_of(text: str) -> float:
    """Return about how many tokens a text is; a character beyond ASCII is taken as one by itself."""
    plain = sum(character.isascii() for character in text)
    return plain / CHARACTERS_A_TOKEN + (len(text) - plain)


def least_talk(case: Case) -> Talk:
    """Return what the caller says when every branch is at its shortest."""
    return _sum(case.moves, most=False, fallback=case.fallback)


def most_talk(case: Case) -> Talk:
    """Return what the caller says when every branch is at its longest, within the case's limit of lines."""
    found = _sum(case.moves, most=True, fallback=case.fallback)
    return found if found.lines <= case.turn_limit else _cut(found, lines=case.turn_limit)


def _sum(steps: Iterable[Step], *, most: bool, fallback: str) -> Talk:
    return sum((_step(step, most=most, fallback=fallback) for step in steps), start=Talk())


def _step(step: Step, *, most: bool, fallback: str) -> Talk:
    match step:
        case Say():
            return _line(step.text)
        case Press():
            return Talk(lines=1)
        case Backchannel():
            # It wants no answer, and may get one.
            return _line(step.text) if most else Talk()
        case Disturbance():
            return _line(step.text) if most and step.text else Talk()
        case Improvise():
            if not most:
                return _made_up(len(SHORT_LINE.split()))
            return _made_up(step.words) * step.turns
        case Repeat():
            rounds = _sum(step.steps, most=most, fallback=fallback) * (step.at_most if most else 1)
            return rounds + _sum(step.otherwise, most=True, fallback=fallback) if most else rounds
        case Branch():
            return _branch(step, most=most, fallback=fallback)
        case Wait() | Hangup():
            return Talk()
        case _:
            assert_never(step)


def _branch(step: Branch, *, most: bool, fallback: str) -> Talk:
    ways = [_sum(choice.steps, most=most, fallback=fallback) for choice in step.choices]
    ways.append(_sum(step.otherwise or (), most=most, fallback=fallback))
    asked_again = _line(fallback) * FALLBACKS if most and step.otherwise is None else Talk()
    pick = max if most else min
    return asked_again + pick(ways, key=lambda way: (way.characters + way.lines, way.lines))


def _line(text: str) -> Talk:
    return Talk(lines=1, words=len(text.split()), characters=len(text), tokens=tokens_of(text))


def _made_up(words: int) -> Talk:
    letters = words * _LETTERS
    return Talk(lines=1, words=words, characters=letters, tokens=letters / CHARACTERS_A_TOKEN, improvised=1)


def _cut(talk: Talk, *, lines: int) -> Talk:
    """Return talk within a limit of lines; its words stay, since the longest lines may come first."""
    return replace(talk, lines=lines, improvised=min(talk.improvised, lines))
