"""AI calls and their messages; the one part of the API that a direct hash opens."""

from typing import Final

from harness.simulator.server.answers import Answer
from harness.simulator.server.fields import choice
from harness.simulator.server.identity import Identity, Standing
from harness.simulator.server.operations import Access, Handler, Operation, Reads
from harness.simulator.server.routes.participants import participants
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, Record

_AICALL: Final = ("assistance_type", "assistance_id", "reference_type", "reference_id")
_MESSAGE: Final = ("aicall_id", "role", "content")
_ROLES: Final = ("system", "user", "assistant", "function", "tool", "notification")


async def start(visit: Visit) -> Answer:
    """Start a text chat with an AI or a team."""
    body, identity = visit.body, visit.identity
    assistance_type = choice(body, "assistance_type", ("ai", "team")) or "ai"
    assistance_id = bodies.id_or_none(body, "assistance_id") or ""
    if not _opens(identity, {"assistance_type": assistance_type, "assistance_id": assistance_id}):
        raise api_error(Reason.PERMISSION_DENIED, "this direct token is for another assistant")
    visit.mine(Kind.TEAM if assistance_type == "team" else Kind.AI, assistance_id)
    aicall = visit.platform.start_aicall(
        assistance_type=assistance_type,
        assistance_id=assistance_id,
        reference_type=choice(body, "reference_type", ("call", "conversation", "task", "contact_case")),
        reference_id=bodies.id_or_none(body, "reference_id") or "",
    )
    return visit.show(aicall)


async def list_aicalls(visit: Visit) -> Answer:
    """List AI calls."""
    return visit.page(Kind.AICALL, wanted=lambda aicall: _opens(visit.identity, aicall))


async def show_aicall(visit: Visit) -> Answer:
    """Show one AI call."""
    return visit.show(_aicall(visit, visit.id))


async def delete_aicall(visit: Visit) -> Answer:
    """End an AI call and delete it."""
    aicall = _aicall(visit, visit.id)
    visit.platform.terminate_aicall(aicall["id"])
    return visit.show(visit.world.delete(aicall))


async def terminate(visit: Visit) -> Answer:
    """End an AI call."""
    return visit.show(visit.platform.terminate_aicall(_aicall(visit, visit.id)["id"]))


async def list_ais_of_aicall(visit: Visit) -> Answer:
    """List which AIs took part in an AI call."""
    aicall = _aicall(visit, visit.id)
    return participants(visit, wanted=lambda row: row["aicall_id"] == aicall["id"])


async def send(visit: Visit) -> Answer:
    """Say something to the AI; whatever role is asked for, it is the user who says it."""
    aicall = _aicall(visit, bodies.id_or_none(visit.body, "aicall_id") or "")
    content = bodies.text(visit.body, "content")
    role = choice(visit.body, "role", _ROLES)
    return visit.show(visit.platform.send_message(aicall["id"], role=role, content=content))


async def list_messages(visit: Visit) -> Answer:
    """List the messages of an AI call."""
    asked = visit.query.get("aicall_id")
    if asked is None:
        raise api_error(Reason.MISSING_REQUEST_PARAMETER, "name the AI call: ?aicall_id=")
    aicall = _aicall(visit, bodies.usual_id(asked) or "")
    return visit.page(Kind.MESSAGE, where={"aicall_id": aicall["id"]})


async def show_message(visit: Visit) -> Answer:
    """Show one message."""
    return visit.show(_message(visit))


async def delete_message(visit: Visit) -> Answer:
    """Delete one message."""
    return visit.show(visit.world.delete(_message(visit), event="aimessage_deleted"))


def _aicall(visit: Visit, id: str) -> Record:
    aicall = visit.mine(Kind.AICALL, id)
    if not _opens(visit.identity, aicall):
        raise api_error(Reason.PERMISSION_DENIED, "this direct token is for another assistant")
    return aicall


def _message(visit: Visit) -> Record:
    message = visit.mine(Kind.MESSAGE)
    _aicall(visit, message["aicall_id"])
    return message


def _opens(identity: Identity, aicall: Record) -> bool:
    """Return whether a sender may see an AI call: a direct token sees those with its own assistant only."""
    if identity.standing is not Standing.DIRECT:
        return True
    wanted = "team" if identity.resource_kind is Kind.TEAM else "ai"
    return bool(aicall["assistance_type"] == wanted and aicall["assistance_id"] == identity.resource_id)


def _direct(method: str, path: str, handler: Handler, *, required: tuple[str, ...] = ()) -> Operation:
    return Operation(
        method=method,
        path=path,
        handler=handler,
        access=Access.DIRECT,
        reads=Reads.OBJECT if required else Reads.NOTHING,
        required=required,
    )


OPERATIONS: Final = (
    _direct("GET", "/aicalls", list_aicalls),
    _direct("POST", "/aicalls", start, required=_AICALL),
    _direct("GET", "/aicalls/{id}", show_aicall),
    _direct("DELETE", "/aicalls/{id}", delete_aicall),
    _direct("POST", "/aicalls/{id}/terminate", terminate),
    Operation(method="GET", path="/aicalls/{id}/participants", handler=list_ais_of_aicall),
    _direct("GET", "/aimessages", list_messages),
    _direct("POST", "/aimessages", send, required=_MESSAGE),
    _direct("GET", "/aimessages/{id}", show_message),
    Operation(method="DELETE", path="/aimessages/{id}", handler=delete_message),
)
