"""The tutorial, line by line (contract section 8): what its rows 21 to 30 say the simulator must do, one test a row."""

import json
import re
from typing import Any

from harness.interfaces import Delta, MessageRole, StopReason, ToolCall
from harness.model.call import EndReason, EventKind, Role, Tier
from harness.model.moves import Say, Trigger, TriggerKind
from harness.model.platform import FaultKind, FlowAction, PlannedFault
from harness.runner.conversation import Conversation
from harness.testing.speech import ScriptedAgent
from harness.voipbin.flow_lint import lint_flow
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind
from tests.calling import AI_TALK, ANSWER, GOODBYE, action, events_of, hold_call, kept, stay
from tests.contract.site import AI, SIP, listed, open_site, order, place
from tests.simulator.server.conftest import Client
from tests.simulator.server.stage import run

STRICTLY = (400, "INVALID_ARGUMENT")
LATER = Trigger(after=TriggerKind.CALL_START, delay_ms=20_000, timeout_ms=20_000)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")


def using(name: str, **arguments: object) -> tuple[Delta, ...]:
    call = ToolCall(id=f"call_{name}", name=name, arguments=json.dumps(arguments))
    return (Delta(tool_call=call), Delta(stop=StopReason.TOOL_CALLS))


def agent_said(call: Conversation) -> list[str]:
    return [turn.spoken for turn in call.turns if turn.role is Role.AGENT]


def test_row_21_context_is_kept_and_variables_are_seen_in_prompts_and_by_a_tool_only() -> None:
    for mode in Mode:
        agent = ScriptedAgent("Hello.", "I see.", using("get_variables", run_llm=True), "It is green.")
        call = hold_call(
            Say(text="My name is Carter."),
            Say(text="What do you sell?"),
            agent=agent,
            prompt="You sell ${product}; the rest is ${nothing}secret.",
            variables=(("product", "tea"), ("colour", "green")),
            tools=("get_variables",),
            mode=mode,
        )
        (own,) = [each["content"] for each in kept(call, "aimessage") if each["role"] == "system"][1:]
        assert own == "You sell tea; the rest is secret."
        said = [message.content for message in agent.asked[2]]
        assert said == ["Hello.", "My name is Carter.", "I see.", "What do you sell?"]
        assert not any("green" in text for text in said)
        (result,) = [message.content for message in agent.asked[3] if message.role is MessageRole.TOOL]
        assert json.loads(result)["status"] == "ok"
        assert "green" in result


def test_row_22_the_next_action_runs_when_the_ai_stops_and_not_when_it_fails_or_the_caller_leaves() -> None:
    flow: tuple[FlowAction, ...] = (ANSWER, AI_TALK, GOODBYE)
    for mode in Mode:
        stops = ScriptedAgent("Hello.", using("stop_service"))
        by_tool = hold_call(Say(text="Bye."), stay(30_000), agent=stops, flow=flow, tools=("all",), mode=mode)
        assert agent_said(by_tool) == ["Hello.", "Goodbye"]
        assert agent_said(hold_call(Say(text="Bye."), flow=flow, mode=mode))[-1] != "Goodbye"
        nobody = action("ai_talk", assistance_type="ai", assistance_id="11111111-2222-4333-8444-555555555555")
        failed = hold_call(stay(30_000), flow=(ANSWER, nobody, GOODBYE), mode=mode)
        assert (agent_said(failed), failed.end_reason) == ([], EndReason.NEVER_STARTED)

        client = open_site(mode)
        ai = client.done("POST", "/v1.0/ais", AI)
        call = place(client, ANSWER, talk_with(ai["id"]), GOODBYE, for_ms=20_000)
        (aicall,) = listed(client, "aicalls")
        assert client.done("POST", f"/v1.0/aicalls/{aicall['id']}/terminate")["status"] != "initiating"
        run(client.platform, for_ms=10_000)
        entered = client.done("GET", f"/v1.0/activeflows/{call['activeflow_id']}")["executed_actions"]
        assert [each["type"] for each in entered if each["type"] != "confbridge_join"] == ["answer", "ai_talk", "talk"]
    assert "add a fallback" in lint_flow([ANSWER, AI_TALK])[-1].message


def test_row_23_a_regenerated_hash_replaces_the_old_one_at_once() -> None:
    for mode in Mode:
        client = open_site(mode)
        ai = client.done("POST", "/v1.0/ais", AI)
        assert client.done("POST", "/auth/boot", {"direct_hash": ai["direct_hash"]})["resource_id"] == ai["id"]
        again = client.done("POST", f"/v1.0/ais/{ai['id']}/direct-hash-regenerate")
        assert (again["id"], again["init_prompt"]) == (ai["id"], ai["init_prompt"])
        assert again["direct_hash"] != ai["direct_hash"]
        assert re.fullmatch(r"direct\.[0-9a-f]{12}", again["direct_hash"])
        assert all(RFC_3339.fullmatch(again[name]) for name in ("tm_create", "tm_update"))
        gone = client.ask("POST", "/auth/boot", {"direct_hash": ai["direct_hash"]})
        assert (gone.status_code, gone.content) == (400, b"")
        assert dialled(client, ai["direct_hash"]) == []
        assert len(dialled(client, again["direct_hash"])) == 1


def test_row_24_a_sip_address_with_a_hash_reaches_its_agent() -> None:
    for mode in Mode:
        client = open_site(mode)
        ai = client.done("POST", "/v1.0/ais", AI)
        (incoming,) = dialled(client, ai["direct_hash"])
        assert (incoming["destination"]["type"], incoming["destination"]["target"]) == ("ai", ai["id"])
        (aicall,) = listed(client, "aicalls")
        assert (aicall["assistance_id"], aicall["reference_id"]) == (ai["id"], incoming["id"])
        assert [call["id"] for call in dialled(client, "direct.000000000000")] == [incoming["id"]]
        assert listed(client, "calls")[-1]["hangup_reason"] == "noanswer"


