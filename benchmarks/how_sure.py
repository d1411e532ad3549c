"""How sure the harness may be of its words, on made-up suites whose truth is known.

    python benchmarks/how_sure.py [--quick] [--replications N] [--seed N] [--case-sd SD]

Prints the tables of docs/how-sure.md: what the intervals hold, how often each way to stop a comparison cries wolf, and
what a suite of which size sees. Exits with 1 when a promise is broken by more than the simulation's own error.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.sureness import coverage, detection, false_alarms, one_arm_stops
from benchmarks.sureness.population import CASE_SD, Draws

REPLICATIONS, QUICK = 1_500, 100
SEED = 1
MOST_UNLIKE = 5
"""Beyond it every case always passes or always fails."""
COVERAGE_TIMES = 3
"""An interval costs little, so that more suites can be made up for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the report."""

    text: str
    broken: Sequence[str] = ()
    """Promises that it shows to be broken."""


def lines(draws: Draws) -> Iterator[Line]:
    """Yield every line of the report, as soon as it is known."""
    yield from _coverage(replace(draws, replications=COVERAGE_TIMES * draws.replications))
    yield from _alarms(draws)
    yield from _detection(draws)
    yield from _one_arm_stops(draws)


def _coverage(draws: Draws) -> Iterator[Line]:
    yield from _head("One arm: how often an interval at 95 % holds the true pass rate, in %", coverage.ONE_ARM_HEADER)
    yield from _covered(coverage.one_arm_rows(draws))
    yield from _head("Two arms: how often it holds the true difference, in %", coverage.TWO_ARMS_HEADER)
    yield from _covered(coverage.two_arms_rows(draws))


def _covered(rows: Iterator[tuple[str, Sequence[coverage.Held]]]) -> Iterator[Line]:
    below: list[str] = []
    for text, cells in rows:
        yield Line(text=text, broken=[str(each) for each in cells if each.is_short])
        below += [str(each) for each in cells if each.ours.value < coverage.PROMISED]
    yield Line(text="")
    yield Line(text=f"Below {coverage.PROMISED:.0%}: {'; '.join(below) or 'none'}.")


def _alarms(draws: Draws) -> Iterator[Line]:
    tables = (
        ("Two arms that are the same: called `regressed`, in %", false_alarms.alarm_rows),
        ("A candidate that is worse by exactly the margin: passes, in %", false_alarms.pass_rows),
    )
    for title, rows in tables:
        yield from _head(title, false_alarms.HEADER)
        for text, cells in rows(draws):
            wrong = [f"{each.rule}, {each.design}: wrong in {each.highest} %" for each in cells if each.is_broken]
            yield Line(text=text, broken=wrong)


def _detection(draws: Draws) -> Iterator[Line]:
    yield from _head("Baseline 90 %, judged once, at the end: what is called, in %", detection.HEADER)
    yield from (Line(text=text) for text in detection.once_rows(draws))
    yield from _head("The same with early stops, and the share of planned calls held, in %", detection.EARLY_HEADER)
    yield from (Line(text=text) for text in detection.early_rows(draws))


def _one_arm_stops(draws: Draws) -> Iterator[Line]:
    bad, good = one_arm_stops.UNACCEPTABLE, one_arm_stops.ACCEPTABLE
    title = f"A floor: {bad:.0%} is unacceptable, {good:.0%} is fine (Wald), in %"
    yield from _head(title, one_arm_stops.FLOOR_HEADER)
    for text, floor in one_arm_stops.floor_rows(draws):
        yield Line(text=text, broken=[f"a floor at {floor.rate:.0%} is judged wrongly"] if floor.is_broken else ())
    yield from _head("Pass rules stopped as soon as they are decided, in %", one_arm_stops.CURTAILED_HEADER)
    for text, cells in one_arm_stops.curtailed_rows(draws):
        yield Line(text=text, broken=["stopping changed an answer"] if any(each.changed for each in cells) else ())


def _head(title: str, header: Sequence[str]) -> Iterator[Line]:
    yield from (Line(text=text) for text in ("", f"**{title}**", "", *header))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--replications",
        type=int,
        default=REPLICATIONS,
        help=f"suites made up for a number, {COVERAGE_TIMES} times as many for coverage (default {REPLICATIONS})",
    )
    parser.add_argument("--quick", action="store_true", help=f"make do with {QUICK}: half a minute, and rough numbers")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the made-up suites (default {SEED})")
    parser.add_argument(
        "--case-sd",
        type=float,
        default=CASE_SD,
        help=f"how unlike the cases are: sd of their logits (default {CASE_SD})",
    )
    arguments = parser.parse_args()
    if arguments.replications < 1:
        parser.error("--replications: at least one suite has to be made up")
    if not 0 <= arguments.case_sd <= MOST_UNLIKE:
        parser.error(f"--case-sd: from 0, all cases alike, to {MOST_UNLIKE}")
    replications = QUICK if arguments.quick else arguments.replications
    draws = Draws(replications=replications, seed=arguments.seed, case_sd=arguments.case_sd)
    broken: list[str] = []
    for line in lines(draws):
        print(line.text, flush=True)
        broken += line.broken
    if broken:
        print(f"\nworse than promised: {'; '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
