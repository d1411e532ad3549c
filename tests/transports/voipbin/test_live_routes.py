"""Cases held through a served platform by every route, over real sockets and in real time, all at the same time."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from importlib.util import find_spec
from typing import Final

from harness.interfaces.carriers import LINE
from harness.model.call import EndReason, EventKind, Role, Tier
from harness.model.case import Case
from harness.model.moves import Say, Trigger, TriggerKind
from harness.model.platform import PlatformSetup
from harness.model.proof import Proof, Proved
from harness.runner.conversation import Conversation
from harness.simulator.platform import Platform
from harness.testing.builders import make_case
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


def case_of(move: Say = QUESTION, **fields: object) -> Case:
    return make_case(moves=(move,), **fields)


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


def is_held_with_sound(conversation: Conversation) -> None:
    turns, recording = conversation.turns, conversation.recording
    assert [(turn.role, turn.spoken) for turn in turns] == [
        (Role.AGENT, GREETING),
        (Role.CALLER, QUESTION.text),
        (Role.AGENT, ANSWER),
    ]
    assert [turn.meant for turn in turns] == [turn.spoken for turn in turns]
    assert turns[1].heard == "yes please"
    assert 0 < (turns[2].latency_ms or 0) < 10_000
    assert conversation.end_reason is EndReason.CALLER_HANGUP
    assert recording is not None
    assert recording.agent.span(turns[0].started_ms, turns[0].ended_ms).samples.any()
    assert recording.caller.span(turns[1].started_ms, turns[1].ended_ms).samples.any()


def is_held_in_writing_and_the_caller_begins(conversation: Conversation) -> None:
    turns = conversation.turns
    assert [(turn.role, turn.spoken) for turn in turns] == [
        (Role.CALLER, "Are you open today?"),
        (Role.AGENT, GREETING),
        (Role.CALLER, "Thank you."),
        (Role.AGENT, ANSWER),
    ]
    assert [turn.meant for turn in turns] == [turn.spoken for turn in turns]
    assert [turn.heard for turn in turns if turn.role is Role.CALLER] == ["Are you open today?", "Thank you."]
    assert all(0 < (turn.latency_ms or 0) < 10_000 for turn in turns if turn.role is Role.AGENT)
    assert conversation.end_reason is EndReason.CALLER_HANGUP


def has_the_agent_cut(conversation: Conversation) -> None:
    began, cut_in = conversation.turns[:2]
    assert (began.role, cut_in.role, began.interrupted) == (Role.AGENT, Role.CALLER, True)
    assert began.started_ms < cut_in.started_ms < began.ended_ms
    assert any(event.kind is EventKind.AUDIO_CUT for event in conversation.events)
    assert began.meant == GREETING
    assert GREETING.startswith(began.spoken)
    assert began.spoken != GREETING


def is_proved(conversation: Conversation) -> None:
    proof = Proof.of(conversation.resources)
    assert proof is not None
    assert proof.proved is Proved.MATCHES


def tells_how_exact_its_times_are(conversation: Conversation) -> None:
    [line] = [each for each in conversation.resources if each.kind == LINE]
    assert line.fields["uncertainty_ms"] > 0
    assert line.fields["notes"]


def nothing_is_left(platform: Platform) -> None:
    world = platform.world
    assert {row["status"] for row in world.records(Kind.CALL)} == {"hangup"}
    assert {row["status"] for row in world.records(Kind.AICALL)} == {"terminated"}
    assert all(row["tm_delete"] for kind in (Kind.AI, Kind.FLOW) for row in world.records(kind))


# One test, for these calls take seconds: they are held at the same time, and looked at one after the other.
def test_a_case_is_held_by_every_route_and_nothing_is_left_of_it() -> None:
    async def main() -> tuple[Platform, dict[str, Conversation]]:
        async with live_site(GREETING, ANSWER, word_ms=150, sip=HAS_SIP) as (platform, site):
            return platform, await hold_all(platform, site)

    platform, calls = asyncio.run(main())
    nothing_is_left(platform)
    is_held_in_writing_and_the_caller_begins(calls.pop("text"))
    for name, conversation in calls.items():
        tells_how_exact_its_times_are(conversation)
        if name == "cut":
            has_the_agent_cut(conversation)
        else:
            is_held_with_sound(conversation)
        if name != "by hash":
            is_proved(conversation)
