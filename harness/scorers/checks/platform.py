"""What the platform did at the agent's word: variables, transfers, keys, the end of the call, what it cost."""

from typing import Final, assert_never

from harness.model.call import Call, EndReason, EventKind, Role
from harness.model.check_kinds import Bounds, Hanger, HangsUp, PressesKeys, SetsVariable, Transfers
from harness.scorers.checks.ruling import Instant, Ruling, broken, kept, unknown
from harness.scorers.checks.scope import Scope
from harness.scorers.checks.tools import answered, arguments_of, sees_tools
from harness.scorers.moments import quoted

_MICROS: Final = 1_000_000
"""The platform counts credit in millionths of a US dollar."""


def rule_variable(question: SetsVariable, *, scope: Scope) -> Ruling:
    """Rule on a variable: set by the agent's tool; for the whole call also what the platform kept at its end."""
    wanted = question.name if question.value is None else f"{question.name} = {quoted(question.value)}"
    kept_at_end = [each for each in scope.call.resources if each.kind == "variables"] if scope.whole_call else []
    since = _set_at(question, scope=scope)
    found = [each.text(question.name) for each in kept_at_end if question.name in each.fields]
    if since is not None or any(question.value in (None, value) for value in found):
        return kept(f"{wanted} was set {scope.place}", since=since)
    if found:
        reason = f"expected {wanted} {scope.place}, at the end {question.name} was {quoted(found[0])}"
        return broken(reason, missing=(question.name,))
    if not kept_at_end and not sees_tools(scope.call):
        return unknown(
            f"nobody can say whether {question.name} was set: this transport shows neither tools nor variables"
        )
    return broken(f"expected {wanted} {scope.place}, it was not set", missing=(question.name,))


def rule_transfer(question: Transfers, *, scope: Scope) -> Ruling:
    """Rule on somebody who is phoned for the caller."""
    if not sees_tools(scope.call) and not _events_of_flow(scope.call):
        return unknown("this transport does not tell whom the platform phones")
    dialled = scope.events(EventKind.CONNECTING)
    wanted = f"a transfer to {question.to}" if question.to else "a transfer"
    fitting = [event for event in dialled if question.to in ("", str(event.data.get("target")))]
    if not fitting:
        others = ", ".join(str(event.data.get("target")) for event in dialled)
        instead = f"the platform phoned {others}" if others else "nobody was phoned"
        return broken(f"expected {wanted} {scope.place}, {instead}", missing=(question.to,) if question.to else ())
    first, target = fitting[0], str(fitting[0].data.get("target"))
    if question.connected is not None:
        talked = any(
            event.kind is EventKind.CONNECTED and event.data.get("target") == target and event.at_ms >= first.at_ms
            for event in scope.call.events
        )
        if talked != question.connected:
            return broken(f"{target} was phoned {scope.place} and {'answered' if talked else 'did not answer'}")
    return kept(f"{target} was phoned {scope.place}", since=Instant(at_ms=first.at_ms))


def rule_hung_up_by(question: HangsUp, *, scope: Scope) -> Ruling:
    """Rule on who ended the call."""
    call = scope.call
    ends = [event for event in call.events if event.kind is EventKind.CALL_HANGUP]
    by = str(ends[-1].data.get("by") or "") if ends else ""
    by = by or str(_hanger(call) or "")
    since = Instant(at_ms=ends[-1].at_ms if ends else call.duration_ms)
    if not by:
        return broken(f"expected the {question.by.value} to hang up, but {_why_over(call)}", empty=not call.turns)
    reason = f"the {by} hung up at {since.at_ms} ms"
    return (
        kept(reason, since=since) if by == question.by else broken(f"expected the {question.by} to hang up, {reason}")
    )


def rule_dtmf(question: PressesKeys, *, scope: Scope) -> Ruling:
    """Rule on keys that are pressed in a row."""
    role = Role(question.by)
    pressed = [event for event in scope.events(EventKind.DTMF) if event.role is role]
    keys = "".join(event.text for event in pressed)
    at = keys.find(question.keys)
    if at >= 0:
        last = pressed[min(at + len(question.keys), len(pressed)) - 1]
        return kept(f"the {question.by} pressed {keys} {scope.place}", since=Instant(at_ms=last.at_ms))
    did = f"it pressed {keys}" if keys else "it pressed no key"
    return broken(
        f"expected the {question.by} to press {question.keys} {scope.place}, {did}", empty=not scope.call.turns
    )


def rule_cost(bounds: Bounds, *, scope: Scope) -> Ruling:
    """Rule on what the platform took for the call, by its own ledger; nobody else's price is guessed."""
    ledger = [each.fields.get("amount_credit") for each in scope.call.resources if each.kind == "billing"]
    amounts = [amount for amount in ledger if isinstance(amount, int)]
    if not amounts:
        return unknown(
            "what this call cost is not known: no entry of the platform's ledger (`billing`) was read for it"
        )
    usd = -sum(amounts) / _MICROS
    reason = f"the platform took {usd:.4f} USD in {len(amounts)} entries, {bounds} allowed"
    return kept(reason) if bounds.hold(usd) else broken(reason)


def _set_at(question: SetsVariable, *, scope: Scope) -> Instant | None:
    for event in scope.events(EventKind.TOOL_CALLED):
        document = arguments_of(event)
        returned = answered(event, call=scope.call)
        if event.text != "set_variables" or isinstance(document, str) or returned is None:
            continue
        given = document.get("variables")
        if returned.data.get("ok") is False or not isinstance(given, dict) or question.name not in given:
            continue
        if question.value in (None, str(given[question.name])):
            return Instant(at_ms=event.at_ms)
    return None


def _events_of_flow(call: Call) -> bool:
    return any(event.kind in (EventKind.ACTION_ENTERED, EventKind.CONNECTING) for event in call.events)


def _hanger(call: Call) -> Hanger | None:
    match call.end_reason:
        case EndReason.CALLER_HANGUP | EndReason.AGENT_SILENT | EndReason.TIME_LIMIT:
            return Hanger.CALLER
        case EndReason.AGENT_HANGUP:
            return Hanger.AGENT
        case EndReason.LINE_DROPPED | EndReason.NOT_ANSWERED | EndReason.NEVER_STARTED:
            return None
        case _:
            assert_never(call.end_reason)


def _why_over(call: Call) -> str:
    match call.end_reason:
        case EndReason.LINE_DROPPED:
            return "the line broke"
        case EndReason.NOT_ANSWERED:
            return "the call was never answered"
        case _:
            return "the agent's session never started"
