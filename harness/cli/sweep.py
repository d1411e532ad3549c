"""`harness sweep`: what runs that died left on a real platform."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from harness.cli.account import NEEDS_ACCOUNT, SITE, open_account
from harness.cli.options import command_settings, with_options
from harness.errors import HarnessError
from harness.settings import Settings
from harness.transports.voipbin.sweeping import Found, Left, Removal, find_left, remove


@click.command(
    help=f"""Delete what runs of the harness left on VoIPBIN because their process was killed.

For each arm a run makes an AI on the platform, and for cases with a flow a flow, and deletes them at its end. Each
carries a mark in its detail: the run, and a time after which nobody needs it (6 hours after it was made). Sweep finds
what is marked and past that time, hangs up calls that are still up with it, and deletes it. Nothing without a mark is
touched: your own AIs and flows are safe.

What is not past its time may be in use by a run that is going on; it is listed and left alone. If you know that its run
is over, name it.

{NEEDS_ACCOUNT}

\b
Examples:
  harness sweep --dry-run                    what would be deleted
  harness sweep                              delete it
  harness sweep --run 20261126-120000-abcd   all of that run, now

\b
Exit codes:
  0  nothing is left that should be gone
  2  no account is set
  3  the platform failed, and something is still there; run it again
"""
)
@click.option("--run", "run_id", metavar="RUN", default="", help="Only what this run made, whether or not it is over.")
@click.option("--dry-run", is_flag=True, help="List what would be deleted, and delete nothing.")
@with_options(SITE)
def command(*, run_id: str, dry_run: bool, **values: Any) -> None:
    """Sweep; the help text is above."""
    problems = asyncio.run(_sweep(command_settings(values), run_id=run_id, dry_run=dry_run))
    if problems:
        raise HarnessError(f"{_count(problems)} still there: run harness sweep again, or delete them in the console")


async def _sweep(settings: Settings, *, run_id: str, dry_run: bool) -> list[Left]:
    problems: list[Left] = []

    def told(removal: Removal) -> None:
        if removal.problem:
            problems.append(removal.left)
            click.echo(f"  not deleted  {_line(removal.left)}: {removal.problem}", err=True)
        else:
            click.echo(f"  {'hung up' if removal.left.kind == 'call' else 'deleted'}  {_line(removal.left)}")

    async with open_account(settings) as client:
        found = await find_left(client, now=datetime.now(UTC), run_id=run_id)
        click.echo(_heading(found, run_id=run_id, dry_run=dry_run))
        if dry_run:
            for left in found.due:
                click.echo(f"  {_line(left)}")
        else:
            await remove(client, found.due, told=told)
    _tell_in_use(found)
    return problems


def _heading(found: Found, *, run_id: str, dry_run: bool) -> str:
    of_run = f" of run {run_id}" if run_id else ""
    if not found.due:
        return f"nothing{of_run} is left behind"
    return f"{_count(found.due)}{of_run} left behind{', not deleted (--dry-run):' if dry_run else ':'}"


def _tell_in_use(found: Found) -> None:
    for run_id in sorted({each.mark.run_id for each in found.in_use}):
        of_run = [each for each in found.in_use if each.mark.run_id == run_id]
        until = max(each.mark.expires for each in of_run)
        click.echo(
            f"{_count(of_run)} of run {run_id} may be in use until {until:%Y-%m-%d %H:%M} UTC. "
            f"If that run is over: harness sweep --run {run_id}"
        )


def _line(left: Left) -> str:
    return f"{left.kind.value} {left.id}  {left.name}"


def _count(left: Sequence[Left]) -> str:
    counts = Counter(each.kind.value for each in left)
    return ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counts.items())
