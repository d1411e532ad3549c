"""Placing a session's calls from the command line, with a bar or with lines, until they are done or Ctrl-C."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from harness.cli.progress import progress
from harness.model.suite import Suite
from harness.runner.batch import Batch
from harness.runner.schedule import Slot
from harness.runner.trial import Toolbox
from harness.runs import (
    Finished,
    Plan,
    announcement,
    budget_of,
    count,
    create,
    finish,
    further_slots,
    new_id,
    prepare,
    referee_of,
    resume,
    spoil_rule,
)
from harness.settings import Settings
from harness.store.folder import RunFolder
from harness.store.reading import find_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A session's calls, and what they came to."""

    finished: Finished
    interrupted: bool
    """Whether Ctrl-C ended it."""


def place_and_tell(settings: Settings, suites: Sequence[Suite], plan: Plan, *, ref: str | None) -> Placed:
    """Place the calls of a plan, write verdict and pages, and print what a terminal shows of them.

    Args:
        settings: The session's.
        suites: Those of the plan.
        plan: What is tried.
        ref: A run to go on with; None: a new one.

    Raises:
        ConfigurationError: the set-up is wrong; no call was placed.
        StoreError: the run cannot be kept.
    """
    folder, interrupted = _place(settings, suites, plan, ref=ref)
    finished = finish(settings, folder.path, colour=sys.stdout.isatty())
    click.echo(finished.text)
    if interrupted:
        click.echo(f"interrupted; to go on, add to the same command: --resume {finished.run.id}", err=True)
    return Placed(finished=finished, interrupted=interrupted)


def _place(settings: Settings, suites: Sequence[Suite], plan: Plan, *, ref: str | None) -> tuple[RunFolder, bool]:
    run_id = find_run(settings.runs, ref).name if ref else new_id()
    toolbox = prepare(settings, plan.planned, run_id=run_id)
    if ref:
        folder = resume(settings, suites, plan, toolbox=toolbox, ref=run_id)
    else:
        folder = create(settings, suites, plan, toolbox=toolbox, run_id=run_id)
    click.echo(announcement(settings, suites, plan, finished=folder.finished()), err=True)
    try:
        _hold(plan.slots, settings, plan, toolbox=toolbox, folder=folder)
        further = further_slots(folder, plan)
        if further:
            click.echo(f"the comparison is undecided: placing {count(len(further), 'further call')}", err=True)
            _hold(further, settings, plan, toolbox=toolbox, folder=folder)
    except KeyboardInterrupt:
        return folder, True
    return folder, False


def _hold(slots: Sequence[Slot], settings: Settings, plan: Plan, *, toolbox: Toolbox, folder: RunFolder) -> None:
    rule = spoil_rule(settings)
    with progress(len(slots), terminal=sys.stderr.isatty()) as watcher:
        batch = Batch(
            toolbox=toolbox,
            store=folder,
            sign=folder,
            concurrency=settings.concurrency,
            rule=rule,
            watcher=watcher,
            referee=referee_of(plan, seed=settings.seed, rule=rule),
            budget=budget_of(settings, plan, finished=folder.finished()),
        )
        asyncio.run(batch.run(slots))
