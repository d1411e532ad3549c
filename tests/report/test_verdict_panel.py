from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.model.quarantine import Quarantine
from harness.model.run import CaseStanding
from harness.regression.decision import decide
from harness.regression.judgement import ArmChange, EarlyEvidence, Judgement, Standing
from harness.regression.policy import Profile, policy_of
from harness.report.pages import write_report
from harness.runner.outcome import summarise
from harness.testing.builders import make_change, make_judgement, make_metric
from tests.report.reading import page_text
from tests.report.test_pages import WellFormed

if TYPE_CHECKING:
    from tests.report.conftest import Sample

EARLY = EarlyEvidence(standing=Standing.REGRESSED, pairs=14, e_value=27.43, p_anytime=0.036)
KEPT = Quarantine(until=date(2026, 12, 31), owner="kitchen team", reason="the menu changes weekly")


def page_of(sample: "Sample", judgement: Judgement, name: str = "index.html") -> WellFormed:
    verdict = summarise(sample.run.results, planned_trials=sample.run.planned)
    pages = sample.folder.parent / "html"
    write_report(sample.run, run_folder=sample.folder, pages=pages, decision=decide(verdict, judgement))
    page = WellFormed()
    page.feed((pages / name).read_text(encoding="utf-8"))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    return page


def words(page: WellFormed) -> str:
    return " ".join(page.text.split())


@pytest.mark.parametrize("name", ["index.html", "receptionist/v2.html"])
def test_a_page_tells_the_answer_its_numbers_and_the_next_step(green: "Sample", name: str) -> None:
    text = words(page_of(green, make_judgement(), name))
    assert "4 of 4 cases passed; regressed: receptionist@v2 beside receptionist@v1" in text
    assert "100% → 55.6% 7 cases × 3 −44 points [−71, −17] p = 0.031" in text
    assert "Change −44 points, 90% interval [−71, −17], margin 10 points." in text
    assert "Next read with harness report latest --open the cases that got worse" in text


def test_the_page_of_the_baseline_has_no_comparison(green: "Sample") -> None:
    assert "The comparison" not in words(page_of(green, make_judgement(), "receptionist/v1.html"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            make_change(early=EARLY),
            "some case got worse, and not by chance; seen pair by pair: 14 pairs of trials proved that some case got",
        ),
        (make_change(make_metric(interval=None, doubts=("<none> is there",))), "no interval 10 points ✗ regressed"),
        (make_change(make_metric(doubts=("<none> is there",))), "<none> is there"),
        (make_change(standing=Standing.NOT_COMPARABLE, differs=("stt: a, b",)), "not measured alike"),
        (make_change(notes=("two texts under one label",)), "two texts under one label"),
        (make_change(removed=("desk::gone",)), "Removed, not compared gone"),
    ],
    ids=["early", "no interval", "doubt", "not comparable", "note", "removed"],
)
def test_everything_that_limits_an_answer_is_told(green: "Sample", change: ArmChange, said: str) -> None:
    assert said in words(page_of(green, make_judgement(change)))


def test_a_smoke_run_says_that_it_gates_nothing(green: "Sample") -> None:
    assert "shown, not gated" in words(page_of(green, make_judgement(policy=policy_of(Profile.SMOKE))))


@pytest.mark.parametrize("name", ["index.html", "receptionist/v2.html"])
@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (CaseStanding(quarantine=KEPT), "in quarantine until 2026-12-31 (kitchen team)"),
        (CaseStanding(quarantine=KEPT, expired=True), "quarantine ended on 2026-12-31"),
        (CaseStanding(compared=True, required=False), "not required: counts in the comparison only"),
        (CaseStanding(), "flaky: 1 passed, 1 failed"),
    ],
    ids=["quarantine", "expired", "not required", "flaky"],
)
def test_a_case_says_beside_its_outcome_what_that_is_worth(
    red: "Sample", standing: CaseStanding, said: str, name: str
) -> None:
    results = tuple(
        replace(result, standing=standing) if result.case == "opening_hours" else result for result in red.run.results
    )
    page_of(replace(red, run=replace(red.run, results=results)), make_judgement(), name)
    assert said in page_text(red.folder.parent / "html" / name)


def test_the_front_page_says_how_steady_every_arm_is(red: "Sample") -> None:
    text = words(page_of(red, make_judgement()))
    assert "How steady it is" in text
    assert "hours (1 of 2 passed)" in text


def test_equal_comparisons_give_equal_pages(green: "Sample", tmp_path: Path) -> None:
    decision = decide(summarise(green.run.results, planned_trials=16), make_judgement())
    pages = [tmp_path / "one", tmp_path / "two"]
    for folder in pages:
        write_report(green.run, run_folder=green.folder, pages=folder, decision=decision)
    first, second = ((folder / "index.html").read_bytes() for folder in pages)
    assert first == second
