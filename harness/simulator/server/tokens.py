"""Tokens: signed, dated claims about who somebody is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt

from harness.simulator.server.identity import Identity, Standing
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind

LOGIN_S: Final = 7 * 24 * 3600
"""A login's token is good for this long."""
DIRECT_S: Final = 4 * 3600
"""A direct token is good for this long."""
_ALGORITHM: Final = "HS256"
_MOST_READ: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What a token with a good signature says."""

    identity: Identity
    expires_at: int


class Tokens:
    """Signs tokens and reads them back."""

    def __init__(self, key: bytes, *, now: Callable[[], float]) -> None:
        """Take the signing key and the clock tokens expire on, in seconds since 1970."""
        self._key = key
        self._now = now
        # A client sends the same token with every request, and checking a signature costs more than most answers.
        self._read: dict[str, _Read] = {}

    def login(self, agent: Mapping[str, Any]) -> str:
        """Return the token of a person who logged in."""
        return self._signed(
            {"type": Standing.LOGIN.value, "customer_id": agent["customer_id"], "agent_id": agent["id"]},
            expires_at=int(self._now()) + LOGIN_S,
        )

    def direct(self, *, customer_id: str, kind: Kind, id: str, expires_at: int) -> str:
        """Return the token of somebody who knows a direct hash."""
        return self._signed(
            {
                "type": Standing.DIRECT.value,
                "customer_id": customer_id,
                "resource_type": kind.value,
                "resource_id": id,
            },
            expires_at=expires_at,
        )

    def identity(self, token: str) -> Identity:
        """Return who a token says it is.

        Raises:
            ApiError: 401, because it was not signed here or has expired.
        """
        read = self._read.get(token)
        if read is None:
            read = self._verified(token)
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            self._read[token] = read
        if read.expires_at <= self._now():
            raise api_error(Reason.INVALID_CREDENTIALS, "the token has expired; log in again")
        return read.identity

    def _verified(self, token: str) -> _Read:
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM], options={"verify_exp": False})
        except (jwt.InvalidTokenError, UnicodeError) as error:
            raise api_error(Reason.INVALID_CREDENTIALS, "the token was not issued here") from error
        standing = Standing(claims["type"])
        identity = Identity(
            standing=standing,
            customer_id=claims["customer_id"],
            agent_id=claims.get("agent_id", ""),
            resource_kind=Kind(claims["resource_type"]) if standing is Standing.DIRECT else None,
            resource_id=claims.get("resource_id", ""),
        )
        return _Read(identity=identity, expires_at=claims["exp"])

    def _signed(self, claims: Mapping[str, Any], *, expires_at: int) -> str:
        return jwt.encode({**claims, "exp": expires_at}, self._key, algorithm=_ALGORITHM)
