"""The tables of `harness compare`: one plain sentence, a row a group, a line a pair."""

from collections.abc import Iterator, Sequence

from harness.regression.arm_table import ArmTable, Group
from harness.report.arm_words import best_sentence, pair_words, table_warnings
from harness.report.numbers import interval, percent, seconds


def table_lines(table: ArmTable) -> Iterator[str]:
    """Yield a table as lines of a terminal."""
    yield best_sentence(table)
    yield ""
    yield f"{table.by.value} with {table.fixed}"
    yield from _aligned([_heads(table), *(_row(table, group) for group in table.groups)])
    if table.pairs:
        yield ""
        unlike = "" if table.paired else " (not paired: these are different cases)"
        yield f"Passed, compared with {table.pairs[0].reference}{unlike}:"
        yield from (f"  {pair_words(pair, pairs=len(table.pairs))}" for pair in table.pairs)
    warnings = table_warnings(table)
    if warnings:
        yield ""
        yield from (f"warning: {line}" for line in warnings)


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


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
