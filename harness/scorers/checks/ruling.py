"""What comes of one question about a stretch of a call: kept, broken, or not measured."""

from dataclasses import dataclass

from harness.model.score import Quote


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Instant:
    """A moment of a call, fine enough to say which of two words of one turn came first."""

    at_ms: int
    turn: int = -1
    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The answer to one question, with its evidence."""

    passed: bool | None
    """None: it could not be measured."""
    reason: str
    quotes: tuple[Quote, ...] = ()
    missing: tuple[str, ...] = ()
    since: Instant | None = None
    """When it first was so, for what happens at a moment."""
    empty: bool = False
    """There was nothing to look at, so that the opposite is no more proven than this."""


def kept(reason: str, *, quotes: tuple[Quote, ...] = (), since: Instant | None = None) -> Ruling:
    """Return that it is so."""
    return Ruling(passed=True, reason=reason, quotes=quotes, since=since)


def broken(
    reason: str, *, quotes: tuple[Quote, ...] = (), missing: tuple[str, ...] = (), empty: bool = False
) -> Ruling:
    """Return that it is not so."""
    return Ruling(passed=False, reason=reason, quotes=quotes, missing=missing, empty=empty)


def unknown(reason: str) -> Ruling:
    """Return that nobody can tell."""
    return Ruling(passed=None, reason=reason)
