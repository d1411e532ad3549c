"""How far off turn-taking is when it is detected from the sound, on calls in which the truth is known.

    python benchmarks/turn_taking.py [--calls N] [--audible-db DB]
    python benchmarks/turn_taking.py --recording FILE

The first prints the errors of each condition and exits with 1 when answers are timed worse than promised, clean or at
20 dB. The second prints the turns of a recording of your own: two channels, the caller left and the agent right.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.known_turns import AUDIBLE_DB, VOICES, Book, KnownCall, known_call, record_book
from harness.audio.files import load_recording
from harness.audio.noise import Noise
from harness.errors import HarnessError
from harness.interfaces import VoiceActivity
from harness.scorers.turn_detection import DetectedTurns, detect_speech, detect_turns
from harness.scorers.turn_events import turn_events
from harness.scorers.turn_segments import Segment
from harness.services.hibari_voice import TIMBRES, HibariTTS
from harness.services.pitched import PitchedTTS
from harness.services.silero_vad import SileroActivity

MEDIAN_MS, MAX_MS = 20, 50
"""The promise: how far off the time of an answer is."""
_TURNS = 12
_PAUSE_MS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What lies over the voices."""

    noise: Noise | None = None
    snr_db: int = 20

    @property
    def name(self) -> str:
        """Return it in words."""
        return "clean" if self.noise is None else f"{self.noise}, {self.snr_db} dB"

    @property
    def is_promised(self) -> bool:
        """Return whether answers have to be timed as promised."""
        return self.noise is None or self.snr_db >= 20


CONDITIONS = (Condition(), *(Condition(noise=noise, snr_db=snr_db) for snr_db in (20, 10) for noise in Noise))


@dataclass(slots=True, kw_only=True)
class Errors:
    """Measured less true, in milliseconds, over all calls of a condition."""

    turns: int = 0
    latency: list[int] = field(default_factory=list)
    """Of answers, from the known end of the caller's words."""
    both: list[int] = field(default_factory=list)
    """Of answers, from the detected end of the caller's words."""
    stop: list[int] = field(default_factory=list)
    onset: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    """Of whatever the agent says."""
    missed: int = 0
    false: int = 0
    """What was detected where the agent said nothing."""
    misjudged: int = 0
    """Turns of which something else was said to have become than what did, or where a pause of about 0.3 s was taken
    for the end of the agent's speech, or the other way round."""

    def add(self, call: KnownCall, *, activity: VoiceActivity) -> None:
        """Measure a call."""
        measured = detect_turns(call.recording, activity=activity, caller=call.caller)
        spoken = detect_speech(call.recording.caller, activity=activity)
        true = turn_events(call.caller, agent=call.agent, call_end_ms=call.recording.duration_ms)
        self.turns += len(true)
        for utterance, expected, found in zip(call.caller, true, measured.events, strict=True):
            stop_ms = _difference(found.stop_latency_ms, expected.stop_latency_ms)
            other_end = stop_ms is not None and abs(stop_ms) >= _PAUSE_MS
            same = (expected.outcome, expected.reaction) == (found.outcome, found.reaction)
            self.misjudged += other_end or not same
            if stop_ms is not None and not other_end:
                self.stop.append(stop_ms)
            latency_ms = _difference(found.latency_ms, expected.latency_ms)
            if latency_ms is not None:
                self.latency.append(latency_ms)
                heard = [each.end_ms for each in spoken if each.shared_ms(utterance.segment)]
                self.both += (latency_ms - (end_ms - utterance.segment.end_ms) for end_ms in heard[-1:])
        self._compare(call.agent, measured.agent)

    def _compare(self, true: Sequence[Segment], found: Sequence[Segment]) -> None:
        for segment in true:
            parts = [each for each in found if each.shared_ms(segment)]
            self.missed += not parts
            # A pause of about 0.3 s may be part of the speech in one and not in the other: no edge to compare.
            if parts and not any(each.start_ms < segment.start_ms and each.shared_ms(parts[0]) for each in true):
                self.onset.append(parts[0].start_ms - segment.start_ms)
            if parts and not any(each.start_ms > segment.start_ms and each.shared_ms(parts[-1]) for each in true):
                self.end.append(parts[-1].end_ms - segment.end_ms)
        self.false += sum(not any(each.shared_ms(segment) for segment in true) for each in found)

    @property
    def keeps_promise(self) -> bool:
        """Return whether answers are timed as promised, and none is missed."""
        return not self.missed and _median(self.latency) <= MEDIAN_MS and _largest(self.latency) <= MAX_MS


