"""How long a stored run of many cases takes to read and to export, and how large it is: `python benchmarks/export.py`.

The runs are made up from a seed: two arms, calls of five turns with 2 KB of text in all, ten scores and forty events.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harness.model.call import Event, EventKind, Role, Tier
from harness.model.outcome import Outcome
from harness.model.run import Run, TrialResult
from harness.model.score import Better, Score, WordCounts
from harness.model.snapshots import Provenance
from harness.model.suite import ArmRole, Planned
from harness.runs.loading import load_folder
from harness.store.codec import encode_trial
from harness.store.exports import Format, write_export
from harness.store.files import write_atomically
from harness.store.folder import create_run
from harness.testing.builders import make_arm, make_call, make_case, make_prompt, make_result, make_turn

CASES = (100, 1_000, 10_000)
TURNS = 5
TURN_BYTES = 400
SCORES = 10
EVENTS = 40
WORDS = ("a table", "for two", "on friday", "at half past seven", "near the window", "if that is free", "please")
FRAMES = ("cases", "trials", "scores", "turns", "events")


def stored_run(cases: int, home: Path) -> Path:
    """Return the folder of a made-up run."""
    dice = random.Random(1)
    arms = [
        make_arm(make_prompt(f"You are {version}.", version=version), role=role)
        for version, role in (("v1", ArmRole.BASELINE), ("v2", ArmRole.CANDIDATE))
    ]
    planned = [
        Planned(suite="desk", case=make_case(id=f"case_{number // 2:05}"), arm=arms[number % 2])
        for number in range(cases)
    ]
    provenance = Provenance(harness_version="0", transport="simulated", tier=Tier.TEXT, latency="modelled", seed=1)
    header = Run(id="20260101-120000-0000", started_at="2026-01-01T12:00:00Z", provenance=provenance)
    folder = create_run(home, header, planned)
    # In one go: a run syncs every trial to the disk, which is not what is measured here.
    lines = (f"{encode_trial(trial(each, dice))}\n" for each in planned)
    write_atomically(folder.path / "trials" / "main.jsonl", lines)
    return folder.path


def trial(planned: Planned, dice: random.Random) -> TrialResult:
    """Return what came of a call of random words."""
    turns = []
    for number in range(TURNS):
        role = Role.CALLER if number % 2 else Role.AGENT
        words = " ".join(dice.choices(WORDS, k=TURN_BYTES // 11))
        heard = words if role is Role.CALLER else None
        turns.append(
            make_turn(role, words, started_ms=3_000 * number, heard=heard, latency_ms=dice.randint(300, 2_000))
        )
    events = tuple(
        Event(at_ms=350 * number, kind=EventKind.TRANSCRIPT_INTERIM, role=Role.CALLER, text="a table", data={"by": "x"})
        for number in range(EVENTS)
    )
    counts = WordCounts(hits=dice.randint(5, 20), substitutions=dice.randint(0, 3))
    scores = tuple(
        Score(name="hearing_wer", value=counts.rate or 0, better=Better.LOWER, counts=counts, reason="words got lost")
        for _ in range(SCORES)
    )
    outcome = Outcome.PASSED if dice.random() < 0.9 else Outcome.FAILED
    return make_result(outcome, planned=planned, call=make_call(*turns, events=events), scores=scores)


def seconds(what: Callable[[], object]) -> float:
    """Return the processor time something takes, which other work on the machine hardly changes."""
    started = time.process_time()
    what()
    return time.process_time() - started


def main(sizes: tuple[int, ...]) -> None:
    """Print a line for every size and form."""
    for cases in sizes:
        with tempfile.TemporaryDirectory() as made:
            measure(cases, Path(made))


def measure(cases: int, home: Path) -> None:
    """Print how long one run takes to be read and to be written in every form."""
    folder = stored_run(cases, home)
    show(cases, "read from the disk", seconds(lambda: load_folder(folder)), [*folder.rglob("*.json*")])
    run = load_folder(folder)
    for form in Format:
        for events in (False, True):
            to = home / f"{form}-{events}"

            def write(to: Path = to, form: Format = form, events: bool = events) -> object:
                return write_export(run.run, run.decision, to=to, as_format=form, events=events)

            show(
                cases,
                f"{form}{' with events' if events else ''}",
                seconds(write),
                [*to.iterdir()] if to.is_dir() else [],
            )
    show(cases, "pandas frames", seconds(lambda: [getattr(run, name) for name in FRAMES]), [])


def show(cases: int, what: str, took: float, files: list[Path]) -> None:
    """Print one figure."""
    size = f"{sum(path.stat().st_size for path in files) / 1e6:7.1f} MB" if files else ""
    print(f"{cases:6} cases  {what:20} {took:6.2f} s {size}", flush=True)


if __name__ == "__main__":
    main(tuple(int(each) for each in sys.argv[1:]) or CASES)
