"""What a platform keeps of a call that is over, fetched over HTTP from a served one."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from harness.errors import UnreachableError
from harness.model.call import EventKind
from harness.model.case import Case
from harness.model.platform import PlatformSetup
from harness.model.proof import Proof, Proved
from harness.testing.builders import make_case
from harness.transports.voipbin.aicalls import end_aicall, send_message, start_chat
from harness.transports.voipbin.calls import place_call, show_call
from harness.transports.voipbin.gathering import Gathered, Moments, gather
from harness.transports.voipbin.lodged import Lodged
from harness.transports.voipbin.lodging import lodge
from harness.voipbin.resources import EPOCH, Kind, Record
from harness.voipbin.times import read_time
from tests.transports.voipbin.lodging_site import EXPIRES, PROMPT, RUN, Desk, arm_of, flow_case, request_of, run

ANSWER = {"type": "answer"}
AGENT: dict[str, Any] = {"type": "ai_talk", "option": {"assistance_type": "ai", "assistance_id": "${harness.ai_id}"}}
SAYS = (
    {"type": "sleep", "option": {"duration": 4_000}},
    {"type": "talk", "option": {"text": "Are you open today?", "language": "en-US"}},
    {"type": "sleep", "option": {"duration": 6_000}},
)
ANSWERED_MS, ENDED_MS = 1_000, 15_000


async def hold(desk: Desk, lodged: Lodged) -> Record:
    """Have the platform phone the agent, say something and hang up; returns the agent's call."""
    target = f"{lodged.direct_hash}@sip.voipbin.net"
    source = {"type": "tel", "target": "+15550001111"}
    await place_call(desk.client, source=source, destinations=[{"type": "sip", "target": target}], actions=SAYS)
    for _ in range(200):
        for call in desk.platform.world.records(Kind.CALL):
            is_agents = (call["destination"] or {}).get("target") in (lodged.ai_id, lodged.flow_id)
            if is_agents and call["status"] == "hangup" and call["id"] not in lodged.seen_calls:
                return await show_call(desk.client, call["id"])
        await desk.client.get("/me")
    raise AssertionError("the call did not end")


async def held(desk: Desk, case: Case, **more: Any) -> Gathered:
    async with lodge(desk.client, request_of(case), run_id=RUN, expires=EXPIRES) as lodged:
        return await gather_of(desk, lodged, await hold(desk, lodged), case, **more)


def in_place(action: dict[str, Any], ai_id: str) -> dict[str, Any]:
    return {**action, "option": {**action["option"], "assistance_id": ai_id}}


async def gather_of(
    desk: Desk, lodged: Lodged, call: Record, case: Case, *, dialled: datetime = EPOCH, **more: Any
) -> Gathered:
    lasted_ms = (time(call["tm_hangup"]) - time(call["tm_progressing"])).total_seconds() * 1000
    moments = Moments(dialled=dialled, answered_ms=ANSWERED_MS, ended_ms=ANSWERED_MS + lasted_ms, round_trip_ms=0)
    return await gather(desk.client, lodged, case=case, moments=moments, **more)


def time(written: str) -> datetime:
    found = read_time(written)
    assert found is not None
    return found


