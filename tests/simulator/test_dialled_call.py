"""A call held in process: the agent under test on a platform of its own, a caller at the far end."""

import asyncio
from typing import Any

import pytest

from harness.errors import ApiError, ConfigurationError
from harness.interfaces import Utterance
from harness.model.call import CallRequest, Event, EventKind, Role, Tier, TurnLabel
from harness.model.finding import Resource
from harness.model.moves import Tones, Trigger, TriggerKind
from harness.model.platform import Answering, Callee, FaultKind, PlannedFault, PlatformSetup, ToolMock
from harness.simulator.dialled import Defaults, DialledCall
from harness.testing.builders import make_arm, make_case
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent
from harness.voipbin.mode import Mode
from tests.simulator.stage import action, calling

AT_ONCE = Trigger(after=TriggerKind.CALL_START)


def call_with(
    *flow: dict[str, Any],
    agent: ScriptedAgent | None = None,
    mode: Mode = Mode.SEED,
    engine_model: str = "embedded.extractive",
    seed: int = 1,
    tier: Tier = Tier.TEXT,
    **setup: Any,
) -> DialledCall:
    speaking = agent or ScriptedAgent("Hello.")
    request = CallRequest(
        trial_id="t",
        case=make_case(platform=PlatformSetup(flow=flow, **setup)),
        arm=make_arm(engine_model=engine_model),
        seed=seed,
        tier=tier,
    )
    equipment = make_equipment(text_only=tier is Tier.TEXT, agent=lambda _: speaking)
    return DialledCall(request, equipment=equipment, defaults=Defaults(mode=mode))


def events_of(call: DialledCall) -> list[Event]:
    async def everything() -> list[Event]:
        events = []
        while (event := await call.next_event()) is not None:
            events.append(event)
        return events

    return asyncio.run(everything())


def entered(events: list[Event]) -> list[object]:
    return [event.data["type"] for event in events if event.kind is EventKind.ACTION_ENTERED]


def kept(call: DialledCall, kind: str) -> list[Resource]:
    return [resource for resource in call.resources() if resource.kind == kind]


@pytest.mark.parametrize(
    ("types", "actions"),
    [
        pytest.param(["answer"], ["answer"], id="the list is over"),
        pytest.param(["answer", "answer"], ["answer", "answer"], id="answering twice does nothing"),
        pytest.param(["answer", "hangup", "ai_talk"], ["answer", "hangup"], id="hangup"),
        pytest.param(["answer", "stop", "ai_talk"], ["answer", "stop"], id="stop"),
        pytest.param(["answer", "ai_summary"], ["answer"], id="skipped in calls"),
        pytest.param(["answer", "queue_join", "beep"], ["answer", "queue_join"], id="no queue to join"),
    ],
)
def test_platform_hangs_up_when_the_flow_is_finished(types: list[str], actions: list[str]) -> None:
    events = events_of(call_with(*map(action, types)))
    assert entered(events) == actions
    assert [event.kind.value for event in events[-2:]] == ["call_terminating", "call_hangup"]
    assert events[-1].data == {
        "reason": "agent_hangup",
        "by": "platform",
        "late": False,
        "hangup_by": "local",
        "hangup_reason": "normal",
    }


def test_without_a_flow_of_its_own_the_agents_hash_is_dialled() -> None:
    call = call_with()
    call.hang_up(at=Trigger(after=TriggerKind.AGENT_SPEECH_END))
    events = events_of(call)
    assert entered(events) == ["answer", "ai_talk", "confbridge_join"]
    (record,) = kept(call, "call")
    assert record.fields["destination"]["type"] == "ai"
    assert (events[-1].data["by"], events[-1].data["hangup_by"]) == ("caller", "remote")


def test_flow_that_never_answers_rings_out() -> None:
    end = events_of(call_with(action("sleep", duration=90_000)))[-1]
    assert end.at_ms == 60_000
    assert (end.data["reason"], end.data["hangup_reason"]) == ("time_limit", "noanswer")


def test_call_nobody_hangs_up_ends_at_the_platforms_limit() -> None:
    events = events_of(call_with())
    answered = next(event.at_ms for event in events if event.kind is EventKind.CALL_PROGRESSING)
    assert events[-1].at_ms == answered + 3_600_000
    assert events[-1].data["hangup_reason"] == "timeout"


def test_flow_reaches_the_agent_under_test_by_the_harness_variables() -> None:
    agent = ScriptedAgent("Hello.", calling("stop_service"))
    talk = action("ai_talk", assistance_type="ai", assistance_id="${harness.ai_id}")
    call = call_with(
        action("answer"),
        talk,
        action("talk", text="Bye ${who}"),
        agent=agent,
        tools=("all",),
        variables=(("who", "Ada"),),
    )
    call.say(
        Utterance(text="Hi", duration_ms=300, clip=None),
        at=Trigger(after=TriggerKind.AGENT_SPEECH_END),
        label=TurnLabel.TURN,
    )
    events = events_of(call)
    spoken = [event.text for event in events if event.kind is EventKind.SPEECH_STOPPED and event.role is Role.AGENT]
    assert spoken == ["Hello.", "Bye Ada"]


