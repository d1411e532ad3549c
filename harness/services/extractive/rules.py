"""What a prompt can tell the agent to do, as values. `rule_parser` makes them from sentences, `replies` obeys them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from harness.services.extractive.values import Slot
from harness.voipbin.tools import SESSION_ENDING

_HANDS_OVER = re.compile(r"\b(?:connect|transfer|put you|hand you|forward|call you back)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a rule applies: one of several alternatives, each a few terms of which most must be heard."""

    alternatives: tuple[frozenset[str], ...] = ()
    """Empty: always."""

    def met(self, heard: Iterable[str], *, loosely: bool = False) -> bool:
        """Return whether the terms heard are about this: most of an alternative's terms, `loosely` half of them."""
        said = frozenset(heard)
        return not self.alternatives or any(
            2 * len(wanted & said) >= len(wanted) + (0 if loosely else 1) for wanted in self.alternatives
        )

    @property
    def terms(self) -> frozenset[str]:
        """Return the terms of all alternatives."""
        return frozenset().union(*self.alternatives)

    def shares(self, other: "Condition") -> bool:
        """Return whether two conditions have a term in common."""
        return bool(self.terms & other.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """A tool to use when a rule applies."""

    name: str
    arguments: str = "{}"
    """JSON as the prompt has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask for values, in this order, before going on."""

    slots: tuple[Slot, ...]
    condition: Condition = Condition()
    to_confirm: bool = False
    """The values are for something that is confirmed at the end (a booking), not for looking something up."""
    attached: bool = False
    """`before confirming`: joins whatever is to be confirmed."""
    noun: str = ""
    """What is confirmed: `booking`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """Repeat the caller's values before confirming, or one value as soon as it is given."""

    noun: str
    slot: Slot | None = None
    """None: all of them, before confirming."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond:
    """Say something when the caller brings it up."""

    condition: Condition
    text: str
    first: bool = False
    """Comes before the rest of the answer instead of replacing it."""
    uses: tuple[ToolUse, ...] = ()

    @property
    def hands_over(self) -> bool:
        """Return whether somebody else takes over, so that there is nothing left to ask."""
        return bool(_HANDS_OVER.search(self.text)) or any(use.name in SESSION_ENDING for use in self.uses)

    def answers(self, heard: Iterable[str]) -> bool:
        """Return whether what was heard brings this up; a response without a condition never comes by itself."""
        return bool(self.condition.alternatives) and self.condition.met(heard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Bring something up by itself when the condition is met, once a call."""

    condition: Condition
    topic: str
    offered: bool
    """`offer` rather than `mention`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """Keep something back."""

    verb: str
    """`promise a discount`: what the agent says it can't do."""
    terms: frozenset[str]
    quoted: str = ""
    """Exact words that may not be said; then `terms` is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What to say once the values are there or the booking is confirmed."""

    text: str
    slot: Slot | None = None
    """None: after confirming."""
    uses: tuple[ToolUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """Begin every call with this."""

    text: str
    uses: tuple[ToolUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """Answer a goodbye with this."""

    text: str
    uses: tuple[ToolUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Say this when nothing in the prompt answers."""

    text: str
    uses: tuple[ToolUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """End every answer with this."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Longest allowed answer; 0 leaves one of the two open."""

    words: int = 0
    sentences: int = 0


Rule: TypeAlias = Ask | ReadBack | Respond | Mention | Never | Closing | Greeting | Farewell | Unknown | Ending | Limit
