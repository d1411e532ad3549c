"""What a table of arms says in words: the same in the terminal and on the page."""

from collections.abc import Iterator, Sequence

from harness.regression.arm_table import LEAST_SHARE, ArmTable, Axis, Pair
from harness.regression.bootstrap import FEWEST
from harness.regression.wording import between
from harness.report.numbers import count, p_value, percent, points, ratio

_MOST_NAMED = 4


def best_sentence(table: ArmTable) -> str:
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


def pair_words(pair: Pair, *, pairs: int) -> str:
    """Return a group's difference from the reference, with its interval and test.

    Args:
        pair: The two.
        pairs: How many pairs the table has, for which p is adjusted.
    """
    found = pair.difference
    if found.estimate is None:
        return f"{pair.group}: no common case with a valid trial in both" if pair.paired else f"{pair.group}: unknown"
    said = f"{pair.group}: {points(found.estimate)} points ({between(found, unit=' points')})"
    if not pair.paired:
        return said
    tested = tested_words(pair, pairs=pairs)
    return f"{said}{f', {tested}' if tested else ''}, {count(pair.cases, 'common case')}"


def tested_words(pair: Pair, *, pairs: int) -> str:
    """Return `p = 0.031 (Holm, 3 pairs)`; empty without a test."""
    if pair.p_holm is None:
        return ""
    shown = p_value(pair.p_holm)
    together = f" (Holm, {pairs} pairs)" if pairs > 1 else ""
    return f"p {shown}{together}" if shown.startswith("<") else f"p = {shown}{together}"


def table_warnings(table: ArmTable) -> tuple[str, ...]:
    """Return what must be known beside a table, each once."""
    return tuple(dict.fromkeys(_warnings(table)))


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


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
