"""What the telephone by SIP keeps of its promises, against packet captures: `python -m benchmarks.sip`.

Needs SIPp, and tcpdump with the right to capture on loopback. Exits with 1 when a promise is not kept.

    python -m benchmarks.sip [calls|answers] [--busy N]     one part only; N programs beside it that only compute
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from statistics import mean, median, pstdev
from typing import Final

import numpy as np

from benchmarks.sip_capture import captured, deviation_ms, missing, spacing_ms, spoken, streams
from harness.interfaces.carriers import CarrierEventKind
from harness.sip import SipCall, SipOptions, SipPhone

HOST: Final = "127.0.0.1"
SECONDS: Final = 8
SIZES: Final = (1, 10, 50)
TURNS: Final = 30
SPEECH_MS: Final = 1000
AGENT_WAITS_S: Final = 0.7
FRAME_MS: Final = 20
MOST_DEVIATION_MS: Final = 3.0
MOST_ERROR_MS: Final = 30.0
ECHO: Final = Path(__file__).parents[1] / "tests" / "sip" / "scenarios" / "echoes.xml"


def tone(ms: int) -> bytes:
    return bytes((8000 * np.sin(np.arange(8 * ms) * 0.6)).astype("<i2").tobytes())


def is_loud(pcm: bytes) -> bool:
    return int(np.abs(np.frombuffer(pcm, dtype="<i2").astype(int)).max()) > 1000


async def answered(call: SipCall) -> None:
    async with asyncio.timeout(20):
        while (event := await call.event()).kind is not CarrierEventKind.ANSWERED:
            assert event.kind is not CarrierEventKind.ENDED, event


@contextmanager
def busy(programs: int) -> Iterator[None]:
    """Keep the processors at work meanwhile."""
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(programs)]
    try:
        yield
    finally:
        for each in spinning:
            each.kill()
            each.wait()


@asynccontextmanager
async def echo(folder: str) -> AsyncIterator[tuple[str, int]]:
    """SIPp, sending all sound back; yields its address and the port of its sound."""
    port, sound = random.randrange(30000, 40000, 2), random.randrange(40000, 50000, 2)
    process = await asyncio.create_subprocess_exec(
        "sipp", "-sf", str(ECHO), "-i", HOST, "-p", str(port), "-mi", HOST, "-mp", str(sound), "-rtp_echo", "-nostdin",
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    await asyncio.sleep(0.5)
    try:
        yield f"sip:peer@{HOST}:{port}", sound
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def talk(call: SipCall) -> int:
    """Speak all the time and listen every 20 ms; returns how many frames of that came back."""
    call.write(tone(1000 * SECONDS))
    heard, end_s = 0, time.monotonic() + SECONDS + 1
    while time.monotonic() < end_s:
        heard += sum(is_loud(sound.pcm) for sound in call.read())
        await asyncio.sleep(FRAME_MS / 1000)
    return heard


async def many(calls: int) -> bool:
    """Hold that many calls at once; whether the promises were kept."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls.pcap"
        async with captured(file), echo(folder) as (address, sound), AsyncExitStack() as stack:
            phone = await stack.enter_async_context(SipPhone(SipOptions(address=HOST)))
            started_s = time.monotonic()
            lines = [await stack.enter_async_context(phone.dial(address, trial_id="bench")) for _ in range(calls)]
            await asyncio.gather(*(answered(line) for line in lines))
            set_up_ms = 1000 * (time.monotonic() - started_s)
            worked_s, since_s = time.process_time(), time.monotonic()
            heard = await asyncio.gather(*(talk(line) for line in lines))
            load = (time.process_time() - worked_s) / (time.monotonic() - since_s)
            await asyncio.gather(*(line.hang_up() for line in lines))
            reports = [line.report() for line in lines]
        sent = [packets for (_, target), packets in streams(file).items() if target == sound]
    deviations = [deviation_ms(packets) for packets in sent]
    gaps = sum(missing(packets) for packets in sent)
    lost = calls * SECONDS * 1000 // FRAME_MS - sum(heard)
    worst_gap = max(max(spacing_ms(packets)) for packets in sent)
    print(
        f"{calls:5} {len(sent):9} {set_up_ms:9.0f} {median(deviations):12.2f} {max(deviations):9.2f} "
        f"{worst_gap:11.1f} {gaps:12} {lost:13} {100 * load:7.0f} {max(r.uncertainty_ms for r in reports):14.0f}"
    )
    is_whole = len(sent) == calls and gaps == 0 and lost == 0
    return is_whole and (calls != 10 or median(deviations) < MOST_DEVIATION_MS)


