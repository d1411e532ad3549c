"""Asks the real platform: signs in, keeps to the request budget, repeats what may be repeated, explains errors."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self, TypeAlias
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import uuid4

from harness.errors import UnreachableError
from harness.model.finding import Json
from harness.transports.voipbin.answers import Answer, Asked, read_json, refused
from harness.transports.voipbin.guard import Guard
from harness.transports.voipbin.paging import MOST_PAGES, next_token, rows_of
from harness.transports.voipbin.rate import LONGEST_WAIT_S, RateBudget, Sleep, read_retry_after, wait_before_retry
from harness.transports.voipbin.secrecy import Secrets
from harness.transports.voipbin.signing_in import Booted, Doorman, Pass
from harness.transports.voipbin.site import Site
from harness.transports.voipbin.wire import Wire, origin
from harness.voipbin.resources import Record

Param: TypeAlias = str | int | None

VERSION: Final = "/v1.0"
_AUTH: Final = "/auth"
_DOWNLOAD_S: Final = 300.0
_MOST_HOPS: Final = 3


class VoipbinClient:
    """One client of one VoIPBIN, shared by everything that asks it; an async context manager."""

    def __init__(
        self,
        site: Site,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        tag: str = "",
        guard: Guard | None = None,
    ) -> None:
        """Take which VoIPBIN, as whom; nothing is asked yet.

        Args:
            site: Where, and with which credentials.
            now: Seconds from an arbitrary start; what arrives on sockets is stamped with it.
            sleep: Waits so many seconds.
            tag: Begins the id of every request, by which the platform's people find it; a random one unless given.
            guard: Says whom requests may call; without one, nobody who is not on the platform itself.

        Raises:
            ConfigurationError: a certificate that cannot be read, or a credential no request can carry.
        """
        self.site = site
        self.guard = guard or Guard()
        self.now = now
        self.sleep = sleep
        self.secrets = Secrets(*(secret.strip() for secret in site.credentials.secrets))
        self.root = site.api_url.rstrip("/").removesuffix(VERSION)
        """Scheme, host and port."""
        self._tag = tag or uuid4().hex[:12]
        self._asked = 0
        self._budget = RateBudget(site.rate_share, now=now, sleep=sleep)
        self._doorman = Doorman(site.credentials, now=now, sign_in=self._sign_in, secrets=self.secrets)
        self._customer_id = ""
        self._open = AsyncExitStack()
        self._wire = Wire(self.root, ca_file=site.ca_file, timeout_s=site.timeout_s, secrets=self.secrets)
        self.tls = self._wire.tls
        """Whom sockets trust; None where nothing is encrypted."""
        self.proxy = self._wire.proxy
        """The proxy sockets go through, which may hold a password; None for none."""

    def __repr__(self) -> str:
        return f"VoipbinClient({self.root!r})"

    async def __aenter__(self) -> Self:
        """Open it."""
        self._open.enter_context(self.secrets.out_of_logs())
        await self._open.enter_async_context(self._wire)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self._open.aclose()

    async def get(self, path: str, **params: Param) -> Json:
        """Ask for something; parameters that are None or empty are left out.

        Raises:
            ApiError: the platform says no; the text names cause and fix.
            UnreachableError: no answer, or none that could be read.
            ConfigurationError: there are no credentials.
        """
        return await self._ask("GET", path, params=params, harmless=True)

    async def post(self, path: str, body: Json = None, *, harmless: bool = False) -> Json:
        """Have something made or done; raises as `get`, and CallError where it would call somebody it must not.

        Args:
            path: Below /v1.0.
            body: JSON; None sends no body.
            harmless: Whether it may be sent again when nobody knows if it was carried out.
        """
        return await self._ask("POST", path, body=body, harmless=harmless)

    async def put(self, path: str, body: Json) -> Json:
        """Replace something; raises as `get`."""
        return await self._ask("PUT", path, body=body)

    async def delete(self, path: str) -> Json:
        """Delete something; raises as `get`."""
        return await self._ask("DELETE", path)

    async def pages(self, path: str, **params: Param) -> AsyncIterator[Record]:
        """Yield a whole list, newest first, asking for pages as they are needed; raises as `get`."""
        token = ""
        for _ in range(MOST_PAGES):
            page = await self.get(path, **{"page_size": 100, **params, "page_token": token})
            for row in rows_of(page):
                yield row
            token = next_token(page, after=token)
            if not token:
                return

    async def boot(self, direct_hash: str = "") -> Booted:
        """Find out what a direct hash opens; that of the credentials unless another is named.

        A client whose credentials hold nothing but a direct hash does this by itself before its first request.

        Raises:
            ApiError: no AI or team has it.
            ConfigurationError: it is no direct hash.
        """
        return await self._doorman.boot(direct_hash or self.site.credentials.direct_hash.strip())

    async def customer_id(self) -> str:
        """Return whose account this is, asked once; raises as `get`."""
        if not self._customer_id:
            credentials = self.site.credentials
            if credentials.has_account or not credentials.direct_hash:
                self._customer_id = str((await self.get("/customer"))["id"])
            else:
                self._customer_id = (await self.boot()).customer_id
        return self._customer_id

    async def ping(self) -> Answer:
        """Ask whether the platform is there, without credentials; the answer's headers tell its time.

        Raises:
            UnreachableError: nobody answers.
            ApiError: whoever answers is no VoIPBIN.
        """
        asked = Asked(method="GET", path="/ping", request_id=self.next_request_id())
        return self._good(await self._sent(asked, None, harmless=True, within_s=self.site.timeout_s), asked)

    async def admission(self) -> Pass:
        """Return what lets a socket in, signing in where that is due.

        Raises:
            ApiError: the credentials are refused.
            ConfigurationError: there are none.
        """
        return await self._doorman.admission()

    async def renew(self, refused: Pass) -> bool:
        """Sign in anew because a pass was refused; False when there is no way to."""
        return await self._doorman.renew(refused)

    def socket_url(self, path: str, admission: Pass, **params: Param) -> str:
        """Return the address of a WebSocket, with its credential: never to be shown."""
        return f"ws{self.root.removeprefix('http')}{VERSION}{_with(path, {**params, **admission.query})}"

    async def turn(self) -> None:
        """Wait until one more request fits the budget; for requests that others send, such as a socket's first."""
        await self._budget.take()

    def next_request_id(self) -> str:
        """Return an id for one request."""
        self._asked += 1
        return f"harness-{self._tag}-{self._asked}"

    async def download(self, path: str) -> bytes:
        """Fetch a file, following it to where it is kept without taking the credentials there; raises as `get`."""
        asked = Asked(method="GET", path=path, request_id=self.next_request_id())
        answer = await self._admitted(asked, harmless=True, within_s=_DOWNLOAD_S)
        url = f"{self.root}{VERSION}{path}"
        for _ in range(_MOST_HOPS):
            if answer.status not in (301, 302, 303, 307, 308):
                break
            url = urljoin(url, answer.headers.get("location", ""))
            self._check_hop(url, asked)
            self.secrets.add(urlsplit(url).query)
            answer = await self._wire.exchange("GET", url, {}, b"", within_s=_DOWNLOAD_S)
        return self._good(answer, asked).body

    async def _ask(
        self, method: str, path: str, *, params: Mapping[str, Param] | None = None, body: Json = None, **how: bool
    ) -> Json:
        self.guard.check_request(method, path, body)
        asked = Asked(method=method, path=_with(path, params or {}), request_id=self.next_request_id(), body=body)
        answer = await self._admitted(asked, harmless=how.get("harmless", False), within_s=self.site.timeout_s)
        return read_json(self._good(answer, asked), asked, where=self.root)

    async def _admitted(self, asked: Asked, *, harmless: bool, within_s: float) -> Answer:
        """Send a request with credentials, signing in anew once when they have expired."""
        admission = await self._doorman.admission()
        answer = await self._sent(asked, admission, harmless=harmless, within_s=within_s)
        if answer.status == 401 and await self._doorman.renew(admission):
            admission = await self._doorman.admission()
            answer = await self._sent(asked, admission, harmless=harmless, within_s=within_s)
        return answer

    async def _sign_in(self, path: str, body: Json) -> Json:
        asked = Asked(method="POST", path=_AUTH + path, request_id=self.next_request_id(), body=body)
        answer = await self._sent(asked, None, harmless=True, within_s=self.site.timeout_s)
        return read_json(self._good(answer, asked), asked, where=self.root)

    async def _sent(self, asked: Asked, admission: Pass | None, *, harmless: bool, within_s: float) -> Answer:
        """Send a request as often as it may be sent, and return the last answer."""
        url = self.root + (asked.path if admission is None else VERSION + asked.path)
        headers = {"X-Request-Id": asked.request_id, "Accept": "application/json"}
        if admission is not None and admission.token:
            headers["Authorization"] = f"Bearer {admission.token}"
        elif admission is not None:
            url = _with(url, admission.query)
        content = b"" if asked.body is None else json.dumps(asked.body).encode()
        if content:
            headers["Content-Type"] = "application/json"
        tries = 0
        while True:
            await self._budget.take()
            tries += 1
            outcome: Answer | UnreachableError
            try:
                outcome = await self._wire.exchange(asked.method, url, headers, content, within_s=within_s)
            except UnreachableError as error:
                outcome = error
            wait_s = self._wait_before_retry(tries, outcome, harmless=harmless)
            if wait_s is not None:
                await self.sleep(wait_s)
            elif isinstance(outcome, UnreachableError):
                raise outcome
            else:
                return outcome

    def _wait_before_retry(self, tries: int, outcome: Answer | UnreachableError, *, harmless: bool) -> float | None:
        if isinstance(outcome, UnreachableError):
            return wait_before_retry(tries, status=None, retry_after_s=None, harmless=harmless)
        retry_after_s = read_retry_after(outcome.headers.get("retry-after"))
        wait_s = wait_before_retry(tries, status=outcome.status, retry_after_s=retry_after_s, harmless=harmless)
        held_s = retry_after_s if wait_s is None else wait_s
        if outcome.status == 429 and held_s is not None and held_s <= LONGEST_WAIT_S:
            # The budget is everybody's: whoever asks meanwhile would be turned away too.
            self._budget.hold(held_s)
        return wait_s

    def _good(self, answer: Answer, asked: Asked) -> Answer:
        if answer.is_success:
            return answer
        if 300 <= answer.status < 400:
            target = origin(urljoin(self.root, answer.headers.get("location", "")))
            raise UnreachableError(
                f"{self.root} sends {asked.method} {asked.path.partition('?')[0]} on to {target}",
                cause="api_url is not where the API itself is; credentials are never taken elsewhere",
                fix="set api_url to the address of the API itself",
            )
        raise refused(answer, asked, secrets=self.secrets)

    def _check_hop(self, url: str, asked: Asked) -> None:
        parts = urlsplit(url)
        if parts.scheme == "https" or (parts.scheme == "http" and self.tls is None):
            return
        raise UnreachableError(
            f"the file behind {asked.path} is not fetched",
            cause=f"{self.root} sends on to {origin(url)}, which is not encrypted",
            fix="report it to whoever runs this VoIPBIN",
        )


def _with(path: str, params: Mapping[str, Param]) -> str:
    assert path.startswith(("/", "http")), path
    query = urlencode({name: value for name, value in params.items() if value not in (None, "")})
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path
