"""Whatever a flow says, and whatever the far end does meanwhile: the call ends, within its limits, told in order."""

import json
from contextlib import suppress
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import ApiError
from harness.interfaces import Delta
from harness.model.call import EventKind
from harness.model.platform import Answering, Callee, FaultKind, PlannedFault, ToolMock, TurnModelName
from harness.simulator.sessions.history import in_order
from harness.simulator.sessions.talk import SessionSetup
from harness.voipbin.actions import ActionType
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind
from tests.simulator.stage import HOUR_MS, Line, Stage, calling

TEXTS = st.sampled_from(["", "Hello there.", "${voipbin.call.id}", "${x", "1", "12", "#"])
IDS = st.sampled_from(["a", "b", "c", "d", "nowhere"])
DESTINATIONS = st.lists(
    st.sampled_from(
        [{"type": "sip", "target": "anna"}, {"type": "tel", "target": "+15550100009"}, {"type": "agent", "target": "x"}]
    ),
    max_size=2,
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXTS,
        "duration": st.sampled_from([0, 1, 2_000, "soon", None]),
        "length": st.sampled_from([0, 1, 3]),
        "key": TEXTS,
        "value": TEXTS,
        "variable": TEXTS,
        "async": st.booleans(),
        "digits_handle": st.sampled_from(["", "next"]),
        "digits": TEXTS,
        "machine_handle": st.sampled_from(["hangup", "continue"]),
        "target_id": IDS,
        "target_ids": st.dictionaries(TEXTS, IDS, max_size=2),
        "default_target_id": IDS,
        "false_target_id": IDS,
        "loop_count": st.integers(0, 3),
        "stream_urls": st.lists(TEXTS, max_size=2),
        "destinations": DESTINATIONS,
        "actions": st.just([{"type": "talk", "option": {"text": "Hi"}}]),
        "chained": st.booleans(),
        "early_execution": st.booleans(),
        "initial_prompt": TEXTS,
        "assistance_id": st.sampled_from(["AI", "", "nobody"]),
        "beep_start": st.booleans(),
        "end_of_silence": st.sampled_from([0, 1]),
        "end_of_key": TEXTS,
        "direction": st.sampled_from(["", "in", "out", "both", "up"]),
        "source_type": st.just("call"),
        "source_id": st.just("${voipbin.call.id}"),
        "weekdays": st.just([1]),
        "hour": st.integers(-1, 23),
    },
)
ACTIONS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from([type_.value for type_ in ActionType]), "option": OPTIONS},
        optional={"id": IDS, "next_id": IDS},
    ),
    max_size=8,
)
BEGINNINGS = st.sampled_from(
    [[], [{"type": "answer"}], [{"type": "answer"}, {"type": "ai_talk", "option": {"assistance_id": "AI"}}]]
)
MEANWHILE = st.lists(
    st.tuples(
        st.sampled_from(["says", "says", "presses", "writes", "terminates", "announces", "records", "hangs up"]),
        st.integers(0, 40_000),
        st.sampled_from(["1", "hello again", "#"]),
    ),
    max_size=6,
)
FAULTS = st.lists(
    st.builds(
        PlannedFault,
        kind=st.sampled_from([kind for kind in FaultKind if kind is not FaultKind.NO_BALANCE]),
        at_ms=st.integers(0, 20_000),
        value=st.sampled_from([0.3, 1.0]),
        reply=st.one_of(st.none(), st.integers(0, 2)),
    ),
    max_size=1,
)
REPLIES = st.lists(
    st.sampled_from(
        [
            "Hello.",
            "One two three four five. Six seven eight.",
            "",
            calling("stop_service", words="Bye."),
            calling("stop_flow"),
            calling("set_variables", '{"variables": {"x": "y"}, "run_llm": true}'),
            calling("connect_call", json.dumps({"destinations": [{"type": "sip", "target": "anna"}]})),
            calling("get_variables", '{"run_llm": true}', words="One moment."),
            calling("nothing", "{"),
        ]
    ),
    min_size=1,
    max_size=4,
)


