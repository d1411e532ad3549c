"""How much faster than real time a simulated call is, in both tiers, with speech that is already there.

Run: python benchmarks/simulator.py
"""

import asyncio
import time
from statistics import median

from harness.interfaces import Utterance
from harness.model.call import CallRequest, Tier, Transcript
from harness.model.case import Hangup, Move, Say
from harness.runner.conversation import Conversation, converse
from harness.testing.builders import make_arm, make_case
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent, ToneMouth
from harness.transports.simulated import SimulatedTransport

TURNS = 10
LINE = "I would like to change the delivery address of my order, please, it is going to the wrong house right now."
REPLY = (
    "Certainly, I can do that for you. Could you tell me the number of the order and the new address? "
    "I will read both back to you before I change anything."
)


class Script:
    """A caller who says the same line again and again."""

    async def next_move(self, transcript: Transcript) -> Move:
        """Say the line, or hang up."""
        return Say(text=LINE) if transcript.moves_made < TURNS else Hangup()


class CachedMouth:
    """A mouth that has said everything before."""

    name = "cached"

    def __init__(self, mouth: ToneMouth) -> None:
        self._mouth = mouth
        self._said: dict[str, Utterance] = {}

    async def speak(self, text: str) -> Utterance:
        """Return what was said before."""
        if text not in self._said:
            self._said[text] = await self._mouth.speak(text)
        return self._said[text]


async def call(tier: Tier, *, mouth: CachedMouth, seed: int) -> Conversation:
    """Hold one ten-turn call."""
    transport = SimulatedTransport(make_equipment(agent=lambda _: ScriptedAgent(REPLY), mouth=lambda _: mouth))
    case = make_case(max_call_ms=600_000)
    request = CallRequest(trial_id="benchmark", case=case, arm=make_arm(), seed=seed, tier=tier)
    return await converse(request, transport=transport, caller=Script(), mouth=mouth)


def measure(tier: Tier, *, calls: int) -> None:
    """Print the median over some calls, after one to warm up."""
    mouth = CachedMouth(ToneMouth(rate_hz=24_000, text_only=tier is Tier.TEXT))
    asyncio.run(call(tier, mouth=mouth, seed=0))
    took_ms: list[float] = []
    held: list[Conversation] = []
    for seed in range(1, calls + 1):
        began = time.perf_counter()
        held.append(asyncio.run(call(tier, mouth=mouth, seed=seed)))
        took_ms.append((time.perf_counter() - began) * 1000)
    length_ms = median(conversation.duration_ms for conversation in held)
    turns = median(len(conversation.turns) for conversation in held)
    print(
        f"{tier.value:>5}: {length_ms / 1000:.0f} s call, {turns:.0f} turns, in {median(took_ms):.1f} ms: "
        f"{length_ms / median(took_ms):,.0f} x real time (n = {calls})"
    )


if __name__ == "__main__":
    measure(Tier.TEXT, calls=50)
    measure(Tier.AUDIO, calls=10)
