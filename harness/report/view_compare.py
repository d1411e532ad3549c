"""The page that lays several arms beside each other: engine models, or prompts, all held against one of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.run import Run
from harness.model.suite import ArmRole
from harness.regression.arm_table import ArmTable, CallCost, Dimension, Group, Pair
from harness.regression.groups import columns_by
from harness.regression.ranking import compare_by
from harness.regression.wording import design
from harness.report.arm_words import best_sentence, pair_words, table_warnings, tested_words
from harness.report.numbers import NOT_MEASURED, count, percent, points, seconds
from harness.report.pictures import IntervalPlot, ParetoPicture, draw_differences, draw_pareto
from harness.report.pictures.axis import Mark
from harness.report.pictures.pareto import letter_of

COMPARE = "compare.html"
"""Beside `index.html`."""

_NAMES = {
    Dimension.ENGINE_MODEL: "engine model",
    Dimension.PROMPT: "prompt version",
    Dimension.VOICE: "voice",
    Dimension.PERSONA: "persona",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRow:
    """One arm in the matrix."""

    letter: str
    """In the picture."""
    name: str
    href: str
    """The page of its prompt."""
    among_best: bool
    pareto: bool
    rate: str
    interval: str
    size: str
    delay: str
    slow: str
    answers: str
    misheard: str
    words: str
    cost: str
    on_top: str
    """Share of case resamples in which it has the highest pass rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """An arm beside the one all are held against."""

    group: str
    change: str
    interval: str
    tested: str
    cases: str
    plot: IntervalPlot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """Arms that differ in one thing only."""

    by: str
    fixed: str
    sentence: str
    rows: tuple[ArmRow, ...]
    picture: ParetoPicture | None
    reference: str
    pairs: tuple[PairRow, ...]
    axis: tuple[Mark, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """Everything a run says about arms beside each other."""

    run_id: str
    title: str
    sentence: str
    """The first table's."""
    tables: tuple[TableView, ...]


def view_compare(run: Run, *, hrefs: Mapping[str, str], cost: CallCost | None = None) -> ComparePage | None:
    """Return the page; None for a run without two arms under test that tried the same cases.

    Args:
        run: What was tried.
        hrefs: The page of each prompt version, by its label.
        cost: What a call cost; None: nothing is priced.
    """
    under_test = [result for result in run.results if result.role is ArmRole.CANDIDATE]
    tables = [
        table
        for by, names in (
            (Dimension.ENGINE_MODEL, {result.engine_model for result in under_test}),
            (Dimension.PROMPT, {result.prompt for result in under_test}),
        )
        if len(names) > 1
        for table in _tables(run, by, cost=cost)
        if sum(group.name in names for group in table.groups) > 1
    ]
    if not tables:
        return None
    views = tuple(_table(table, hrefs=hrefs) for table in tables)
    things = " and ".join(dict.fromkeys(f"{_NAMES[table.by]}s" for table in tables))
    return ComparePage(run_id=run.id, title=things[:1].upper() + things[1:], sentence=views[0].sentence, tables=views)


def _tables(run: Run, by: Dimension, *, cost: CallCost | None) -> tuple[ArmTable, ...]:
    """Return what can be compared; nothing where each has cases of its own."""
    return compare_by(run, by, cost=cost, seed=run.provenance.seed) if columns_by(run, by) else ()


def _table(table: ArmTable, *, hrefs: Mapping[str, str]) -> TableView:
    pairs = table.pairs
    rows = draw_differences(pairs, said=[f"{pair_words(pair, pairs=len(pairs))}." for pair in pairs])
    return TableView(
        by=_NAMES[table.by],
        fixed=table.fixed,
        sentence=best_sentence(table),
        rows=tuple(_row(group, letter_of(place), table, hrefs=hrefs) for place, group in enumerate(table.groups)),
        picture=draw_pareto(table),
        reference=pairs[0].reference if pairs else "",
        pairs=tuple(_pair(pair, plot, pairs=len(pairs)) for pair, plot in zip(pairs, rows.plots, strict=True)),
        axis=rows.axis,
        warnings=table_warnings(table),
    )


def _row(group: Group, letter: str, table: ArmTable, *, hrefs: Mapping[str, str]) -> ArmRow:
    rate = group.rate.interval
    measured = rate.estimate is not None
    few = ", indicative" if group.indicative else ""
    each = group.rate.trials / group.rate.cases if group.rate.cases else 0
    whole = each == int(each)
    size = design(group.rate.cases, (int(each), int(each))) if whole else count(group.rate.cases, "case")
    trials = "" if whole else f", {count(group.rate.trials, 'trial')}"
    return ArmRow(
        letter=letter,
        name=group.name,
        href=hrefs.get(group.name if table.by is Dimension.PROMPT else table.fixed, ""),
        among_best=group.among_best,
        pareto=group.pareto,
        rate=percent(rate.estimate),
        interval=f"[{percent(rate.low)}, {percent(rate.high)}]" if measured else "",
        size=f"{size}{trials}{few}" if measured else "no valid trial",
        delay=seconds(group.latency_p50_ms),
        slow=seconds(group.latency_p95_ms),
        answers=count(group.answers, "answer") if group.answers else "",
        misheard=percent(group.hearing_wer),
        words=count(group.words, "word") if group.words else "",
        cost=_cost(group.cost_usd),
        on_top="" if group.best_share is None else percent(group.best_share),
    )


def _cost(usd: float | None) -> str:
    if usd is None:
        return "not priced"
    return f"${usd:.4f}" if usd else "$0"


def _pair(pair: Pair, plot: IntervalPlot | None, *, pairs: int) -> PairRow:
    found = pair.difference
    known = found.estimate is not None
    return PairRow(
        group=pair.group,
        change=f"{points(found.estimate)} points" if found.estimate is not None else NOT_MEASURED,
        interval=f"[{points(found.low)}, {points(found.high)}]" if known else "",
        tested=tested_words(pair, pairs=pairs),
        cases=count(pair.cases, "common case") if pair.paired else "different cases",
        plot=plot,
    )
