"""What the platform is asked about a call: while it lasts, by its events, and once it is over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Final

from harness.errors import HarnessError
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
from harness.transports.voipbin.lodgers import to_stderr
from harness.transports.voipbin.sockets import EventFeed, event_feed
from harness.transports.voipbin.text_call import TextCall
from harness.transports.voipbin.text_chat import PlatformChat

NO_WORDS: Final = (
    "without an account the platform does not tell the agent's words while they are spoken: moves that wait for a "
    "phrase, a number, a last word or a tool come late, after their patience"
)

_LATER: Final = "what the platform told then was fetched after the call, too late for a caller who waits for words"


class Inquiry:
    """Asks the platform about one call of ours."""

    def __init__(self, client: VoipbinClient, request: CallRequest, lodged: Lodged) -> None:
        """Take who asks, and the call that is about to be placed."""
        self.client = client
        self.request = request
        self.lodged = lodged
        self.has_account = client.site.credentials.has_account
        self._began = datetime.now(UTC)
        self._feed: EventFeed | None = None

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
            self._began, self._feed = datetime.now(UTC), feed
            yield feed

    async def leave(self, whose: Whose) -> None:
        """Hang up the platform's end, should it still be there. Our own has been hung up, whatever comes of this."""
        if whose.call_id and self.has_account:
            try:
                await hang_up(self.client, whose.call_id)
            except HarnessError as error:
                mark = self.lodged.mark
                look = f"harness sweep --run {mark.run_id} --dry-run" if mark is not None else "harness doctor"
                to_stderr(
                    f"our side of call {whose.call_id} is hung up, and whether the platform's is over nobody knows "
                    f"({error}). Look with: {look}"
                )

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
        notes = [*report.notes, *self.lodged.notes, *gathered.notes, *self._told_in_part()]
        line = Resource(kind=LINE, fields={**asdict(report), "notes": notes})
        return _learnt(gathered, line)

    def _told_in_part(self) -> list[str]:
        if not self.has_account:
            return [NO_WORDS]
        gaps = self._feed.gaps if self._feed is not None else ()
        if not gaps:
            return []
        down_s = sum(gap.to_s - gap.from_s for gap in gaps)
        return [f"the event socket broke {len(gaps)} times and was down for {down_s:.1f} s: {_LATER}"]

    async def learn_chat(self, chat: PlatformChat, call: TextCall) -> Learnt:
        """Ask the platform what it kept of a chat that is over."""
        await chat.end()
        moments = Moments(dialled=self._began, ended_ms=call.duration_ms)
        gathered = await gather(
            self.client, self.lodged, case=self.request.case, moments=moments, aicall_id=chat.aicall_id
        )
        line = Resource(kind=LINE, fields={"notes": [*self.lodged.notes, *gathered.notes]})
        # Everything that was said is known already, by its real times; the chat's own clock is another.
        return replace(_learnt(gathered, line), events=gathered.failures)


def _learnt(gathered: Gathered, line: Resource) -> Learnt:
    return Learnt(events=(*gathered.events, *gathered.failures), resources=(*gathered.resources, line))
