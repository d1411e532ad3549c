"""`harness plan`: what a run would take and what it could prove, before the first call."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from harness.cli.chosen import choose
from harness.cli.options import CHOICE, PATHS, SETTINGS, command_settings, with_options
from harness.model.suite import ArmRole, Suite
from harness.pricing.estimate import Span
from harness.pricing.lines import FREE_CALLS
from harness.pricing.money import amount, between
from harness.regression.design import POWER, Variances, cases_to_detect
from harness.runs import Plan, count
from harness.runs.forecast import Forecast, Part, design_for, forecast, last_run, variances_before
from harness.settings import Settings


@click.command(
    help="""Say what a run would take and what it could prove; places no call.

PATHS are suite files or folders searched for *.suite.yaml; without any, the folder suites. Every option of
harness run counts here too: arms, tier, judge, profile, budget. Calls, minutes and money are a low and a high;
where the last run held the same calls, what they really took is used.

\b
Examples:
  harness plan suites/
  harness plan suites/ --against receptionist@v1 --profile release
  harness plan suites/ --engine-model openai.gpt-4o --judge openai.gpt-4o-mini
  harness plan suites/ --detect 0.10                     how many cases show a drop of ten points

\b
Exit codes:
  0  the plan was printed
  2  the set-up, a suite file or the command line is wrong
"""
)
@PATHS
@with_options(CHOICE)
@with_options(SETTINGS)
@click.option("--detect", type=float, metavar="SHARE", help="Also say how many cases find a drop of the pass rate.")
@click.option(
    "--power", type=float, default=POWER, metavar="SHARE", help="How surely a drop is to be found (default 0.8)."
)
def command(
    paths: tuple[Path, ...],
    prompts: tuple[str, ...],
    against: str | None,
    engine_models: tuple[str, ...],
    detect: float | None,
    power: float,
    **values: Any,
) -> None:
    """Plan; the help text is above."""
    settings = command_settings(values)
    chosen = choose(settings, paths=paths, prompts=prompts, against=against, engine_models=engine_models)
    plan = chosen.plan(settings)
    last = last_run(settings)
    lines = [
        *_sizes(chosen.with_arms, plan),
        "",
        *_takes(forecast(settings, plan, last=last), settings),
        "",
        *_proves(plan, variances=variances_before(plan, last=last), detect=detect, power=power),
    ]
    click.echo("\n".join(lines))


def _sizes(suites: Sequence[Suite], plan: Plan) -> Iterator[str]:
    for suite in suites:
        cells = [each for each in plan.planned if each.suite == suite.name]
        trials = sorted({each.trials for each in cells})
        tried = count(trials[0], "trial") if len(trials) == 1 else f"{trials[0]} to {trials[-1]} trials"
        calls = count(sum(each.trials for each in cells), "call")
        yield f"{suite.name}: {count(len(suite.cases), 'case')} × {tried} × {count(len(suite.arms), 'arm')} = {calls}"
        for arm in suite.arms:
            yield f"  {arm.label}{'  (baseline)' if arm.role is ArmRole.BASELINE else ''}"


def _takes(found: Forecast, settings: Settings) -> Iterator[str]:
    calls = f"{found.calls.high:,.0f}"
    if found.calls.low < found.calls.high:
        calls += f" at most, {found.calls.low:.0f} where the first trials decide"
    yield f"Calls:   {calls}"
    wall = f"{_time(found.wall_minutes)} on the clock, {settings.concurrency} at a time"
    yield f"Time:    {_time(found.minutes)} of conversation; {wall}"
    if not found.parts:
        free = FREE_CALLS if settings.is_live else "everything is embedded, simulated or played from cassettes"
        yield f"Money:   0.00 USD: {free}"
    else:
        priced = any(part.usd is not None for part in found.parts)
        yield f"Money:   {between(found.usd) if priced else 'unknown'} ({found.dated})"
        yield from (f"  {_part(part)}" for part in found.parts)
    yield from _budget(found, usd=settings.budget)
    if found.known_from:
        yield f"         as in run {found.known_from} where it held these calls"


def _part(part: Part) -> str:
    name = f"{part.service} {part.model} ({part.side})"
    return f"{name}: {'not priced; add a [[price]] to a file of yours' if part.usd is None else between(part.usd)}"


def _budget(found: Forecast, *, usd: float) -> Iterator[str]:
    if math.isinf(usd):
        return
    if any(part.usd is None for part in found.parts):
        yield f"Budget:  {amount(usd)} cannot be kept: a run needs a price for everything it uses"
    elif found.usd.high <= usd:
        yield f"Budget:  {amount(usd)} is enough"
    elif found.usd.low <= usd:
        yield f"Budget:  {amount(usd)} may stop the run before its plan is through"
    else:
        yield f"Budget:  {amount(usd)} will stop the run before its plan is through"


def _proves(plan: Plan, *, variances: Variances, detect: float | None, power: float) -> Iterator[str]:
    found = design_for(plan, variances=variances, power=power)
    yield f"Proof:   {found.sentence}"
    if detect is not None:
        cases = cases_to_detect(detect, trials=found.trials, policy=plan.asked.policy, variances=variances, power=power)
        yield (
            f"         A drop of {100 * detect:.0f} points is found with a chance of {100 * power:.0f}% by "
            f"{count(cases, 'case')} × {count(found.trials, 'trial')}."
        )
    source = f"of {variances.source}" if variances.source else "are assumed: no earlier run has shown them"
    yield f"         Variances {source} (cases {variances.case:.3f}, trials {variances.trial:.3f})."


def _time(span: Span) -> str:
    low, high = (_one_time(minutes) for minutes in (span.low, span.high))
    return high if low == high else f"{low} to {high}"


def _one_time(minutes: float) -> str:
    if minutes < 1:
        return f"{60 * minutes:.0f} s"
    return f"{minutes:.0f} min" if minutes >= 10 else f"{minutes:.1f} min"
