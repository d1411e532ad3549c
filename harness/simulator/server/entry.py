"""The door to the WebSockets: the same credentials, limits and errors as for requests."""

from starlette.responses import Response
from starlette.websockets import WebSocket

from harness.errors import ApiError
from harness.simulator.server.answers import Answer, refused
from harness.simulator.server.identity import Identity
from harness.simulator.server.limits import LimitedBy
from harness.simulator.server.operations import too_many
from harness.simulator.server.service import Service


async def admit(websocket: WebSocket, service: Service) -> Identity | None:
    """Return who asks for a socket; None when they were answered with an error instead."""
    service.catch_up()
    request_id = service.request_id(websocket)
    wait_s = service.wait_of_address(websocket, signs_in=False)
    if wait_s:
        await _deny(websocket, too_many(LimitedBy.ADDRESS, wait_s, request_id=request_id), request_id=request_id)
        return None
    try:
        identity = service.doorkeeper.identify(websocket)
    except ApiError as error:
        await deny(websocket, service, error)
        return None
    wait_s = service.wait_of(identity)
    if wait_s:
        await _deny(websocket, too_many(LimitedBy.CUSTOMER, wait_s, request_id=request_id), request_id=request_id)
        return None
    return identity


async def deny(websocket: WebSocket, service: Service, error: ApiError) -> None:
    """Answer a request for a socket with an error instead of opening one."""
    request_id = service.request_id(websocket)
    await _deny(websocket, refused(error, request_id=request_id), request_id=request_id)


async def _deny(websocket: WebSocket, made: Answer, *, request_id: str) -> None:
    headers = {**made.headers, "x-request-id": request_id}
    await websocket.send_denial_response(
        Response(made.body, status_code=made.status, media_type=made.media_type, headers=headers)
    )
