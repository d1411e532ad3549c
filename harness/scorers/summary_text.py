"""A summary cut into atomic claims: sentences, then clauses, each with the subject it leaves out.

The cutting is ours and the same on every machine. Words in quotation marks are never cut; only English is cut into
clauses, other languages into sentences.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.scorers.normalise import primary_language

_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)(?<!\be\.g\.)(?<!\bi\.e\.)"
    r"[\"”')]*\s+(?![a-z])|(?<=[。？！])\s*|\n+"
)
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“]*“")
_OVERLONG = re.compile(r"(\S{100})\S+")
_HELD = re.compile(r"\x00(\d+)\x00")
_TELLING = (
    "asked|asks|wanted|wants|said|says|booked|books|reserved|reserves|confirmed|confirms|requested|requests|gave|gives|"
    "provided|provides|offered|offers|promised|promises|agreed|agrees|mentioned|mentions|complained|complains|cancelled|"
    "canceled|ordered|orders|declined|declines|accepted|accepts|explained|explains|told|tells|informed|informs|will|"
    "needs|needed|thanked|thanks|noted|notes|sent|sends|left|leaves|chose|chooses|received|receives|reported|reports|"
    "suggested|suggests|apologized|apologised|is|was|has|had|paid|pays|transferred|inquired|inquires|preferred|prefers"
)
_SUBJECT = (
    r"(?:the|a|an|their|his|her|its|our|my|your)\s+\w+|he|she|it|they|we|you|i|i'll|we'll|there|that|this|nobody|"
    r"(?-i:[A-Z])\w+"
)
_BOUNDARY = re.compile(
    rf";\s+|,?\s+(?:but|while|whereas)\s+|,\s+(?:and|then|so|who|which)\s+(?=(?:{_SUBJECT}|also|then)\s|(?:{_TELLING})\b)"
    rf"|,?\s+and\s+(?=(?:it|he|she|they|we|i|i'll|i'm|you|there|nobody)\s)"
    rf"|\s+and\s+(?:then\s+|also\s+)?(?=(?:{_TELLING})\b)|\s+and\s+(?=(?:the|his|her|their)\s+\w+\s+(?:{_TELLING})\b)",
    re.IGNORECASE,
)
_VERB_FIRST = re.compile(rf"^(?:also\s+|then\s+)?(?:{_TELLING})\b", re.IGNORECASE)
_OWN_SUBJECT = re.compile(rf"^(.*?)\s+(?:also\s+|then\s+)?(?:{_TELLING})\b", re.IGNORECASE)
_LONGEST_SUBJECT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryClaim:
    """One claim, and the sentence it was cut from."""

    text: str
    sentence: str


def sentences(text: str) -> list[str]:
    """Return a text's sentences; a stop in `7 p.m. tomorrow` or `Mr. Brandt` ends none."""
    held: list[str] = []
    # Nobody speaks words of such a length, and reading them would take for ever.
    text = _OVERLONG.sub(r"\1", text)
    found = _SENTENCE_END.split(_hold(text, held))
    bare = (_release(_BULLET.sub("", each), held).strip() for each in found)
    return [each for each in bare if any(character.isalnum() for character in each)]


def clauses(sentence: str) -> list[str]:
    """Return the clauses of an English sentence, as they stand in it."""
    held: list[str] = []
    parts = _BOUNDARY.split(_hold(sentence, held))
    return [part.strip() for part in (_release(each, held) for each in parts) if any(map(str.isalnum, part))]


def atomic_claims(summary: str, *, lang: str) -> tuple[SummaryClaim, ...]:
    """Return the claims of a summary in order."""
    found: list[SummaryClaim] = []
    for sentence in sentences(summary):
        parts = clauses(sentence) if primary_language(lang) == "en" else [sentence]
        found += [SummaryClaim(text=text, sentence=sentence) for text in _with_subjects(parts)]
    return tuple(found)


def word_count(summary: str) -> int:
    """Return how many words a summary has, as people count them; without spaces, its letters."""
    words = [word for word in summary.split() if any(map(str.isalnum, word))]
    if len(words) <= 1 and any(ord(character) > 0x2E80 for character in summary):
        return sum(map(str.isalnum, summary))
    return len(words)


def _with_subjects(parts: Sequence[str]) -> list[str]:
    subject = ""
    found: list[str] = []
    for part in parts:
        own = _OWN_SUBJECT.match(part)
        if _VERB_FIRST.match(part) and subject:
            found.append(f"{subject} {part}")
            continue
        if own and len(own[1].split()) <= _LONGEST_SUBJECT:
            subject = own[1]
        found.append(part)
    return found


def _hold(text: str, held: list[str]) -> str:
    """Put quotations aside, so that nothing in them is taken for the end of a sentence or clause."""

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        ends = "." if match[0][-2:-1] in ".!?" and match.end() == len(text.rstrip()) else ""
        return f"\x00{len(held) - 1}\x00{ends}"

    return _QUOTED.sub(hold, text.replace("\x00", " "))


def _release(text: str, held: Sequence[str]) -> str:
    return _HELD.sub(lambda match: held[int(match[1])], text)