async def agent() -> None:
    """Answer one call, and each time the caller fell silent reply a while later."""
    async with SipPhone(SipOptions(user="agent", address=HOST)) as phone:
        print(phone.contact, flush=True)
        async with phone.answer(within_s=30) as call:
            await answered(call)
            last_loud_s: float | None = None
            while True:
                await asyncio.sleep(0.005)
                for sound in call.read():
                    if is_loud(sound.pcm):
                        last_loud_s = sound.at_s
                if last_loud_s is not None and time.monotonic() - last_loud_s > AGENT_WAITS_S:
                    last_loud_s = None
                    call.write(tone(400))


async def reply(call: SipCall) -> float:
    """Return when the agent's sound began, once it is over."""
    began_s: float | None = None
    last_s = 0.0
    async with asyncio.timeout(20):
        while began_s is None or time.monotonic() - last_s < 0.3:
            await asyncio.sleep(0.01)
            for sound in call.read():
                if is_loud(sound.pcm):
                    began_s, last_s = began_s or sound.at_s, sound.at_s
    return began_s


async def latency() -> bool:
    """Measure the agent's answers, and compare with the wire; whether the promise was kept."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.sip", "--agent", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    dice, turns = random.Random(8), []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "turns.pcap"
        try:
            address = (await process.stdout.readline()).decode().strip()
            async with captured(file), SipPhone(SipOptions(address=HOST)) as phone:
                async with phone.dial(address, trial_id="bench") as call:
                    await answered(call)
                    await asyncio.sleep(1.5)
                    for _ in range(TURNS):
                        await asyncio.sleep(dice.uniform(0.1, 0.3))
                        written_s = time.monotonic()
                        call.write(tone(SPEECH_MS))
                        began_s = await reply(call)
                        turns.append((written_s + SPEECH_MS / 1000, call.report().send_delay_ms / 1000, began_s))
                report = call.report()
        finally:
            process.kill()
            await process.wait()
        heard = {ports: spoken(packets) for ports, packets in streams(file).items()}
    # Other programs may use the loopback too: of this call, both directions have every turn, and the caller begins.
    ours, theirs = sorted(
        turns_of for ports, turns_of in heard.items() if len(turns_of) == len(heard.get(ports[::-1], ())) == TURNS
    )
    ended_s = [last_s + FRAME_MS / 1000 for _, last_s in ours]
    began_s_true = [first_s for first_s, _ in theirs]
    truth = [1000 * (began - ended) for ended, began in zip(ended_s, began_s_true, strict=True)]
    plain = [1000 * (began - ended) for ended, _, began in turns]
    corrected = [1000 * (began - ended - delay) for ended, delay, began in turns]
    print(f"{TURNS} answers, on the wire {mean(truth):.1f} ms after the caller's last sample")
    for name, measured in (("as written", plain), ("with the correction", corrected)):
        errors = [mine - true for mine, true in zip(measured, truth, strict=True)]
        print(
            f"  measured {name:20} {mean(measured):7.1f} ms, error {mean(errors):+6.1f} ms, sd {pstdev(errors):5.1f}, "
            f"worst {max(errors, key=abs):+6.1f}"
        )
    print(f"  printed with the call: times of our own sound + {report.send_delay_ms:.0f} ms, any delay uncertain by")
    print(f"  ±{report.uncertainty_ms:.0f} ms; round trip {report.round_trip_ms or 0:.1f} ms")
    for note in report.notes:
        print(f"  note: {note}")
    return abs(mean(corrected) - mean(truth)) <= MOST_ERROR_MS


async def many_calls() -> bool:
    """Print the table of calls at once; whether every promise was kept."""
    print(f"calls at once through SIPp's echo, {SECONDS} s each, all speaking; spacing of sent packets in ms")
    print(
        "calls  on wire  set up ms  sd of median  sd worst  longest gap  never sent  not come back  CPU %  uncertain ms"
    )
    kept = [await many(calls) for calls in SIZES]
    print()
    return all(kept)


def main() -> int:
    """Run it, and say whether every promise was kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", nargs="?", choices=["calls", "answers"])
    parser.add_argument("--agent", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--busy", type=int, default=0)
    options = parser.parse_args()
    if options.agent:
        asyncio.run(agent())
        return 0
    print(f"load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with busy(options.busy):
        kept = options.part == "answers" or asyncio.run(many_calls())
        kept &= options.part == "calls" or asyncio.run(latency())
    print("every promise was kept" if kept else "A PROMISE WAS NOT KEPT")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
