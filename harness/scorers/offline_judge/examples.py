"""A criterion's own examples as a check: where the rules read one of them the other way round, they are not trusted.

Likeness of words is used here and only to doubt: an agent's sentence that is nearly an example of the other verdict
makes the judge abstain. It never decides.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from harness.model.call import Role, Turn
from harness.model.rubric import Criterion
from harness.scorers.offline_judge.conversation import Conversation, plain, read_conversation
from harness.scorers.offline_judge.deciding import decide
from harness.scorers.offline_judge.demands import Demand
from harness.scorers.offline_judge.rulings import Ruling
from harness.scorers.verdicts import Word

_SPEAKER = re.compile(r"\b(caller|customer|agent)\s*:\s*", re.IGNORECASE)
_BEFORE = (("agent", "Please go on."), ("caller", "That is what I want."))
_GRAM = 3
_ALIKE = 0.8
"""Share of common character triples from which two sentences say nearly the same."""
_WORDS_ENOUGH = 4
"""Shorter examples, such as `Okay.`, occur in every call."""


@lru_cache(maxsize=256)
def contradicted(demand: Demand, criterion: Criterion) -> str:
    """Return the example that the rules read the wrong way; empty when there is none."""
    for word, examples in ((Word.FAIL, criterion.passes), (Word.PASS, criterion.fails)):
        for example in examples:
            if all(decide(demand, call).word is word for call in _as_calls(example)):
                return example
    return ""


def opposed(verdict: Ruling, criterion: Criterion, call: Conversation) -> str:
    """Return the agent's sentence that is nearly an example of the other verdict; empty when there is none."""
    others = criterion.fails if verdict.word is Word.PASS else criterion.passes
    telling = [_grams(example) for example in others if len(plain(example).split()) >= _WORDS_ENOUGH]
    for _, sentence in call.sentences():
        if any(_likeness(_grams(sentence.plain), other) >= _ALIKE for other in telling):
            return sentence.shown
    return ""


def _as_calls(example: str) -> Iterator[Conversation]:
    """Yield an example as the agent's first words, and as words within a call; as it stands when it names speakers."""
    pieces = _SPEAKER.split(example)
    named = list(zip(pieces[1::2], pieces[2::2], strict=True))
    for said in [named] if named else [[("agent", example)], [*_BEFORE, ("agent", example)]]:
        yield read_conversation(tuple(_turns(said)))


def _turns(said: Sequence[tuple[str, str]]) -> Iterator[Turn]:
    for index, (speaker, words) in enumerate(said):
        role = Role.AGENT if speaker.casefold() == "agent" else Role.CALLER
        yield Turn(role=role, started_ms=index, ended_ms=index, meant=words.strip(), spoken=words.strip())


def _grams(text: str) -> frozenset[str]:
    padded = f" {plain(text)} "
    return frozenset(padded[at : at + _GRAM] for at in range(len(padded) - _GRAM + 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
