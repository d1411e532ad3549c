"""One claim of an English summary, read: its values, its own words, whom it is about, what it does with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.call import Role
from harness.scorers.caller_claims import without_addresses
from harness.scorers.summary_values import Slot, Value, values_of, words_of
from harness.scorers.summary_words import AGENT_WORDS, CALLER_WORDS, content_stems, denies, stem

_ASKING = re.compile(r"\b(?:asked|asks|inquired|enquired|wanted to know|requested)\b", re.IGNORECASE)
_WISHING = re.compile(
    r"\b(?:want|wants|wanted|wished|wishes|needs|needed|would like|asked|requested|initially|first|at first|hoped|"
    r"preferred|looking for)\b",
    re.IGNORECASE,
)
_PROMISING = re.compile(r"\b(?:will|promised|promises|offered to|agreed to|is going to)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim, read."""

    text: str
    words: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    values: tuple[Value, ...] = ()
    denied: bool = False
    subject: Role | None = None
    wishes: bool = False
    asks: bool = False
    promises: bool = False


def read_claim(text: str) -> Claim:
    """Return a claim with its values, its words and who it is about."""
    words, values = words_of(without_addresses(text)), values_of(text)
    return Claim(
        text=text,
        words=frozenset(words),
        stems=frozenset(content_stems(words)) - {stem(value.key) for value in values if value.slot is Slot.NAME},
        values=values,
        denied=denies(words),
        subject=subject_of(words),
        wishes=_WISHING.search(text) is not None,
        asks=_ASKING.search(text) is not None,
        promises=_PROMISING.search(text) is not None,
    )


def subject_of(words: Sequence[str]) -> Role | None:
    """Return which side the first words of a claim name, if any."""
    for word in words[:3]:
        if word in CALLER_WORDS:
            return Role.CALLER
        if word in AGENT_WORDS:
            return Role.AGENT
    return None
