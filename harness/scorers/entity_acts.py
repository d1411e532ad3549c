"""Whether an agent went on with a value it got wrong: gave it to a tool, or had it confirmed (evaluation.md 4.5).

A proven one fails the call, so everything that may be something else is let pass: offers of another time, values the
caller named too, read-backs that were put right later.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from harness.model.call import Call, EventKind, Role
from harness.model.entity import EntityKind
from harness.model.finding import Resource
from harness.scorers.entity_rivals import Wanted

Json: TypeAlias = Any
"""Any value JSON can hold."""

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")
_READS_BACK = re.compile(
    r"\b(?:is that (?:right|correct)|(?:right|correct)\s*\?|did i (?:get|hear)|you said|i heard"
    r"|let me (?:confirm|repeat)|to confirm|confirmed|booked|reserved|noted|i(?:'ve| have) (?:got|noted|put|you down)"
    r"|stimmt das|richtig\s*\?|notiert|gebucht|reserviert|c'est (?:bien |correct)|j'ai noté|réservée?|confirmée?"
    r"|es correcto|correcto\s*\?|anotado|reservad[oa]|confirmad[oa])",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:how about|what about|instead|offer|available|only|unfortunately|earliest|latest|next|opens?|closes?d?|until"
    r"|between|would|could|can do|or|leider|frei|statt|oder|plutôt|disponible|ou|seulement|libre|solo|o|already|not)\b",
    re.IGNORECASE,
)
_NEGOTIABLE = frozenset({EntityKind.TIME, EntityKind.DATE, EntityKind.MONEY})
"""Kinds an agent may name another value of for good reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One value an agent gave to a tool."""

    at_ms: int
    tool: str
    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """The agent goes on with a value."""

    at_ms: int
    right: bool
    text: str
    """The value as it stands there."""
    place: str
    """`stored by book_table as time`, `said back`."""
    turn: int | None = None


def arguments_after(call: Call, *, at_ms: int) -> tuple[Argument, ...]:
    """Return every single value the agent's tools were called with from a moment on."""
    return tuple(
        Argument(at_ms=event.at_ms, tool=event.text, key=key, text=text)
        for event in call.events
        if event.kind is EventKind.TOOL_CALLED and event.at_ms >= at_ms
        for key, text in _leaves(_parsed(event.data.get("arguments")))
    )


def variables(call: Call) -> tuple[Argument, ...]:
    """Return the variables the platform holds at the end; its own ones say nothing about the agent."""
    kept = (resource for resource in call.resources if resource.kind == "variables")
    return tuple(
        Argument(at_ms=call.duration_ms, tool="a variable", key=key, text=text)
        for resource in kept
        for key, text in _own(resource)
    )


def acts(wanted: Wanted, call: Call, *, told: int) -> tuple[Act, ...]:
    """Return what the agent did with a value, or with another in its place, after a caller's turn; in order of time."""
    found = [*_stored(wanted, call, told=told), *_said_back(wanted, call, told=told)]
    return tuple(sorted(found, key=lambda act: act.at_ms))


def wrong_act(found: tuple[Act, ...]) -> Act | None:
    """Return the act on a wrong value that nothing put right later; None when there is none."""
    stored_right = any(act.right and act.turn is None for act in found)
    for at, act in enumerate(found):
        excused = any(later.right for later in found[at + 1 :]) or (act.turn is None and stored_right)
        if not act.right and not excused:
            return act
    return None


def _stored(wanted: Wanted, call: Call, *, told: int) -> Iterator[Act]:
    given = arguments_after(call, at_ms=call.turns[told].started_ms)
    for argument in given:
        place = f"stored by {argument.tool} as {argument.key}"
        if wanted.is_in(argument.text):
            yield Act(at_ms=argument.at_ms, right=True, text=wanted.entity.value, place=place)
            continue
        rival = wanted.rival_as_argument(argument.text)
        same_call = (each for each in given if (each.at_ms, each.tool) == (argument.at_ms, argument.tool))
        alone = sum(bool(wanted.rival_as_argument(each.text)) for each in same_call) == 1
        if rival and alone and not _agreed(wanted, rival, call, told=told, until_ms=argument.at_ms):
            yield Act(at_ms=argument.at_ms, right=False, text=rival, place=place)


def _said_back(wanted: Wanted, call: Call, *, told: int) -> Iterator[Act]:
    for index, turn in enumerate(call.turns):
        if index <= told or turn.role is not Role.AGENT:
            continue
        if wanted.is_in(turn.spoken):
            yield Act(at_ms=turn.started_ms, right=True, text=wanted.entity.value, place="said back", turn=index)
            continue
        rival = read_back(wanted, turn.spoken)
        if rival and not _agreed(wanted, rival, call, told=told, until_ms=turn.started_ms):
            yield Act(at_ms=turn.started_ms, right=False, text=rival, place="said back", turn=index)


def read_back(wanted: Wanted, text: str) -> str:
    """Return the other value that a turn says back to the caller as theirs; empty when it does not."""
    if not _READS_BACK.search(text):
        return ""
    rivals = (wanted.rival_in(part) for part in _SENTENCE_END.split(text) if not _OFFERS.search(part))
    return next(filter(None, rivals), "")


def _agreed(wanted: Wanted, rival: str, call: Call, *, told: int, until_ms: int) -> bool:
    """Return whether the two may have settled on the other value: the caller named it, or the agent offered it."""
    if rival in wanted.entity.instead_of:
        return False
    for index, turn in enumerate(call.turns):
        names = wanted.names(rival, turn.spoken)
        if names and turn.role is Role.CALLER:
            return True
        between = told < index and turn.started_ms < until_ms
        if names and between and wanted.entity.kind in _NEGOTIABLE and not read_back(wanted, turn.spoken):
            return True
    return False


def _parsed(arguments: Json) -> Json:
    try:
        return json.loads(str(arguments or "null"))
    except ValueError:
        return str(arguments)


def _leaves(value: Json, key: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            named = value.get("key") or value.get("name")
            for name, inside in value.items():
                yield from _leaves(inside, str(named) if named and name == "value" else str(name))
        case list():
            for inside in value:
                yield from _leaves(inside, key)
        case None | bool():
            return
        case _:
            yield key or "argument", str(value)


def _own(resource: Resource) -> Iterator[tuple[str, str]]:
    for key, text in _leaves(dict(resource.fields)):
        if not key.startswith("voipbin.") and key not in ("activeflow_id", "id"):
            yield key, text
