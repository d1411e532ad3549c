"""What the platform is asked about a call: while it lasts, by its events, and once it is over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Final

from harness.interfaces.carriers import LINE, Carrier
from harness.model.call import CallRequest
from harness.model.finding import Resource
from harness.transports.voipbin.call_news import Whose
from harness.transports.voipbin.calls import hang_up
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.gathering import Gathered, Moments, gather
from harness.transports.voipbin.live_call import LiveCall
from harness.transports.voipbin.live_line import Learnt
from harness.transports.voipbin.lodged import Lodged
from harness.transports.voipbin.sockets import EventFeed, event_feed
from harness.transports.voipbin.text_call import TextCall
from harness.transports.voipbin.text_chat import PlatformChat

NO_WORDS: Final = (
    "without an account the platform does not tell the agent's words while they are spoken: moves that wait for a "
    "phrase, a number, a last word or a tool come late, after their patience"
)


class Inquiry:
    """Asks the platform about one call of ours."""

    def __init__(self, client: VoipbinClient, request: CallRequest, lodged: Lodged) -> None:
        """Take who asks, and the call that is about to be placed."""
        self.client = client
        self.request = request
        self.lodged = lodged
        self.has_account = client.site.credentials.has_account
        self._began = datetime.now(UTC)

    @property
    def targets(self) -> frozenset[str]:
        """Return the ids of everything that the platform may say the call is for."""
        lodged = self.lodged
        return frozenset({lodged.ai_id, lodged.flow_id, *(each.ai_id for each in lodged.expected)} - {""})

    @asynccontextmanager
    async def feed(self) -> AsyncIterator[EventFeed]:
        """Hear what the platform tells of its calls and sessions."""
        customer_id = await self.client.customer_id()
        topics = [f"customer_id:{customer_id}:{family}" for family in ("call", "aicall", "transcribe", "transcript")]
        async with event_feed(self.client, topics) as feed:
            self._began = datetime.now(UTC)
            yield feed

    async def leave(self, whose: Whose) -> None:
        """Hang up the platform's end, should it still be there."""
        if whose.call_id and self.has_account:
            await hang_up(self.client, whose.call_id)

    async def learn_call(self, call: LiveCall, carrier: Carrier, whose: Whose) -> Learnt:
        """Ask the platform what it kept of a call that is over."""
        report = carrier.report()
        moments = Moments(
            dialled=self._began,
            answered_ms=call.answered_ms,
            ended_ms=call.duration_ms,
            hung_up_here=call.hung_up_here,
            answered_here=self.request.case.platform.outgoing,
            round_trip_ms=report.round_trip_ms,
        )
        gathered = await gather(
            self.client, self.lodged, case=self.request.case, moments=moments, call_id=whose.call_id
        )
        notes = [*report.notes, *self.lodged.notes, *gathered.notes, *([] if self.has_account else [NO_WORDS])]
        line = Resource(kind=LINE, fields={**asdict(report), "notes": notes})
        return _learnt(gathered, line)

    async def learn_chat(self, chat: PlatformChat, call: TextCall) -> Learnt:
        """Ask the platform what it kept of a chat that is over."""
        await chat.end()
        moments = Moments(dialled=self._began, ended_ms=call.duration_ms)
        gathered = await gather(
            self.client, self.lodged, case=self.request.case, moments=moments, aicall_id=chat.aicall_id
        )
        line = Resource(kind=LINE, fields={"notes": [*self.lodged.notes, *gathered.notes]})
        # Everything that was said is known already, by its real times; the chat's own clock is another.
        return replace(_learnt(gathered, line), events=())


def _learnt(gathered: Gathered, line: Resource) -> Learnt:
    return Learnt(events=gathered.events, resources=(*gathered.resources, line))
