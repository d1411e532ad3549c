"""The front page: the three lines, the numbers, and every prompt with its versions and its trend."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.model.score import Unscored
from harness.model.suite import ArmRole
from harness.regression.decision import Decision, decide
from harness.regression.judgement import Standing
from harness.report.history import History, record_of
from harness.report.pages import write_report
from harness.report.versions import prompt_versions
from harness.runner.outcome import summarise
from harness.testing.builders import make_change, make_judgement
from tests.report.small_runs import decided, small_run, together
from tests.report.test_pages import WellFormed

BASELINE = ArmRole.BASELINE


def front(
    run: Run,
    folder: Path,
    *,
    before: tuple[Run, ...] = (),
    notes: tuple[str, ...] = (),
    decision: Decision | None = None,
) -> WellFormed:
    records = tuple(record_of(each, decided(each), prompt_versions(each)) for each in before)
    history = History(records=records, notes=notes)
    write_report(run, run_folder=folder, pages=folder / "html", decision=decision or decided(run), history=history)
    return page_of(folder / "html" / "index.html")


def page_of(path: Path) -> WellFormed:
    page = WellFormed()
    page.feed(path.read_text(encoding="utf-8"))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    return page


def test_three_lines_say_why_what_is_uncertain_and_what_next(tmp_path: Path) -> None:
    text = front(small_run("PPP", "PPF", "PPP", "PP?"), tmp_path).text
    assert "Why 1 of 4 cases failed, because turn 3: the agent did not say “Friday”" in text
    assert "Uncertain Cases like these pass" in text
    assert "of the time (95% interval, on few cases); 1 trial left out; everything that was asked was measured." in text
    assert "Next Hear the first failure, mend the prompt, and run it again: c01" in text


def test_the_first_failure_is_one_link_away(tmp_path: Path) -> None:
    page = front(small_run("PPP", "FFF"), tmp_path)
    assert next(link for link in page.links if "#case-" in link).startswith("receptionist/v2.html#case-desk-c01")


def test_a_run_that_passed_says_what_to_do_with_it(tmp_path: Path) -> None:
    text = front(small_run("PPP", "PPP"), tmp_path).text
    assert "Why Each of 2 cases met its pass rule; 6 of 6 trials passed." in text
    assert "Next Keep it to compare with: harness baseline bless latest" in text


def test_what_was_not_measured_is_told_and_the_rest_is_one_click_away(tmp_path: Path) -> None:
    run = small_run("PP", "PP")
    scores = (Unscored(name="latency", reason="no audio"), Unscored(name="wer", reason="no recogniser"))
    results = tuple(replace(r, trials=tuple(replace(t, scores=scores) for t in r.trials)) for r in run.results)
    text = front(replace(run, results=results), tmp_path).text
    assert "not measured: 4 × latency (no audio) and 1 more kind." in text
    assert "all that was not measured Neither passed nor failed: 4 × latency (no audio) 4 × wer (no recogniser)" in text


@pytest.mark.parametrize(
    ("letters", "why", "next_step"),
    [
        ("!!", "Why 1 of 1 cases could not be held", "Read what kept the calls from being measured: c00"),
        ("??", "Why 1 of 1 cases could not be judged", "Read what kept the calls from being measured: c00"),
    ],
)
def test_a_run_that_proves_nothing_says_what_stood_in_its_way(
    letters: str, why: str, next_step: str, tmp_path: Path
) -> None:
    text = front(small_run(letters), tmp_path).text
    assert why in text
    assert f"Next {next_step}" in text
    assert "not measured" in text


def test_every_number_has_its_interval_its_size_and_how_it_was_counted(tmp_path: Path) -> None:
    text = front(small_run(*["PPP"] * 9, "PFF", latency_ms=(500, 700, 900)), tmp_path).text
    assert "Trials passed 93.3% 95% interval [" in text
    assert "28 of 30 trials over 10 cases how counted" in text
    assert "Delay, median 0.70 s 95% interval [0.70 s, 0.70 s] 90 answers, longest 0.90 s" in text
    assert "with too few answers a side of it is open" in text


def test_a_side_of_a_delay_that_nobody_knows_is_open(tmp_path: Path) -> None:
    text = front(small_run("PPP", "PPP", "PPP", latency_ms=(500, 700)), tmp_path).text
    assert "Delay, 95% 0.70 s 95% interval [0.70 s, open]" in text


def test_versions_stand_with_their_latest_verdict_and_the_run_it_is_from(tmp_path: Path) -> None:
    old = small_run("PPP", "FFF", version="v1", day=2)
    older = small_run("FFF", "FFF", version="v1", day=1)
    page = front(small_run("PPP", "PPP", day=3), tmp_path, before=(older, old))
    assert (
        "receptionist@v2 embedded.extractive ✓ passed 100% [34.2%, 100%] 2 cases × 3 not measured this run" in page.text
    )
    assert (
        "receptionist@v1 embedded.extractive ✗ failed 50% [9.5%, 90.5%] 2 cases × 3 not measured 2025-06-02 12:00 "
        "20250602-120000-ab12"
    ) in page.text
    assert "receptionist/v1.html" not in page.links


def test_a_baseline_is_marked_as_one(tmp_path: Path) -> None:
    run = together(small_run("PP"), small_run("PF", version="v1", role=BASELINE))
    assert "baseline (shown, never gates)" in front(run, tmp_path).text


def test_the_trend_shows_each_run_and_says_which_was_measured_otherwise(tmp_path: Path) -> None:
    first, second = small_run("PPP", "FFF", version="v1", day=1), small_run("PPP", "PPF", version="v1", day=2)
    other_cases = small_run("PPP", day=3)
    third = small_run("PPP", "PPF", day=4)
    slow = replace(third, id="20250605-120000-ab12", provenance=replace(third.provenance, latency="measured"))
    text = front(small_run("PPP", "PPP", day=6), tmp_path, before=(first, second, other_cases, third, slow)).text
    assert "Pass rate of receptionist over 6 runs" in text
    assert "From 50% with v1 (2025-06-01 12:00) to 100% with v2 (2025-06-06 12:00); lowest 50%, highest 100%." in text
    assert "2 of 6 runs measured otherwise, or with other cases: hollow" in text
    assert "20250603-120000-ab12 2025-06-03 12:00 v2 ✓ passed 100% [20.7%, 100%] 1 case × 3 other cases" in text
    assert "20250605-120000-ab12 2025-06-04 12:00 v2 ✗ failed 83.3% [" in text
    assert "2 cases × 3 latency" in text


def test_a_first_run_says_that_a_trend_needs_another(tmp_path: Path) -> None:
    assert "No trend yet: it takes two runs of a prompt." in front(small_run("P"), tmp_path).text


def test_runs_that_are_left_out_are_noted(tmp_path: Path) -> None:
    text = front(small_run("P"), tmp_path, notes=("3 earlier runs left out: not finished",)).text
    assert "3 earlier runs left out: not finished." in text


def test_a_run_of_several_engine_models_has_a_trend_for_each(tmp_path: Path) -> None:
    def both(day: int) -> Run:
        return together(small_run("PP", engine_model="a", day=day), small_run("PF", engine_model="b", day=day))

    text = front(both(2), tmp_path, before=(both(1),)).text
    assert "Pass rate of receptionist, a over 2 runs" in text
    assert "Pass rate of receptionist, b over 2 runs" in text


def test_the_longest_list_of_failures_is_cut_and_says_so(tmp_path: Path) -> None:
    page = front(small_run(*["F"] * 23), tmp_path)
    assert "3 more did not pass; they stand on the pages of their versions." in page.text


def test_every_arms_delays_stand_on_the_front_page(tmp_path: Path) -> None:
    run = together(small_run("PP", latency_ms=(500,)), small_run("PP", version="v1", role=BASELINE, latency_ms=(900,)))
    text = front(run, tmp_path).text
    assert "How long receptionist@v2 took to answer" in text
    assert "median 0.90 s" in text


def test_an_empty_run_keeps_its_page(tmp_path: Path) -> None:
    run = replace(small_run(), prompts=(), planned=2)
    assert "This run holds no prompt version." in front(run, tmp_path).text
    assert Outcome.INCONCLUSIVE.value in front(run, tmp_path).text


@pytest.mark.parametrize("name", ["index.html", "receptionist/v2.html"])
def test_a_comparison_that_got_worse_names_the_cases_and_where_to_look(name: str, tmp_path: Path) -> None:
    run = small_run("PPP", "PPP")
    verdict = summarise(run.results, planned_trials=run.planned)
    worse = make_change(standing=Standing.REGRESSED, worse=tuple(f"desk::c{n:02d}" for n in range(5)))
    front(run, tmp_path, decision=decide(verdict, make_judgement(worse)))
    text = page_of(tmp_path / "html" / name).text
    assert (
        "Why Each of 2 cases met its pass rule; 6 of 6 trials passed; worse than before: c00, c01, c02 and 2 more."
        in text
    )


def test_an_undecided_comparison_is_called_uncertain(tmp_path: Path) -> None:
    run = small_run("PPP", "PPP")
    verdict = summarise(run.results, planned_trials=run.planned)
    open_change = make_change(standing=Standing.INCONCLUSIVE)
    text = front(run, tmp_path, decision=decide(verdict, make_judgement(open_change))).text
    assert "Uncertain The comparison with receptionist@v1 is undecided; cases like these pass" in text
