"""Fifty calls of every kind, and what came of them as digests; run as a program, it prints them.

What the platform does is real; its voices are tones and its recogniser knows the words, so that it takes seconds.
"""

import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from harness.audio.files import save_recording
from harness.interfaces import Delta, StopReason, ToolCall
from harness.model.call import Tier
from harness.model.moves import Interruption, Move, Press, Say, Trigger, TriggerKind
from harness.model.persona import Persona, Surroundings, Voice
from harness.model.platform import Callee, FaultKind, PlannedFault, ToolMock, TurnModelName
from harness.runner.conversation import Conversation
from harness.simulator.platform import Platform
from harness.simulator.works import PlatformOptions
from harness.testing.activity import LevelActivity
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent
from harness.voipbin.resources import Kind, shown
from tests.calling import AI_TALK, ANSWER, GOODBYE, action, hold_call

CALLS = 50
LINES: tuple[Move, ...] = (
    Say(text="Good morning, are you open on Thursday?"),
    Say(text="Then I would like an appointment, please."),
    Say(text="Thank you, goodbye."),
)
INTERRUPTING = Say(
    text="Sorry, just a question",
    trigger=Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=700),
    interrupts=Interruption.IMPATIENCE,
)
SUMMED_UP = (
    ANSWER,
    action("transcribe_start", language="en-US"),
    action("talk", text="This call is being transcribed. Please tell us about it.", language="en-US"),
    action("sleep", duration=8_000),
    action("ai_summary", source_type="transcribe", source_id="${voipbin.transcribe.id}"),
    action("talk", text="You said ${voipbin.ai_summary.content}", language="en-US"),
)
CONNECTED = (
    ANSWER,
    action(
        "connect", source={"type": "tel", "target": "+15550001"}, destinations=[{"type": "tel", "target": "+15550002"}]
    ),
    GOODBYE,
)
HALF_DUPLEX = (ANSWER, action("ai", initial_prompt="You are a receptionist.", voice_type="male"), GOODBYE)
RECORDED = (ANSWER, action("recording_start", format="wav"), AI_TALK, GOODBYE)
COLLEAGUE = Callee(target="+15550002", says=("Support, this is Kim.", "Please wait.", "Goodbye."))
FAULTS = (
    PlannedFault(kind=FaultKind.STT_MISHEARS, value=0.4, rate=0.5),
    PlannedFault(kind=FaultKind.PACKET_LOSS, value=0.1, rate=0.5),
    PlannedFault(kind=FaultKind.SLOW_START, value=2_500, rate=0.5),
    PlannedFault(kind=FaultKind.PIPELINE_DIES, at_ms=9_000, rate=0.5),
    PlannedFault(kind=FaultKind.LLM_SERVER_ERROR, reply=1, rate=0.5),
)
NOISY = Persona(name="far away", voice=Voice(language="de-DE"), surroundings=Surroundings(snr_db=12, lost_frames=0.03))


def held(number: int) -> Conversation:
    """Hold a call of the kind its number says."""
    seed = 9_000 + number
    audio = Tier.TEXT if number % 20 >= 10 else Tier.AUDIO
    match number % 10:
        case 0:
            return hold_call(*LINES, seed=seed, tier=audio)
        case 1:
            return hold_call(LINES[0], INTERRUPTING, LINES[2], seed=seed, tier=audio)
        case 2:
            parts = {"activity": LevelActivity}
            return hold_call(INTERRUPTING, *LINES, seed=seed, tier=audio, turn_model=TurnModelName.VAD, parts=parts)
        case 3:
            return hold_call(LINES[0], seed=seed, tier=audio, flow=SUMMED_UP, outgoing=True)
        case 4:
            return hold_call(*LINES[:2], seed=seed, tier=audio, flow=CONNECTED, callees=(COLLEAGUE,))
        case 5:
            return hold_call(*LINES, seed=seed, tier=audio, agent=_tool_user(), tools=("all",), tool_mocks=_mocks())
        case 6:
            return hold_call(*LINES, seed=seed, tier=audio, faults=FAULTS)
        case 7:
            press = Press(digits="12#", trigger=Trigger(delay_ms=400))
            return hold_call(LINES[0], press, LINES[2], seed=seed, tier=audio, flow=HALF_DUPLEX)
        case 8:
            return hold_call(*LINES, seed=seed, tier=audio, persona=NOISY)
        case _:
            return hold_call(*LINES, seed=seed, tier=audio, flow=RECORDED)


def digests(number: int) -> dict[str, str]:
    """Return what came of a call: events, sound, the file the sound is kept in, and what the platform keeps."""
    call = held(number)
    told = {
        "events": _digest([asdict(event) for event in call.events]),
        "turns": _digest([asdict(turn) for turn in call.turns]),
        "resources": _digest([asdict(resource) for resource in call.resources]),
    }
    if call.recording is not None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "call.flac"
            save_recording(call.recording, file)
            told |= {"audio": call.recording.digest, "recording": sha256(file.read_bytes()).hexdigest()}
    return told


def platform_digests() -> dict[str, str]:
    """Return what came of a platform that lives on: calls at the same time, a recording, everything that was told."""
    platform = Platform(equipment=make_equipment(), options=PlatformOptions(seed=77, callees=(COLLEAGUE,)))
    ai = platform.ais.create({"name": "desk", "engine_model": "openai.gpt-4o", "init_prompt": "You are the desk."})
    talk = action("ai_talk", assistance_type="ai", assistance_id=ai["id"])
    flow = platform.flows.create({"name": "f", "actions": [action("recording_start", format="wav"), talk]})

    async def live() -> None:
        for _ in range(3):
            platform.orders.place_request(
                source={"type": "tel", "target": "+15550001"},
                destinations=[{"type": "tel", "target": "+15550002"}, {"type": "sip", "target": "desk@example.com"}],
                flow_id=flow["id"],
                actions=[],
                anonymous="",
                variables={},
            )
            while await platform.clock.step(until_ms=platform.clock.now_ms() + 20_000):
                pass

    asyncio.run(live())
    world = platform.world
    recordings = [record["id"] for record in world.records(Kind.RECORDING, status="ended")]
    return {
        "records": _digest([shown(record) for kind in Kind for record in world.records(kind)]),
        "history": _digest([[event.at_ms, event.type, shown(event.data)] for event in world.history]),
        "archives": _digest([sha256(platform.recordings.archive(id)).hexdigest() for id in recordings]),
    }


def _tool_user() -> ScriptedAgent:
    def using(name: str, arguments: str) -> tuple[Delta, ...]:
        call = ToolCall(id=f"call_{name}", name=name, arguments=arguments)
        return (Delta(text="One moment. "), Delta(tool_call=call), Delta(stop=StopReason.TOOL_CALLS))

    variables = '{"variables": {"day": "Thursday", "name": "Carter"}, "run_llm": true}'
    return ScriptedAgent(
        "Hello.", using("set_variables", variables), using("get_variables", "{}"), "All done, goodbye."
    )


def _mocks() -> tuple[ToolMock, ...]:
    return (ToolMock(name="get_variables", result={"day": "Thursday"}, delay_ms=300),)


def _digest(value: Any) -> str:
    # Without sorting: an order that changes is a difference.
    return sha256(json.dumps(value, default=str).encode()).hexdigest()


if __name__ == "__main__":
    json.dump([*map(digests, range(CALLS)), platform_digests()], sys.stdout)
