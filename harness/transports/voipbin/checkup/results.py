"""What a check is, and what it finds: one line, and the one thing that puts a fault right."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from harness.errors import ApiError, HarnessError, UnreachableError
from harness.voipbin.refusals import remedy


class State(StrEnum):
    """What a check came to."""

    OK = "ok"
    WARNING = "warning"
    """It works, or may; somebody should know."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """There was nothing to ask, or no use in asking."""


class Group(StrEnum):
    """What a check is about; in the order they are shown."""

    MACHINE = "this machine"
    PLATFORM = "the platform"
    AGENT = "the agent"
    TELEPHONE = "the telephone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check found."""

    state: State
    said: str
    """In one line."""
    fix: str = ""
    """The one thing to do about it; never empty where it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question."""

    group: Group
    name: str
    """Unique, for machines."""
    title: str
    """For people."""
    ask: Callable[[], Awaitable[Outcome]]
    after: tuple[str, ...] = ()
    """Names of the checks without which there is no use in asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A check and what it found."""

    check: Check
    outcome: Outcome


def fine(said: str) -> Outcome:
    """Return that all is well."""
    return Outcome(state=State.OK, said=said)


def warned(said: str, *, fix: str) -> Outcome:
    """Return that it works and somebody should know something."""
    return Outcome(state=State.WARNING, said=said, fix=fix)


def failed(said: str, *, fix: str) -> Outcome:
    """Return that real calls will not work like this."""
    return Outcome(state=State.FAILED, said=said, fix=fix)


def skipped(because: str) -> Outcome:
    """Return that nothing was asked, and why."""
    return Outcome(state=State.SKIPPED, said=because)


def outcome_of(error: HarnessError) -> Outcome:
    """Return the failure that an error of ours is."""
    match error:
        case UnreachableError():
            return failed(error.cause, fix=error.fix)
        case ApiError():
            return failed(f"the platform answered {error.answer}", fix=remedy(error.http_status, error.reason).fix)
        case _:
            return told(str(error))


def told(text: str) -> Outcome:
    """Return the failure that a text of ours tells, whose last sentence says what to do."""
    said, _, fix = text.rstrip(".").rpartition(". ")
    return failed(said, fix=fix) if said else failed(text, fix="put that right, then look again")
