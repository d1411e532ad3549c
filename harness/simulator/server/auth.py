"""Who may come in: logins, access keys and direct tokens (contract sections 1.2 and 1.3)."""

from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from starlette.requests import HTTPConnection

from harness.simulator.kernel.world import World
from harness.simulator.server.identity import Identity, Standing
from harness.simulator.server.options import ServerOptions
from harness.simulator.server.tokens import DIRECT_S, Tokens
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, Record, written_time

ADMIN: Final = "admin@localhost"
"""The name the first customer's administrator logs in with."""
KEY_PREFIX: Final = "vb_"
GRACE_MS: Final = 30 * 24 * 3600 * 1000
"""How long a customer who asked to be deleted may think better of it."""
SHOWN_PREFIX: Final = len(KEY_PREFIX) + 8
"""How much of an access key is shown after it was made."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Admin:
    """Ready credentials of the first customer; the same for the same seed."""

    username: str
    password: str
    access_key: str
    token: str
    """A login's token, good for seven days."""


class Doorkeeper:
    """Lets clients in."""

    def __init__(self, world: World, options: ServerOptions) -> None:
        """Give the first customer an administrator with a login and an access key, unless it has them."""
        self._world = world
        self._options = options
        self._keys: dict[str, str] = {}
        self.tokens = Tokens(self.secret("tokens"), now=options.now)
        agent = next(world.records(Kind.AGENT, username=ADMIN), None) or world.create(
            Kind.AGENT, username=ADMIN, name="Administrator"
        )
        access_key = KEY_PREFIX + self.secret("access key").hex()[:32]
        if self._key_record(access_key) is None:
            self.new_access_key({"name": "first", "detail": "made with the platform"}, token=access_key)
        self.admin = Admin(
            username=ADMIN,
            password=self.secret("password").hex()[:16],
            access_key=access_key,
            token=self.tokens.login(agent),
        )

    def secret(self, purpose: str) -> bytes:
        """Return 32 bytes that follow from the seed; they protect nothing from whoever knows it."""
        return blake2b(f"{self._world.seed}/{purpose}".encode(), digest_size=32).digest()

    def login(self, username: str, password: str) -> str | None:
        """Return the token of a person who knows the password, or None."""
        right = compare_digest(password.encode(), self.admin.password.encode())
        agent = next(self._world.records(Kind.AGENT, username=username), None)
        return self.tokens.login(agent) if agent is not None and username == ADMIN and right else None

    def boot(self, hash_: str) -> tuple[Identity, str, int] | None:
        """Return who a direct hash makes its bearer, the token, and when that expires; None for no such AI or team."""
        kind, id = self._world.hashes.get(hash_, (None, ""))
        if kind not in (Kind.AI, Kind.TEAM):
            return None
        record = self._world.find(kind, id)
        if record is None:
            return None
        expires_at = int(self._options.now()) + DIRECT_S
        token = self.tokens.direct(customer_id=record["customer_id"], kind=kind, id=id, expires_at=expires_at)
        return self.tokens.identity(token), token, expires_at

    def new_access_key(self, fields: Record, *, token: str = "", customer_id: str = "") -> Record:
        """Keep a new access key; the token stands in the record, and only its prefix is shown later."""
        token = token or self._world.new_token(KEY_PREFIX)
        return self._world.create(
            Kind.ACCESSKEY, token=token, token_prefix=token[:SHOWN_PREFIX], customer_id=customer_id, **fields
        )

    def identify(self, connection: HTTPConnection) -> Identity:
        """Return who is asking, by the first credential found.

        Raises:
            ApiError: 401 without a good credential; 403 for a customer who asked to be deleted.
        """
        identity = self._by_credential(connection)
        customer = self._world.find(Kind.CUSTOMER, identity.customer_id)
        if customer is None or customer["tm_delete"] is not None:
            raise api_error(Reason.INVALID_CREDENTIALS, "the customer is no more")
        if customer["status"] == "frozen" and connection.url.path != "/auth/unregister":
            raise self._frozen(customer)
        return identity

    def _by_credential(self, connection: HTTPConnection) -> Identity:
        scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
        token = (
            connection.cookies.get("token")
            or connection.query_params.get("token")
            or (bearer.strip() if scheme.lower() == "bearer" else "")
        )
        if token:
            return self.tokens.identity(token)
        key = connection.cookies.get("accesskey") or connection.query_params.get("accesskey")
        if key:
            return self._by_access_key(key)
        raise api_error(
            Reason.AUTHENTICATION_REQUIRED, "no credential; send ?accesskey=, ?token= or Authorization: Bearer"
        )

    def _by_access_key(self, key: str) -> Identity:
        record = self._key_record(key)
        if record is None:
            raise api_error(Reason.INVALID_CREDENTIALS, "there is no such access key")
        expire = record["tm_expire"]
        if expire is not None and expire <= self._world.clock.now_ms():
            raise api_error(Reason.INVALID_CREDENTIALS, "the access key has expired")
        return Identity(standing=Standing.ACCESS_KEY, customer_id=record["customer_id"])

    def _key_record(self, key: str) -> Record | None:
        id = self._keys.get(key)
        record = (
            next(self._world.records(Kind.ACCESSKEY, token=key), None)
            if id is None
            else self._world.find(Kind.ACCESSKEY, id)
        )
        if record is None or record["tm_delete"] is not None:
            return None
        self._keys[key] = record["id"]
        return record

    @staticmethod
    def _frozen(customer: Record) -> Exception:
        asked_ms = customer["tm_deletion_scheduled"] or customer["tm_update"]
        detail = {
            "deletion_scheduled_at": written_time(asked_ms),
            "deletion_effective_at": written_time(asked_ms + GRACE_MS),
            "recovery_endpoint": "DELETE /auth/unregister",
        }
        return api_error(Reason.ACCOUNT_FROZEN, "the customer asked to be deleted", details=(detail,))