def test_everything_kept_of_a_call_comes_with_it_on_its_own_clock() -> None:
    async def test(desk: Desk) -> None:
        case = flow_case(
            ANSWER,
            {"type": "transcribe_start", "option": {"language": "en-US"}},
            {"type": "recording_start", "option": {"format": "wav"}},
            {"type": "ai_summary", "option": {"source_type": "call", "source_id": "${voipbin.call.id}"}},
            AGENT,
            audit=True,
        )
        gathered = await held(desk, case)
        assert gathered.proof.proved is Proved.MATCHES
        assert gathered.call_id
        assert len(gathered.aicall_ids) == 1
        kinds = {each.kind for each in gathered.resources}
        assert kinds == {
            "call",
            "activeflow",
            "aicall",
            "aimessage",
            "transcribe",
            "transcript",
            "recording",
            "sip_analysis",
            "summary",
            "aiaudit",
            "proof",
        }
        assert "direct." not in repr(gathered.resources)
        assert [event.text for event in gathered.events if event.data.get("by") == "session"] == ["Are you open today?"]
        told = [event for event in gathered.events if event.kind is EventKind.MESSAGE_CREATED]
        assert [event.data.get("reply") for event in told if event.data["role"] == "assistant"] == [0, 1]
        actions = [event.data["type"] for event in gathered.events if event.kind is EventKind.ACTION_ENTERED]
        assert actions == ["answer", "transcribe_start", "recording_start", "ai_talk", "confbridge_join"]
        session = [event for event in gathered.events if event.kind is EventKind.AICALL_PROGRESSING]
        assert ANSWERED_MS < session[0].at_ms < ANSWERED_MS + 5_000
        assert gathered.clock is not None
        assert gathered.clock.uncertainty_ms == pytest.approx(50, abs=1)
        [note] = gathered.notes
        assert "to within 50 ms" in note
        assert Proof.of(gathered.resources) == gathered.proof

    run(test)


def test_each_call_finds_its_own_record_by_the_agent_that_took_it() -> None:
    async def test(desk: Desk) -> None:
        case = make_case()
        async with lodge(desk.client, request_of(case), run_id=RUN, expires=EXPIRES) as lodged:
            first = await gather_of(desk, lodged, await hold(desk, lodged), case)
            second = await gather_of(desk, lodged, await hold(desk, lodged), case)
            assert first.call_id != second.call_id
            # The third never reached the platform.
            third = await gather(desk.client, lodged, case=case, moments=Moments(dialled=EPOCH))
        assert third.call_id == ""
        assert third.proof.proved is Proved.UNKNOWN
        assert "no call that could be this one" in third.proof.why
        assert "account" in {each.kind for each in third.resources}

    run(test)


def test_a_call_by_way_of_a_number_is_found_by_its_session() -> None:
    async def test(desk: Desk) -> None:
        case = make_case()
        ai = desk.platform.ais.create({"name": "real", "engine_model": "openai.gpt-4o", "init_prompt": PROMPT})
        by_number = desk.platform.flows.create({"name": "number", "actions": [ANSWER, in_place(AGENT, ai["id"])]})
        async with lodge(desk.client, request_of(case), run_id=RUN, expires=EXPIRES, ai_id=ai["id"]) as lodged:
            call = await hold(desk, replace(lodged, direct_hash=by_number["direct_hash"], flow_id=by_number["id"]))
            gathered = await gather_of(desk, lodged, call, case, dialled=time(call["tm_create"]))
        assert gathered.call_id == call["id"]
        assert gathered.proof.matches

    run(test)


def test_another_prompt_than_the_arms_is_found_out() -> None:
    async def test(desk: Desk) -> None:
        case = make_case()
        async with lodge(desk.client, request_of(case), run_id=RUN, expires=EXPIRES) as lodged:
            ai = desk.platform.world.require(Kind.AI, lodged.ai_id)
            ai["init_prompt"] = "Somebody has changed me."
            gathered = await gather_of(desk, lodged, await hold(desk, lodged), case)
        assert gathered.proof.proved is Proved.DIFFERS
        assert 'it ran the prompt "Somebody has changed me."' in gathered.proof.why

    run(test)


def test_the_platforms_variables_in_a_prompt_are_no_difference() -> None:
    async def test(desk: Desk) -> None:
        case = flow_case(ANSWER, AGENT, variables=(("name", "Ada"),))
        request = request_of(case, arm=arm_of("Greet ${name} in the call ${voipbin.call.id}."))
        async with lodge(desk.client, request, run_id=RUN, expires=EXPIRES) as lodged:
            gathered = await gather_of(desk, lodged, await hold(desk, lodged), case)
        assert gathered.proof.matches

    run(test)


