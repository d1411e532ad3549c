"""Sums a call up with no model: who wanted what, what was named, what was agreed, all in the speakers' own words.

It quotes and never rephrases, so that it cannot say what nobody said. The sentences around the quotes are English
whatever the call's language; values are found in English only.
"""

import re
from collections.abc import Iterable, Sequence

from harness.interfaces import SpokenLine
from harness.model.call import Role
from harness.services.extractive.values import Slot, caller_text, find

NOTHING_SAID = "The call had no conversation to summarise."
# A stop ends a sentence unless a small letter follows ("at 7 p.m. tomorrow") or it belongs to a title.
_BETWEEN = re.compile(r"(?<=[.!?])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)\s+(?![a-z])|(?<=[。？！])\s*")
_WISH = re.compile(
    r"\b(?:want|wants|wanted|would like|i'd like|we'd like|need|needs|looking for|calling (?:about|to|because)|book|"
    r"reserve|order|cancel|change|problem|complain\w*|refund|ask about|question about|interested in)\b",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"^\W*(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|yes|no|ok(?:ay)?|thanks?|thank you|bye|goodbye|right|"
    r"sure|great|perfect|how are you|are you there|can you hear me)\b[\w\s',]{0,20}\W*$",
    re.IGNORECASE,
)
_AGREED = re.compile(
    r"\b(?:booked|reserved|confirm\w*|noted|arranged|scheduled|cancell?ed|refund\w*|ordered|transferr?\w*|sent|"
    r"all set|passed on|call(?:ed)? you back|see you|i have you|we will|we'll|i will|i'll|agreed)\b",
    re.IGNORECASE,
)
_SLOTS = (
    ("people", Slot("number of people")),
    ("day", Slot("day")),
    ("time", Slot("time")),
    ("name", Slot("name")),
    ("number", Slot("phone number")),
    ("e-mail", Slot("email")),
)
_MOST_WISHES = 2
_LONGEST_QUOTE = 200


class ExtractiveSummariser:
    """Picks the sentences that matter and quotes them."""

    @property
    def name(self) -> str:
        """Return its name."""
        return "embedded.extractive"

    async def summarise(self, lines: Sequence[SpokenLine], *, language: str) -> str:
        """Return one paragraph of at most four sentences."""
        spoken = [line for line in lines if re.search(r"\w", line.text)]
        if not spoken:
            return NOTHING_SAID
        caller = [line.text for line in spoken if line.speaker is Role.CALLER]
        agent = [line.text for line in spoken if line.speaker is Role.AGENT]
        if not caller:
            return f"The caller said nothing; the agent said: {_quote(agent[0])}."
        parts = [_wanted(caller), _named(caller), _agreed(agent)]
        return " ".join(part for part in parts if part)


def _wanted(caller: Sequence[str]) -> str:
    sentences = [sentence for text in caller for sentence in _sentences(text)]
    telling = [sentence for sentence in sentences if not _SMALL_TALK.match(sentence)]
    wishes = [sentence for sentence in telling if _WISH.search(sentence) or sentence.endswith(("?", "？"))]
    chosen = wishes[:_MOST_WISHES] or (telling or sentences)[:1]
    return f"The caller said: {' and '.join(_quote(sentence) for sentence in chosen)}."


def _named(caller: Iterable[str]) -> str:
    found: dict[str, list[str]] = {}
    for text in caller:
        for label, slot in _SLOTS:
            values = (one.value for one in find(caller_text(text), slot, asked=False))
            found[label] = list(dict.fromkeys([*found.get(label, []), *values]))
    told = [f"{label} {', '.join(values)}" for label, values in found.items() if values]
    return f"Named were: {'; '.join(told)}." if told else ""


def _agreed(agent: Sequence[str]) -> str:
    if not agent:
        return "Nobody answered."
    sentences = [sentence for text in agent for sentence in _sentences(text)]
    agreed = [sentence for sentence in sentences if _AGREED.search(sentence) and not sentence.endswith("?")]
    if agreed:
        return f"Agreed at the end: {_quote(agreed[-1])}."
    return f"Nothing was expressly agreed; the agent's last words were: {_quote(sentences[-1])}."


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _BETWEEN.split(text) if re.search(r"\w", sentence)]


def _quote(sentence: str) -> str:
    bare = " ".join(sentence.split()).replace('"', "'")
    bare = bare if re.search(r"\.\w\.$", bare) else bare.rstrip(".")
    return f'"{bare if len(bare) <= _LONGEST_QUOTE else bare[:_LONGEST_QUOTE].rstrip() + "…"}"'
