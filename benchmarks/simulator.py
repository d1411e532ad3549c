"""How much faster than real time a simulated call is, and how much memory many calls at once take.

Speech is there already, as it is in a second run. Times are processor time of one core, so that a busy machine changes
little.

Run: python benchmarks/simulator.py
"""

import asyncio
import resource
import time
from statistics import median

from harness.interfaces import Utterance
from harness.model.call import CallRequest, Tier, Transcript
from harness.model.moves import Hangup, Move, Say
from harness.runner.conversation import Conversation, converse
from harness.testing.builders import make_arm, make_case
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent, ToneMouth
from harness.transports.simulated import SimulatedTransport

TURNS = 10
CALLS_AT_ONCE = 1_000
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

    def unmade(self) -> tuple[Move, ...]:
        """Return nothing: it is as long as it is."""
        return ()


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


def request(tier: Tier, *, seed: int) -> CallRequest:
    """Return a ten-turn call."""
    case = make_case(max_call_ms=600_000)
    return CallRequest(trial_id="benchmark", case=case, arm=make_arm(), seed=seed, tier=tier)


def transport(mouth: CachedMouth) -> SimulatedTransport:
    """Return the platform, its agent and its voice."""
    return SimulatedTransport(make_equipment(agent=lambda _: ScriptedAgent(REPLY), mouth=lambda _: mouth))


async def call(tier: Tier, *, mouth: CachedMouth, seed: int) -> Conversation:
    """Hold one ten-turn call."""
    return await converse(request(tier, seed=seed), transport=transport(mouth), caller=Script(), mouths=lambda _: mouth)


def measure(tier: Tier, *, calls: int) -> None:
    """Print the median over some calls, after one to warm up."""
    mouth = CachedMouth(ToneMouth(rate_hz=24_000, text_only=tier is Tier.TEXT))
    asyncio.run(call(tier, mouth=mouth, seed=0))
    took_ms: list[float] = []
    held: list[Conversation] = []
    for seed in range(1, calls + 1):
        began = time.process_time()
        held.append(asyncio.run(call(tier, mouth=mouth, seed=seed)))
        took_ms.append((time.process_time() - began) * 1000)
    length_ms = median(conversation.duration_ms for conversation in held)
    turns = median(len(conversation.turns) for conversation in held)
    print(
        f"{tier.value:>5}: {length_ms / 1000:.0f} s call, {turns:.0f} turns, in {median(took_ms):.1f} ms of one core: "
        f"{length_ms / median(took_ms):,.0f} x real time (n = {calls})"
    )


async def hold_half_way(seed: int, *, mouth: CachedMouth, half_way: asyncio.Barrier) -> None:
    """Hold a call up to its middle, wait until every other call is there too, and hold it to its end."""
    script = Script()
    waited = False

    class Waiting:
        async def next_move(self, transcript: Transcript) -> Move:
            nonlocal waited
            if transcript.moves_made >= TURNS // 2 and not waited:
                waited = True
                await half_way.wait()
            return await script.next_move(transcript)

        def unmade(self) -> tuple[Move, ...]:
            return ()

    await converse(request(Tier.TEXT, seed=seed), transport=transport(mouth), caller=Waiting(), mouths=lambda _: mouth)


async def at_once(calls: int, *, mouth: CachedMouth) -> float:
    """Hold many text calls at once and return the process's peak memory in MB, all of them being in their middle."""
    half_way = asyncio.Barrier(calls)
    async with asyncio.TaskGroup() as group:
        for seed in range(calls):
            group.create_task(hold_half_way(seed, mouth=mouth, half_way=half_way))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    silent = CachedMouth(ToneMouth(text_only=True))
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peak_mb = asyncio.run(at_once(CALLS_AT_ONCE, mouth=silent))
    print(
        f"{CALLS_AT_ONCE:,} text calls in flight: {peak_mb:.0f} MB in all, {peak_mb - before_mb:.0f} MB for the calls"
    )
    measure(Tier.TEXT, calls=50)
    measure(Tier.AUDIO, calls=10)