def test_what_the_platform_does_not_tell_is_a_note() -> None:
    async def test(desk: Desk) -> None:
        case = make_case()
        async with lodge(desk.client, request_of(case), run_id=RUN, expires=EXPIRES) as lodged:
            call = await hold(desk, lodged)
            desk.broken |= {"GET /aggregated-events": 403, "GET /timelines": 404}
            gathered = await gather_of(desk, lodged, call, case)
        assert gathered.proof.matches
        assert any(note.startswith("the timeline of the call could not be fetched: 403") for note in gathered.notes)
        assert any(note.startswith("its SIP analysis could not be fetched: 404") for note in gathered.notes)
        assert [event.text for event in gathered.events if event.data.get("role") == "assistant"] == [
            "Hello.",
            "Certainly.",
        ]

    run(test)


@pytest.mark.parametrize(
    ("broken", "proved"),
    [
        pytest.param({"GET /calls": 403}, Proved.MATCHES, id="no calls"),
        pytest.param({"GET /aicalls": 500}, Proved.UNKNOWN, id="no sessions"),
        pytest.param(
            dict.fromkeys(("GET /calls", "GET /aicalls", "GET /billing_account"), 503), Proved.UNKNOWN, id="all"
        ),
    ],
)
def test_a_platform_that_fails_afterwards_fails_no_call(broken: dict[str, int], proved: Proved) -> None:
    async def test(desk: Desk) -> None:
        case = make_case()
        async with lodge(desk.client, request_of(case), run_id=RUN, expires=EXPIRES) as lodged:
            call = await hold(desk, lodged)
            desk.broken |= broken
            gathered = await gather_of(desk, lodged, call, case)
        assert gathered.proof.proved is proved
        assert gathered.notes

    run(test)


def test_a_platform_that_is_gone_is_asked_once() -> None:
    async def test(desk: Desk) -> None:
        case = make_case()
        tried: list[str] = []

        async def gone(path: str, **_: object) -> object:
            tried.append(path)
            raise UnreachableError("no answer", cause="a test", fix="none")

        async with lodge(desk.client, request_of(case), run_id=RUN, expires=EXPIRES) as lodged:
            call = await hold(desk, lodged)
            desk.client.get = gone  # type: ignore[method-assign]
            gathered = await gather_of(desk, lodged, call, case)
        assert len(tried) == 1
        assert gathered.proof.proved is Proved.UNKNOWN
        assert "no answer" in gathered.proof.why

    run(test)


def test_with_a_hash_alone_the_session_and_its_messages_are_had() -> None:
    async def test(desk: Desk) -> None:
        ai = desk.platform.ais.create({"name": "real", "engine_model": "openai.gpt-4o", "init_prompt": PROMPT})
        case = make_case()
        async with (
            desk.by_hash(ai["direct_hash"]) as client,
            lodge(client, request_of(case), run_id=RUN, expires=EXPIRES) as lodged,
        ):
            call = await hold(desk, lodged)
            moments = Moments(dialled=EPOCH, answered_ms=ANSWERED_MS, ended_ms=ENDED_MS)
            gathered = await gather(client, lodged, case=case, moments=moments)
        assert gathered.proof.matches
        assert {each.kind for each in gathered.resources} == {"aicall", "aimessage", "proof"}
        assert call["id"] == gathered.resources[0].text("reference_id")
        assert [event.text for event in gathered.events if event.data.get("by") == "session"] == ["Are you open today?"]
        assert gathered.clock is not None
        assert gathered.clock.uncertainty_ms > 500

    run(test)


def test_a_written_chat_is_proved_like_a_call() -> None:
    async def test(desk: Desk) -> None:
        case = replace(make_case(), platform=PlatformSetup(audit=True))
        async with lodge(desk.client, request_of(case), run_id=RUN, expires=EXPIRES, is_chat=True) as lodged:
            chat = await start_chat(desk.client, assistance_id=lodged.ai_id)
            await send_message(desk.client, chat["id"], text="Are you open?")
            await end_aicall(desk.client, chat["id"])
            moments = Moments(dialled=EPOCH)
            gathered = await gather(desk.client, lodged, case=case, moments=moments, aicall_id=chat["id"])
        assert gathered.proof.matches
        assert {each.kind for each in gathered.resources} == {"aicall", "aimessage", "aiaudit", "proof"}
        assert gathered.events == ()

    run(test)
