"""Questions about a call that code alone can answer: each is one kind of check in a suite file.

`docs/checks.md` shows every one kept and broken; `checks.py` puts them together.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from harness.model.finding import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The smallest and the largest allowed value, either may be open."""

    at_least: float | None = None
    at_most: float | None = None

    def hold(self, value: float) -> bool:
        """Return whether a value lies within."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        """Return the bounds in words: `1 to 2`, `at most 40`."""
        if self.at_least is None:
            return f"at most {self.at_most:g}"
        if self.at_most is None:
            return f"at least {self.at_least:g}"
        if self.at_least == self.at_most:
            return f"exactly {self.at_most:g}"
        return f"{self.at_least:g} to {self.at_most:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """The agent says any one of the phrases."""

    kind: Literal["says", "one_of"] = "says"
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverSays:
    """The agent says none of the phrases."""

    kind: Literal["never_says"] = "never_says"
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """A regular expression finds something in the agent's words."""

    kind: Literal["regex"] = "regex"
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The agent says all the phrases, one after the other."""

    kind: Literal["order"] = "order"
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often the agent says a phrase or calls a tool; one of the two is set."""

    kind: Literal["count"] = "count"
    phrase: str = ""
    tool: str = ""
    times: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class SaysNumber:
    """The agent says a number of a value."""

    kind: Literal["number"] = "number"
    value: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaks:
    """Every answer is in one of the languages."""

    kind: Literal["language"] = "language"
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """The agent asks a question with any one of the phrases in it."""

    kind: Literal["asks"] = "asks"
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirms:
    """Before the agent calls a tool it asks, and the caller answers."""

    kind: Literal["confirmed"] = "confirmed"
    tool: str
    asks: tuple[str, ...] = ()
    """Any one of them has to be in the question; empty: any question."""
    caller_says: tuple[str, ...] = ()
    """Any one of them has to be in the caller's reply; empty: any reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """What a tool's argument has to be."""

    path: str
    """JSON path (RFC 9535) into the arguments."""
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesTool:
    """The agent calls a tool, with arguments that all fit the same call."""

    kind: Literal["tool"] = "tool"
    name: str
    arguments: tuple[Argument, ...] = ()
    succeeds: bool | None = None
    """What the tool has to answer; None: either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AvoidsTool:
    """The agent calls none of the tools."""

    kind: Literal["not_tool"] = "not_tool"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOrder:
    """The agent calls all the tools, one after the other; others may come between."""

    kind: Literal["tool_order"] = "tool_order"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetsVariable:
    """A variable of the flow is set."""

    kind: Literal["variable"] = "variable"
    name: str
    value: str | None = None
    """None: to anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfers:
    """The platform phones somebody for the caller."""

    kind: Literal["transfer"] = "transfer"
    to: str = ""
    """Number or address; empty: anybody."""
    connected: bool | None = None
    """Whether that somebody has to answer; None: either."""


class Hanger(StrEnum):
    """Who can end a call."""

    CALLER = "caller"
    AGENT = "agent"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class HangsUp:
    """Who ends the call."""

    kind: Literal["hung_up_by"] = "hung_up_by"
    by: Hanger


@dataclass(frozen=True, slots=True, kw_only=True)
class PressesKeys:
    """Keys are pressed in a row."""

    kind: Literal["dtmf"] = "dtmf"
    keys: str
    by: Literal["caller", "agent"] = "caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprompts:
    """To a caller who stays silent the agent speaks again."""

    kind: Literal["reprompt"] = "reprompt"
    within_ms: int
    """The longest silence it may let pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeaksPlainly:
    """Nothing is read aloud that was meant for a screen: markdown, HTML, web addresses."""

    kind: Literal["plain_speech"] = "plain_speech"


@dataclass(frozen=True, slots=True, kw_only=True)
class Greets:
    """The agent speaks first, and says any one of the phrases."""

    kind: Literal["greets"] = "greets"
    phrases: tuple[str, ...] = ()
    """Empty: any words."""


MeasureKind: TypeAlias = Literal[
    "latency_ms", "reply_ms", "reply_words", "words_per_minute", "questions", "call_ms", "turns", "cost_usd"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Something that is counted or timed lies within bounds; in the whole call every answer does."""

    kind: MeasureKind
    bounds: Bounds
