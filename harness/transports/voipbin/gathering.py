"""What the platform keeps of a call, fetched once it is over: events on the call's clock, resources, and the proof.

Everything is optional. What comes late is waited for a bounded time, and what cannot be had is a note, never a failure
of the call: only who took it must be known.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from harness.errors import ApiError
from harness.model.call import Event, EventKind
from harness.model.case import Case
from harness.model.finding import FindingName, Resource
from harness.model.proof import Proof
from harness.transports.voipbin.account import show_billing_account
from harness.transports.voipbin.after_call import (
    fetch_analysis,
    fetch_audits,
    fetch_flow,
    fetch_recordings,
    fetch_summaries,
    fetch_transcripts,
)
from harness.transports.voipbin.aicalls import aicall_of_call, messages_of, show_aicall
from harness.transports.voipbin.ais import is_deleted
from harness.transports.voipbin.call_search import find_aicall, find_call
from harness.transports.voipbin.calls import show_call
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.clock_join import Anchor, ClockJoin, First, join_clocks
from harness.transports.voipbin.collector import Collector
from harness.transports.voipbin.kept_evidence import events_of
from harness.transports.voipbin.lodged import Lodged
from harness.transports.voipbin.proving import prove
from harness.transports.voipbin.told_events import told_events
from harness.voipbin.calls import CallStatus
from harness.voipbin.refusals import failed_stage
from harness.voipbin.resources import Kind, Record
from harness.voipbin.times import read_time

WHOLE_S: Final = 90.0
"""Longest time for everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What the harness itself knows of a call's times."""

    dialled: datetime
    """By this machine's clock, with a time zone."""
    answered_ms: float | None = None
    """On the call's clock; None: never, or a written chat."""
    ended_ms: float | None = None
    hung_up_here: bool = True
    """Whether our side ended it."""
    answered_here: bool = False
    """Whether our side answered it: a call the platform placed."""
    round_trip_ms: float | None = None
    """Through the network and back, where the carrier knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a platform kept of one call."""

    events: tuple[Event, ...] = ()
    """On the call's clock, in order; none where the clocks could not be joined."""
    resources: tuple[Resource, ...] = ()
    """As its API shows them, the proof among them."""
    proof: Proof
    clock: ClockJoin | None = None
    call_id: str = ""
    aicall_ids: tuple[str, ...] = ()
    failures: tuple[Event, ...] = ()
    """What was found only afterwards and spoils the call: the AI was deleted, or we are let in no more."""
    notes: tuple[str, ...] = ()
    """What could not be had, and how exact the times are, in words for a report."""


async def gather(
    client: VoipbinClient,
    lodged: Lodged,
    *,
    case: Case,
    moments: Moments,
    call_id: str = "",
    aicall_id: str = "",
    caller: str = "",
) -> Gathered:
    """Fetch what the platform keeps of a call that is over.

    Args:
        client: Who asks; with nothing but a direct hash only sessions and their messages can be had.
        lodged: The agent that was phoned.
        case: What was to happen.
        moments: What is known here of its times.
        call_id: The platform's call with the agent in it, where it is known; else it is looked for.
        aicall_id: The session, where it is known: that of a written chat.
        caller: The user part of the caller's SIP address.
    """
    work = _Gathering(Collector(client), lodged, case=case, moments=moments)
    try:
        async with asyncio.timeout(WHOLE_S):
            await work.run(call_id=call_id, aicall_id=aicall_id, caller=caller)
    except TimeoutError:
        work.collector.notes.append(f"not everything the platform keeps of the call was there within {WHOLE_S:g} s")
    return work.gathered()


