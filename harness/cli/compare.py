"""`harness compare`: the arms of stored runs beside each other."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from harness.cli.compare_table import table_lines
from harness.cli.options import REPORTS, command_settings
from harness.model.exit_code import ExitCode
from harness.model.run import Run
from harness.regression.arm_table import ArmTable, Dimension
from harness.regression.comparability import differences, same_label_two_texts, suites_of
from harness.regression.facts import arms_of
from harness.regression.groups import joined
from harness.regression.judgement import Standing
from harness.regression.ranking import compare_by
from harness.report.arm_words import best_sentence
from harness.runner.outcome import fold_outcomes
from harness.runs.costs import call_cost
from harness.settings import Settings
from harness.store.reading import LATEST, find_run, load_run


@click.command(
    help="""Lay the arms of a stored run beside each other: engine_models, prompts, voices or personas.

RUNS are ids of runs, the start of them, or latest (the default). Several are compared if they were measured
alike. Engine models and prompts are compared case by case; voices and personas have different cases, and are
shown without a ranking. Nothing here passes or fails.

\b
Examples:
  harness compare
  harness compare latest --by prompt --reference receptionist@v1
  harness compare 20260131-0930 20260201-0930 --by engine_model
  harness compare --by persona --json

\b
Exit codes:
  0  compared, whatever it came to
  2  there is no such run, or only one to compare
  3  not_comparable: the runs were not measured alike; or a run cannot be read
"""
)
@click.argument("runs", nargs=-1)
@click.option(
    "--by",
    type=click.Choice([dimension.value for dimension in Dimension]),
    default=Dimension.ENGINE_MODEL.value,
    help="What is compared (default engine_model).",
)
@click.option(
    "--reference",
    default="",
    metavar="NAME",
    help="Hold the others against this one (default: the baseline, else the first).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
@REPORTS
@click.pass_context
def command(
    ctx: click.Context, /, runs: tuple[str, ...], by: str, reference: str, as_json: bool, reports: Path | None
) -> None:
    """Compare; the help text is above."""
    settings = command_settings({"reports": reports})
    found = stored_runs(settings, runs)
    dimension = Dimension(by)
    differs = _differences(found, by=dimension)
    if differs:
        _refuse(differs, as_json=as_json)
        ctx.exit(ExitCode.UNPROVED)
    tables = compare_by(
        joined(found, by=dimension), dimension, reference=reference, cost=call_cost(settings), seed=settings.seed
    )
    if as_json:
        click.echo(_json({"runs": [run.id for run in found], "tables": [_document(table) for table in tables]}))
        return
    for place, table in enumerate(tables):
        click.echo("\n".join([*([""] if place else []), *table_lines(table)]))


def stored_runs(settings: Settings, refs: Sequence[str]) -> tuple[Run, ...]:
    """Return stored runs, each once; the latest where none is named.

    Raises:
        ConfigurationError: there is no such run.
        StoreError: it cannot be read.
    """
    folders = dict.fromkeys(find_run(settings.runs, ref) for ref in refs or (LATEST,))
    return tuple(load_run(folder, fold=fold_outcomes) for folder in folders)


def _differences(runs: Sequence[Run], *, by: Dimension) -> tuple[str, ...]:
    """Return why runs may not be compared with the first of them; versions whose text changed are two prompts."""
    first, *others = runs
    theirs = arms_of(first)
    lines = []
    for other in others:
        ours = arms_of(other)
        found = differences(first.provenance, other.provenance, suites=suites_of(theirs) & suites_of(ours))
        texts = () if by is Dimension.PROMPT else same_label_two_texts(theirs, ours)
        lines += [f"{other.id}: {line}" for line in (*found, *texts)]
    return tuple(lines)


def _refuse(differs: Sequence[str], *, as_json: bool) -> None:
    word = Standing.NOT_COMPARABLE.value
    if as_json:
        click.echo(_json({word: list(differs)}))
        return
    click.echo(f"{word}: the runs were not measured alike, so that a difference says nothing about the arms", err=True)
    for line in differs:
        click.echo(f"  {line}", err=True)
    click.echo("Run the arms together: harness run suites/ with every --engine-model or --prompt to compare", err=True)


def _document(table: ArmTable) -> dict[str, object]:
    return {"sentence": best_sentence(table), **asdict(table), "best": list(table.best)}


def _json(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)
