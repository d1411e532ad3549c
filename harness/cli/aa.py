"""`harness aa`: how often the gate would have called an unchanged prompt worse."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from harness.cli.compare import stored_runs
from harness.cli.options import REPORTS, command_settings
from harness.model.exit_code import ExitCode
from harness.regression.gate import ALPHA
from harness.regression.wolf import SPLITS, WolfCount, cry_wolf
from harness.report.numbers import count, percent, ratio


@click.command(
    help="""Split the attempts of stored runs in halves, gate half against half, and count the false alarms.

Both halves had the same prompt: whatever the gate says of them is chance. RUNS are ids of runs, the start of them, or
latest (the default). Every case needs two attempts or more: harness run suites/ --trials 4.

\b
Examples:
  harness aa
  harness aa latest 20260131-0930
  harness aa --splits 1000 --json

\b
Exit codes:
  0  the gate cries wolf no more often than it may
  2  there is no such run, or nothing to split
  3  the gate cries wolf more often than alpha, by more than chance; or a run cannot be read
"""
)
@click.argument("runs", nargs=-1)
@click.option(
    "--splits", type=click.IntRange(min=1), default=SPLITS, metavar="N", help=f"Of each arm (default {SPLITS})."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
@REPORTS
@click.pass_context
def command(ctx: click.Context, /, runs: tuple[str, ...], splits: int, as_json: bool, reports: Path | None) -> None:
    """Count false alarms; the help text is above."""
    settings = command_settings({"reports": reports})
    found = cry_wolf(stored_runs(settings, runs), seed=settings.seed, splits=splits)
    if as_json:
        document = [asdict(each) | {"wolves": asdict(each.wolves), "cried_wolf": each.cried_wolf} for each in found]
        click.echo(json.dumps({"alpha": ALPHA, "counts": document}, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines(found)))
    ctx.exit(ExitCode.UNPROVED if any(each.cried_wolf for each in found) else ExitCode.PASSED)


def _lines(found: Sequence[WolfCount]) -> Iterator[str]:
    wolves = [each for each in found if each.cried_wolf]
    if wolves:
        yield (
            f"The gate cries wolf: in {ratio(len(wolves), len(found), 'check')} it called an unchanged prompt "
            f"regressed more often than {percent(ALPHA)}, by more than chance. Do not gate on these cases before you "
            "know why."
        )
    elif not any(each.decided for each in found):
        yield "The gate decided nothing, and so raised no alarm: try more cases, or more attempts of each (--trials)."
    else:
        yield f"The gate does not cry wolf more often than {percent(ALPHA)} allows."
    arm = None
    for each in found:
        if (each.run, each.arm) != arm:
            arm = each.run, each.arm
            left_out = f", {each.left_out} with fewer than 2 attempts left out" if each.left_out else ""
            yield ""
            yield f"{each.arm}, run {each.run}: {count(each.cases, 'case')} split{left_out}"
        yield f"  {_line(each)}"
    yield ""
    yield "The splits of an arm share its calls and are not independent: the interval speaks of these calls only."


def _line(each: WolfCount) -> str:
    wolves = each.wolves
    cried = ", cries wolf" if each.cried_wolf else ""
    return (
        f"{each.profile.value}, margin {each.margin:g}: regressed in {ratio(each.regressed, each.splits, 'split')} "
        f"({percent(wolves.low)} to {percent(wolves.high)}), improved in {each.improved}, "
        f"could decide {percent(each.decided / each.splits)}{cried}"
    )
