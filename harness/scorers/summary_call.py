"""A call as a summary is compared with it: clause by clause, each with its speaker, its values and what it asserts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.call import Role, Turn
from harness.scorers.normalise import normalize_basic
from harness.scorers.summary_text import clauses, sentences
from harness.scorers.summary_values import Value, answering, values_of, words_of
from harness.scorers.summary_words import content_stems, denies

NEAR = 3
"""Clauses on either side that belong to what a clause is about."""

_WISH = re.compile(
    r"\b(?:i'd|i would|we'd|would like|like to|want|wanted|need|could|can i|can we|may i|looking for|rather|"
    r"can offer|can only|or|shall i|should i|do you|are you|is there)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|unless|whether|in case)\b", re.IGNORECASE)
_CONDITIONAL_PART = re.compile(r"\b(?:if|unless|whether|in case)\b[^,]*", re.IGNORECASE)
_PROMISE = re.compile(r"\b(?:i'll|i will|we'll|we will|i'm going to|i am going to|let me|i promise)\b", re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"\b(?:no,? (?:sorry|wait|not|make)|sorry,|wait\b|i mean|actually|make that|make it|rather|instead|i meant|"
    r"correction|scratch that)",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"^\s*(yes|yeah|yep|sure|correct|exactly|right|no|nope)\b[\s,.!;]*", re.IGNORECASE)
_NO = frozenset({"no", "nope"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of a turn."""

    turn: int
    role: Role
    text: str
    words: frozenset[str]
    stems: frozenset[str]
    values: tuple[Value, ...]
    denied: bool
    asks: bool
    """A question: it asserts nothing."""
    wishes: bool
    """A wish, an offer or a condition: it does not say that something is so."""
    promises: bool
    """Its speaker says what they will do."""
    takes_back: bool
    """It corrects what the same speaker said just before."""
    says_no: bool
    """It begins with a plain no."""

    @property
    def asserts(self) -> bool:
        """Return whether it says that something is so, or is not."""
        return not self.asks and not self.wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What was said, in order."""

    clauses: tuple[Clause, ...]
    lines: tuple[tuple[int, Role, str], ...]
    """(index of the turn, who, the words) of every turn that has words."""
    normal: tuple[str, ...]
    """The words of each line as they are compared word for word."""

    @property
    def is_empty(self) -> bool:
        """Return whether the caller said nothing: there is nothing to sum up."""
        return not any(role is Role.CALLER for _, role, _ in self.lines)

    def near(self, at: int) -> Sequence[Clause]:
        """Return a clause with those around it."""
        return self.clauses[max(0, at - NEAR) : at + NEAR + 1]


def reference_lines(turns: Sequence[Turn]) -> tuple[tuple[int, Role, str], ...]:
    """Return what was really said: the caller's script, the words the agent's voice played."""
    return _lines((i, turn.role, turn.spoken) for i, turn in enumerate(turns))


def platform_lines(turns: Sequence[Turn]) -> tuple[tuple[int, Role, str], ...]:
    """Return what the platform had in hand: what its recogniser made of the caller, and the agent's words."""
    return _lines((i, t.role, (t.heard or "") if t.role is Role.CALLER else t.spoken) for i, t in enumerate(turns))


def _lines(lines: Iterator[tuple[int, Role, str]]) -> tuple[tuple[int, Role, str], ...]:
    return tuple(line for line in lines if any(character.isalnum() for character in line[2]))


def read_conversation(lines: Sequence[tuple[int, Role, str]], *, lang: str) -> Conversation:
    """Return lines cut into clauses."""
    found: list[Clause] = []
    asked = ""
    for turn, role, text in lines:
        for sentence in sentences(text):
            for part in clauses(sentence):
                found.append(_clause(turn, role, part, is_question=sentence.rstrip().endswith("?"), asked=asked))
        asked = text if text.rstrip().endswith("?") else ""
    return Conversation(
        clauses=tuple(found), lines=tuple(lines), normal=tuple(normalize_basic(text, lang) for _, _, text in lines)
    )


def _clause(turn: int, role: Role, text: str, *, is_question: bool, asked: str) -> Clause:
    answer = _ANSWER.match(text)
    rest = text[answer.end() :] if answer else text
    words = words_of(rest)
    values = values_of(rest)
    return Clause(
        turn=turn,
        role=role,
        text=text.strip(),
        words=frozenset(words),
        stems=frozenset(content_stems(words)),
        values=answering(values, question=asked) if asked and len(words) <= 4 else values,
        denied=denies(words_of(_CONDITIONAL_PART.sub(" ", rest))),
        asks=is_question,
        wishes=bool(_WISH.search(rest) or _CONDITION.search(rest) or (role is Role.CALLER and "please" in words)),
        promises=_PROMISE.search(rest) is not None,
        takes_back=_TAKEN_BACK.search(text) is not None,
        says_no=answer is not None and answer[1].casefold() in _NO,
    )
