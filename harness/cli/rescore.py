"""`harness rescore`: the calls of a stored run, judged again."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from harness.cli.judge import SUITES
from harness.cli.options import JUDGE, REPORTS, command_settings, with_options
from harness.cli.progress import steps
from harness.cli.stored import StoredCases, stored_cases
from harness.errors import ConfigurationError
from harness.interfaces import Scorer
from harness.model.run import TrialResult
from harness.regression.rejudged import ChangedBy, JudgedTwice, Rejudged, agent_changes, judge_changes
from harness.runner.outcome import fold_outcomes
from harness.runner.rejudging import rejudge
from harness.runs import finish, new_id
from harness.runs.asked import read_asked, write_asked
from harness.scorers.rubric import RubricScorer
from harness.settings import Settings
from harness.store.folder import copy_run
from harness.store.reading import find_run, load_run, read_header
from harness.wiring import Workshop

_MOST_SHOWN = 20


@click.command(
    help="""Judge the calls of a stored run again, without placing any.

RUN is a run's id, the start of it, or latest (the default). The run stays as it is; a new one beside it has the same
calls with the new verdicts. With --against another run is judged by the same judge, so that what the agent
changed is told from what a change of judge changed.

\b
Examples:
  harness rescore latest --judge openai.gpt-4o
  harness rescore latest --judge openai.gpt-4o --rubric courtesy
  harness rescore latest --judge openai.gpt-4o --against 20260131-0930

\b
Exit codes:
  0  judged again, whatever it came to
  2  there is no such run, judge, suite or rubric
  3  the run cannot be read, or the new one not be written
"""
)
@click.argument("run", default="latest")
@with_options(JUDGE)
@click.option("--rubric", metavar="NAME", help="Judge every call by this rubric instead of its case's own.")
@click.option("--against", metavar="RUN", help="An earlier run to compare with, judged by the same judge.")
@SUITES
@REPORTS
def command(run: str, rubric: str | None, against: str | None, suites: tuple[Path, ...], **values: Any) -> None:
    """Judge again; the help text is above."""
    settings = command_settings(values)
    workshop = Workshop(settings)
    judge = workshop.judge()
    if judge is None:
        raise ConfigurationError("nobody is there to judge; name a judge with --judge, such as --judge openai.gpt-4o")
    scorer = RubricScorer(judge=judge, card=workshop.judge_card())
    paths = suites or (Path("suites"),)
    refs = [run] if against is None else [against, run]
    judged = []
    for ref in refs:
        cases = stored_cases(settings, ref, suites=paths, rubric=rubric)
        judged.append(_judged_again(settings, cases, scorer=scorer, fingerprint=judge.fingerprint))
    for each in judged:
        click.echo(
            f"{each.stored.id} was judged by {each.stored.provenance.judge or 'nobody'}; now, as {each.again.id}:"
        )
        click.echo("\n".join(_table(judge_changes(each.stored, each.again))))
    if len(judged) > 1:
        click.echo(f"\nFrom {judged[0].stored.id} to {judged[1].stored.id}:")
        click.echo("\n".join(_table(agent_changes(judged[0], judged[1]))))
    finished = finish(settings, settings.runs / judged[-1].again.id, colour=sys.stdout.isatty())
    click.echo(f"\n{finished.text}")


def _judged_again(settings: Settings, cases: StoredCases, *, scorer: Scorer, fingerprint: str) -> JudgedTwice:
    """Make a new run of a stored one's calls, with the verdicts of another judge."""
    for name in cases.changed:
        click.echo(f"warning: the suite {name} has changed since {cases.run.id}; it is judged as it is now", err=True)
    lost = sorted({call.trial.planned for call in cases.trials.values() if call.trial.planned not in cases.planned})
    if lost:
        raise ConfigurationError(
            f"{lost[0]} of run {cases.run.id} is in none of the suites, and {len(lost) - 1} more: "
            "name the suites it came from with --suites"
        )
    source = find_run(settings.runs, cases.run.id)
    header = read_header(source)
    again = replace(
        header.run,
        id=new_id(),
        provenance=replace(header.run.provenance, judge=fingerprint),
        rescored=cases.run.rescored or cases.run.id,
    )
    calls = list(cases.trials.values())
    with steps("calls to judge", len(calls), terminal=sys.stderr.isatty()) as step:
        results = asyncio.run(_rejudge(calls, cases, scorer=scorer, concurrency=settings.concurrency, step=step))
    # Only now, so that a session that is interrupted leaves no half of a run behind.
    folder = copy_run(source, replace(header, run=again))
    write_asked(folder.path, read_asked(source))
    for result in results:
        folder.append(result)
    return JudgedTwice(stored=cases.run, again=load_run(folder.path, fold=fold_outcomes))


async def _rejudge(
    calls: Sequence[TrialResult], cases: StoredCases, *, scorer: Scorer, concurrency: int, step: Callable[[], None]
) -> list[TrialResult]:
    limit = asyncio.Semaphore(concurrency)

    async def one(call: TrialResult) -> TrialResult:
        async with limit:
            result = await rejudge(call, cases.planned[call.trial.planned], scorer=scorer)
        step()
        return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(call)) for call in calls]
    return [task.result() for task in tasks]


def _table(found: Rejudged) -> Iterator[str]:
    if not found.compared:
        yield "  no criterion was asked both times"
        return
    width = max(len("criterion"), *(len(name) for name, _ in found.compared))
    yield f"  {'criterion':{width}}  compared  by judge  by agent"
    for name, number in found.compared:
        judge, agent = (found.count(name, by) for by in (ChangedBy.JUDGE, ChangedBy.AGENT))
        yield f"  {name:{width}}  {number:8}  {judge:8}  {agent:8}"
    for change in found.changes[:_MOST_SHOWN]:
        yield f"  {change.criterion} of {change.trial}: {change.before} → {change.after} (by the {change.by.value})"
    if len(found.changes) > _MOST_SHOWN:
        yield f"  … and {len(found.changes) - _MOST_SHOWN} more in the reports"
