"""Finds and removes what runs of the harness left on a platform because their process died.

Only what carries a whole mark of the harness is touched, and calls with an agent that does. What may still be in use,
because its time is not over and nobody named its run, is told and left alone.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from harness.errors import HarnessError
from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.calls import hang_up
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.lodgers import PATHS, again
from harness.transports.voipbin.marks import Mark
from harness.voipbin.calls import CallStatus
from harness.voipbin.resources import Record
from harness.voipbin.times import read_time

_LONGEST_CALL: Final = timedelta(hours=2)
"""A call that began so long before the newest is over: the platform ends all after an hour (contract 2.5)."""
_MOST_SESSIONS: Final = 500


class LeftKind(StrEnum):
    """What can be left behind."""

    CALL = "call"
    FLOW = "flow"
    AI = "AI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One thing a run left on the platform."""

    kind: LeftKind
    id: str
    mark: Mark
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was left, calls first: they cost, and use the rest."""

    due: tuple[Left, ...] = ()
    """To be removed."""
    in_use: tuple[Left, ...] = ()
    """Not to be touched: its run may be going on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What came of removing one thing."""

    left: Left
    problem: str = ""
    """Why it is still there; empty when it is gone."""


async def find_left(client: VoipbinClient, *, now: datetime, run_id: str = "") -> Found:
    """Return what runs left behind.

    Args:
        client: With an account.
        now: What is not needed any more is due, unless a run is named.
        run_id: Only what this run made, whether or not its time is over.

    Raises:
        ApiError: the platform does not tell.
        UnreachableError: it does not answer.
    """
    made = {kind: [row async for row in client.pages(PATHS[kind])] for kind in (LeftKind.FLOW, LeftKind.AI)}
    marked = [(kind, row, mark) for kind, rows in made.items() for row in rows if (mark := Mark.of(row)) is not None]
    things = [Left(kind=kind, id=str(row["id"]), mark=mark, name=str(row.get("name"))) for kind, row, mark in marked]
    targets = {name: mark for _, row, mark in marked for name in (row.get("id"), row.get("direct_hash")) if name}
    left = [*await _calls(client, targets), *things]
    chosen = [each for each in left if run_id in ("", each.mark.run_id)]
    due = tuple(each for each in chosen if run_id or each.mark.expires <= now)
    return Found(due=due, in_use=tuple(each for each in chosen if each not in due))


async def remove(client: VoipbinClient, left: Sequence[Left], *, told: Callable[[Removal], None]) -> None:
    """Remove things one after the other, telling what came of each; what cannot be removed stops nothing."""
    for each in left:
        try:
            await again(_work(client, each), sleep=client.sleep)
        except HarnessError as error:
            told(Removal(left=each, problem=str(error)))
        else:
            told(Removal(left=each))


def _work(client: VoipbinClient, left: Left) -> Callable[[], Awaitable[object]]:
    if left.kind is LeftKind.CALL:
        return partial(hang_up, client, left.id)
    return partial(client.delete, f"{PATHS[left.kind]}{path_of(left.id)}")


async def _calls(client: VoipbinClient, targets: Mapping[str, Mark]) -> list[Left]:
    """Return the calls that are still up and are a run's: placed by it, to its agent, or held by its agent."""
    sessions = await _held_by(client, targets) if targets else {}
    found: list[Left] = []
    newest: datetime | None = None
    async for call in client.pages("/calls"):
        made = read_time(call.get("tm_create"))
        newest = newest or made
        if made is not None and newest is not None and newest - made > _LONGEST_CALL:
            break
        mark = _mark_of(call, targets) or sessions.get(str(call.get("id")))
        if mark is not None and call.get("status") != CallStatus.HANGUP:
            found.append(Left(kind=LeftKind.CALL, id=str(call["id"]), mark=mark, name=f"call of {mark.run_id}"))
    return found


def _mark_of(call: Record, targets: Mapping[str, Mark]) -> Mark | None:
    for side in ("source", "destination"):
        address = call.get(side)
        mark = Mark.of(dict(address)) if isinstance(address, Mapping) else None
        if mark is not None:
            return mark
    destination = call.get("destination")
    target = str(destination.get("target") or "") if isinstance(destination, Mapping) else ""
    # `direct.<hash>@<domain>` for the leg the platform dials, the AI's or the flow's id for the one that came in.
    return targets.get(target) or targets.get(target.partition("@")[0])


async def _held_by(client: VoipbinClient, targets: Mapping[str, Mark]) -> dict[str, Mark]:
    """Return the calls in which an agent of a run still has its session."""
    held: dict[str, Mark] = {}
    searched = 0
    async for aicall in client.pages("/aicalls"):
        mark = targets.get(str(aicall.get("assistance_id")))
        if mark is not None and aicall.get("status") != "terminated" and aicall.get("reference_id"):
            held[str(aicall["reference_id"])] = mark
        searched += 1
        if searched >= _MOST_SESSIONS:
            break
    return held