def measure(
    condition: Condition, *, books: Sequence[Book], activity: VoiceActivity, calls: int, below_db: float = AUDIBLE_DB
) -> Errors:
    """Return the errors over calls with seeds of their own, the two voices changing sides."""
    errors = Errors()
    for seed in range(calls):
        call = known_call(
            caller=books[seed % 2],
            agent=books[(seed + 1) % 2],
            turns=_TURNS,
            rng=np.random.default_rng(seed),
            noise=condition.noise,
            snr_db=condition.snr_db,
            below_db=below_db,
        )
        errors.add(call, activity=activity)
    return errors


def record_books() -> tuple[Book, ...]:
    """Return what each voice can say."""
    tts = PitchedTTS(HibariTTS(), timbres=TIMBRES)
    return tuple(record_book(voice, tts=tts) for voice in VOICES)


def _difference(found: int | None, true: int | None) -> int | None:
    return None if found is None or true is None else found - true


def _median(errors: Sequence[int]) -> float:
    return float(np.median(np.abs(errors))) if len(errors) else 0.0


def _largest(errors: Sequence[int]) -> int:
    return max(map(abs, errors), default=0)


def _row(name: str, errors: Errors) -> str:
    columns = (errors.latency, errors.stop, errors.onset, errors.end, errors.both)
    cells = (f"{_median(each):.0f} / {_largest(each)}" for each in columns)
    return f"| {name} | {errors.turns} | {' | '.join(cells)} | {errors.missed} | {errors.false} | {errors.misjudged} |"


def report(*, calls: int, below_db: float) -> bool:
    """Print the table; return whether the promise is kept."""
    books, activity = record_books(), SileroActivity()
    print("Errors in ms, median / largest; see docs/turn-taking.md")
    print("| condition | turns | answer | stop | begin | end | answer, nothing known | missed | false | misjudged |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    broken = []
    for condition in CONDITIONS:
        errors = measure(condition, books=books, activity=activity, calls=calls, below_db=below_db)
        print(_row(condition.name, errors), flush=True)
        if condition.is_promised and not errors.keeps_promise:
            broken.append(condition.name)
    if broken:
        print(f"worse than {MEDIAN_MS} ms median, {MAX_MS} ms at most: {'; '.join(broken)}")
    return not broken


def print_turns(turns: DetectedTurns) -> None:
    """Print what became of each utterance of a recording."""
    print(f"{'turn':>4}{'from':>9}{'to':>9}  {'label':10}{'outcome':13}{'latency':>9}  {'reaction':12}{'stopped':>9}")
    for utterance, event in zip(turns.caller, turns.events, strict=True):
        said = utterance.segment
        latency, stop = (
            "" if each is None else f"{each / 1000:.2f} s" for each in (event.latency_ms, event.stop_latency_ms)
        )
        print(
            f"{event.index:>4}{said.start_ms / 1000:>7.2f} s{said.end_ms / 1000:>7.2f} s  {event.label:10}"
            f"{event.outcome or '':13}{latency:>9}  {event.reaction or '':12}{stop:>9}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--calls", type=int, default=10, help=f"calls of {_TURNS} turns for each condition (default 10)"
    )
    parser.add_argument("--audible-db", type=float, default=AUDIBLE_DB, help="how far below its level speech is heard")
    parser.add_argument("--recording", type=Path, help="print the turns of this file instead; the caller is left")
    arguments = parser.parse_args()
    if arguments.recording is None:
        return 0 if report(calls=arguments.calls, below_db=arguments.audible_db) else 1
    try:
        print_turns(detect_turns(load_recording(arguments.recording), activity=SileroActivity()))
    except HarnessError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
