"""What the pictures say in words, and that they stay small and true at the edges."""

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.regression.arm_table import Dimension
from harness.regression.ranking import compare_by
from harness.report.pages import write_report
from harness.report.pictures import draw_differences, draw_grid, draw_latency, draw_pareto, draw_trend
from harness.report.pictures.axis import Axis
from harness.report.pictures.grid import MOST_CASES, GridCase
from harness.report.pictures.pareto import letter_of
from harness.report.pictures.trend import TrendValue
from tests.report.small_runs import small_run, together

P, F = Outcome.PASSED, Outcome.FAILED


class Counting(HTMLParser):
    """Counts the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1


def rate(value: float, *, day: int = 1, version: str = "v1", outcome: Outcome = P, unlike: str = "") -> TrendValue:
    return TrendValue(
        run=f"run{day}",
        started=f"2025-06-{day:02d} 12:00",
        version=version,
        outcome=outcome,
        rate=value,
        low=max(value - 0.1, 0),
        high=min(value + 0.1, 1),
        size="8 cases × 3",
        unlike=unlike,
    )


@pytest.mark.parametrize(
    ("axis", "labels"),
    [
        pytest.param(Axis(low=0, high=1), ["0", "0.2", "0.4", "0.6", "0.8", "1"], id="linear"),
        pytest.param(Axis(low=90, high=5000, is_log=True), ["100", "200", "500", "1000", "2000", "5000"], id="log"),
        pytest.param(Axis(low=3, high=3), ["3"], id="one value"),
    ],
)
def test_an_axis_has_round_marks(axis: Axis, labels: list[str]) -> None:
    assert [mark.label for mark in axis.marks(lambda value: f"{value:g}")] == labels


def test_delays_are_told_with_their_quantiles_and_intervals() -> None:
    picture = draw_latency({"v2": list(range(600, 1600, 10)), "v1": [700, 800]})
    assert picture is not None
    v2, v1 = picture.rows
    assert v2.description == (
        "median 1.09 s [0.99 s, 1.20 s], 95% 1.54 s [1.49 s, 1.59 s], shortest 0.60 s, longest 1.59 s, 100 answers."
    )
    assert v1.description == "median 0.75 s, 95% 0.80 s [0.70 s, open], shortest 0.70 s, longest 0.80 s, 2 answers."
    assert (v2.is_bars, v1.is_bars) == (True, False)
    assert v1.path.count("M") == 2


def test_arms_share_one_axis_and_it_is_logarithmic_where_one_is_many_times_slower() -> None:
    near, far = draw_latency({"a": [500], "b": [900]}), draw_latency({"a": [100], "b": [9000]})
    assert near is not None
    assert far is not None
    assert (near.is_log, far.is_log) == (False, True)
    assert "linear scale" in near.reading
    assert "logarithmic scale" in far.reading
    assert float(far.rows[0].marks[0].at.rstrip("%")) < float(far.rows[1].marks[0].at.rstrip("%"))


def test_an_arm_nobody_timed_is_named_and_without_any_there_is_no_picture() -> None:
    picture = draw_latency({"v2": [500], "v1": []})
    assert picture is not None
    assert picture.unmeasured == ("v1",)
    assert draw_latency({"v2": [], "v1": []}) is None


def test_every_trial_of_a_case_has_its_cell() -> None:
    grid = draw_grid([GridCase(title="hours", anchor="case-hours", outcome=F, trials=(P, F, P))])
    assert grid is not None
    (row,) = grid.rows
    assert row.description == "trial 1 passed, trial 2 failed, trial 3 passed"
    assert [(cells.outcome, cells.number, cells.xs) for cells in row.cells] == [(P, 2, "8 44"), (F, 1, "26")]


def test_a_case_with_many_trials_says_how_many_are_not_drawn() -> None:
    grid = draw_grid([GridCase(title="hours", anchor="", outcome=P, trials=(P,) * 30)])
    assert grid is not None
    assert grid.rows[0].description.endswith("trial 12 passed, 18 more trials")


def test_bands_tell_every_number() -> None:
    cases = [
        GridCase(title=f"c{n}", anchor="", outcome=P if n < 8 else F, trials=(P, P if n < 7 else F)) for n in range(10)
    ]
    grid = draw_grid(cases)
    assert grid is not None
    assert [(band.title, band.description) for band in grid.bands] == [
        ("Cases", "8 passed (80%), 2 failed (20%)"),
        ("Trials", "17 passed (85%), 3 failed (15%)"),
        ("Steadiness", "7 every trial passed (70%), 3 some passed (30%)"),
    ]


@pytest.mark.parametrize(("cases", "named"), [(1, 1), (MOST_CASES, MOST_CASES), (MOST_CASES + 1, 0), (10_000, 0)])
def test_cases_are_named_while_there_are_not_too_many(cases: int, named: int) -> None:
    grid = draw_grid([GridCase(title=f"c{n}", anchor="", outcome=P, trials=(P,)) for n in range(cases)])
    assert grid is not None
    assert (grid.cases, len(grid.rows)) == (cases, named)


def test_nothing_is_drawn_of_no_case() -> None:
    assert draw_grid([]) is None


def test_a_trend_tells_where_it_began_and_where_it_is() -> None:
    trend = draw_trend("desk", [rate(0.5), rate(0.7, day=2, outcome=F), rate(0.9, day=3, version="v2")])
    assert trend is not None
    assert trend.title == "Pass rate of desk over 3 runs"
    assert trend.description == (
        "From 50% with v1 (2025-06-01 12:00) to 90% with v2 (2025-06-03 12:00); lowest 50%, highest 90%."
    )
    assert [point.words for point in trend.points][1] == "2025-06-02 12:00, v1: 70% [60%, 80%], 8 cases × 3, failed"
    assert [point.at for point in trend.points] == ["2.00%", "50.00%", "98.00%"]
    assert [mark.label for mark in trend.versions] == ["v1", "v2"]
    assert [label for _, label in trend.axis] == ["30%", "65%", "100%"]


def test_a_run_that_was_measured_otherwise_is_told_and_not_on_the_line() -> None:
    trend = draw_trend("desk", [rate(0.5), rate(0.7, day=2, unlike="tier"), rate(0.9, day=3)])
    assert trend is not None
    assert trend.unlike == 1
    assert trend.points[1].words.endswith("measured otherwise: tier")
    assert trend.path.count("L") == 1


def test_one_run_is_no_trend() -> None:
    assert draw_trend("desk", [rate(0.5)]) is None


def test_versions_that_follow_each_other_closely_do_not_write_over_each_other() -> None:
    trend = draw_trend("desk", [rate(0.5, day=n + 1, version=f"v{n}") for n in range(20)])
    assert trend is not None
    places = [float(mark.at.rstrip("%")) for mark in trend.versions if mark.label]
    assert len(trend.versions) == 20
    assert min(b - a for a, b in pairwise(places)) >= 14


def three_arms() -> tuple[Run, Run, Run]:
    return (
        small_run("PPP", "PPP", "PPP", "PPF", engine_model="slow and good", latency_ms=(1500,)),
        small_run("PPP", "PPF", "PFF", "PPF", engine_model="fast", latency_ms=(500,)),
        small_run("PFF", "PFF", "PFF", "FFF", engine_model="beaten", latency_ms=(1600,)),
    )


def test_arms_are_placed_by_pass_rate_and_delay() -> None:
    (table,) = compare_by(together(*three_arms()), Dimension.ENGINE_MODEL)
    picture = draw_pareto(table)
    assert picture is not None
    good, fast, beaten = picture.points
    assert good.y < fast.y < beaten.y
    assert fast.share < good.share < beaten.share
    assert picture.path.count("L") == 1
    assert good.words.startswith("A slow and good: 91.7% [")
    assert "1.50 s, among the best, not beaten" in good.words
    assert picture.title == "Pass rate and median delay of 3 engine_models"


def test_an_arm_without_a_delay_is_named_and_one_arm_is_no_picture() -> None:
    good, fast, _ = three_arms()
    silent = small_run("PPP", "PPP", engine_model="silent")
    (table,) = compare_by(together(good, fast, silent), Dimension.ENGINE_MODEL)
    picture = draw_pareto(table)
    assert picture is not None
    assert picture.left_out == ("silent",)
    (pair,) = compare_by(together(silent, fast), Dimension.ENGINE_MODEL)
    assert draw_pareto(pair) is None


def test_arms_at_one_place_have_letters_below_each_other() -> None:
    runs = [small_run("PPP", "PPF", engine_model=f"m{n}", latency_ms=(500,)) for n in range(3)]
    (table,) = compare_by(together(*runs), Dimension.ENGINE_MODEL)
    picture = draw_pareto(table)
    assert picture is not None
    assert len({point.letter_dy for point in picture.points}) == 3


def test_pairs_stand_on_one_axis_with_no_difference_in_its_middle() -> None:
    (table,) = compare_by(together(*three_arms()), Dimension.ENGINE_MODEL)
    rows = draw_differences(table.pairs, said=["fast is worse", "beaten is worse"])
    fast, beaten = rows.plots
    assert fast is not None
    assert beaten is not None
    assert fast.zero == beaten.zero == "50.00%"
    assert float(beaten.estimate.rstrip("%")) < float(fast.estimate.rstrip("%")) < 50
    assert beaten.description == "beaten is worse"
    assert "0" in [mark.label for mark in rows.axis]


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "A2")])
def test_letters_never_run_out(place: int, letter: str) -> None:
    assert letter_of(place) == letter


def test_a_page_with_thousands_of_cases_stays_small(tmp_path: Path) -> None:
    run = small_run("PPF", latency_ms=(500, 700))
    (result,) = run.results
    many = tuple(
        replace(result, case=f"c{n}", planned=result.planned.replace("c00", f"c{n}"), trials=result.trials[:1])
        for n in range(3_000)
    )
    write_report(replace(run, results=many, planned=3_000), run_folder=tmp_path, pages=tmp_path / "html")
    for name in ("index.html", "receptionist/v2.html"):
        page = Counting()
        page.feed((tmp_path / "html" / name).read_text(encoding="utf-8"))
        assert page.tags.total() < 2000
