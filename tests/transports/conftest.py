import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from harness.interfaces import Agent, Clock, Ears, Mouth
from harness.model.call import CallRequest, Tier, Transcript
from harness.model.moves import Hangup, Move
from harness.runner.conversation import Conversation, converse
from harness.simulator.kernel.latency import LatencyMode
from harness.testing.builders import make_arm, make_case
from harness.testing.platform import make_equipment
from harness.testing.speech import EchoEars, ManualClock, ScriptedAgent, ToneMouth
from harness.transports.simulated import SimulatedTransport


class Script:
    """Makes its moves one after the other, then hangs up."""

    def __init__(self, moves: tuple[Move, ...]) -> None:
        self._moves = moves

    async def next_move(self, transcript: Transcript) -> Move:
        made = transcript.moves_made
        return self._moves[made] if made < len(self._moves) else Hangup()

    def unmade(self) -> tuple[Move, ...]:
        return ()


@pytest.fixture
def hold() -> Callable[..., Conversation]:
    """Hold a call on the simulated platform; everything has a sensible default."""

    def hold_call(
        *moves: Move,
        agent: Agent | None = None,
        ears: Ears | None = None,
        mouth: Mouth | None = None,
        clock: Clock | None = None,
        latency: str = "modelled",
        timeout_s: float = 60.0,
        tier: Tier = Tier.AUDIO,
        seed: int = 1,
        **case: Any,
    ) -> Conversation:
        text_only = tier is Tier.TEXT
        speaking = agent or ScriptedAgent("Hello, how can I help you?", "Certainly, I can do that for you.")
        transport = SimulatedTransport(
            make_equipment(
                agent=lambda _: speaking,
                mouth=lambda _: mouth or ToneMouth(text_only=text_only),
                ears=lambda _: ears or EchoEars(),
                latency=LatencyMode(latency),
                watch=clock or ManualClock(),
                timeout_s=timeout_s,
            )
        )
        request = CallRequest(trial_id="t", case=make_case(moves=moves, **case), arm=make_arm(), seed=seed, tier=tier)
        caller_mouth = ToneMouth(pitch_hz=600, text_only=text_only)
        return asyncio.run(converse(request, transport=transport, caller=Script(moves), mouths=lambda _: caller_mouth))

    return hold_call
