"""The page that lays engine models, or prompts, beside each other."""

from dataclasses import replace
from pathlib import Path

from harness.model.run import Run
from harness.model.suite import ArmRole
from harness.report.pages import write_report
from tests.report.small_runs import costing, small_run, together
from tests.report.test_pages import WellFormed

GOOD, POOR = ("PPP", "PPP", "PPF", "PPP"), ("PFF", "FFF", "PFF", "PFF")


def engines() -> Run:
    return together(
        small_run(*GOOD, engine_model="large", latency_ms=(1500, 1700)),
        small_run(*GOOD, engine_model="quick", latency_ms=(500, 700)),
        small_run(*POOR, engine_model="small", latency_ms=(1600, 1800)),
    )


def written(run: Run, folder: Path, **options: object) -> Path:
    return write_report(run, run_folder=folder, pages=folder / "html", **options).parent  # type: ignore[arg-type]


def read(path: Path) -> WellFormed:
    page = WellFormed()
    page.feed(path.read_text(encoding="utf-8"))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    return page


def test_engine_models_stand_beside_each_other_with_their_intervals(tmp_path: Path) -> None:
    cost = costing({"large": 0.02, "quick": 0.003, "small": 0.001})
    page = read(written(engines(), tmp_path, cost=cost) / "compare.html")
    assert "Engine models with receptionist@v2" in page.text
    assert "A large ★ among the best 91.7% [" in page.text
    assert "] 4 cases × 3, indicative 1.60 s 24 answers 1.70 s not measured $0.0200 50%" in page.text
    assert "B quick ★ among the best not beaten 91.7% [" in page.text
    assert "C small not beaten 25% [" in page.text
    assert {link for link in page.links if "/" in link} == {"receptionist/v2.html"}


def test_the_set_among_the_best_is_told_first(tmp_path: Path) -> None:
    page = read(written(engines(), tmp_path) / "compare.html")
    assert "large and quick are among the best; nothing separates them on 4 cases." in page.text
    assert "Nothing here passes or fails a run." in page.text


def test_pairs_have_their_difference_and_a_p_for_all_pairs_together(tmp_path: Path) -> None:
    text = read(written(engines(), tmp_path) / "compare.html").text
    assert "Compared with large" in text
    assert "small −67 points [" in text
    assert "(Holm, 2 pairs), 4 common cases small beside large small: −67 points (" in text


def test_quality_and_delay_are_drawn_with_their_facts_in_words(tmp_path: Path) -> None:
    text = read(written(engines(), tmp_path) / "compare.html").text
    assert "Pass rate and median delay of 3 engine_models" in text
    assert "B quick: 91.7% [" in text
    assert "0.60 s" in text


def test_the_front_page_leads_there(tmp_path: Path) -> None:
    page = read(written(engines(), tmp_path) / "index.html")
    assert "compare.html" in page.links
    assert "Engine models beside each other → large and quick are among the best" in page.text


def test_prompts_under_test_are_compared_too_with_their_baseline(tmp_path: Path) -> None:
    run = together(
        small_run(*GOOD, version="v3"),
        small_run(*POOR, version="v2"),
        small_run(*GOOD, version="v1", role=ArmRole.BASELINE),
    )
    page = read(written(run, tmp_path) / "compare.html")
    assert "Prompt versions with embedded.extractive" in page.text
    assert "Compared with receptionist@v1" in page.text
    assert {"receptionist/v1.html", "receptionist/v2.html", "receptionist/v3.html"} <= set(page.links)


def test_one_candidate_and_its_baseline_need_no_such_page(tmp_path: Path) -> None:
    pages = written(engines(), tmp_path)
    run = together(small_run(*GOOD), small_run(*POOR, version="v1", role=ArmRole.BASELINE))
    assert (pages / "compare.html").is_file()
    written(run, tmp_path)
    assert not (pages / "compare.html").exists()
    assert "compare.html" not in read(pages / "index.html").links


def test_what_must_be_known_stands_below_the_table(tmp_path: Path) -> None:
    run = together(small_run("PPP", "PP?", engine_model="a"), small_run("PPP", "???", engine_model="b"))
    text = read(written(run, tmp_path) / "compare.html").text
    assert "a: 1 of 6 trials are invalid and left out" in text
    assert "b has no valid trial of desk::c01" in text
    assert "the Pareto marks leave out latency, cost: not measured for every" in text
    assert "not priced" in text


def test_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    first = (written(engines(), tmp_path / "a") / "compare.html").read_bytes()
    assert (written(engines(), tmp_path / "b") / "compare.html").read_bytes() == first


def test_prompts_that_tried_different_cases_are_not_laid_beside_each_other(tmp_path: Path) -> None:
    menu = small_run("PPP", version="v1")
    other = replace(menu.prompts[0], name="sales")
    results = tuple(replace(result, prompt=other.label, case="elsewhere") for result in menu.results)
    run = together(small_run("PPP"), replace(menu, prompts=(other,), results=results))
    assert not (written(run, tmp_path) / "compare.html").exists()
