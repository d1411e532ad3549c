"""The tables of `harness compare`: one plain sentence, a row a group, a line a pair."""

from collections.abc import Iterator, Sequence

from harness.regression.arm_table import LEAST_SHARE, ArmTable, Axis, Group, Pair
from harness.regression.bootstrap import FEWEST
from harness.regression.wording import between
from harness.report.numbers import count, interval, p_value, percent, points, ratio, seconds

_MOST_NAMED = 4


def table_lines(table: ArmTable) -> Iterator[str]:
    """Yield a table as lines of a terminal."""
    yield sentence(table)
    yield ""
    yield f"{table.by.value} with {table.fixed}"
    yield from _aligned([_heads(table), *(_row(table, group) for group in table.groups)])
    if table.pairs:
        yield ""
        unlike = "" if table.paired else " (not paired: these are different cases)"
        yield f"Passed, compared with {table.pairs[0].reference}{unlike}:"
        yield from (f"  {_pair(pair, pairs=len(table.pairs))}" for pair in table.pairs)
    warnings = list(dict.fromkeys(_warnings(table)))
    if warnings:
        yield ""
        yield from (f"warning: {line}" for line in warnings)


def sentence(table: ArmTable) -> str:
    """Return which groups are among the best, or why nobody can tell."""
    by, on = table.by.value, count(table.common, "case")
    if not table.paired:
        return f"Not ranked: each {by} has cases of its own, and a difference may be theirs."
    if not table.common:
        return f"Not ranked: no case has a valid trial with every {by}."
    few = f" That is indicative: fewer than {FEWEST} cases." if table.common < FEWEST else ""
    best = table.best
    if len(best) == 1:
        return f"{best[0]} is the best on {on}: no other comes out on top in {percent(LEAST_SHARE)} of resamples.{few}"
    if len(best) == len(table.groups):
        return f"Nothing separates {_listed(best)} on {on}.{few}"
    return f"{_listed(best)} are among the best; nothing separates them on {on}.{few}"


def _heads(table: ArmTable) -> list[str]:
    heads = [table.by.value, "passed", "cases, trials", "delay p50", "p95", "misheard", "cost a call"]
    return [*heads, "on top", "pareto"] if table.paired else heads


def _row(table: ArmTable, group: Group) -> list[str]:
    cells = [
        group.name,
        interval(group.rate.interval),
        f"{group.rate.cases}, {group.rate.trials}{' (indicative)' if group.indicative else ''}",
        seconds(group.latency_p50_ms),
        seconds(group.latency_p95_ms),
        percent(group.hearing_wer),
        "not priced" if group.cost_usd is None else f"${group.cost_usd:.4f}" if group.cost_usd else "$0",
    ]
    return [*cells, percent(group.best_share), "yes" if group.pareto else ""] if table.paired else cells


def _pair(pair: Pair, *, pairs: int) -> str:
    found = pair.difference
    if found.estimate is None:
        return f"{pair.group}: no common case with a valid trial in both" if pair.paired else f"{pair.group}: unknown"
    said = f"{pair.group}: {points(found.estimate)} points ({between(found, unit=' points')})"
    if not pair.paired:
        return said
    return f"{said}{_tested(pair, pairs=pairs)}, {count(pair.cases, 'common case')}"


def _tested(pair: Pair, *, pairs: int) -> str:
    if pair.p_holm is None:
        return ""
    shown = p_value(pair.p_holm)
    together = f" (Holm, {pairs} pairs)" if pairs > 1 else ""
    return f", p {shown}{together}" if shown.startswith("<") else f", p = {shown}{together}"


def _warnings(table: ArmTable) -> Iterator[str]:
    for group in table.groups:
        if group.invalid:
            total = group.invalid + group.rate.trials
            yield f"{group.name}: {ratio(group.invalid, total, 'trial')} are invalid and left out"
        if group.curtailed:
            yield (
                f"{group.name}: {count(group.curtailed, 'case')} stopped when the pass rule was decided, which bends "
                "the rate; harness run --trials N makes every trial"
            )
        if group.missing:
            more = f" and {len(group.missing) - _MOST_NAMED} more" if len(group.missing) > _MOST_NAMED else ""
            yield f"{group.name} has no valid trial of {', '.join(group.missing[:_MOST_NAMED])}{more}"
    for pair in table.pairs:
        yield from (f"{pair.group}, {pair.reference}: {doubt}" for doubt in pair.doubts)
    left_out = [axis.value for axis in Axis if axis not in table.axes]
    if left_out and table.paired:
        yield f"the Pareto marks leave out {', '.join(left_out)}: not measured for every {table.by.value}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
