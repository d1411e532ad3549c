"""Cases held through a served platform by every route, over real sockets and in real time, all at the same time."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Final

import pytest

from harness.model.call import EndReason, EventKind, Role, Tier
from harness.model.case import Case
from harness.model.moves import Say, Trigger, TriggerKind
from harness.model.platform import PlatformSetup
from harness.model.proof import Proof, Proved
from harness.runner.conversation import Conversation
from harness.simulator.platform import Platform
from harness.testing.builders import make_case
from harness.transports.voipbin.inquiry import LINE
from harness.transports.voipbin.routes import Route
from harness.transports.voipbin.site import Credentials, Site
from harness.voipbin.resources import Kind
from tests.transports.voipbin.live_site import held, live_site, transport_of

GREETING: Final = "Hello, this is the front desk of the hotel Lakeside, how may I help you?"
ANSWER: Final = "We are open until six."
QUESTION: Final = Say(text="Are you open today?", trigger=Trigger(delay_ms=500))
CUTS_IN: Final = Say(
    text="Yes please thank you very much", trigger=Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=200)
)
HAS_SIP: Final = find_spec("baresip") is not None
needs_sip = pytest.mark.skipif(not HAS_SIP, reason="needs the extra [sip]")


def case_of(move: Say = QUESTION, **fields: object) -> Case:
    return make_case(moves=(move,), **fields)


@dataclass(frozen=True)
class Calls:
    """What came of each call, and what is on the platform after them."""

    held: dict[str, Conversation]
    platform: Platform


async def hold_all(platform: Platform, site: Site) -> dict[str, Conversation]:
    chat = make_case("Are you open today?", "Thank you.")
    calls: dict[str, Awaitable[Conversation]] = {
        "text": held(transport_of(site, Route.TEXT), chat, tier=Tier.TEXT),
        "media": held(transport_of(site, Route.MEDIA), case_of()),
    }
    if HAS_SIP:
        known = platform.ais.create({"name": "desk", "engine_model": "openai.gpt-4o", "init_prompt": "You are it."})
        by_hash = replace(site, credentials=Credentials(direct_hash=known["direct_hash"]))
        outgoing = PlatformSetup(outgoing=True)
        calls |= {
            "sip": held(transport_of(site, Route.SIP), case_of()),
            "called": held(transport_of(site, Route.SIP), case_of(platform=outgoing)),
            "by hash": held(transport_of(by_hash, Route.SIP), case_of()),
            "cut": held(transport_of(site, Route.SIP), case_of(CUTS_IN)),
        }
    found = await asyncio.gather(*calls.values())
    if HAS_SIP:
        platform.ais.delete(known["id"])
    return dict(zip(calls, found, strict=True))


@pytest.fixture(scope="module")
def calls() -> Calls:
    async def main() -> Calls:
        async with live_site(GREETING, ANSWER, word_ms=150, sip=HAS_SIP) as (platform, site):
            return Calls(await hold_all(platform, site), platform)

    return asyncio.run(main())


@pytest.mark.parametrize(
    "name", ["media", *(pytest.param(name, marks=needs_sip) for name in ("sip", "called", "by hash"))]
)
def test_a_case_is_held_whatever_way_the_call_comes_about(calls: Calls, name: str) -> None:
    conversation = calls.held[name]
    turns = conversation.turns
    assert [(turn.role, turn.spoken) for turn in turns] == [
        (Role.AGENT, GREETING),
        (Role.CALLER, QUESTION.text),
        (Role.AGENT, ANSWER),
    ]
    assert [turn.meant for turn in turns] == [turn.spoken for turn in turns]
    assert turns[1].heard == "yes please"
    assert 0 < (turns[2].latency_ms or 0) < 10_000
    assert conversation.end_reason is EndReason.CALLER_HANGUP
    assert conversation.recording is not None
    assert conversation.recording.agent.span(turns[0].started_ms, turns[0].ended_ms).samples.any()
    assert conversation.recording.caller.span(turns[1].started_ms, turns[1].ended_ms).samples.any()


@pytest.mark.parametrize(
    ("name", "proved"),
    [
        ("text", Proved.MATCHES),
        ("media", Proved.MATCHES),
        pytest.param("sip", Proved.MATCHES, marks=needs_sip),
        pytest.param("called", Proved.MATCHES, marks=needs_sip),
    ],
)
def test_the_agent_under_test_is_proved_to_have_had_the_call(calls: Calls, name: str, proved: Proved) -> None:
    proof = Proof.of(calls.held[name].resources)
    assert proof is not None
    assert proof.proved is proved


def test_a_case_is_held_in_writing_and_the_caller_begins(calls: Calls) -> None:
    turns = calls.held["text"].turns
    assert [(turn.role, turn.spoken) for turn in turns] == [
        (Role.CALLER, "Are you open today?"),
        (Role.AGENT, GREETING),
        (Role.CALLER, "Thank you."),
        (Role.AGENT, ANSWER),
    ]
    assert [turn.meant for turn in turns] == [turn.spoken for turn in turns]
    assert [turn.heard for turn in turns if turn.role is Role.CALLER] == ["Are you open today?", "Thank you."]
    assert all(0 < (turn.latency_ms or 0) < 10_000 for turn in turns if turn.role is Role.AGENT)
    assert calls.held["text"].end_reason is EndReason.CALLER_HANGUP


def test_every_call_with_sound_tells_how_exact_its_times_are(calls: Calls) -> None:
    for conversation in (each for name, each in calls.held.items() if name != "text"):
        [line] = [each for each in conversation.resources if each.kind == LINE]
        assert line.fields["uncertainty_ms"] > 0
        assert line.fields["notes"]


@needs_sip
def test_a_caller_who_cuts_in_cuts_the_agent(calls: Calls) -> None:
    began, cut_in = calls.held["cut"].turns[:2]
    assert (began.role, cut_in.role, began.interrupted) == (Role.AGENT, Role.CALLER, True)
    assert began.started_ms < cut_in.started_ms < began.ended_ms
    assert any(event.kind is EventKind.AUDIO_CUT for event in calls.held["cut"].events)
    assert began.meant == GREETING
    assert GREETING.startswith(began.spoken)
    assert began.spoken != GREETING


def test_nothing_is_left_on_the_platform(calls: Calls) -> None:
    world = calls.platform.world
    assert {row["status"] for row in world.records(Kind.CALL)} == {"hangup"}
    assert {row["status"] for row in world.records(Kind.AICALL)} == {"terminated"}
    assert all(row["tm_delete"] for row in world.records(Kind.AI))
    assert not list(row for row in world.records(Kind.FLOW) if not row["tm_delete"])
