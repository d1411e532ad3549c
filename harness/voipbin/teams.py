"""What a team may say: members that are AIs, and the transitions that hand a conversation from one to the next.

Source: contract section 4.7. Each transition is offered to the language model as a function, so that its name must be
one, and not that of a tool.
"""

import re
from collections.abc import Callable, Sequence

from harness.errors import ApiError
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import Body
from harness.voipbin.resources import NIL_ID, Record
from harness.voipbin.tools import ALL_TOOLS, TOOLS

_FUNCTION = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_RESERVED = frozenset({ALL_TOOLS, *(tool.name for tool in TOOLS)})


def read_team(body: Body, *, new_id: Callable[[], str], has_ai: Callable[[str], bool]) -> Record:
    """Return the writable fields of a team as a request sets them.

    Args:
        body: the request's.
        new_id: makes the id of a member that came without one.
        has_ai: tells whether the customer has an AI of this id.

    Raises:
        ApiError: 400, saying which member or transition is at fault.
    """
    members = [_member(each, new_id=new_id, has_ai=has_ai) for each in bodies.objects(body, "members")]
    start = bodies.text(body, "start_member_id")
    fields: Record = {
        "name": bodies.text(body, "name"),
        "detail": bodies.text(body, "detail"),
        "start_member_id": (bodies.usual_id(start) or start) if start else NIL_ID,
        "members": members,
        "parameter": bodies.mapping(body, "parameter"),
    }
    _check_graph(members, start=fields["start_member_id"])
    return fields


def _member(body: Body, *, new_id: Callable[[], str], has_ai: Callable[[str], bool]) -> Record:
    given = bodies.text(body, "id")
    id = bodies.usual_id(given) if given else new_id()
    if id is None or id == NIL_ID:
        raise _bad(f"the member id {given!r} is no UUID")
    ai_id = bodies.id_or_none(body, "ai_id")
    if ai_id is None or not has_ai(ai_id):
        raise _bad(f"the member {id} names no AI there is: ai_id is {bodies.text(body, 'ai_id')!r}")
    return {
        "id": id,
        "name": bodies.text(body, "name"),
        "ai_id": ai_id,
        "transitions": [_transition(each) for each in bodies.objects(body, "transitions")],
    }


def _transition(body: Body) -> Record:
    name, to = bodies.text(body, "function_name"), bodies.text(body, "next_member_id")
    if not _FUNCTION.fullmatch(name):
        raise _bad(f"the function_name {name!r} is no name a language model can call")
    if name in _RESERVED:
        raise _bad(f"the function_name {name!r} is that of a tool; choose another")
    return {
        "function_name": name,
        "description": bodies.text(body, "description"),
        "next_member_id": bodies.usual_id(to) or to,
    }


def _check_graph(members: Sequence[Record], *, start: str) -> None:
    if not members:
        raise _bad("a team needs at least one member")
    ids = [member["id"] for member in members]
    if len(set(ids)) < len(ids):
        raise _bad("two members have the same id")
    if start != NIL_ID and start not in ids:
        raise _bad(f"start_member_id {start!r} is none of the members")
    for member in members:
        names = [transition["function_name"] for transition in member["transitions"]]
        if len(set(names)) < len(names):
            raise _bad(f"two transitions of the member {member['id']} have the same function_name")
        for transition in member["transitions"]:
            if transition["next_member_id"] not in ids:
                raise _bad(f"the transition {transition['function_name']!r} leads to no member of the team")


def _bad(message: str) -> ApiError:
    return api_error(Reason.INVALID_ARGUMENT, message)
