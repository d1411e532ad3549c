"""A platform of words only, and one of each of its resources."""

import asyncio
import json
from typing import Any

from harness.model.call import Tier
from harness.model.persona import Voice
from harness.services.extractive_summary import ExtractiveSummariser
from harness.services.rule_auditor import RuleAuditor
from harness.services.rule_proposer import RuleProposer
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.latency import LatencyMode
from harness.simulator.platform import Platform
from harness.simulator.works import PlatformOptions
from harness.testing.activity import ScriptedActivity
from harness.testing.speech import EchoEars, ManualClock, ScriptedAgent, ToneMouth
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record

AI = {"name": "desk", "engine_model": "openai.gpt-4o", "init_prompt": "You are the desk of a hotel."}
SIP = {"type": "sip", "target": "guest@example.com"}
SOURCE = {"type": "tel", "target": "+15550001111", "name": "Desk"}
WAIT = {"type": "sleep", "option": {"duration": 600_000}}


def new_platform(mode: Mode = Mode.SEED, *, seed: int = 1) -> Platform:
    """Return a platform whose agents say hello."""

    def mouth(_: Voice) -> ToneMouth:
        return ToneMouth(text_only=True)

    equipment = Equipment(
        agent=lambda _: ScriptedAgent("Hello.", "Certainly."),
        mouth=mouth,
        ears=lambda _: EchoEars(),
        latency=LatencyMode.MODELLED,
        watch=ManualClock(),
        summariser=ExtractiveSummariser(),
        auditor=RuleAuditor(),
        proposer=RuleProposer(),
        activity=lambda: ScriptedActivity(0.0),
    )
    return Platform(equipment=equipment, options=PlatformOptions(mode=mode, seed=seed, tier=Tier.TEXT))


def run(platform: Platform, *, for_ms: int) -> None:
    """Let virtual time pass."""

    async def step() -> None:
        end_ms = platform.clock.now_ms() + for_ms
        while (next_ms := platform.clock.next_ms()) is not None and next_ms <= end_ms:
            await platform.clock.step()
        platform.clock.pass_to(end_ms)

    asyncio.run(step())


def place_call(platform: Platform, *actions: dict[str, Any]) -> Record:
    """Return a call that is answered a moment later."""
    placed = platform.orders.place_request(
        source=SOURCE, destinations=[SIP], flow_id="", actions=list(actions or (WAIT,)), anonymous="", variables={}
    )
    [call] = placed.calls
    run(platform, for_ms=20_000)
    return call


def furnish(platform: Platform) -> dict[str, str]:
    """Make one of each resource; return their ids by kind, and those of a few more by what they are for."""
    world = platform.world
    ai = platform.ais.create(AI)
    ids = {"ai": ai["id"], "history": ai["current_prompt_history_id"], "hash": ai["direct_hash"]}
    ids["insight"] = platform.ais.create({**AI, "type": "insight"})["id"]
    ids["team"] = platform.teams.create({"name": "t", "members": [{"name": "first", "ai_id": ai["id"]}]})["id"]
    ids["flow"] = platform.flows.create({"name": "f", "actions": [WAIT]})["id"]
    ids["account"] = next(world.records(Kind.BILLING_ACCOUNT))["id"]
    for kind in (Kind.NUMBER, Kind.EXTENSION, Kind.ACCESSKEY, Kind.BILLING):
        ids[kind.value] = world.create(kind)["id"]
    _hold_calls(platform, ids)
    _hold_chats(platform, ids)
    return ids


def _hold_calls(platform: Platform, ids: dict[str, str]) -> None:
    call, other, over = (place_call(platform) for _ in range(3))
    assert call["status"] == "progressing"
    ids |= {
        "call": call["id"],
        "activeflow": call["activeflow_id"],
        "other": other["id"],
        "ended": over["activeflow_id"],
    }
    reference = {"reference_type": "call", "reference_id": call["id"], "language": "en-US"}
    ids["speaking"] = platform.speakings.start(**reference, provider="", voice_id="", direction="out")["id"]
    started = platform.start_transcribe(**reference, direction="both", provider="", on_end_flow_id=None)
    ids["transcribe"] = asyncio.run(started)["id"]
    platform.world.create(Kind.TRANSCRIPT, transcribe_id=ids["transcribe"], message="Hello.", tm_transcript=1500)
    ids["summary"] = asyncio.run(platform.summaries.start(**reference))["id"]
    leg = platform.leg(over["id"])
    leg.start_recording(format="wav", end_of_silence=0, end_of_key="", duration=0, on_end_flow_id=None)
    run(platform, for_ms=5_000)
    leg.stop_recording()
    ids["recording"] = over["recording_ids"][0]
    leg.hang_up()
    run(platform, for_ms=1_000)
    ids["timelineanalysis"] = platform.timelines.analyses.start(ids["ended"])["id"]
    run(platform, for_ms=100_000)
    ids["groupcall"] = platform.orders.place_groupcall(
        source=SOURCE, destinations=[SIP], flow_id="", actions=[WAIT], ring_method="", answer_method=""
    )["id"]


def _hold_chats(platform: Platform, ids: dict[str, str]) -> None:
    chat = {"assistance_type": "ai", "assistance_id": ids["ai"], "reference_type": "", "reference_id": ""}
    ids["aicall"] = platform.start_aicall(**chat)["id"]
    ids["over"] = platform.start_aicall(**chat)["id"]
    ids["aimessage"] = platform.send_message(ids["aicall"], role="user", content="Good morning")["id"]
    run(platform, for_ms=10_000)
    platform.terminate_aicall(ids["over"])
    [audit] = platform.audits.start(ids["over"])
    run(platform, for_ms=10_000)
    assert audit["status"] == "completed", audit["error"]
    proposal = platform.proposals.start(ids["ai"], [audit["id"]])
    run(platform, for_ms=20_000)
    assert proposal["status"] == "completed", proposal["error"]
    ids |= {"aiaudit": audit["id"], "aipromptproposal": proposal["id"]}


def filled(value: object, ids: dict[str, str]) -> Any:
    """Return a JSON value with `{name}` replaced by ids, wherever it stands."""
    text = json.dumps(value)
    for name, id in ids.items():
        text = text.replace(f"{{{name}}}", id)
    return json.loads(text)
