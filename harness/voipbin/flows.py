"""What a flow may say: actions of known types, each with an id.

Source: contract sections 3.1 and 3.2. What stands in an action's options is never looked at here, nested actions
included: the platform finds out when it runs them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from harness.errors import UnknownNameError
from harness.voipbin import bodies
from harness.voipbin.actions import EMPTY_ID, RESERVED_IDS, Action, parse_action
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import Body
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Record


def read_flow(body: Body, *, mode: Mode, new_id: Callable[[], str]) -> Record:
    """Return the writable fields of a flow as a request sets them.

    Raises:
        ApiError: 400 for a value of a wrong type, or as `read_actions`.
    """
    return {
        "name": bodies.text(body, "name"),
        "detail": bodies.text(body, "detail"),
        "on_complete_flow_id": bodies.id_or_none(body, "on_complete_flow_id"),
        "actions": read_actions(bodies.objects(body, "actions"), mode=mode, new_id=new_id),
    }


def read_actions(documents: Sequence[Body], *, mode: Mode, new_id: Callable[[], str]) -> list[Record]:
    """Return actions as a flow keeps them: the envelope only, an id made where there is none.

    Raises:
        ApiError: 400, the first action at fault is named; INVALID_ACTION_TYPE for a type that is unknown in this mode.
    """
    # All types are looked at before the first id is made, so that a refused flow leaves no trace.
    actions = [_action(document, at=at, mode=mode) for at, document in enumerate(documents)]
    return [(replace(each, id=new_id()) if each.id in RESERVED_IDS else each).document for each in actions]


def _action(document: Body, *, at: int, mode: Mode) -> Action:
    try:
        action = parse_action(document, mode=mode)
    except UnknownNameError as error:
        raise api_error(Reason.INVALID_ACTION_TYPE, f"actions[{at}]: {error}") from error
    if not isinstance(document.get("option") or {}, Mapping):
        raise api_error(Reason.INVALID_JSON_BODY, f"actions[{at}].option must be an object")
    return replace(action, id=_id(document, "id", at=at), next_id=_id(document, "next_id", at=at))


def _id(document: Body, name: str, *, at: int) -> str:
    given = bodies.text(document, name)
    usual = bodies.usual_id(given) if given else EMPTY_ID
    if usual is None:
        raise api_error(Reason.INVALID_ARGUMENT, f"actions[{at}].{name} {given!r} is no UUID")
    return usual
