"""Which sentence of the prompt answers a question: weighted word overlap, with a threshold below which nothing does."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, zip_longest

from harness.services.extractive.words import is_weak, plain, stated_terms, term, terms

THRESHOLD = 0.5
"""Share of the question, by weight, that a sentence must cover to be its answer."""
_WEAK_SHARE = 0.35
_NUMBERED = "order account booking ticket case invoice claim contract policy"
_IDENTIFIED = frozenset(map(term, _NUMBERED.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A sentence and how much of the question it covers, 0 to 1."""

    text: str
    coverage: float
    rank: float


@dataclass(frozen=True)
class Index:
    """Sentences of a prompt, ready to be asked."""

    sentences: Sequence[str]
    vocabulary: frozenset[str] = field(default=frozenset())
    """Further words of the prompt that a misheard word may stand for."""

    @cached_property
    def _terms(self) -> tuple[frozenset[str], ...]:
        return tuple(stated_terms(sentence) for sentence in self.sentences)

    @cached_property
    def _identifiers(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(identifiers(sentence)) for sentence in self.sentences)

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        by_letter: dict[str, set[str]] = {}
        for word in self.vocabulary | self._counts.keys():
            by_letter.setdefault(word[:1], set()).add(word)
        return {letter: frozenset(words) for letter, words in by_letter.items()}

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(a_term for stated in self._terms for a_term in stated)

    def weight(self, a_term: str) -> float:
        """Return how telling a term is: the rarer in the prompt the more, and unknown ones most of all."""
        weight = math.log(1 + (len(self.sentences) + 1) / (self._counts[a_term] or 0.7))
        return weight * (_WEAK_SHARE if is_weak(a_term) else 1.0)

    def matches(self, asked: Iterable[str], *, known: frozenset[str] = frozenset()) -> list[Match]:
        """Return the sentences that cover enough of the asked terms, best first.

        Args:
            asked: terms of the question.
            known: identifiers the caller has given; what is about any other order or account is never matched.
        """
        wanted = set(asked)
        total = math.fsum(map(self.weight, wanted))
        if not total:
            return []
        found = []
        for text, stated, numbers in zip(self.sentences, self._terms, self._identifiers, strict=True):
            shared = wanted & stated
            if all(map(is_weak, shared)) or numbers - wanted - known:
                continue
            weight = math.fsum(map(self.weight, shared))
            coverage = weight / total
            if coverage >= THRESHOLD:
                precision = weight / math.fsum(map(self.weight, stated))
                found.append(Match(text=text, coverage=coverage, rank=coverage + 0.25 * precision))
        return sorted(found, key=lambda match: -match.rank)

    def hear(self, text: str) -> tuple[str, ...]:
        """Return the terms of something heard, misheard ones replaced by the prompt's word they must have been."""
        heard = terms(text)
        repaired: list[str] = []
        for word, following in zip_longest(heard, heard[1:], fillvalue=""):
            known = self._known.get(word[:1], frozenset())
            repaired.append(word if word in known else nearest(word, known) or nearest(word + following, known) or word)
        return tuple(repaired)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word a misheard one must be: same first letter, one slip, or two in eight letters and more."""
    if len(word) < 5 or not word.isalpha():
        return None
    slips = 2 if len(word) >= 8 else 1
    near = (
        (distance, other)
        for other in known
        if other[:1] == word[0]
        and len(other) >= 5
        and abs(len(other) - len(word)) <= slips
        and (distance := _edits(word, other)) <= slips
    )
    return min(near, default=(0, None))[1]


def identifiers(text: str) -> set[str]:
    """Return the numbers of single orders, accounts and the like that a text is about."""
    # An order's state is only for the caller who names that order; a telephone number in the prompt is for everyone.
    words = [word for word in plain(text).split() if word != "number"]
    return {
        word for before, word in pairwise(words) if word.isdigit() and len(word) >= 3 and term(before) in _IDENTIFIED
    }


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