def test_tutorials_action_talks_to_the_arm_with_the_prompt_in_the_flow() -> None:
    call = call_with(action("answer"), action("ai", initial_prompt="${harness.prompt}"))
    call.hang_up(at=Trigger(after=TriggerKind.AGENT_SPEECH_END))
    events_of(call)
    systems = [each.fields["content"] for each in kept(call, "aimessage") if each.fields["role"] == "system"]
    assert systems[1] == make_arm().prompt.text


def test_platform_may_phone_the_persona() -> None:
    call = call_with(action("talk", text="Good news"), outgoing=True)
    events = events_of(call)
    assert [event.kind.value for event in events[:3]] == ["call_dialing", "call_ringing", "call_progressing"]
    assert kept(call, "call")[0].fields["direction"] == "outgoing"


def test_keys_are_pressed_one_after_the_other_and_the_last_one_says_so() -> None:
    call = call_with(action("answer"), action("digits_receive", length=3, duration=20_000))
    call.press("123", at=AT_ONCE, tones=Tones.RFC4733)
    events = events_of(call)
    keys = [event for event in events if event.kind is EventKind.DTMF]
    assert [(event.text, event.data["last"]) for event in keys] == [("1", False), ("2", False), ("3", True)]
    variables = kept(call, "variables")[0].fields
    assert variables["voipbin.call.digits"] == "123"
    assert events[-1].at_ms == keys[-1].at_ms


def test_empty_account_turns_the_call_away() -> None:
    events = events_of(call_with(faults=(PlannedFault(kind=FaultKind.NO_BALANCE),)))
    assert [event.kind.value for event in events] == ["call_ringing", "fault_injected", "service_failed", "call_hangup"]
    assert (events[-1].data["reason"], events[-1].data["hangup_reason"]) == ("not_answered", "failed")


def test_callees_and_mocks_of_the_case_are_the_platforms() -> None:
    connect = action("connect", destinations=[{"type": "sip", "target": "anna"}])
    busy = Callee(target="anna", answering=Answering.BUSY, ring_ms=100)
    events = events_of(call_with(action("answer"), connect, callees=(busy,)))
    assert next(event.data["reason"] for event in events if event.kind is EventKind.CONNECT_ENDED) == "busy"

    agent = ScriptedAgent(calling("get_variables", '{"run_llm": true}'), "It is four.")
    call = call_with(agent=agent, tools=("get_variables",), tool_mocks=(ToolMock(name="get_variables", result="four"),))
    call.hang_up(at=Trigger(after=TriggerKind.AGENT_SPEECH_END))
    returned = next(event for event in events_of(call) if event.kind is EventKind.TOOL_RETURNED)
    assert returned.text == '{"status": "ok", "data": "four"}'


def test_what_follows_a_call_is_waited_for_and_kept() -> None:
    summary = action("ai_summary", source_type="call", source_id="${voipbin.call.id}")
    call = call_with(action("answer"), action("transcribe_start"), summary, action("talk", text="We close at ten"))
    events = events_of(call)
    (record,) = kept(call, "summary")
    assert record.fields["status"] == "done"
    assert events[-1].kind is EventKind.CALL_HANGUP
    assert {resource.kind for resource in call.resources()} >= {
        "call",
        "activeflow",
        "transcribe",
        "summary",
        "variables",
    }


def test_call_that_is_over_takes_no_more_moves() -> None:
    call = call_with(action("answer"))
    assert events_of(call)
    call.say(Utterance(text="Hi", duration_ms=300, clip=None), at=AT_ONCE, label=TurnLabel.TURN)
    call.press("1", at=AT_ONCE, tones=Tones.RFC4733)
    call.wait(at=AT_ONCE)
    call.hang_up(at=AT_ONCE)
    call.abandon()
    assert call.is_over
    assert events_of(call) == []


def test_call_that_is_abandoned_ends_where_it_stands() -> None:
    call = call_with()

    async def some() -> None:
        for _ in range(6):
            await call.next_event()
        call.abandon()

    asyncio.run(some())
    assert events_of(call)[-1].data["by"] == "caller"


def test_same_seed_gives_the_same_call_and_another_seed_another() -> None:
    def told(seed: int) -> tuple[list[Event], tuple[Resource, ...]]:
        call = call_with(action("answer"), action("talk", text="One. Two."), seed=seed)
        return events_of(call), call.resources()

    assert told(3) == told(3)
    assert told(3)[0] != told(4)[0]


def test_tape_of_the_audio_tier_is_as_long_as_the_call() -> None:
    call = call_with(action("answer"), action("talk", text="One two"), tier=Tier.AUDIO)
    events = events_of(call)
    recording = call.recording()
    assert recording is not None
    assert recording.duration_ms == events[-1].at_ms
    assert call_with(action("answer")).recording() is None


def test_engine_model_nobody_knows_is_refused_before_the_call() -> None:
    with pytest.raises((ConfigurationError, ApiError), match="engine_model"):
        call_with(engine_model="nobody.knows")


def test_action_nobody_knows_is_refused_before_the_call() -> None:
    with pytest.raises(ConfigurationError, match="action type"):
        call_with(action("fly"))


def test_tutorials_action_is_unknown_to_todays_platform() -> None:
    with pytest.raises(ConfigurationError, match="action type"):
        call_with(action("ai"), mode=Mode.CURRENT)
