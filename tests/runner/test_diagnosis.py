"""One call for each finding, told event by event, and a healthy call in which nothing is found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from harness.errors import ApiError, CallError, ServiceError, UnreachableError
from harness.model.call import Call, EndReason, Event, EventKind, Fact, Role, Turn
from harness.model.case import Case
from harness.model.finding import FindingName, Resource
from harness.model.platform import PlatformSetup, TurnModelName
from harness.model.proof import Proof, Proved
from harness.model.script import certain_moves
from harness.runner.diagnosis import diagnose, diagnose_error
from harness.runner.folding import fold
from harness.testing.builders import make_call, make_case
from harness.voipbin.troubleshooting import ADVICE

K, N, CALLER, AGENT = EventKind, FindingName, Role.CALLER, Role.AGENT


def at(at_ms: int, kind: EventKind, text: str = "", /, **data: Fact) -> Event:
    return Event(at_ms=at_ms, kind=kind, text=text, data=data)


def spoken(role: Role, text: str, start_ms: int, end_ms: int, **data: Fact) -> list[Event]:
    stopped = {"interrupted": data["interrupted"]} if "interrupted" in data else {}
    return [
        replace(at(start_ms, K.SPEECH_STARTED, text, **data), role=role),
        replace(at(end_ms, K.SPEECH_STOPPED, text, **stopped), role=role),
    ]


def agent(reply: int, text: str, start_ms: int, end_ms: int, *, stored: bool = True, **data: Fact) -> list[Event]:
    message = [at(start_ms - 100, K.MESSAGE_CREATED, text, role="assistant", reply=reply)] if stored else []
    return [*message, *spoken(AGENT, text, start_ms, end_ms, reply=reply, **data)]


def caller(text: str, start_ms: int, end_ms: int, *, heard: str | None = None, number: int = 0) -> list[Event]:
    final = text if heard is None else heard
    events = spoken(CALLER, text, start_ms, end_ms)
    if final:
        events += [
            at(end_ms + 100, K.TRANSCRIPT_FINAL, final, utterance=number),
            at(end_ms + 100, K.MESSAGE_CREATED, final, role="user"),
            at(end_ms + 450, K.USER_TURN_ENDED),
        ]
    return events


ANSWERED = [at(0, K.CALL_RINGING), at(200, K.CALL_PROGRESSING)]
SYSTEM = [at(900, K.MESSAGE_CREATED, "You are a receptionist.", role="system")]
STARTED = [
    *ANSWERED,
    at(200, K.ACTION_ENTERED, type="ai_talk"),
    at(200, K.AICALL_INITIALIZING),
    at(900, K.AICALL_PROGRESSING),
    *SYSTEM,
]
GREETING = agent(0, "Hello, this is the desk.", 1800, 3200)
QUESTION = "Are you open on Sunday until nine in the evening?"
ANSWER = agent(1, "Yes, until nine.", 7000, 8200)
HANGUP = [
    at(9000, K.AICALL_TERMINATED),
    at(9000, K.CALL_HANGUP, reason="caller_hangup", by="caller", hangup_by="remote", hangup_reason="normal"),
]


def hangup(at_ms: int, *, reason: str = "caller_hangup", by: str = "caller", **data: Fact) -> list[Event]:
    return [at(at_ms, K.CALL_HANGUP, reason=reason, by=by, **data)]


def finished(*parts: Sequence[Event], resources: tuple[Resource, ...] = ()) -> Call:
    events = sorted((event for part in parts for event in part), key=lambda event: event.at_ms)
    case = make_case(*[event.text for event in events if event.kind is K.SPEECH_STARTED and event.role is CALLER])
    return make_call(
        *fold(events, tuple(certain_moves(case.moves))),
        events=tuple(events),
        end_reason=EndReason(str(events[-1].data["reason"])),
        duration_ms=events[-1].at_ms,
        resources=resources,
    )


def said(call: Call, text: str) -> Call:
    def hear(turn: Turn) -> Turn:
        return replace(turn, said=text) if turn.role is AGENT else turn

    return replace(call, turns=tuple(hear(turn) for turn in call.turns))


ASKED = caller(QUESTION, 3800, 5600)
HEALTHY = finished(STARTED, GREETING, ASKED, ANSWER, HANGUP)


def failing(stage: str, text: str) -> Call:
    return finished(STARTED, [at(2000, K.SERVICE_FAILED, text, service="acme", stage=stage)], hangup(2500))


def tool(*, arguments: str = "{}", answer: str | None = None, after_ms: int = 500) -> Call:
    events = [at(6000, K.TOOL_CALLED, "send_email", id="t1", arguments=arguments)]
    if answer is not None:
        events.append(at(6000 + after_ms, K.TOOL_RETURNED, answer, id="t1", name="send_email", ok=False))
    return finished(STARTED, GREETING, ASKED, events, agent(1, "One moment.", 6800, 7800), hangup(18_000))


@dataclass(frozen=True)
class Told:
    """A call and what is to be found in it first."""

    call: Call
    name: FindingName
    what: str
    at_ms: int | None = None
    only: bool = True
    """Whether nothing else is found."""


LATE = [at(0, K.CALL_RINGING), at(200, K.CALL_PROGRESSING), at(200, K.AICALL_INITIALIZING)]

CASES = {
    "no money left": Told(
        replace(HEALTHY, resources=(Resource(kind="account", fields={"balance_credit": 9000, "balance_token": 0}),)),
        N.INSUFFICIENT_BALANCE,
        "0.0090 USD and no tokens",
    ),
    "session refused": Told(
        finished(
            ANSWERED,
            [at(200, K.AICALL_INITIALIZING), at(300, K.SERVICE_FAILED, "no such type", service="x", stage="session")],
            hangup(300, reason="never_started", by="platform", hangup_by="local"),
        ),
        N.SESSION_NEVER_STARTED,
        "the service x failed at 300 ms: no such type",
        300,
    ),
    "turned away in the middle": Told(
        finished(
            STARTED,
            [at(2000, K.SERVICE_FAILED, "429 RATE_LIMIT_EXCEEDED: too much", service="chat", stage="platform_limit")],
            hangup(2000, reason="line_dropped", by="platform"),
        ),
        N.PLATFORM_LIMIT,
        "429 RATE_LIMIT_EXCEEDED",
        2000,
    ),
    "deleted under us": Told(
        failing("agent_deleted", "the AI 7 is not there any more"), N.AGENT_DELETED, "the AI 7 is not there", 2000
    ),
    "session never came": Told(
        finished(LATE, hangup(32_000)), N.SESSION_NEVER_STARTED, "had not begun 31.8 s later", 200
    ),
    "flow ended at ai_talk": Told(
        finished(
            ANSWERED,
            [at(200, K.ACTION_ENTERED, type="ai_talk")],
            hangup(200, reason="never_started", by="platform", hangup_by="local"),
        ),
        N.FLOW_FAILED,
        "as soon as the action ai_talk began",
        200,
    ),
    "key refused": Told(
        failing("llm", "openai: access refused (401: Incorrect API key)."), N.LLM_KEY_REFUSED, "401", 2000
    ),
    "rate limited": Told(
        failing("llm", "openai: asks for fewer requests (429: slow down)."), N.LLM_RATE_LIMITED, "429", 2000
    ),
    "provider error": Told(failing("llm", "openai: failed while answering (503: oops)."), N.LLM_FAILED, "503", 2000),
    "provider hangs": Told(failing("llm", "openai: no answer within 60 s"), N.LLM_TIMED_OUT, "within 60 s", 2000),
    "voice missing": Told(
        failing("tts", "elevenlabs: there is no voice 'nobody' (404)."), N.TTS_VOICE_MISSING, "nobody", 2000
    ),
    "voice fails": Told(failing("tts", "elevenlabs: access refused (401)."), N.TTS_FAILED, "401", 2000),
    "recogniser fails": Told(failing("stt", "deepgram: broke off."), N.STT_FAILED, "broke off", 2000),
    "line broke": Told(
        finished(
            STARTED,
            GREETING,
            spoken(CALLER, "Are you", 3800, 4300, interrupted=True),
            hangup(4300, reason="agent_hangup", by="platform", hangup_by="remote", hangup_reason="normal"),
        ),
        N.CALL_DROPPED,
        "in the middle of a word",
        4300,
    ),
    "line lost": Told(
        finished(
            STARTED,
            GREETING,
            [at(4300, K.SERVICE_FAILED, "the line was lost", service="line", stage="line")],
            hangup(4300, reason="line_dropped", by="platform"),
        ),
        N.CALL_DROPPED,
        "the service line failed at 4300 ms: the line was lost",
        4300,
    ),
    "busy": Told(
        finished(
            [at(0, K.CALL_DIALING), at(900, K.SERVICE_FAILED, "486 Busy Here", service="call", stage="line")],
            hangup(900, reason="not_answered", by="platform", hangup_reason="busy"),
        ),
        N.CALL_NOT_TAKEN,
        "486 Busy Here",
        900,
    ),
    "another prompt ran": Told(
        replace(HEALTHY, resources=(Proof(proved=Proved.DIFFERS, why="it ran version 2").resource,)),
        N.OTHER_AGENT,
        "it ran version 2",
    ),
    "idle stop": Told(
        finished(STARTED, GREETING, [at(303_200, K.PIPELINE_ENDED, reason="idle")], hangup(310_000)),
        N.IDLE_STOP,
        "stayed silent for 6.8 s",
        303_200,
    ),
    "pipeline died": Told(
        finished(STARTED, GREETING, [at(3300, K.PIPELINE_ENDED, reason="died")], ASKED[:2], hangup(16_000)),
        N.PIPELINE_DIED,
        "stayed silent for 12.7 s",
        3300,
        only=False,
    ),
    "pipeline died unannounced": Told(
        finished(STARTED, GREETING, ASKED, ANSWER, caller("Great, thank you.", 8900, 9900, heard=""), hangup(20_000)),
        N.PIPELINE_DIED,
        "neither heard nor said anything",
        8200,
        only=False,
    ),
    "no greeting written": Told(
        finished(STARTED, hangup(14_000)), N.AGENT_WROTE_NOTHING, "no answer was stored in 13.1 s", 900
    ),
    "no answer written": Told(
        finished(STARTED, GREETING, ASKED, hangup(15_600)), N.AGENT_WROTE_NOTHING, "in 9.6 s", 6050, only=False
    ),
    "silent to our recogniser": Told(said(HEALTHY, ""), N.ONE_WAY_OUT, "in any of the agent's 2 turns", 1800),
    "transcribed and not heard": Told(
        finished(
            STARTED,
            [event for event in GREETING if event.kind is K.MESSAGE_CREATED],
            hangup(9000),
            resources=(Resource(kind="transcript", fields={"direction": "out", "message": "hello"}),),
        ),
        N.ONE_WAY_OUT,
        "heard none of it",
    ),
    "text without audio": Told(
        finished(STARTED, [event for event in GREETING if event.kind is K.MESSAGE_CREATED], hangup(9000)),
        N.TEXT_WITHOUT_AUDIO,
        '"Hello, this is the desk." was stored and never heard',
        1700,
    ),
    "nothing heard of the caller": Told(
        finished(STARTED, GREETING, caller(QUESTION, 3800, 5600, heard=""), hangup(8000)),
        N.ONE_WAY_IN,
        "recognised nothing in what the caller said",
        3800,
    ),
    "one turn not heard": Told(
        finished(
            STARTED, GREETING, ASKED, ANSWER, caller("Great, bye.", 8900, 9900, heard="", number=1), hangup(11_000)
        ),
        N.TURN_NOT_HEARD,
        '"Great, bye."',
        8900,
    ),
    "packets lost by the numbers": Told(
        replace(HEALTHY, resources=(Resource(kind="sip_analysis", fields={"rtcp_stats": {"packet_loss_pct": 7.5}}),)),
        N.PACKET_LOSS,
        "7.5% of the call's packets",
    ),
    "words lost": Told(
        finished(
            STARTED, GREETING, caller(QUESTION, 3800, 5600, heard="are you until nine in evening"), ANSWER, HANGUP
        ),
        N.PACKET_LOSS,
        "4 of the caller's 10 words got lost",
        3800,
    ),
    "words misheard": Told(
        finished(
            STARTED,
            GREETING,
            caller(QUESTION, 3800, 5600, heard="are you opal on sundae until mine in the evening"),
            ANSWER,
            HANGUP,
        ),
        N.WORDS_MISHEARD,
        "3 of the caller's 10 words were recognised wrongly",
        3800,
    ),
    "tool with bad arguments": Told(
        tool(answer='{"status": "error", "error": "The argument \'subject\' of send_email is missing."}'),
        N.TOOL_ARGUMENTS_REFUSED,
        "the agent called send_email with {}",
        6000,
    ),
    "tool without an answer": Told(tool(), N.TOOL_TIMED_OUT, "send_email gave no result in 12.0 s", 6000),
    "tool too late": Told(
        tool(answer='{"status": "error", "error": "timed out"}', after_ms=10_000), N.TOOL_TIMED_OUT, "10.0 s", 6000
    ),
    "tool failed": Told(
        tool(answer='{"status": "error", "error": "mailbox full"}'), N.TOOL_FAILED, "mailbox full", 6500
    ),
    "callee busy": Told(
        finished(
            STARTED,
            GREETING,
            [at(4000, K.AICALL_TERMINATED), at(4000, K.CONNECTING, target="+1555")],
            [at(6000, K.CONNECT_ENDED, target="+1555", reason="busy")],
            hangup(6500),
        ),
        N.CONNECT_FAILED,
        "not connected with +1555: busy",
        6000,
    ),
    "goodbye cut": Told(
        finished(
            STARTED,
            GREETING,
            ASKED,
            agent(1, "Goodbye and", 7000, 7800, interrupted=True),
            [at(7800, K.AICALL_TERMINATED)],
            hangup(7800, reason="agent_hangup", by="platform", hangup_by="local"),
        ),
        N.WORDS_CUT,
        'stopped after "Goodbye and"',
        7800,
    ),
    "late greeting": Told(
        finished(LATE, SYSTEM, [at(5800, K.AICALL_PROGRESSING)], agent(0, "Hello.", 6700, 7500), hangup(8000)),
        N.SLOW_START,
        "first heard 6.5 s after",
        6700,
    ),
    "audio without text": Told(
        finished(STARTED, GREETING, ASKED, agent(1, "Yes.", 7000, 8200, stored=False), HANGUP),
        N.AUDIO_WITHOUT_TEXT,
        'said "Yes."',
        7000,
    ),
    "dead air": Told(
        finished(STARTED, GREETING, ASKED, agent(1, "Yes.", 9700, 10_200), hangup(10_900)),
        N.DEAD_AIR,
        "nobody spoke for 4.1 s after the caller's turn 2",
        5600,
    ),
}


@pytest.mark.parametrize("told", CASES.values(), ids=CASES.keys())
def test_a_call_is_explained_by(told: Told) -> None:
    found = diagnose(told.call, make_case())
    assert found, "nothing was found"
    assert found[0].name is told.name
    assert told.what in found[0].what
    assert found[0].at_ms == told.at_ms
    advice = ADVICE[told.name]
    assert (found[0].cause, found[0].fix, found[0].blames) == (advice.cause, advice.fix, advice.blames)
    if told.only:
        assert [each.name for each in found if each.name is not N.DEAD_AIR] in ([told.name], [])


MISSED = (N.MOMENT_NEVER_CAME, N.INTERRUPTION_TOO_LATE, N.BACKCHANNEL_LEFT_OUT, N.KEYS_AS_SOUND)
"""Shown in test_missed_moments.py."""

NO_CALL = {
    "bad engine_model": (400, "INVALID_ARGUMENT", N.REQUEST_REFUSED),
    "no token": (401, "AUTHENTICATION_REQUIRED", N.CREDENTIALS_REFUSED),
    "empty balance": (402, "INSUFFICIENT_BALANCE", N.INSUFFICIENT_BALANCE),
    "not verified": (403, "IDENTITY_VERIFICATION_REQUIRED", N.CREDENTIALS_REFUSED),
    "too many requests": (429, "RATE_LIMIT_EXCEEDED", N.PLATFORM_LIMIT),
    "platform down": (503, "SERVICE_UNAVAILABLE", N.PLATFORM_FAILED),
}


@pytest.mark.parametrize(("http_status", "reason", "name"), NO_CALL.values(), ids=NO_CALL.keys())
def test_a_refused_request_is_explained(http_status: int, reason: str, name: FindingName) -> None:
    error = ApiError("no", http_status=http_status, status="X", reason=reason)
    found = diagnose_error(error)
    assert found is not None
    assert (found.name, found.at_ms, found.what) == (name, None, f"{http_status} {reason}: no")


def test_a_call_refused_for_want_of_balance_is_explained() -> None:
    found = diagnose_error(CallError("The customer's balance is insufficient."))
    assert found is not None
    assert found.name is N.INSUFFICIENT_BALANCE


def test_a_refused_request_is_explained_by_its_reason_and_told_without_advice() -> None:
    error = ApiError(
        "no",
        http_status=403,
        status="X",
        reason="DIRECT_ACCESS_NOT_SUPPORTED",
        request="GET /calls",
        advice="Fix: this.",
    )
    found = diagnose_error(error)
    assert found is not None
    assert found.what == "403 DIRECT_ACCESS_NOT_SUPPORTED: no"
    assert found.fix.startswith("set VOIPBIN_ACCESS_KEY")


def test_a_platform_that_is_not_there_is_explained_by_what_the_network_said() -> None:
    found = diagnose_error(UnreachableError("https://x cannot be reached", cause="nothing listens", fix="start it"))
    assert found is not None
    assert (found.name, found.what, found.cause, found.fix) == (
        N.PLATFORM_UNREACHABLE,
        "https://x cannot be reached",
        "nothing listens",
        "start it",
    )


def test_what_has_no_known_cause_is_not_explained() -> None:
    assert diagnose_error(ServiceError("broke", service="voice")) is None


def test_every_finding_has_a_call_that_shows_it() -> None:
    shown = {told.name for told in CASES.values()} | {name for *_, name in NO_CALL.values()} | set(MISSED)
    shown.add(N.PLATFORM_UNREACHABLE)
    assert shown == set(FindingName) == set(ADVICE)


def test_nothing_is_found_in_a_healthy_call() -> None:
    assert diagnose(HEALTHY, make_case()) == ()


def test_nothing_is_found_where_the_platform_tells_nothing() -> None:
    silent = caller(QUESTION, 3800, 5600, heard="")
    bare = finished(
        ANSWERED, spoken(AGENT, "Hello.", 1800, 3200), silent, spoken(AGENT, "Yes.", 7000, 8000), HANGUP[1:]
    )
    assert diagnose(bare, make_case()) == ()


def test_an_injected_fault_alone_makes_no_finding() -> None:
    asked = [at(1000, K.FAULT_INJECTED, "the key is not valid", kind="llm_key_invalid")]
    assert diagnose(finished(STARTED, asked, GREETING, ASKED, ANSWER, HANGUP), make_case()) == ()


def test_a_finding_says_that_the_case_asked_for_it() -> None:
    asked = [at(1000, K.FAULT_INJECTED, "the key is not valid", kind="llm_key_invalid")]
    found = diagnose(finished(STARTED, asked, hangup(14_000)), make_case())
    assert [each.name for each in found] == [N.AGENT_WROTE_NOTHING]
    assert found[0].what.endswith("(asked for by the case)")


def test_a_finding_that_shows_often_is_told_once_with_its_number() -> None:
    later = [replace(event, at_ms=event.at_ms + 10_000) for event in caller(QUESTION, 3800, 5600, number=1)]
    slow = agent(1, "Yes.", 9700, 10_200)
    slower = agent(2, "Yes.", 20_000, 20_500)
    found = diagnose(finished(STARTED, GREETING, ASKED, slow, later, slower, hangup(21_000)), make_case())
    assert [(each.name, each.at_ms) for each in found] == [(N.DEAD_AIR, 5600)]
    assert found[0].what.endswith("(and once more)")


HALF_DUPLEX = {
    "turn model": PlatformSetup(turn_model=TurnModelName.HALF_DUPLEX),
    "action": PlatformSetup(flow=({"type": "answer"}, {"type": "ai"})),
}


@pytest.mark.parametrize("setup", HALF_DUPLEX.values(), ids=HALF_DUPLEX.keys())
def test_a_half_duplex_agent_owes_no_greeting(setup: PlatformSetup) -> None:
    call = finished(STARTED, caller(QUESTION, 7000, 8000), agent(1, "Yes.", 9500, 10_000), hangup(10_500))
    case: Case = make_case(platform=setup)
    assert diagnose(call, case) == ()


def test_an_interrupted_answer_is_not_text_without_audio() -> None:
    stored = [event for event in GREETING if event.kind is K.MESSAGE_CREATED]
    early = caller(QUESTION, 1500, 3300)
    assert diagnose(finished(STARTED, stored, early, agent(1, "Yes.", 4800, 5500), hangup(6000)), make_case()) == ()


def test_numbers_written_as_digits_are_not_misheard() -> None:
    call = finished(
        STARTED,
        GREETING,
        caller("A table for eight at nine on Friday", 3800, 5600, heard="a table for 8 at 9 on friday"),
        ANSWER,
        HANGUP,
    )
    assert diagnose(call, make_case()) == ()