def dialled(client: Client, direct_hash: str) -> list[Any]:
    """Dial a hash, and return the calls that ever came in."""
    wait = action("sleep", duration=15_000)
    place(client, wait, destination={"type": "sip", "target": f"{direct_hash}@sip.voipbin.net"}, for_ms=10_000)
    return [call for call in listed(client, "calls") if call["direction"] == "incoming"]


def test_row_25_a_bad_engine_is_an_internal_error_and_a_missing_field_none_unless_strict() -> None:
    for mode, bad in ((Mode.SEED, (500, "INTERNAL")), (Mode.CURRENT, (500, "INTERNAL")), (Mode.STRICT, STRICTLY)):
        client = open_site(mode)
        for engine_model in ("gpt-4o", "unknown.gpt-4o", ""):
            assert client.refused("POST", "/v1.0/ais", {**AI, "engine_model": engine_model}) == bad
        for missing in ("init_prompt", "name"):
            body = {name: value for name, value in AI.items() if name != missing}
            if mode is Mode.STRICT:
                assert client.refused("POST", "/v1.0/ais", body) == STRICTLY
            else:
                assert client.done("POST", "/v1.0/ais", body)[missing] == ""


def test_row_26_an_empty_account_places_no_call() -> None:
    empty = (PlannedFault(kind=FaultKind.NO_BALANCE),)
    for mode in Mode:
        client = open_site(mode, faults=empty)
        expected = (500, "INTERNAL") if mode is Mode.CURRENT else (402, "INSUFFICIENT_BALANCE")
        for destination in (SIP, {"type": "tel", "target": "+15550001111"}):
            assert client.refused("POST", "/v1.0/calls", order(ANSWER, destination=destination)) == expected
        assert listed(client, "calls") == []
        account = client.done("GET", "/v1.0/billing_account")
        assert (account["balance_credit"], account["balance_token"]) == (0, 0)
        call = hold_call(faults=empty, mode=mode)
        (failure,) = events_of(call, EventKind.SERVICE_FAILED)
        assert (call.end_reason, "402" in failure.text) == (EndReason.NOT_ANSWERED, True)


def test_row_27_a_refused_key_is_an_ai_call_that_goes_on_without_a_word() -> None:
    for mode in Mode:
        for kind in (FaultKind.LLM_KEY_INVALID, FaultKind.LLM_RATE_LIMITED):
            call = hold_call(Say(text="Hello?", trigger=LATER), faults=(PlannedFault(kind=kind),), mode=mode)
            assert len(events_of(call, EventKind.AICALL_PROGRESSING)) == 1
            assert agent_said(call) == []
            assert {message["role"] for message in kept(call, "aimessage")} == {"system", "user"}
            assert call.end_reason in (EndReason.AGENT_SILENT, EndReason.CALLER_HANGUP)
            assert {event.data["stage"] for event in events_of(call, EventKind.SERVICE_FAILED)} == {"llm"}


def test_row_28_a_missing_voice_is_text_without_sound() -> None:
    for mode in Mode:
        for kind in (FaultKind.TTS_VOICE_MISSING, FaultKind.TTS_SILENT):
            fault = (PlannedFault(kind=kind),)
            call = hold_call(Say(text="Hello?", trigger=LATER), faults=fault, mode=mode, tier=Tier.AUDIO)
            assert [m["content"] for m in kept(call, "aimessage") if m["role"] == "assistant"]
            assert call.recording is not None
            assert call.recording.caller.samples.any()
            assert not call.recording.agent.samples.any()
            assert {event.data["stage"] for event in events_of(call, EventKind.SERVICE_FAILED)} == {"tts"}


def test_row_29_the_tutorials_model_is_accepted_and_talks() -> None:
    for mode in Mode:
        client = open_site(mode)
        ai = client.done("POST", "/v1.0/ais", {**AI, "engine_model": "openai.gpt-4o"})
        assert ai["engine_model"] == "openai.gpt-4o"
        place(client, ANSWER, talk_with(ai["id"]), for_ms=20_000)
        (aicall,) = listed(client, "aicalls")
        assert (aicall["ai_engine_model"], aicall["status"]) == ("openai.gpt-4o", "progressing")


def test_row_30_what_is_not_deleted_has_no_time_or_the_tutorials_year_9999() -> None:
    for mode in Mode:
        today, tutorial = (open_site(mode, legacy_times=legacy) for legacy in (False, True))
        ai = today.done("POST", "/v1.0/ais", AI)
        assert ai.get("tm_delete") is None
        assert RFC_3339.fullmatch(ai["tm_create"])
        ai = tutorial.done("POST", "/v1.0/ais", AI)
        assert ai["tm_delete"] == "9999-01-01 00:00:00.000000"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", ai["tm_create"])
        for client in (today, tutorial):
            flow = client.done("POST", "/v1.0/flows", {"name": "f", "detail": "", "actions": []})
            gone = client.done("DELETE", f"/v1.0/flows/{flow['id']}")["tm_delete"]
            assert not gone.startswith("9999")
        assert next(today.platform.world.records(Kind.AI))["tm_delete"] is None


def talk_with(ai_id: str) -> FlowAction:
    """Return the action that puts a call through to an AI."""
    return action("ai_talk", assistance_type="ai", assistance_id=ai_id)
