import asyncio

import pytest

from harness.errors import ConfigurationError
from harness.model.call import CallRequest, Event, EventKind, Tier
from harness.simulator.incoming import Equipment, IncomingCall
from harness.simulator.latency import LatencyMode
from harness.testing.builders import make_arm, make_case
from harness.testing.speech import EchoEars, ManualClock, ScriptedAgent, ToneMouth
from harness.voipbin.actions import Action, ActionType


def call_with(*types: str) -> IncomingCall:
    equipment = Equipment(
        agent=lambda _: ScriptedAgent("Hello."),
        mouth=lambda _: ToneMouth(text_only=True),
        ears=lambda _: EchoEars(),
        latency=LatencyMode.MODELLED,
        watch=ManualClock(),
        timeout_s=60,
    )
    request = CallRequest(trial_id="t", case=make_case(), arm=make_arm(), seed=1, tier=Tier.TEXT)
    return IncomingCall(request, equipment=equipment, actions=tuple(Action(type=ActionType(type_)) for type_ in types))


def events_of(call: IncomingCall) -> list[Event]:
    async def everything() -> list[Event]:
        events = []
        while (event := await call.next_event()) is not None:
            events.append(event)
        return events

    return asyncio.run(everything())


@pytest.mark.parametrize(
    ("types", "entered"),
    [
        pytest.param(["answer"], ["answer"], id="the list is over"),
        pytest.param(["answer", "answer"], ["answer", "answer"], id="answering twice does nothing"),
        pytest.param(["answer", "hangup", "ai_talk"], ["answer", "hangup"], id="hangup"),
        pytest.param(["answer", "stop", "ai_talk"], ["answer", "stop"], id="stop"),
        pytest.param(["answer", "ai_summary"], ["answer"], id="skipped in calls"),
    ],
)
def test_platform_hangs_up_when_the_flow_is_finished(types: list[str], entered: list[str]) -> None:
    events = events_of(call_with(*types))
    assert [event.data["type"] for event in events if event.kind is EventKind.ACTION_ENTERED] == entered
    assert [event.kind.value for event in events[-2:]] == ["call_terminating", "call_hangup"]
    assert events[-1].data == {
        "reason": "agent_hangup",
        "by": "platform",
        "late": False,
        "hangup_by": "local",
        "hangup_reason": "normal",
    }


def test_flow_that_never_answers_rings_out() -> None:
    end = events_of(call_with("ai_talk"))[-1]
    assert end.at_ms == 60_000
    assert (end.data["reason"], end.data["hangup_reason"]) == ("time_limit", "noanswer")


def test_call_nobody_hangs_up_ends_at_the_platforms_limit() -> None:
    events = events_of(call_with("answer", "ai_talk"))
    answered = next(event.at_ms for event in events if event.kind is EventKind.CALL_PROGRESSING)
    assert events[-1].at_ms == answered + 3_600_000
    assert events[-1].data["hangup_reason"] == "timeout"


def test_action_that_is_not_simulated_is_refused_before_the_call() -> None:
    with pytest.raises(ConfigurationError, match="cannot execute the action 'queue_join'"):
        call_with("answer", "queue_join")
