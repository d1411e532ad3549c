"""The way of one value through a call: said, heard, stored, said back."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """A place where a value can get lost, in the order it passes them."""

    SAID = "said"
    """In the caller's audio, as our own recogniser hears it."""
    HEARD = "heard"
    """In what the platform's recogniser understood."""
    STORED = "stored"
    """In what the agent gave to its tools, or set as a variable."""
    SAID_BACK = "said_back"
    """In what the agent said afterwards."""


class LinkState(StrEnum):
    """What became of a value at one stage."""

    HELD = "held"
    BROKEN = "broken"
    OPEN = "open"
    """It cannot be told, or it did not have to pass here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One stage of a value's way."""

    stage: Stage
    state: LinkState
    found: str = ""
    """The value as it stands there, or the one that stands in its place."""
    why: str = ""
    """Why the stage is open."""
    turn: int | None = None
    """Index of the turn it was looked for in; None for tools."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityChain:
    """A value with all stages, in order."""

    value: str
    links: tuple[ChainLink, ...]

    @property
    def first_break(self) -> ChainLink | None:
        """Return the first stage at which the value was lost."""
        return next((link for link in self.links if link.state is LinkState.BROKEN), None)

    @property
    def applicable(self) -> tuple[ChainLink, ...]:
        """Return the stages that say something."""
        return tuple(link for link in self.links if link.state is not LinkState.OPEN)
