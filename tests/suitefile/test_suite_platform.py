"""What a suite file says of the platform, as values of the model."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.model.moves import Expectation, Press, Trigger, TriggerKind
from harness.model.platform import (
    Answering,
    Callee,
    FaultKind,
    PlannedFault,
    PlatformSetup,
    ToolMock,
    TurnModelName,
    VadConfig,
)
from harness.suitefile import load_suite
from harness.suitefile.document.fields import MOCKABLE
from harness.voipbin.actions import accepted_types
from harness.voipbin.mode import Mode
from harness.voipbin.tools import tool_specs
from tests.suitefile.suite_texts import MINIMAL, Write

ID = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


def platform(write: Write, written: str = "", *, suite: str = "", defaults: str = "") -> PlatformSetup:
    head = (f"platform: {suite}\n" if suite else "") + (f"defaults: {{platform: {defaults}}}\n" if defaults else "")
    write({"x.suite.yaml": head + MINIMAL + (f"    platform: {written}\n" if written else "")})
    return load_suite(Path("x.suite.yaml")).cases[0].platform


def test_a_case_without_a_word_about_it_has_a_plain_platform(write: Write) -> None:
    assert platform(write) == PlatformSetup()


def test_every_key_of_the_platform_reaches_its_case(everything: Path) -> None:
    setup = load_suite(everything).cases[3].platform

    assert replace(setup, flow=()) == PlatformSetup(
        outgoing=True,
        turn_model=TurnModelName.VAD,
        vad=VadConfig(confidence=0.8, start_secs=0.1, stop_secs=1.0, min_volume=0.5),
        smart_turn=True,
        stt_type="google",
        tools=("send_email", "connect_call"),
        tool_mocks=(
            ToolMock(name="connect_call", error="nobody there"),
            ToolMock(name="send_email", result={"sent": True, "ids": [1, 2.5, "a"]}, delay_ms=800),
            ToolMock(name="stop_flow", times_out=True),
        ),
        callees=(
            Callee(target="*", answering=Answering.BUSY),
            Callee(target="+15551111111", ring_ms=2000, says=("Support, hello.", "Goodbye.")),
        ),
        faults=(
            PlannedFault(kind=FaultKind.LLM_HANGS, rate=0.5, reply=1),
            PlannedFault(kind=FaultKind.CALL_DROPS, at_ms=30_000),
            PlannedFault(kind=FaultKind.STT_MISHEARS, value=0.1),
        ),
        variables=(("retries", "3"), ("tone", "warm")),
    )


def test_a_flow_is_the_json_that_was_written(everything: Path) -> None:
    assert load_suite(everything).cases[3].platform.flow == (
        {"type": "answer"},
        {
            "type": "talk",
            "id": ID,
            "option": {
                "text": "Press a key.",
                "language": "en-US",
                "async": False,
                "speed": 1.5,
                "source": [1, {"deep": ["${tone}"]}],
            },
        },
        {"type": "ai_talk", "option": {"assistance_type": "ai", "assistance_id": "${harness.ai_id}"}},
        {"type": "goto", "option": {"loop_count": 2}, "next_id": ID},
    )


def test_keys_are_pressed_when_their_moment_comes(everything: Path) -> None:
    assert load_suite(everything).cases[3].moves == (
        Press(
            digits="1",
            trigger=Trigger(delay_ms=900),
            expect=(Expectation(says=(("opening hours",),)),),
        ),
        Press(digits="20#", trigger=Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=300)),
    )


def test_keys_after_a_silence_are_pressed_at_once(write: Write) -> None:
    write({"x.suite.yaml": MINIMAL.replace("{say: hi}", "{wait: 900}, {press: '*'}")})

    assert load_suite(Path("x.suite.yaml")).cases[0].moves[1] == Press(
        digits="*", trigger=Trigger(after=TriggerKind.NOW)
    )


@pytest.mark.parametrize(
    ("suite", "defaults", "case", "expected"),
    [
        pytest.param("{tools: [all]}", "", "", PlatformSetup(tools=("all",)), id="suite"),
        pytest.param("{tools: [all]}", "{tools: [stop_flow]}", "", PlatformSetup(tools=("stop_flow",)), id="defaults"),
        pytest.param(
            "{stt_type: google}",
            "{tools: [all], variables: {a: 1, b: 2}}",
            "{variables: {b: 3}}",
            PlatformSetup(stt_type="google", tools=("all",), variables=(("b", "3"),)),
            id="a key is replaced as a whole",
        ),
        pytest.param(
            "", "{direction: outgoing, tools: [all]}", "{direction: incoming, tools: []}", PlatformSetup(), id="undone"
        ),
    ],
)
def test_the_nearer_key_goes_before(
    write: Write, suite: str, defaults: str, case: str, expected: PlatformSetup
) -> None:
    assert platform(write, case, suite=suite, defaults=defaults) == expected


def test_the_suites_own_word_goes_before_the_defaults_of_an_included_file(write: Write) -> None:
    included = "defaults: {platform: {stt_type: google, smart_turn: true}}\n"
    write({"x.suite.yaml": "include: [y.yaml]\nplatform: {stt_type: deepgram}\n" + MINIMAL, "y.yaml": included})

    assert load_suite(Path("x.suite.yaml")).cases[0].platform == PlatformSetup(stt_type="deepgram", smart_turn=True)


def test_digest_follows_every_word_of_the_platform(write: Write) -> None:
    def digest(option: str) -> str:
        action = f"{{type: connect, option: {option}}}"
        write({"x.suite.yaml": MINIMAL + f"    platform: {{flow: [{{type: answer}}, {action}]}}\n"})
        return load_suite(Path("x.suite.yaml")).digest

    same = digest("{source: {type: tel}, early_media: true}")

    assert digest("{early_media: true, source: {type: tel}}") == same
    assert digest("{source: {type: sip}, early_media: true}") != same
    assert digest("{source: {type: tel}, early_media: 'true'}") != same


@pytest.mark.parametrize("type_", accepted_types(Mode.SEED))
def test_every_action_the_platform_knows_can_stand_in_a_flow(write: Write, type_: str) -> None:
    assert platform(write, f"{{flow: [{{type: {type_}}}]}}").flow == ({"type": type_},)


def test_the_tools_of_a_suite_are_those_of_a_voice_agent() -> None:
    assert tuple(tool.name for tool in tool_specs(["all"], has_rag=True)) == MOCKABLE
