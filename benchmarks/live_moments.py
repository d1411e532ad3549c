"""How exactly a live caller keeps its moments, against packet captures: `python -m benchmarks.live_moments`.

A caller dials a scripted agent by SIP, in turns waits for the end of its answer and cuts into it. Needs tcpdump with
the right to capture on loopback. Exits with 1 when a promise is not kept.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, pstdev
from typing import Final, TypeAlias

import numpy as np

from benchmarks.sip import FRAME_MS, HOST
from benchmarks.sip_capture import Streams, captured, spoken, streams
from harness.audio.clip import Clip
from harness.interfaces import Utterance
from harness.model.call import Event, EventKind, Role, TurnLabel
from harness.model.moves import Trigger, TriggerKind
from harness.model.persona import Surroundings
from harness.sip import SipOptions, SipPhone
from harness.transports.voipbin.live_call import LiveCall, Setting
from harness.transports.voipbin.live_line import LiveLine

Stretches: TypeAlias = list[tuple[float, float]]

ROUNDS: Final = 15
SPEECH_MS: Final = 600
CUTS_IN_MS: Final = 150
CUT_MS: Final = 300
REACTION_MS: Final = 600
MOST_MOMENT_MS: Final = 20.0
MOST_LATENCY_MS: Final = 30.0
AFTER_END: Final = Trigger(delay_ms=REACTION_MS)
CUT_IN: Final = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=CUTS_IN_MS)


def said(ms: int) -> Utterance:
    clip = Clip((8000 * np.sin(np.arange(8 * ms) * 0.6)).astype(np.int16), 8000)
    return Utterance(text="la", duration_ms=ms, clip=clip)


async def hold(line: LiveLine) -> list[Event]:
    """Speak, cut into the answer, wait for the answer to that, and so on."""
    events, utterances = list[Event](), 0
    async for event in line.events():
        events.append(event)
        is_over = event.kind is EventKind.SPEECH_STOPPED and event.role is Role.CALLER
        if event.kind is EventKind.CALL_PROGRESSING:
            await line.play(said(SPEECH_MS), at=Trigger(after=TriggerKind.CALL_START, delay_ms=1_500))
        elif is_over and utterances == 2 * ROUNDS - 1:
            await line.hangup(at=AFTER_END)
        elif is_over:
            cuts = utterances % 2 == 0
            await line.play(
                said(CUT_MS if cuts else SPEECH_MS),
                at=CUT_IN if cuts else AFTER_END,
                label=TurnLabel.BARGE_IN if cuts else TurnLabel.TURN,
            )
            utterances += 1
    return events


def both_ways(found: Streams) -> tuple[Stretches, Stretches]:
    """Return what the caller said and what the agent did; other calls may be on the loopback too."""
    for (source, target), packets in found.items():
        ours, theirs = spoken(packets), spoken(found.get((target, source), []))
        if len(ours) == 2 * ROUNDS and theirs and ours[0] < theirs[0]:
            return ours, theirs
    raise SystemExit(f"no call with {2 * ROUNDS} utterances is on the wire: {[len(spoken(p)) for p in found.values()]}")


def tell(name: str, errors: Sequence[float], *, most: float) -> bool:
    """Print an error and whether its promise was kept."""
    kept = abs(mean(errors)) <= most
    print(
        f"{name:44} {len(errors):3}   mean {mean(errors):+6.1f} ms, sd {pstdev(errors):5.1f}, "
        f"worst {max(errors, key=abs):+6.1f}   {'kept' if kept else 'NOT KEPT'} (mean within {most:.0f})"
    )
    return kept


async def measure() -> bool:
    """Hold one call; whether every promise was kept."""
    agent = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.sip", "--agent", stdout=asyncio.subprocess.PIPE
    )
    assert agent.stdout is not None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "call.pcap"
        try:
            address = (await agent.stdout.readline()).decode().strip()
            async with (
                captured(file),
                SipPhone(SipOptions(user="caller", address=HOST)) as phone,
                phone.dial(address, trial_id="bench") as carrier,
            ):
                call = LiveCall(carrier, Setting(seed=1, surroundings=Surroundings()), dialled_s=time.monotonic())
                call.start()
                try:
                    events = await hold(LiveLine(call))
                finally:
                    await call.stop()
                report = carrier.report()
        finally:
            agent.kill()
            await agent.wait()
        ours, theirs = both_ways(streams(file))
    ended = [last_s + FRAME_MS / 1000 for _, last_s in theirs]
    cuts, waits, latencies = list[float](), list[float](), list[float]()
    for number, (began_s, _) in enumerate(ours[1:], start=1):
        if number % 2:
            cuts.append(1000 * (began_s - max(start for start, _ in theirs if start < began_s)) - CUTS_IN_MS)
        else:
            waits.append(1000 * (began_s - max(end for end in ended if end < began_s)) - REACTION_MS)
    starts = [event.at_ms for event in events if event.kind is EventKind.SPEECH_STARTED and event.role is Role.AGENT]
    stops = [event.at_ms for event in events if event.kind is EventKind.SPEECH_STOPPED and event.role is Role.CALLER]
    for (start_s, _), start_ms in zip(theirs, starts, strict=True):
        end_s = max(last_s for _, last_s in ours if last_s < start_s) + FRAME_MS / 1000
        end_ms = max(stop for stop in stops if stop < start_ms)
        latencies.append((start_ms - end_ms) - 1000 * (start_s - end_s))
    kept = [
        tell(f"cuts in {CUTS_IN_MS} ms after the agent began", cuts, most=MOST_MOMENT_MS),
        tell(f"speaks {REACTION_MS} ms after the agent's end", waits, most=MOST_MOMENT_MS),
        tell("measured latency of answers", latencies, most=MOST_LATENCY_MS),
    ]
    print(f"the call says: our own times + {report.send_delay_ms:.0f} ms, uncertain by {report.uncertainty_ms:.0f} ms")
    return all(kept)


def main() -> int:
    """Run it, and say whether every promise was kept."""
    print(f"load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return 0 if asyncio.run(measure()) else 1


if __name__ == "__main__":
    sys.exit(main())
