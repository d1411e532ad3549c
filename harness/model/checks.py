"""How questions about a call are put together, and what follows from an answer."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from harness.model.check_kinds import (
    Asks,
    AvoidsTool,
    Confirms,
    Count,
    Greets,
    HangsUp,
    Matches,
    Measures,
    NeverSays,
    Order,
    PressesKeys,
    Reprompts,
    Says,
    SaysNumber,
    SetsVariable,
    Speaks,
    SpeaksPlainly,
    ToolOrder,
    Transfers,
    UsesTool,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """It is so at no moment: not in any answer, and not in all of them together."""

    kind: Literal["never"] = "never"
    of: "Question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Eventually:
    """At least one answer is so by itself."""

    kind: Literal["eventually"] = "eventually"
    of: "Question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Both happen, one earlier than the other."""

    kind: Literal["before"] = "before"
    first: "Question"
    then: "Question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """It happens early enough; one of the two limits is set."""

    kind: Literal["within"] = "within"
    of: "Question"
    ms: int | None = None
    """From the end of the caller's turn, or from the beginning of the call."""
    turns: int | None = None
    """In the answers to so many turns of the caller, the greeting included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTurn:
    """The answer to one turn of the caller is so."""

    kind: Literal["turn"] = "turn"
    index: int
    """1: the caller's first; 0: the greeting; -1: the caller's last."""
    of: "Question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """All of several questions, or any one of them."""

    kind: Literal["all", "any"]
    of: tuple["Question", ...]


Question: TypeAlias = (
    Says
    | NeverSays
    | Matches
    | Order
    | Count
    | SaysNumber
    | Speaks
    | Asks
    | Confirms
    | UsesTool
    | AvoidsTool
    | ToolOrder
    | SetsVariable
    | Transfers
    | HangsUp
    | PressesKeys
    | Reprompts
    | SpeaksPlainly
    | Greets
    | Measures
    | Never
    | Eventually
    | Before
    | Within
    | AtTurn
    | Together
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question with what follows from its answer."""

    question: Question
    required: bool = True
    """Broken, it fails the trial; False: it is only shown."""
    because: str = ""
    """The rule behind it in the author's words."""
