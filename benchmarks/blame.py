"""How often a failed check is assigned to the part that failed: faults planted into simulated calls, one at a time.

    python -m benchmarks.blame [--voices] [--seeds 5 6 7] [--quiet]

Without `--voices` the audio tier has voices of tones and ears that hear whether a tone arrived; with it, the embedded
voices and the embedded recogniser, for the faults that need sound. A fault is found when the first failed check of its
trial is assigned to its part, whatever the seed: runs of one fault are not independent of one another.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.planted.calls import TONES, Plant, Sounds, hold
from benchmarks.planted.sets import PLANTS, SOUND, UNSEEN
from harness.model.blame import Part
from harness.model.call import Role, Tier
from harness.model.persona import Voice
from harness.model.run import TrialResult
from harness.regression.intervals import wilson_interval
from harness.settings import Settings
from harness.wiring.workshop import Workshop

NOBODY = "nobody"
"""Stands for the part of a trial whose checks all held: the fault had no effect that is checked."""
SEEDS = (5, 6, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How often the right part was named."""

    right: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Return Wilson's 95 % interval."""
        found = wilson_interval(self.right, n=self.of)
        return found.low, found.high

    def __str__(self) -> str:
        """Return counts, share and interval."""
        low, high = self.interval
        return f"{self.right} of {self.of} = {self.right / self.of:.2f} [{low:.2f}, {high:.2f}]"


def named(result: TrialResult) -> str:
    """Return the part a trial's first failed check is assigned to."""
    return result.blames[0].part.value if result.blames else NOBODY


def embedded_voices(folder: Path) -> Sounds:
    """Return the voices and the recogniser of a fresh checkout, what they say and hear kept in a folder."""
    workshop = Workshop(Settings(reports=folder, tier=Tier.AUDIO.value))
    listener = workshop.listener()
    assert listener is not None, "the audio tier has a listener"
    return Sounds(
        caller=workshop.mouth(Voice(), side=Role.CALLER),
        agent=workshop.mouth(Voice(), side=Role.AGENT),
        ears=workshop.ears("en-US"),
        listener=listener,
    )


def confusion(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return a table in Markdown: planted parts down, assigned parts across."""
    counted = Counter(pairs)
    parts = [part.value for part in Part]
    across = [*parts, *([NOBODY] if any(assigned == NOBODY for _, assigned in pairs) else [])]
    lines = [f"| planted | {' | '.join(across)} |", f"| --- |{' --- |' * len(across)}"]
    for planted in parts:
        row = [str(counted[planted, assigned] or "") for assigned in across]
        lines.append(f"| {planted} | {' | '.join(row)} |")
    return lines


def measure(title: str, plants: Sequence[Plant], *, sounds: Sounds, seeds: Sequence[int], quiet: bool) -> None:
    """Hold the calls of some plants, and print what they were assigned to."""
    pairs: list[tuple[str, str]] = []
    missed: set[str] = set()
    print(f"\n## {title}\n")
    for plant in plants:
        for seed in seeds:
            result = hold(plant, sounds=sounds, seed=seed)
            part = named(result)
            pairs.append((plant.part.value, part))
            missed |= set() if part == plant.part.value else {plant.id}
            if not quiet or part != plant.part.value:
                what = result.blames[0].evidence if result.blames else f"the trial {result.outcome.value}"
                sign = "✓" if part == plant.part.value else "✗"
                print(f"{sign} {plant.part.value}: {plant.id} (seed {seed})\n    {part}: {what}")
    print(f"\nfaults found: {Accuracy(right=len(plants) - len(missed), of=len(plants))}, in {len(pairs)} calls\n")
    print("\n".join(confusion(pairs)))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--voices", action="store_true", help="hold the calls with sound in embedded voices")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="runs of every fault (default 5 6 7)")
    parser.add_argument("--quiet", action="store_true", help="print only faults that were assigned wrongly")
    parser.add_argument("--reports", type=Path, default=Path("reports"), help="folder of the speech cache")
    asked = parser.parse_args()
    sounds = embedded_voices(asked.reports) if asked.voices else TONES
    sets = (("written with the rules", PLANTS), ("written after the rules", UNSEEN))
    for title, plants in sets:
        chosen = [plant for plant in plants if plant.tier is Tier.AUDIO or not asked.voices]
        measure(f"Faults {title}: {len(chosen)}", chosen, sounds=sounds, seeds=asked.seeds, quiet=asked.quiet)
    blamed = [plant.id for plant in SOUND for seed in asked.seeds if hold(plant, sounds=sounds, seed=seed).blames]
    print(f"\nof {len(SOUND) * len(asked.seeds)} calls without a fault, {len(blamed)} blamed somebody")
    return 0


if __name__ == "__main__":
    sys.exit(main())
