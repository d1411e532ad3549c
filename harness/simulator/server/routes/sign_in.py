"""Logins, direct tokens, new customers and their leaving: everything below /auth, and /ping."""

from datetime import UTC, datetime
from typing import Final

from harness.errors import ApiError
from harness.simulator.server.answers import Answer, answer
from harness.simulator.server.fields import METHODS, choice, email
from harness.simulator.server.operations import Access, Operation, Reads
from harness.simulator.server.reading import parsed, read
from harness.simulator.server.tokens import LOGIN_S
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import Object
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind

_EMPTY_REFUSAL: Final = Answer(status=400)
"""How the platform refuses a login: with no word about why."""
_TEXTS: Final = ("name", "detail", "email", "phone_number", "address", "webhook_uri")


async def ping(_visit: Visit) -> Answer:
    """Say that the server is there."""
    return answer({"message": "pong"})


async def login(visit: Visit) -> Answer:
    """Exchange a password for a token."""
    body = await _body_or_none(visit)
    if body is None:
        return _EMPTY_REFUSAL
    try:
        username, password = bodies.text(body, "username"), bodies.text(body, "password")
    except ApiError:
        return _EMPTY_REFUSAL
    token = visit.service.doorkeeper.login(username, password)
    if token is None:
        return _EMPTY_REFUSAL
    cookie = f"token={token}; Path=/; Max-Age={LOGIN_S}; HttpOnly; Secure; SameSite=Strict"
    return answer({"username": username, "token": token}, headers={"Set-Cookie": cookie})


async def boot(visit: Visit) -> Answer:
    """Exchange a direct hash for a token with a narrow scope."""
    body = await _body_or_none(visit)
    hash_ = body.get("direct_hash") if body else None
    booted = visit.service.doorkeeper.boot(hash_) if isinstance(hash_, str) else None
    if booted is None:
        return _EMPTY_REFUSAL
    identity, token, expires_at = booted
    return answer(
        {
            "token": token,
            "type": "direct",
            "resource_type": "ai_team" if identity.resource_kind is Kind.TEAM else "ai",
            "resource_id": identity.resource_id,
            "customer_id": identity.customer_id,
            "expire": datetime.fromtimestamp(expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


async def sign_up(visit: Visit) -> Answer:
    """Make a customer with a first access key; whatever is wrong with the request, nobody is told."""
    body = await _body_or_none(visit)
    try:
        fields = {name: bodies.text(body or {}, name) for name in _TEXTS}
        fields["email"] = email(body or {}, "email")
        fields["webhook_method"] = choice(body or {}, "webhook_method", METHODS)
    except ApiError:
        return answer({})
    taken = next(visit.world.records(Kind.CUSTOMER, email=fields["email"]), None)
    if not fields["email"] or taken is not None:
        return answer({})
    world = visit.world
    id = world.new_id()
    account = world.create(Kind.BILLING_ACCOUNT, name="default", customer_id=id)
    customer = world.create(
        Kind.CUSTOMER,
        id=id,
        billing_account_id=account["id"],
        identity_verification_status="none",
        email_verified=False,
        **fields,
    )
    world.create(Kind.AGENT, customer_id=id, username=fields["email"], name=fields["name"])
    key = visit.service.doorkeeper.new_access_key({"name": "first"}, customer_id=id)
    return answer(
        {"customer": visit.public(customer), "accesskey": {**visit.public(key), "token": key["token"]}},
    )


async def leave(visit: Visit) -> Answer:
    """Ask for the customer to be deleted, which freezes it."""
    phrase = bodies.text(visit.body, "confirmation_phrase")
    password = bodies.text(visit.body, "password")
    if not phrase and not password:
        raise api_error(Reason.INVALID_ARGUMENT, "send a password or a confirmation_phrase")
    customer = visit.mine(Kind.CUSTOMER, visit.identity.customer_id)
    now_ms = visit.world.clock.now_ms()
    return visit.show(visit.world.change(customer, status="frozen", tm_deletion_scheduled=now_ms))


async def stay(visit: Visit) -> Answer:
    """Take the wish to be deleted back."""
    customer = visit.mine(Kind.CUSTOMER, visit.identity.customer_id)
    return visit.show(visit.world.change(customer, status="active", tm_deletion_scheduled=None))


async def _body_or_none(visit: Visit) -> Object | None:
    """Return the body, or None for one that is no JSON object: here the platform never says what is wrong."""
    try:
        return parsed(await read(visit.request, at_most=visit.service.options.max_body_bytes))
    except ApiError:
        return None


OPERATIONS: Final = (
    Operation(method="GET", path="/ping", root="", handler=ping, access=Access.ANYONE),
    Operation(method="POST", path="/login", root="/auth", handler=login, access=Access.ANYONE),
    Operation(method="POST", path="/auth/login", handler=login, access=Access.ANYONE, modes=frozenset({Mode.SEED})),
    Operation(method="POST", path="/boot", root="/auth", handler=boot, access=Access.ANYONE),
    Operation(method="POST", path="/signup", root="/auth", handler=sign_up, access=Access.ANYONE),
    Operation(method="POST", path="/unregister", root="/auth", handler=leave, reads=Reads.MAYBE),
    Operation(method="DELETE", path="/unregister", root="/auth", handler=stay),
)
