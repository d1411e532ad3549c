"""Turns credentials into what a request carries, and renews it before it expires (contract sections 1.2 and 1.3)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from harness.errors import ApiError, ConfigurationError
from harness.model.finding import Json
from harness.transports.voipbin.secrecy import Secrets
from harness.transports.voipbin.site import (
    ACCESS_KEY,
    DIRECT_HASH,
    PASSWORD,
    TOKEN,
    USERNAME,
    Credentials,
)
from harness.voipbin.hashes import prefixed

LOGIN_S: Final = 7 * 24 * 3600.0
"""How long a login's token is good."""
DIRECT_S: Final = 4 * 3600.0
"""How long a direct hash's token is good."""
_FRESH: Final = 0.9
"""A token older than this part of its life is renewed."""

SignIn: TypeAlias = Callable[[str, Json], Awaitable[Json]]
"""Posts a body below /auth, without a credential, and returns the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What lets a request in; exactly one of the two is set."""

    access_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def query(self) -> Mapping[str, str]:
        """Return it as query parameters: the only way for an access key, and the documented one for sockets."""
        return {"accesskey": self.access_key} if self.access_key else {"token": self.token}


@dataclass(frozen=True, slots=True, kw_only=True)
class Booted:
    """What a direct hash opens."""

    resource_type: str
    """`ai` or `ai_team`."""
    resource_id: str
    customer_id: str
    token: str = field(repr=False)


class Doorman:
    """Holds one client's pass."""

    def __init__(
        self, credentials: Credentials, *, now: Callable[[], float], sign_in: SignIn, secrets: Secrets
    ) -> None:
        """Take who asks. Raises ConfigurationError for a credential no request can carry."""
        for variable, value in (
            (ACCESS_KEY, credentials.access_key),
            (TOKEN, credentials.token),
            (DIRECT_HASH, credentials.direct_hash),
        ):
            if any(not "!" <= character <= "~" for character in value.strip()):
                raise ConfigurationError(
                    f"{variable} holds characters no credential has: copy it again, without spaces"
                )
        self._credentials = credentials
        self._now = now
        self._sign_in = sign_in
        self._secrets = secrets
        self._turn = asyncio.Lock()
        self._held: Pass | None = None
        self._fresh_until = float("inf")
        if credentials.access_key.strip():
            self._held = Pass(access_key=credentials.access_key.strip())
        elif credentials.token.strip():
            self._held = Pass(token=credentials.token.strip())

    async def admission(self) -> Pass:
        """Return what the next request carries, signing in where that is due.

        Raises:
            ConfigurationError: there are no credentials at all.
            ApiError: they are refused.
        """
        async with self._turn:
            if self._held is None or (self._now() >= self._fresh_until and self._can_renew):
                self._held = await self._renewed()
            return self._held

    async def renew(self, refused: Pass) -> bool:
        """Sign in anew because a pass was refused; False when there is no way to."""
        async with self._turn:
            if not self._can_renew:
                return False
            # Somebody else may have done it while this request was on its way.
            if self._held is refused:
                self._held = await self._renewed()
            return True

    async def boot(self, direct_hash: str) -> Booted:
        """Exchange a direct hash for a token.

        Raises:
            ApiError: no AI or team has it.
        """
        self._secrets.add(direct_hash)
        try:
            answer = await self._sign_in("/boot", {"direct_hash": prefixed(direct_hash)})
        except ApiError as error:
            if error.http_status != 400:
                raise
            raise _refused(
                "no AI or team has this direct hash",
                f"Cause: it was regenerated, mistyped, or belongs to another site. Fix: set {DIRECT_HASH} to the AI's "
                "current direct_hash.",
            ) from error
        token = _token(answer)
        self._secrets.add(token)
        texts = {name: str(answer.get(name) or "") for name in ("resource_type", "resource_id", "customer_id")}
        return Booted(token=token, **texts)

    @property
    def _can_renew(self) -> bool:
        if self._credentials.access_key.strip():
            return False
        has_login = bool(self._credentials.username and self._credentials.password)
        return has_login or bool(self._credentials.direct_hash and not self._credentials.token)

    async def _renewed(self) -> Pass:
        credentials = self._credentials
        if credentials.username and credentials.password:
            token, life_s = await self._log_in(), LOGIN_S
        elif credentials.direct_hash:
            token, life_s = (await self.boot(credentials.direct_hash.strip())).token, DIRECT_S
        else:
            raise ConfigurationError(
                f"no credentials for VoIPBIN: set {ACCESS_KEY}, or {TOKEN}, or {USERNAME} and {PASSWORD}; "
                f"{DIRECT_HASH} alone is enough for written chats"
            )
        self._fresh_until = self._now() + life_s * _FRESH
        return Pass(token=token)

    async def _log_in(self) -> str:
        body = {"username": self._credentials.username, "password": self._credentials.password}
        try:
            token = _token(await self._sign_in("/login", body))
        except ApiError as error:
            if error.http_status != 400:
                raise
            raise _refused(
                "the platform refused the name and the password, or does not know them",
                f"Cause: one of them is wrong. Fix: set {USERNAME} and {PASSWORD} anew, or use {ACCESS_KEY}.",
            ) from error
        self._secrets.add(token)
        return token


def _token(answer: Json) -> str:
    token = answer.get("token") if isinstance(answer, dict) else None
    if isinstance(token, str) and token:
        return token
    raise _refused("the answer to signing in holds no token", "Fix: check that api_url names a VoIPBIN.")


def _refused(message: str, advice: str) -> ApiError:
    # The platform answers 400 without a word; what it means is that nobody is let in.
    return ApiError(message, http_status=401, status="UNAUTHENTICATED", reason="INVALID_CREDENTIALS", advice=advice)