def does(stage: Stage, line: Line, act: str, what: str) -> None:
    """Ask the platform for something; what it refuses is no fault."""
    with suppress(ApiError):
        control = stage.platform.leg(line.leg.id)
        match act:
            case "writes":
                for aicall in stage.records(Kind.AICALL):
                    stage.platform.send_message(aicall["id"], role="user", content=what)
            case "terminates":
                for aicall in stage.records(Kind.AICALL):
                    stage.platform.terminate_aicall(aicall["id"])
            case "records":
                control.start_recording(
                    format="wav", end_of_silence=1, end_of_key=what, duration=0, on_end_flow_id=None
                )
            case "hangs up":
                control.hang_up()


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    begins=BEGINNINGS,
    actions=ACTIONS,
    meanwhile=MEANWHILE,
    replies=REPLIES,
    faults=FAULTS,
    turns=st.sampled_from([TurnModelName.TRANSCRIPT, TurnModelName.VAD]),
    answering=st.sampled_from(Answering),
    direction=st.sampled_from(["in", "out", "loop"]),
    seed=st.integers(0, 5),
)
def test_every_call_ends_whatever_its_flow_says(
    begins: list[dict[str, Any]],
    actions: list[dict[str, Any]],
    meanwhile: list[tuple[str, int, str]],
    replies: list[str | tuple[Delta, ...]],
    faults: list[PlannedFault],
    turns: TurnModelName,
    answering: Answering,
    direction: str,
    seed: int,
) -> None:
    stage = Stage(
        *replies,
        mode=Mode.SEED,
        seed=seed,
        session=SessionSetup(turn_model=turns),
        callees=(Callee(target="*", answering=answering, ring_ms=2_000, says=("Yes.", "Bye.")),),
        mocks=(ToolMock(name="get_variables", result=1, delay_ms=4_000),),
        faults=tuple(faults),
    )
    ai = stage.platform.ais.create({"engine_model": "openai.gpt-5", "tool_names": ["all"]})
    flow = json.loads(json.dumps([*begins, *actions]).replace('"AI"', f'"{ai["id"]}"'))
    target = ai["direct_hash"] if direction == "loop" else "guest"
    line = stage.incoming(*flow) if direction == "in" else stage.placed(*flow, target=target)
    free_ms = 0
    for act, at_ms, what in meanwhile:
        match act:
            case "says":
                # Who is at the far end of a loop is another call, and speaks for itself.
                if direction == "in":
                    line.says(what, at_ms=max(at_ms, free_ms))
                free_ms = max(at_ms, free_ms) + 2_000
            case "presses":
                line.presses(what[0], at_ms=at_ms)
            case "announces":
                stage.at(at_ms, partial(announced, stage, line, what))
            case _:
                stage.at(at_ms, partial(does, stage, line, act, what))
    stage.run(for_ms=3 * HOUR_MS)

    assert line.leg.is_over
    assert line.events[-1].kind is EventKind.CALL_HANGUP
    assert [event.at_ms for event in line.events] == sorted(event.at_ms for event in line.events)
    assert stage.clock.next_ms() is None
    for flow in stage.records(Kind.ACTIVEFLOW):
        assert flow["status"] == "ended"
        assert len(flow["executed_actions"]) <= 100
    for kind in (Kind.CALL, Kind.AICALL, Kind.RECORDING, Kind.TRANSCRIBE):
        assert {each["status"] for each in stage.records(kind)} <= {"hangup", "terminated", "ended", "done"}
    assert all(in_order(history) == history for history in stage.agent.asked)


async def announced(stage: Stage, line: Line, what: str) -> None:
    with suppress(ApiError):
        await stage.platform.leg(line.leg.id).talk(what, language="", provider="", voice_id="")
