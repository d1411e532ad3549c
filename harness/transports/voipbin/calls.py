"""Calls of the real platform: placed, looked at and hung up (contract section 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from harness.errors import ApiError, CallError, UnreachableError
from harness.model.finding import Json
from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.client import VoipbinClient
from harness.voipbin.api_errors import Reason
from harness.voipbin.calls import CallStatus
from harness.voipbin.resources import NIL_ID, Record

_ACTIONS: Final = UUID("f3a8f0c6-52c5-4f0d-8a52-5a8c0d2b7a11")
_OVER: Final = frozenset({CallStatus.TERMINATING, CallStatus.CANCELING, CallStatus.HANGUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCall:
    """What the platform began to dial; at least one id."""

    call_ids: tuple[str, ...]
    groupcall_ids: tuple[str, ...] = ()
    """Dials of extensions and agents: each holds the calls of those who are rung."""


async def place_call(
    client: VoipbinClient,
    *,
    source: Mapping[str, str],
    destinations: Sequence[Mapping[str, str]],
    actions: Sequence[Json] = (),
    flow_id: str = "",
    variables: Mapping[str, str] | None = None,
    anonymous: str = "",
) -> PlacedCall:
    """Have the platform dial; sent once, unless the platform turned it away unseen.

    Raises:
        ApiError: it refuses; 500 INTERNAL when no destination could be dialled, whatever the reason.
        CallError: it dialled nobody, or there was no answer: a call may be on its way.
    """
    body: dict[str, Json] = {"source": dict(source), "destinations": [dict(each) for each in destinations]}
    optional = {"actions": _numbered(actions), "flow_id": flow_id, "variables": variables, "anonymous": anonymous}
    body |= {name: value for name, value in optional.items() if value}
    return read_placed(await client.post("/calls", body))


def read_placed(answer: Json) -> PlacedCall:
    """Return what was dialled, from any of the three forms the answer has had.

    Raises:
        CallError: it holds no call.
    """
    match answer:
        case {"calls": _} | {"groupcalls": _}:
            calls, groupcalls = answer.get("calls"), answer.get("groupcalls")
        case list():
            calls, groupcalls = answer, []
        case _:
            calls, groupcalls = [answer], []
    placed = PlacedCall(call_ids=_ids(calls), groupcall_ids=_ids(groupcalls))
    if placed.call_ids or placed.groupcall_ids:
        return placed
    raise CallError(
        "the platform dialled nobody. Cause: no destination was one it can dial. Fix: check type and target of each"
    )


async def show_call(client: VoipbinClient, call_id: str) -> Record:
    """Return a call as it is now. Raises ApiError: 404 for none, 409 STATE_INVALID for a deleted one."""
    call: Record = await client.get(path_of("calls", call_id))
    return call


async def hang_up(client: VoipbinClient, call_id: str) -> None:
    """End a call whatever it takes; nothing when it is over already.

    Raises:
        ApiError: it was not possible, and the call may go on.
        UnreachableError: nobody answered, and the call may go on.
    """
    try:
        await client.post(path_of("calls", call_id, "hangup"), harmless=True)
    except ApiError as error:
        if error.http_status == 404 or error.reason in (Reason.CALL_ALREADY_HANGUP, Reason.STATE_INVALID):
            return
        if error.http_status == 409 and (await show_call(client, call_id)).get("status") in _OVER:
            return
        if error.http_status < 500:
            raise
    except UnreachableError:
        # The next request may find the way that this one did not.
        pass
    else:
        return
    # The platform hangs up what is deleted.
    await delete_call(client, call_id)


async def hang_up_group(client: VoipbinClient, groupcall_id: str) -> None:
    """Stop ringing whoever is rung, and end what was answered; nothing when it is over already."""
    try:
        await client.post(path_of("groupcalls", groupcall_id, "hangup"), harmless=True)
    except ApiError as error:
        if error.http_status not in (404, 409):
            raise


async def delete_call(client: VoipbinClient, call_id: str) -> None:
    """Delete a call, which also hangs it up; nothing when it is gone already."""
    try:
        await client.delete(path_of("calls", call_id))
    except ApiError as error:
        if error.http_status != 404 and error.reason != Reason.STATE_INVALID:
            raise


def _numbered(actions: Sequence[Json]) -> list[Json]:
    """Give an id to each action that has none: the API's document demands one."""
    return [{"id": str(uuid5(_ACTIONS, str(place))), **action} for place, action in enumerate(actions)]


def _ids(rows: Json) -> tuple[str, ...]:
    records = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return tuple(str(record["id"]) for record in records if record.get("id") not in (None, "", NIL_ID))
