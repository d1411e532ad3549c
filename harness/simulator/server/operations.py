"""One operation of the API, and the ASGI endpoint that carries it out."""

import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from harness.errors import ApiError
from harness.simulator.server.answers import Answer, deliver, refused
from harness.simulator.server.identity import Identity, Standing
from harness.simulator.server.limits import LimitedBy
from harness.simulator.server.reading import parsed, read
from harness.simulator.server.service import Service
from harness.simulator.server.visit import Visit
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import Object, usual_id
from harness.voipbin.mode import Mode
from harness.voipbin.resources import NIL_ID

LOGGER: Final = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[Visit], Awaitable[Answer]]


class Access(StrEnum):
    """Who may use an operation."""

    ANYONE = "anyone"
    CUSTOMER = "customer"
    """Logins and access keys."""
    DIRECT = "direct"
    """Whoever knows a direct hash, too."""


class Reads(StrEnum):
    """What an operation takes from the body."""

    NOTHING = "nothing"
    OBJECT = "object"
    MAYBE = "maybe"
    """An object, or an empty body, which is one without fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    """Below its root, with its variable parts in braces."""
    handler: Handler
    reads: Reads = Reads.NOTHING
    required: tuple[str, ...] = ()
    """Fields of the body that the documentation demands; only the strict mode does."""
    access: Access = Access.CUSTOMER
    root: str = "/v1.0"
    modes: frozenset[Mode] = frozenset(Mode)
    """Which platforms have it."""


class Endpoint:
    """An ASGI application that carries out one operation."""

    def __init__(self, operation: Operation, service: Service) -> None:
        """Take the operation and the platform it is carried out on."""
        self._operation = operation
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        request = Request(scope, receive)
        self._service.catch_up()
        try:
            made = await self._admitted(request)
        except ApiError as error:
            made = refused(error, request_id=self._service.request_id(request))
        except ClientDisconnect:
            return
        except Exception:
            # Whatever went wrong in here, a client is told so in the platform's own form.
            request_id = self._service.request_id(request)
            LOGGER.exception("%s %s failed (%s)", self._operation.method, self._operation.path, request_id)
            made = refused(api_error(Reason.INTERNAL, "the simulator failed; its log says how"), request_id=request_id)
        await deliver(made, send)

    async def _admitted(self, request: Request) -> Answer:
        operation, service = self._operation, self._service
        wait_s = service.wait_of_address(request, signs_in=operation.root == "/auth")
        if wait_s:
            return too_many(LimitedBy.ADDRESS, wait_s, request_id=service.request_id(request))
        identity = _NOBODY
        if operation.access is not Access.ANYONE:
            identity = service.doorkeeper.identify(request)
            wait_s = service.wait_of(identity)
            if wait_s:
                return too_many(LimitedBy.CUSTOMER, wait_s, request_id=service.request_id(request))
            if identity.standing is Standing.DIRECT and operation.access is not Access.DIRECT:
                raise api_error(Reason.DIRECT_ACCESS_NOT_SUPPORTED, "a direct token only opens AI calls and messages")
            wait_s = service.troubles.wait_s()
            if wait_s:
                return too_many(LimitedBy.CUSTOMER, wait_s, request_id=service.request_id(request))
        service.troubles.check(request.method, request.url.path)
        path = _sound_path(request.path_params)
        visit = Visit(service=service, request=request, identity=identity, path=path, body=await self._body(request))
        # Whatever the platform makes for this request belongs to who asked; what it makes later belongs to the first
        # customer unless it follows from something else.
        service.world.customer_id = identity.customer_id or service.first_customer
        try:
            return await operation.handler(visit)
        finally:
            service.world.customer_id = service.first_customer

    async def _body(self, request: Request) -> Object:
        operation = self._operation
        if operation.reads is Reads.NOTHING:
            return {}
        raw = await read(request, at_most=self._service.options.max_body_bytes)
        if not raw and operation.reads is Reads.OBJECT:
            raise api_error(Reason.INVALID_JSON_BODY, "the body is empty, and should be a JSON object")
        body = parsed(raw) if raw else {}
        missing = [name for name in operation.required if body.get(name) is None]
        if missing and self._service.world.mode.says_bad_input:
            raise api_error(Reason.INVALID_ARGUMENT, f"the body lacks {', '.join(missing)}")
        return body


_NOBODY: Final = Identity(standing=Standing.LOGIN, customer_id="")


def _sound_path(params: Mapping[str, str]) -> Mapping[str, str]:
    sound: dict[str, str] = {}
    for name, value in params.items():
        id = usual_id(value) if name.endswith("id") else value
        if id is None or id == NIL_ID:
            raise api_error(Reason.INVALID_ID, f"{name} is {value!r}, which is no UUID")
        sound[name] = id
    return sound


def too_many(by: LimitedBy, wait_s: float, *, request_id: str) -> Answer:
    """Return the answer for somebody who asked too often."""
    after = str(math.ceil(wait_s))
    error = api_error(
        Reason.RATE_LIMIT_EXCEEDED, f"too many requests; try again in {after} s", details=({"limited_by": by.value},)
    )
    return refused(error, request_id=request_id, headers={"Retry-After": after})
