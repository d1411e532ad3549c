"""Calls as a real platform leaves them behind: its records in their own shape, our line's events, and what is found."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harness.errors import CallError
from harness.model.call import Call, EndReason, Event, EventKind, Fact, Role
from harness.model.finding import FindingName, Resource
from harness.model.proof import Proof, Proved
from harness.model.script import certain_moves
from harness.runner.diagnosis import diagnose, diagnose_error
from harness.runner.folding import fold
from harness.testing.builders import make_call, make_case
from harness.transports.voipbin.clock_join import Anchor, First, join_clocks
from harness.transports.voipbin.hindsight import hindsight
from harness.transports.voipbin.told_events import told_events
from harness.voipbin.resources import Record

K, N, CALLER, AGENT = EventKind, FindingName, Role.CALLER, Role.AGENT
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
AICALL = "0d5c7c1a-58a5-4e5f-9a2f-6a1c9f8f2a10"
QUESTION = "Are you open on Sunday?"
PROOF = Proof(proved=Proved.MATCHES).resource


def when(ms: int) -> str:
    """Return a time as the platform writes it: nanoseconds, Z."""
    return (NOON + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def status(ms: int, word: str) -> Record:
    data = {"id": AICALL, "assistance_type": "ai", "status": word, "reference_type": "call"}
    return {"timestamp": when(ms), "event_type": f"aicall_status_{word}", "data": data}


def message(ms: int, role: str, content: str, **more: Any) -> Record:
    return {"aicall_id": AICALL, "role": role, "content": content, "tm_create": when(ms), **more}


SYSTEM = [message(900, "system", "You are talking on the telephone ..."), message(900, "system", "You are the desk.")]
BEGUN = [status(300, "initializing"), status(900, "progressing")]
GREETS = message(1_700, "assistant", "Hello, this is the desk.")
ASKS = message(5_700, "user", QUESTION)
ANSWERS = message(6_600, "assistant", "Yes, until nine.")


def at(ms: int, kind: EventKind, text: str = "", /, **data: Fact) -> Event:
    return Event(at_ms=ms, kind=kind, text=text, data=data)


def spoken(role: Role, start_ms: int, end_ms: int, text: str = "", **data: Fact) -> list[Event]:
    side = {"by": "agent"} if role is AGENT else {}
    return [
        Event(at_ms=start_ms, kind=K.SPEECH_STARTED, role=role, text=text, data={**side, **data}),
        Event(at_ms=end_ms, kind=K.SPEECH_STOPPED, role=role, text=text, data={"interrupted": False}),
    ]


LINE = [at(0, K.CALL_DIALING), at(200, K.CALL_PROGRESSING)]
GREETING = spoken(AGENT, 1_800, 3_200)
ASKED = spoken(CALLER, 3_800, 5_600, QUESTION)


def held(
    line: Sequence[Event],
    messages: Sequence[Record] = (*SYSTEM, GREETS, ASKS, ANSWERS),
    *,
    timeline: Sequence[Record] = BEGUN,
    actions: Sequence[Record] = (),
    ended_ms: int = 9_000,
    reason: EndReason = EndReason.CALLER_HANGUP,
    by: str = "caller",
    resources: tuple[Resource, ...] = (),
) -> Call:
    """Return the call that a line's events and the platform's records make."""
    clock = join_clocks(
        [Anchor(what="answered", ours_ms=200, theirs=NOON + timedelta(milliseconds=200), first=First.US)]
    )
    assert clock is not None
    clock = replace(clock, offset_ms=clock.offset_ms - 75)
    own = [*line, at(ended_ms, K.CALL_HANGUP, reason=reason.value, by=by, late=reason is EndReason.AGENT_SILENT)]
    ended = [*timeline, status(ended_ms + 20, "terminated")] if timeline else []
    events = hindsight(own, told_events(ended, messages, actions=actions, clock=clock.ms))
    case = make_case(*[event.text for event in line if event.kind is K.SPEECH_STARTED and event.role is CALLER])
    return make_call(
        *fold(events, tuple(certain_moves(case.moves))),
        events=events,
        end_reason=reason,
        duration_ms=ended_ms,
        resources=(PROOF, *resources),
        transport="voipbin-sip",
    )


def names(call: Call) -> list[FindingName]:
    return [each.name for each in diagnose(call, make_case())]


def test_nothing_is_found_in_a_healthy_call() -> None:
    call = held([*LINE, *GREETING, *ASKED, *spoken(AGENT, 6_900, 8_100)])
    assert names(call) == []
    assert [(turn.role, turn.spoken, turn.heard) for turn in call.turns] == [
        (AGENT, "Hello, this is the desk.", None),
        (CALLER, QUESTION, QUESTION),
        (AGENT, "Yes, until nine.", None),
    ]


def test_two_answers_heard_as_one_turn_are_both_heard() -> None:
    more = message(6_700, "assistant", "And on Monday.")
    call = held(
        [*LINE, *GREETING, *ASKED, *spoken(AGENT, 6_900, 9_100)],
        (*SYSTEM, GREETS, ASKS, ANSWERS, more),
        ended_ms=13_000,
    )
    assert N.TEXT_WITHOUT_AUDIO not in names(call)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        pytest.param(
            held(LINE, SYSTEM, ended_ms=15_000, reason=EndReason.AGENT_SILENT),
            N.AGENT_WROTE_NOTHING,
            id="AI not responding: no greeting, as with a bad key",
        ),
        pytest.param(
            held([*LINE, *GREETING, *ASKED], (*SYSTEM, GREETS, ASKS), ended_ms=16_000, reason=EndReason.AGENT_SILENT),
            N.AGENT_WROTE_NOTHING,
            id="AI not responding: no answer, as over a limit",
        ),
        pytest.param(
            held(LINE, (), timeline=BEGUN[:1], ended_ms=21_000, reason=EndReason.AGENT_SILENT),
            N.SESSION_NEVER_STARTED,
            id="AI not responding: a model the runner cannot start",
        ),
        pytest.param(
            held(LINE, (*SYSTEM, GREETS), ended_ms=12_000, reason=EndReason.AGENT_SILENT),
            N.TEXT_WITHOUT_AUDIO,
            id="no audio: text, and no voice",
        ),
        pytest.param(
            held(
                LINE,
                (*SYSTEM, GREETS),
                ended_ms=12_000,
                resources=(Resource(kind="line", fields={"received_frames": 0}),),
            ),
            N.ONE_WAY_OUT,
            id="no audio: no packet arrived",
        ),
        pytest.param(
            held([*LINE, *GREETING, *ASKED], (*SYSTEM, GREETS), ended_ms=8_000),
            N.ONE_WAY_IN,
            id="our sound never arrived",
        ),
        pytest.param(
            held(
                [*LINE, *GREETING, *ASKED, *spoken(AGENT, 6_900, 8_100)],
                resources=(Resource(kind="sip_analysis", fields={"rtcp_stats": {"mos": 3.1, "packet_loss_pct": 6.0}}),),
            ),
            N.PACKET_LOSS,
            id="packets lost by the platform's count",
        ),
        pytest.param(
            held(
                LINE,
                (),
                timeline=(),
                actions=[{"type": "ai_talk", "id": "a", "tm_execute": when(250)}],
                ended_ms=400,
                reason=EndReason.AGENT_HANGUP,
                by="agent",
            ),
            N.FLOW_FAILED,
            id="a flow whose ai_talk names no AI",
        ),
        pytest.param(
            held(
                [*LINE, *GREETING, *ASKED, *spoken(AGENT, 8_600, 9_900)],
                (
                    *SYSTEM,
                    GREETS,
                    ASKS,
                    message(
                        6_500,
                        "assistant",
                        "",
                        tool_calls=[
                            {"id": "c", "type": "function", "function": {"name": "send_email", "arguments": "{"}}
                        ],
                    ),
                    message(
                        6_900,
                        "tool",
                        json.dumps({"tool_call_id": "c", "result": "failed", "message": "mailbox full"}),
                        tool_call_id="c",
                    ),
                    message(8_400, "assistant", "I could not send it."),
                ),
                ended_ms=10_500,
            ),
            N.TOOL_FAILED,
            id="a tool that failed",
        ),
        pytest.param(
            held(
                [*LINE, *GREETING, *ASKED, *spoken(AGENT, 6_900, 8_100)],
                resources=(Resource(kind="account", fields={"balance_credit": 0, "balance_token": 0}),),
            ),
            N.INSUFFICIENT_BALANCE,
            id="no balance",
        ),
    ],
)
def test_the_tutorials_troubles_have_their_names_in_real_calls(call: Call, name: FindingName) -> None:
    found = diagnose(call, make_case())
    assert [each.name for each in found if each.name is not N.DEAD_AIR] == [name]
    assert found[0].name is name
    assert found[0].cause
    assert found[0].fix


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("the call was refused: 404 Not Found. No agent has this direct hash", N.CALL_NOT_TAKEN, id="404"),
        pytest.param("the call was refused: 500. VoIPBIN says so without a balance", N.INSUFFICIENT_BALANCE, id="500"),
        pytest.param("nobody called sip:a@b within 60 s", N.CALL_NOT_TAKEN, id="the platform did not call"),
    ],
)
def test_a_call_that_did_not_come_about_is_explained(text: str, name: FindingName) -> None:
    found = diagnose_error(CallError(text))
    assert found is not None
    assert found.name is name
