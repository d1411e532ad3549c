"""The agent under test, there for as long as a call needs it.

Three ways: an AI that exists, which is read and never changed; nothing but its direct hash; or an AI made from the arm
for this run. Those that are made are kept for the calls of a session and each is lent to one call at a time, so that
the newest call to an AI is the one that was just placed. What was made is deleted at the end, whatever happens; should
this process die, `harness sweep` finds it by its mark.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Final, Self

from harness.model.call import CallRequest
from harness.model.finding import Json
from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.ai_request import AiRequest
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.known_agent import KnownAgent
from harness.transports.voipbin.lodged import Lodged
from harness.transports.voipbin.lodgers import Lodgers, Tell, to_stderr
from harness.transports.voipbin.lodging_plan import LodgingPlan, Room, is_here
from harness.transports.voipbin.marks import Mark
from harness.voipbin.resources import Record

KEPT_FOR: Final = timedelta(hours=6)
"""How long what a run makes may be needed; after that a sweep deletes it."""


def wall_clock() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def lodge(
    client: VoipbinClient,
    request: CallRequest,
    *,
    run_id: str,
    expires: datetime,
    ai_id: str = "",
    is_chat: bool = False,
    tell: Tell = to_stderr,
) -> AbstractAsyncContextManager[Lodged]:
    """Have the agent under test there for one call.

    Args:
        client: Opened; whose credentials hold nothing but a direct hash can have that agent only.
        request: The arm and the case.
        run_id: Whose what is made is.
        expires: When it can be swept away, should this process die; with a time zone.
        ai_id: An AI that exists; empty makes one.
        is_chat: Whether it is written to and not phoned: no flow is made.
        tell: Told in a sentence what could not be deleted.

    Raises:
        ConfigurationError: the arm or the case cannot be had on this platform.
        ApiError: the platform refuses.
        UnreachableError: it gives no answer.
    """

    @asynccontextmanager
    async def once() -> AsyncIterator[Lodged]:
        async with (
            Lodgings(client, run_id=run_id, expires=expires, ai_id=ai_id, tell=tell) as lodgings,
            lodgings.lend(request, is_chat=is_chat) as lodged,
        ):
            yield lodged

    return once()


class Lodgings:
    """The agents under test of a session; an async context manager that deletes at its end what was made."""

    def __init__(
        self,
        client: VoipbinClient,
        *,
        run_id: str,
        expires: datetime,
        ai_id: str = "",
        tell: Tell = to_stderr,
        now: Callable[[], datetime] = wall_clock,
    ) -> None:
        """Take where they live, as `lodge`; nothing is made yet.

        A session may go on after `expires`: what it makes later expires later, and what is half way there is made anew.
        """
        self._client = client
        self._is_simulated = is_here(client.site)
        self._known = None if client.site.credentials.has_account and not ai_id else KnownAgent(client, ai_id=ai_id)
        self._run_id = run_id
        self._now = now
        self._lasts = expires - now()
        self._lodgers = Lodgers(client, run_id=run_id, tell=tell)
        self._free: dict[str, list[Room]] = {}
        self._all: list[Room] = []

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete everything that was made."""
        cancelled: asyncio.CancelledError | None = None
        while self._all:
            try:
                await self._clear(self._all[-1])
            except asyncio.CancelledError as late:
                # The rest has to go too.
                cancelled = late
        if cancelled is not None:
            raise cancelled

    @asynccontextmanager
    async def lend(self, request: CallRequest, *, is_chat: bool = False) -> AsyncIterator[Lodged]:
        """Have an agent for one call; raises as `lodge`."""
        plan = LodgingPlan.of(request.arm, request.case, is_simulated=self._is_simulated, is_chat=is_chat)
        if self._known is not None:
            plan = plan.with_known(await self._known.require(request))
        waiting = self._free.setdefault(plan.key, [])
        room = await self._still_good(waiting) or await self._furnish(plan)
        lodged = plan.lodged(room)
        try:
            yield lodged
        except BaseException:
            # Somebody else may have deleted it: the next call gets a fresh one.
            await self._clear(room)
            raise
        if lodged.deleted:
            await self._clear(room)
        else:
            waiting.append(room)

    async def _still_good(self, waiting: list[Room]) -> Room | None:
        """Return something made before that a sweep will leave alone for long enough; None where there is nothing."""
        while waiting:
            room = waiting.pop()
            if room.mark.expires - self._now() >= self._lasts / 2:
                return room
            await self._clear(room)
        return None

    async def _furnish(self, plan: LodgingPlan) -> Room:
        room = Room(mark=Mark(run_id=self._run_id, expires=(self._now() + self._lasts).astimezone(UTC)))
        self._all.append(room)
        try:
            for request in plan.ais:
                room.ais.append(await self._make_ai(request, room.mark))
            if plan.needs_flow:
                room.flow = await self._make_flow(plan, room)
        except BaseException:
            await self._clear(room)
            raise
        return room

    async def _make_ai(self, request: AiRequest, mark: Mark) -> Record:
        ai = await self._lodgers.make("AI", request.body, mark=mark)
        if not ai.get("direct_hash"):
            # Its hash is nobody's yet: making one breaks no address.
            try:
                ai = await self._client.post(path_of("ais", str(ai["id"]), "direct-hash-regenerate"))
            except BaseException:
                await self._lodgers.delete("AI", str(ai["id"]))
                raise
        return ai

    async def _make_flow(self, plan: LodgingPlan, room: Room) -> Record:
        actions = plan.actions(room)

        def body(mark: Mark) -> dict[str, Json]:
            return {"name": mark.name(plan.label), "detail": mark.detail, "actions": actions}

        return await self._lodgers.make("flow", body, mark=room.mark)

    async def _clear(self, room: Room) -> None:
        self._all = [each for each in self._all if each is not room]
        for rooms in self._free.values():
            rooms[:] = [each for each in rooms if each is not room]
        owned = [("flow", room.flow)] if room.flow else []
        owned += [("AI", ai) for ai in room.ais]
        cancelled: asyncio.CancelledError | None = None
        for kind, record in owned:
            try:
                await self._lodgers.delete(kind, str(record["id"]))
            except asyncio.CancelledError as late:
                cancelled = late
        if cancelled is not None:
            raise cancelled
