"""Holds calls in process, on a simulated platform of doubles; everything has a default, any part can be named."""

import asyncio
from typing import Any

from harness.interfaces import Agent
from harness.model.call import CallRequest, Event, EventKind, Tier, Transcript
from harness.model.moves import Hangup, Move, Trigger, TriggerKind, Wait
from harness.model.persona import Persona
from harness.model.platform import FlowAction, PlatformSetup, TurnModelName
from harness.runner.conversation import Conversation, converse
from harness.simulator.dialled import Defaults
from harness.testing.builders import make_arm, make_case, make_prompt
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent, ToneMouth
from harness.transports.simulated import SimulatedTransport
from harness.voipbin.mode import Mode

ANSWER: FlowAction = {"type": "answer"}
AI_TALK: FlowAction = {
    "type": "ai_talk",
    "option": {"assistance_type": "ai", "assistance_id": "${harness.ai_id}"},
}
GOODBYE: FlowAction = {"type": "talk", "option": {"text": "Goodbye", "language": "en-US"}}


class ScriptedMoves:
    """Makes its moves one after the other, then hangs up."""

    def __init__(self, moves: tuple[Move, ...]) -> None:
        self._moves = moves

    async def next_move(self, transcript: Transcript) -> Move:
        made = transcript.moves_made
        return self._moves[made] if made < len(self._moves) else Hangup()

    def unmade(self) -> tuple[Move, ...]:
        return ()


def action(type_: str, **option: Any) -> FlowAction:
    """Return an action of a flow."""
    return {"type": type_, "option": option}


def stay(for_ms: int) -> Wait:
    """Return a caller's silence, from the answer on."""
    return Wait(trigger=Trigger(after=TriggerKind.CALL_START, delay_ms=for_ms, timeout_ms=for_ms))


def hold_call(
    *moves: Move,
    flow: tuple[FlowAction, ...] = (),
    agent: Agent | None = None,
    mode: Mode = Mode.SEED,
    turn_model: TurnModelName = TurnModelName.TRANSCRIPT,
    tier: Tier = Tier.TEXT,
    seed: int = 1,
    prompt: str = "You are a receptionist.",
    stt_language: str = "en-US",
    persona: Persona | None = None,
    parts: dict[str, Any] | None = None,
    max_call_ms: int = 180_000,
    **setup: Any,
) -> Conversation:
    """Hold a call and return what came of it.

    Args:
        moves: What the caller does before hanging up.
        flow: What the platform executes; without one, the agent answers its direct hash.
        agent: Answers as every AI of the platform.
        mode: Which platform it is.
        turn_model: Of its AI sessions.
        tier: With sound or without.
        seed: Of the call.
        prompt: The prompt under test.
        stt_language: The language the AI listens for.
        persona: Who calls.
        parts: Services of the platform, by their name in `Equipment`.
        max_call_ms: When the caller hangs up at the latest.
        setup: The rest of the case's `PlatformSetup`.
    """
    text_only = tier is Tier.TEXT
    speaking = agent or ScriptedAgent("Hello, how can I help you?", "Certainly, I can do that for you.")
    equipment = make_equipment(text_only=text_only, **({"agent": lambda _: speaking} | (parts or {})))
    transport = SimulatedTransport(equipment, defaults=Defaults(mode=mode, turn_model=turn_model))
    case = make_case(
        moves=moves,
        persona=persona or Persona(name="tester"),
        platform=PlatformSetup(flow=flow, **setup),
        max_call_ms=max_call_ms,
    )
    request = CallRequest(
        trial_id="t",
        case=case,
        arm=make_arm(make_prompt(prompt), stt_language=stt_language),
        seed=seed,
        tier=tier,
    )
    mouth = ToneMouth(pitch_hz=600, text_only=text_only)
    return asyncio.run(converse(request, transport=transport, caller=ScriptedMoves(moves), mouths=lambda _: mouth))


def events_of(call: Conversation, *kinds: EventKind) -> list[Event]:
    """Return a call's events of some kinds, in order."""
    return [event for event in call.events if event.kind in kinds]


def kept(call: Conversation, kind: str) -> list[dict[str, Any]]:
    """Return what the platform keeps of a call, of one kind, in the order it was made."""
    return [dict(resource.fields) for resource in call.resources if resource.kind == kind]