class _Gathering:
    def __init__(self, collector: Collector, lodged: Lodged, *, case: Case, moments: Moments) -> None:
        self.collector = collector
        self._client = collector.client
        self._lodged = lodged
        self._case = case
        self._moments = moments
        self._call: Record | None = None
        self._timeline: tuple[Record, ...] = ()
        self._aicalls: list[Record] | None = None
        """None while the platform has not told of sessions."""
        self._messages: list[Record] = []

    async def run(self, *, call_id: str, aicall_id: str, caller: str) -> None:
        attempt, collector = self.collector.attempt, self.collector
        is_phoned = self._client.site.credentials.has_account and not aicall_id
        if is_phoned:
            await attempt("the platform's record of the call", lambda: self._fetch_call(call_id, caller=caller))
            await attempt("the timeline of the call", self._fetch_timeline)
        await attempt("its AI session", lambda: self._fetch_sessions(aicall_id))
        await attempt("its messages", self._fetch_messages)
        call = self._call
        if call is not None:
            await attempt("the running of its flow", lambda: fetch_flow(collector, call))
            await attempt("its transcriptions", lambda: fetch_transcripts(collector, call))
            await attempt("its recordings", lambda: fetch_recordings(collector, call))
            await attempt("its SIP analysis", lambda: fetch_analysis(collector, call))
            languages = self._lodged.summaries
            await attempt("its summary", lambda: fetch_summaries(collector, self._timeline, languages=languages))
        if self._case.platform.audit and self._client.site.credentials.has_account:
            aicalls, language = self._aicalls or [], self._case.persona.language
            await attempt("the platform's audit", lambda: fetch_audits(collector, aicalls, language=language))
        if is_phoned and self._moments.answered_ms is None:
            await attempt("the account's balance", self._fetch_balance)
        if self._client.site.credentials.has_account:
            await attempt("the agent under test", self._look_for_agents)

    def gathered(self) -> Gathered:
        clock = join_clocks(self._anchors(), round_trip_ms=self._moments.round_trip_ms)
        notes = self.collector.notes
        variables = dict(self._case.platform.variables)
        proof = prove(self._lodged, self._aicalls, variables=variables, why_unknown="; ".join(notes[:2]))
        told = self._told(clock) if clock is not None else ()
        return Gathered(
            events=told,
            resources=(*self.collector.resources, proof.resource),
            proof=proof,
            clock=clock,
            call_id=str(self._call["id"]) if self._call else "",
            aicall_ids=tuple(str(each["id"]) for each in self._aicalls or ()),
            failures=tuple(self._failures()),
            notes=(*notes, *([clock.note] if clock is not None else [])),
        )

    def _failures(self) -> Iterator[Event]:
        ended_ms, refused = round(self._moments.ended_ms or 0), self.collector.refused
        if refused is not None:
            data = {"service": "platform", "stage": failed_stage(refused)}
            yield Event(at_ms=ended_ms, kind=EventKind.SERVICE_FAILED, text=str(refused), data=data)
        for id in sorted(self._lodged.deleted):
            data = {"service": "AI", "stage": FindingName.AGENT_DELETED.value}
            text = f"the AI {id} is not there any more: it was deleted while it was tested"
            yield Event(at_ms=ended_ms, kind=EventKind.SERVICE_FAILED, text=text, data=data)

    def _told(self, clock: ClockJoin) -> tuple[Event, ...]:
        flows = self.collector.kept(Kind.ACTIVEFLOW)
        actions = [action for flow in flows for action in flow.get("executed_actions") or ()]
        return told_events(self._timeline, self._messages, actions=actions, clock=clock.ms)

    async def _fetch_call(self, call_id: str, *, caller: str) -> None:
        call_id = call_id or await self.collector.awaited(lambda: self._find_call(caller)) or ""
        if not call_id:
            self.collector.notes.append("the platform shows no call that could be this one")
            return
        self._lodged.seen_calls.add(call_id)

        async def ended() -> Record | None:
            self._call = await show_call(self._client, call_id)
            return self._call if self._call.get("status") == CallStatus.HANGUP else None

        if await self.collector.awaited(ended) is None:
            self.collector.notes.append(f"the platform still shows the call as {(self._call or {}).get('status')}")
        if self._call is not None:
            self.collector.keep(Kind.CALL, self._call)

    async def _find_call(self, caller: str) -> str | None:
        """Return the id of the call that was held; None while the platform shows none."""
        lodged, dialled = self._lodged, self._moments.dialled
        call = await find_call(self._client, lodged, dialled=dialled, caller=caller)
        if call is not None:
            return str(call["id"])
        # A call by way of a telephone number shows the number, and its session shows the agent.
        session = await find_aicall(self._client, lodged, dialled=dialled) if lodged.ai_id else None
        return str(session["reference_id"]) if session and session.get("reference_type") == "call" else None

    async def _fetch_timeline(self) -> None:
        if self._call is not None:
            self._timeline = await events_of(self._client, call_id=str(self._call["id"]))

    async def _fetch_sessions(self, aicall_id: str) -> None:
        ids = [aicall_id] if aicall_id else await self._session_ids()
        self._lodged.seen_calls.update(ids)
        rows = [row for id in ids if (row := await self._ended_session(id)) is not None]
        # A platform that shows no call has not said that there was no session.
        if rows or self._call is not None:
            self._aicalls = rows
            self.collector.keep(Kind.AICALL, *rows)

    async def _session_ids(self) -> list[str]:
        told = [row.get("data") for row in self._timeline if str(row.get("event_type")).startswith("aicall_")]
        ids = [str(data["id"]) for data in told if isinstance(data, Mapping) and data.get("id")]
        if ids:
            return list(dict.fromkeys(ids))
        if self._call is not None:
            # Timelines may be closed to an access key (contract 6.5); the list of sessions is not.
            found = await aicall_of_call(self._client, str(self._call["id"]))
        elif self._lodged.ai_id:
            dialled = self._moments.dialled
            found = await self.collector.awaited(lambda: find_aicall(self._client, self._lodged, dialled=dialled))
        else:
            found = None
        return [str(found["id"])] if found else []

    async def _ended_session(self, id: str) -> Record | None:
        last: list[Record] = []

        async def ended() -> Record | None:
            last.append(await show_aicall(self._client, id))
            return last[-1] if last[-1].get("status") == "terminated" else None

        try:
            await self.collector.awaited(ended)
        except ApiError:
            if not last:
                raise
        return last[-1] if last else None

    async def _fetch_messages(self) -> None:
        for aicall in self._aicalls or ():
            self._messages += await messages_of(self._client, str(aicall["id"]))
        self._messages.sort(key=lambda message: str(message.get("tm_create") or ""))
        self.collector.keep(Kind.MESSAGE, *self._messages)

    async def _fetch_balance(self) -> None:
        self.collector.keep(Kind.BILLING_ACCOUNT, await show_billing_account(self._client))

    async def _look_for_agents(self) -> None:
        for id in {each.ai_id for each in self._lodged.expected} - {""}:
            if await is_deleted(self._client, id):
                self._lodged.deleted.add(id)

    def _anchors(self) -> list[Anchor]:
        ours, call, sessions = self._moments, self._call, self._aicalls or [{}]
        if call is not None:
            answered = First.US if ours.answered_here else First.PLATFORM
            ended = First.US if ours.hung_up_here else First.PLATFORM
            moments = [
                ("answered", ours.answered_ms, call.get("tm_progressing"), answered),
                ("hung up", ours.ended_ms, call.get("tm_hangup"), ended),
            ]
        else:
            moments = [
                ("its session began", ours.answered_ms, sessions[0].get("tm_create"), First.NEITHER),
                ("its session ended", ours.ended_ms, sessions[-1].get("tm_end"), First.NEITHER),
            ]
        return [
            Anchor(what=what, ours_ms=ours_ms, theirs=theirs, first=first)
            for what, ours_ms, written, first in moments
            if ours_ms is not None and (theirs := read_time(written)) is not None
        ]
