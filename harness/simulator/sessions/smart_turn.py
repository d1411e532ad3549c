"""Whether what the caller said sounds complete: a stand-in of our own for the platform's Smart Turn analyser.

The analyser is a neural network that listens to how a sentence falls. This goes by the words: a few ways in which
English sentences stop half-way. Where none of them applies, and in every other language, a turn counts as complete.
"""

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from harness.voipbin.parameters import SMART_TURN_STOP_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartTurn:
    """Judges turns in one language."""

    language: str = "en-US"
    """BCP-47; empty is taken for English."""
    stop_ms: int = SMART_TURN_STOP_MS
    """A turn that does not sound complete ends after this much silence."""

    def is_complete(self, text: str) -> bool:
        """Return whether a text sounds like the end of a turn."""
        is_english = self.language.split("-")[0].lower() in ("en", "")
        return not is_english or sounds_complete(text)


def sounds_complete(text: str) -> bool:
    """Return False for English that stops half-way; True when there is nothing to judge."""
    spoken = text.strip().lower().replace("’", "'")
    if spoken.endswith(("?", "!")):
        return True
    if spoken.endswith((",", "-", "–", "—", ":", "…", "...")):
        return False
    words = re.findall(r"[a-z0-9]+(?:'[a-z]+)?", spoken)
    return not (_stops_within_a_phrase(" ".join(words)) or _stops_within_a_number(words))


_ALWAYS_GOES_ON: Final = re.compile(
    r"\b(?:and|but|or|because|if|although|though|unless|whereas|whether"  # joins what follows
    r"|an?|the|my|your|our|their|its|every"
    r"|i'(?:m|d|ll|ve)|it's|we'(?:re|d|ll)|you're|they're|s?he's|that's|let's"
    r"|uh|um|uhm|erm?|hmm?|you know|i mean"  # holds the floor
    r"|let me (?:see|think|check|look)|hold on|hang on|wait|one moment|just a (?:second|moment|minute))$"
)
_GOES_ON_UNLESS_ASKING: Final = re.compile(
    # Without those that also close a phrasal verb: come in, go on, stand by.
    r"\b(?:(?:of|for|with|from|to|at|between|during|into|than|via)"
    # After a pronoun it is an answer of its own: yes, it is.
    r"|(?!(?:i|you|he|she|it|we|they|this|that|these|those|there|here|yes|no) )[a-z0-9]+ (?:is|are|was|were))$"
)
_ASKING: Final = re.compile(r"\b(?:who|what|when|where|which|whose|how|why)\b")
"""A question may end in a preposition or a verb: where are you from."""


def _stops_within_a_phrase(spoken: str) -> bool:
    if _ALWAYS_GOES_ON.search(spoken):
        return True
    return _GOES_ON_UNLESS_ASKING.search(spoken) is not None and _ASKING.search(spoken) is None


_LONG_NUMBERS: Final = (
    (re.compile(r"\b(?:(?:tele)?phone|mobile|cell|callback) number|\b(?:call|reach|text) me (?:at|on)\b"), 7),
    (re.compile(r"\bcard number"), 12),
    (re.compile(r"\bzip\b"), 5),
)
"""What announces a number, and the least digits of it."""
_SHORTEST_SPELLED: Final = 4
"""Characters of a number or name that is spelled one by one, when nothing says what it is."""
_SPELLED: Final = re.compile(r"\d+|[a-z]|zero|oh|one|two|three|four|five|six|seven|eight|nine")


def _stops_within_a_number(words: list[str]) -> bool:
    run = list(takewhile(_SPELLED.fullmatch, reversed(words)))
    if not run:
        return False
    before = " ".join(words[: -len(run)])
    spelled = sum(len(word) if word.isdigit() else 1 for word in run)
    for announced, least in _LONG_NUMBERS:
        if announced.search(before):
            return spelled < least
    return len(run) > 1 and spelled < _SHORTEST_SPELLED
