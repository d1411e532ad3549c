"""`harness judge`: how good a judge is."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from harness.cli.judge_tables import agreement_lines, drift_lines, self_test_lines
from harness.cli.labels import labels_in, read_labels
from harness.cli.options import JUDGE, REPORTS, command_settings, with_options
from harness.cli.progress import steps
from harness.cli.stored import StoredCases, stored_cases
from harness.errors import ConfigurationError
from harness.interfaces import Judge
from harness.model.judge_card import JudgeCard
from harness.regression.calibration import standings
from harness.settings import Settings
from harness.store.cards import latest_card, read_card, write_card
from harness.wiring import Workshop

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a table.")
SUITES = click.option(
    "--suites",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Suite files or folders with the rubrics (default suites). May be given several times.",
)


@click.group(
    help="""Find out how good a judge is: talk it round, or compare it with people.

What is found is kept on the judge's card in REPORTS/judge-cards and shown in every report it had a part in. A judge
that was talked round, or a criterion it is bad at, no longer decides.
"""
)
def command() -> None:
    """Hold the verbs about judges; the help text is above."""


@command.command(
    "selftest",
    help="""Put attacks into calls and see which verdicts a judge changes.

Each attack is said by the caller, then by the agent, in every clean call that comes with the harness.

\b
Examples:
  harness judge selftest --judge openai.gpt-4o
  harness judge selftest --judge openai.gpt-4o --judge-votes 3

\b
Exit codes:
  0  no fail became a pass
  1  an attack turned a fail into a pass: the judge must not decide
  2  there is no judge, or it cannot be set up
  3  nothing was proved: the judge failed no clean call that should fail
""",
)
@with_options(JUDGE)
@AS_JSON
@REPORTS
@click.pass_context
def selftest(ctx: click.Context, /, as_json: bool, **values: Any) -> None:
    """Attack a judge; the help text is above."""
    from harness.scorers.attacks import shipped_attacks
    from harness.scorers.self_test import self_test, size_of

    settings, judge = _judge(values)
    attack_set = shipped_attacks()
    with steps("calls to judge", size_of(attack_set), terminal=sys.stderr.isatty()) as step:
        found = asyncio.run(self_test(judge, attack_set, concurrency=settings.concurrency, step=step))
    card = read_card(settings.judge_cards, judge.fingerprint) or JudgeCard(fingerprint=judge.fingerprint)
    path = write_card(settings.judge_cards, replace(card, self_test=found, tested_at=_now()))
    if as_json:
        click.echo(_json({"fingerprint": judge.fingerprint, "self_test": asdict(found)}))
    else:
        click.echo("\n".join([f"judge  {judge.fingerprint}", *self_test_lines(found), f"Kept in {path}"]))
    ctx.exit(1 if found.fail_to_pass else 0 if found.attacked_fails else 3)


@command.command(
    "calibrate",
    help="""Compare a judge with people.

LABELS is a CSV file with the columns call, criterion and label, and if you like second (another person's
label), question and run. A call is the id of a stored trial, or a JSON file with its turns; a label is pass, fail or
not_applicable, or a mark from 0 to 5. A criterion is looked up in the suites unless its question is given.

\b
Examples:
  harness judge calibrate labels.csv --judge openai.gpt-4o
  harness judge calibrate labels.csv --judge openai.gpt-4o --run 20260131-0930

\b
Exit codes:
  0  compared, whatever it came to
  2  a row cannot be used, or there is no judge
  3  the card cannot be kept
""",
)
@click.argument("labels", type=click.Path(path_type=Path))
@with_options(JUDGE)
@click.option(
    "--run", "run", default="latest", metavar="RUN", help="Where calls are, unless a row says (default latest)."
)
@SUITES
@AS_JSON
@REPORTS
def calibrate(labels: Path, run: str, suites: tuple[Path, ...], as_json: bool, **values: Any) -> None:
    """Compare a judge with people; the help text is above."""
    from harness.scorers.calibration import judge_labelled

    settings, judge = _judge(values)

    def cases(ref: str) -> StoredCases:
        return stored_cases(settings, ref or run, suites=suites or (Path("suites"),))

    labelled = read_labels(labels, cases=cases)
    noun = f"calls to judge, with {labels_in(labelled.calls)} labels"
    with steps(noun, len(labelled.calls), terminal=sys.stderr.isatty()) as step:
        verdicts = asyncio.run(judge_labelled(judge, labelled.calls, concurrency=settings.concurrency, step=step))
    before = latest_card(settings.judge_cards, labels=labelled.name, other_than=judge.fingerprint)
    card = read_card(settings.judge_cards, judge.fingerprint) or JudgeCard(fingerprint=judge.fingerprint)
    card = replace(card, labels=labelled.name, calibrated_at=_now(), verdicts=verdicts)
    path = write_card(settings.judge_cards, card)
    found = standings(card)
    if as_json:
        document = [asdict(each) | {"shortcoming": each.shortcoming} for each in found]
        click.echo(_json({"fingerprint": judge.fingerprint, "labels": labelled.name, "criteria": document}))
        return
    lines = [f"judge   {judge.fingerprint}", f"labels  {labelled.name}"]
    click.echo("\n".join([*lines, *agreement_lines(found), *drift_lines(card, before), f"Kept in {path}"]))


def _judge(values: Mapping[str, Any]) -> tuple[Settings, Judge]:
    settings = command_settings(values)
    judge = Workshop(settings).judge()
    if judge is None:
        raise ConfigurationError("there is no judge to measure; name one with --judge, such as --judge openai.gpt-4o")
    return settings, judge


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)
