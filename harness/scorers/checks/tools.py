"""What the agent did with its tools. Arguments are the JSON its model wrote, which may be broken."""

import json
from collections.abc import Sequence
from typing import Final

from harness.model.call import Call, Event, EventKind
from harness.model.check_kinds import Argument, AvoidsTool, Bounds, ToolOrder, UsesTool
from harness.model.finding import Json
from harness.model.json_paths import find_json
from harness.scorers.checks.ruling import Instant, Ruling, broken, kept, unknown
from harness.scorers.checks.scope import Scope
from harness.scorers.moments import quoted

NO_LOG: Final = "this call has no log of the agent's session, so nobody can say which tools it used"
_SESSION: Final = frozenset(
    {
        EventKind.TOOL_CALLED,
        EventKind.TOOL_RETURNED,
        EventKind.AICALL_INITIALIZING,
        EventKind.AICALL_PROGRESSING,
        EventKind.AICALL_TERMINATING,
        EventKind.AICALL_TERMINATED,
        EventKind.MESSAGE_CREATED,
        EventKind.REPLY_STARTED,
    }
)


def sees_tools(call: Call) -> bool:
    """Return whether the transport told of the agent's session: without that, no call of a tool proves nothing."""
    return any(event.kind in _SESSION for event in call.events)


def called(name: str, *, scope: Scope) -> list[Event]:
    """Return the calls of a tool, in order."""
    return [event for event in scope.events(EventKind.TOOL_CALLED) if event.text == name]


def answered(event: Event, *, call: Call) -> Event | None:
    """Return what a call of a tool came to."""
    returned = (each for each in call.events if each.kind is EventKind.TOOL_RETURNED)
    return next((each for each in returned if each.data.get("id") == event.data.get("id")), None)


def arguments_of(event: Event) -> dict[str, Json] | str:
    """Return the arguments of a call, or what is wrong with them."""
    try:
        document = json.loads(str(event.data.get("arguments") or "{}"))
    except (ValueError, RecursionError) as error:
        return f"its arguments are not JSON ({error}): {quoted(str(event.data.get('arguments')))}"
    return document if isinstance(document, dict) else f"its arguments are no object: {quoted(json.dumps(document))}"


def rule_tool(question: UsesTool, *, scope: Scope) -> Ruling:
    """Rule on one call of a tool that fits in every respect."""
    if not sees_tools(scope.call):
        return unknown(NO_LOG)
    wanted = _wanted(question)
    calls = called(question.name, scope=scope)
    if not calls:
        others = _names(scope)
        instead = f"it called {others}" if others else "it called no tool"
        return broken(f"expected the agent to call {wanted} {scope.place}, {instead}", missing=(question.name,))
    faults = []
    for event in calls:
        fault = _misfit(question, event=event, call=scope.call)
        if not fault:
            shown = quoted(str(event.data.get("arguments") or "{}"))
            return kept(f"called {question.name} with {shown} {scope.place}", since=Instant(at_ms=event.at_ms))
        faults.append(fault)
    return broken(f"expected the agent to call {wanted} {scope.place}; {faults[-1]}", missing=(question.name,))


def rule_not_tool(question: AvoidsTool, *, scope: Scope) -> Ruling:
    """Rule on tools that are not to be called."""
    if not sees_tools(scope.call):
        return unknown(NO_LOG)
    for event in scope.events(EventKind.TOOL_CALLED):
        if event.text in question.names:
            shown = quoted(str(event.data.get("arguments") or "{}"))
            return broken(
                f"the agent must not call {event.text} {scope.place}, it did at {event.at_ms} ms with {shown}"
            )
    others = _names(scope)
    did = f"it called {others}" if others else "it called no tool"
    return kept(f"did not call {' or '.join(question.names)} {scope.place}; {did}")


def rule_tool_order(question: ToolOrder, *, scope: Scope) -> Ruling:
    """Rule on tools that are to be called one after the other."""
    if not sees_tools(scope.call):
        return unknown(NO_LOG)
    left = list(question.names)
    since: Instant | None = None
    for event in scope.events(EventKind.TOOL_CALLED):
        if left and event.text == left[0]:
            since = Instant(at_ms=event.at_ms)
            left.pop(0)
    did = f"it called {_names(scope) or 'no tool'}"
    if left:
        order = ", ".join(question.names)
        return broken(f"expected the calls {order} in this order {scope.place}, {did}", missing=tuple(left))
    return kept(f"{did} {scope.place}", since=since)


def count_tool(name: str, *, times: Bounds, scope: Scope) -> Ruling:
    """Rule on how often a tool is called."""
    if not sees_tools(scope.call):
        return unknown(NO_LOG)
    number = len(called(name, scope=scope))
    reason = f"called {name} {number} times {scope.place}, {times} expected"
    return kept(reason) if times.hold(number) else broken(reason)


def same_value(wanted: Json, found: Json) -> bool:
    """Return whether two JSON values are the same; a number and its text are, as models mix them up."""
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, str) != isinstance(found, str) and not isinstance(wanted, dict | list):
        return _plain(wanted) == _plain(found)
    return bool(wanted == found)


def _plain(value: Json) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _misfit(question: UsesTool, *, event: Event, call: Call) -> str:
    """Return why a call is not the one that was asked for; empty when it is."""
    if question.arguments:
        document = arguments_of(event)
        if isinstance(document, str):
            return document
        for argument in question.arguments:
            fault = _misses(argument, document=document)
            if fault:
                return fault
    if question.succeeds is None:
        return ""
    returned = answered(event, call=call)
    if returned is None:
        return "it never answered"
    if (returned.data.get("ok") is not False) != question.succeeds:
        return f"it answered: {quoted(returned.text)}"
    return ""


def _misses(argument: Argument, *, document: Json) -> str:
    found = find_json(argument.path, document=document)
    if any(same_value(argument.value, value) for value in found):
        return ""
    shown = quoted(json.dumps(document, ensure_ascii=False))
    if not found:
        return f"there is no {argument.path} in {shown}"
    return f"{argument.path} is {_shown(found[0])}, not {_shown(argument.value)}, in {shown}"


def _wanted(question: UsesTool) -> str:
    parts: Sequence[str] = [f"{each.path} = {_shown(each.value)}" for each in question.arguments]
    end = {None: "", True: " successfully", False: " in vain"}[question.succeeds]
    return question.name + (f" with {' and '.join(parts)}" if parts else "") + end


def _names(scope: Scope) -> str:
    return ", ".join(event.text for event in scope.events(EventKind.TOOL_CALLED))


def _shown(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
