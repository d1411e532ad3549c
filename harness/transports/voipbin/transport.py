"""Calls through the real platform, by each of its routes, as one Transport.

For each call: the agent under test is there, it is phoned or written to, the conversation is held, and the platform is
asked what it kept. Whatever happens, the call is hung up and what was opened for it is closed.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias
from uuid import uuid4

from harness.errors import CallError, ConfigurationError
from harness.interfaces import EarsFactory, Line, MouthFactory
from harness.interfaces.carriers import Carrier, Dialler
from harness.model.call import CallRequest
from harness.model.moves import Trigger, TriggerKind
from harness.model.script import listens
from harness.transports.voipbin.addresses import sip_uri
from harness.transports.voipbin.call_news import CallNews, Whose
from harness.transports.voipbin.calls import place_call
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.inquiry import Inquiry
from harness.transports.voipbin.live_call import LiveCall, Setting
from harness.transports.voipbin.live_line import LiveLine
from harness.transports.voipbin.lodging import Lodgings
from harness.transports.voipbin.media_carrier import MediaDialler
from harness.transports.voipbin.routes import Route, unsupported
from harness.transports.voipbin.sockets import EventFeed
from harness.transports.voipbin.text_call import TextCall
from harness.transports.voipbin.text_chat import open_chat
from harness.transports.voipbin.text_line import TextLine

CALLED_WITHIN_S: Final = 60.0
"""How long the platform may take to ring our telephone."""
_OVERTIME_MS: Final = 60_000
_SOURCE: Final = {"type": "tel", "target": "+15550100000"}


class Telephone(Dialler, Protocol):
    """A telephone that can be called."""

    @property
    def contact(self) -> str:
        """Return the address under which it can be called."""
        ...


Telephones: TypeAlias = Callable[[str], AbstractAsyncContextManager[Telephone]]
"""Opens a telephone of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the calls of a session share, opened."""

    client: VoipbinClient
    lodgings: Lodgings
    telephone: Telephone | None = None
    """Makes the calls of route sip."""
    telephones: Telephones | None = None
    """Opens one for each call that the platform makes to us."""


OpenSession: TypeAlias = Callable[[], AbstractAsyncContextManager[Session]]


class VoipbinTransport:
    """Holds calls through VoIPBIN. To be closed, or used as an async context: what was made is deleted then."""

    def __init__(
        self,
        route: Route,
        *,
        open_session: OpenSession,
        ears: EarsFactory | None,
        mouth: MouthFactory,
        most_calls: int = 10,
        longest_s: int = 600,
        dial: str = "",
        source: str = "",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the way, and what it goes by; nothing is opened before the first call.

        Args:
            route: How agents are reached.
            open_session: Opens what all calls share.
            ears: Recognise what an agent said, for callers who go on by it, where the platform does not tell.
            mouth: How long words take to say in a chat in writing; without sound.
            most_calls: In progress at once, whatever a batch would have.
            longest_s: Of one call; it is hung up then, whatever its case says.
            dial: Called instead of the agent's direct hash: a SIP address, or on route media a telephone number.
            source: The account's number that calls to numbers come from; empty: its default one.
            now: Seconds; the clock of the carriers and the client.
        """
        self.route = route
        self.name = f"voipbin-{route}"
        self._open_session = open_session
        self._ears = ears
        self._mouth = mouth
        self._longest_ms = longest_s * 1000
        self._dial = dial
        self._source = source
        self._now = now
        self._most_calls = most_calls
        self._room = asyncio.Semaphore(most_calls)
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._session: Session | None = None
        self._claimed: set[str] = set()

    async def __aenter__(self) -> "VoipbinTransport":
        """Open what all calls share."""
        await self._opened()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Delete what was made and close what was opened; nothing when no call was placed."""
        self._session = None
        # The next call may come on another loop.
        self._opening, self._room = asyncio.Lock(), asyncio.Semaphore(self._most_calls)
        await self._stack.aclose()

    @asynccontextmanager
    async def open(self, request: CallRequest) -> AsyncIterator[Line]:
        """Place a call; leaving the context hangs up whatever happened.

        Raises:
            ConfigurationError: the case cannot go this way.
            CallError: no call came about.
            ApiError: the platform refuses.
        """
        why = unsupported(request.case, self.route)
        if why:
            raise ConfigurationError(f"the case {request.case.id} cannot go by route {self.route}: {why}")
        is_chat = self.route is Route.TEXT
        async with self._room:
            session = await self._opened()
            async with session.lodgings.lend(request, is_chat=is_chat) as lodged:
                inquiry = Inquiry(session.client, request, lodged)
                opened = self._chat(inquiry) if is_chat else self._call(session, inquiry)
                async with opened as line:
                    await line.hangup(at=Trigger(after=TriggerKind.CALL_START, delay_ms=self._longest_ms))
                    yield line

    @asynccontextmanager
    async def _chat(self, inquiry: Inquiry) -> AsyncIterator[Line]:
        async with open_chat(inquiry.client, ai_id=inquiry.lodged.ai_id) as chat:
            call = TextCall(chat, mouth=self._mouth(inquiry.request.case.persona.voice), now=self._now)
            try:
                yield TextLine(call, gather=lambda: inquiry.learn_chat(chat, call))
            finally:
                await call.stop()

    @asynccontextmanager
    async def _call(self, session: Session, inquiry: Inquiry) -> AsyncIterator[Line]:
        case = inquiry.request.case
        ears = self._ears(case.persona.language) if self._ears is not None and listens(case.moves) else None
        setting = Setting(
            seed=inquiry.request.seed,
            surroundings=case.persona.surroundings,
            ears=ears,
            needs_words=ears is not None,
        )
        whose = Whose(targets=inquiry.targets, claimed=self._claimed)
        async with AsyncExitStack() as stack:
            feed = await stack.enter_async_context(inquiry.feed()) if inquiry.has_account else None
            dialled_s = self._now()
            stack.push_async_callback(inquiry.leave, whose)
            carrier = await stack.enter_async_context(self._carrier(session, inquiry, whose))
            call = LiveCall(carrier, setting, dialled_s=dialled_s, now=self._now)
            stack.push_async_callback(call.stop)
            call.start()
            if feed is not None:
                call.spawn(_follow(feed, CallNews(call, whose)))
            yield LiveLine(call, gather=lambda: inquiry.learn_call(call, carrier, whose))

    @asynccontextmanager
    async def _carrier(self, session: Session, inquiry: Inquiry, whose: Whose) -> AsyncIterator[Carrier]:
        case, lodged = inquiry.request.case, inquiry.lodged
        if case.platform.outgoing:
            async with self._called(session, inquiry, whose) as called:
                yield called
            return
        target = self._dial or sip_uri(lodged.direct_hash, session.client.site)
        dialler: Dialler | None = session.telephone
        if self.route is Route.MEDIA:
            # Should nobody be able to hang up, such as with a key that was withdrawn, it ends by itself.
            keep_ms = case.max_call_ms + _OVERTIME_MS
            dialler = MediaDialler(session.client, keep_ms=keep_ms, source=lodged.marked(self._source_of(target)))
        if dialler is None:
            raise ConfigurationError("route sip needs a telephone: install the extra [sip]")
        async with dialler.dial(target, trial_id=inquiry.request.trial_id) as carrier:
            yield carrier

    @asynccontextmanager
    async def _called(self, session: Session, inquiry: Inquiry, whose: Whose) -> AsyncIterator[Carrier]:
        """Have the platform call us, on a telephone of this call's own."""
        if session.telephones is None:
            raise ConfigurationError("a call of the platform's needs a telephone that can be called: use route sip")
        name = f"harness-{uuid4().hex[:8]}"
        async with session.telephones(name) as telephone:
            session.client.guard.admit_own(telephone.contact)
            destination = {"type": "sip", "target": telephone.contact.removeprefix("sip:")}
            placed = await place_call(
                session.client,
                source=inquiry.lodged.marked(_SOURCE),
                destinations=[destination],
                actions=[dict(action) for action in inquiry.lodged.actions],
                variables=dict(inquiry.lodged.variables),
            )
            whose.call_id = next(iter(placed.call_ids), "")
            self._claimed.add(whose.call_id)
            async with telephone.answer(within_s=CALLED_WITHIN_S) as carrier:
                yield carrier

    def _source_of(self, target: str) -> Mapping[str, str]:
        """Return whom a call comes from: a number of the account's where a number is called, else anybody."""
        return {"type": "tel", "target": self._source} if self._source or target.startswith("+") else _SOURCE

    async def _opened(self) -> Session:
        async with self._opening:
            if self._session is None:
                self._session = await self._stack.enter_async_context(self._open_session())
            return self._session


async def _follow(feed: EventFeed, news: CallNews) -> None:
    async for event in feed:
        news.take(event)
    raise CallError("the event socket ended while the call went on")
