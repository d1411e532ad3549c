"""The pages in a real browser, opened from the disk with the network blocked."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.model.call import Role
from harness.regression.decision import decide
from harness.report.pages import write_report
from harness.runner.outcome import summarise
from harness.testing.builders import make_change, make_judgement, make_metric, make_turn
from tests.report.browsing import needs_browser, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.report.conftest import Sample

pytestmark = needs_browser


def pages_of(sample: "Sample") -> Path:
    return write_report(sample.run, run_folder=sample.folder, pages=sample.folder.parent / "html").parent


def test_the_pages_open_from_the_disk_without_a_complaint(browser: "Browser", red: "Sample") -> None:
    pages = pages_of(red)
    with opened(browser, pages / "index.html") as watched:
        watched.page.click("text=receptionist@v2 >> nth=0")
        watched.page.wait_for_url("**/receptionist/v2.html")
        assert watched.page.locator("h1").inner_text().startswith("receptionist@v2 passes 3 of 5 cases")
        assert watched.complaints == []
        assert {request.partition(":")[0] for request in watched.requests} <= {"file", "data"}


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", ["index.html", "receptionist/v2.html", "receptionist/v1.html"])
def test_nothing_overflows(browser: "Browser", red: "Sample", name: str, width: int) -> None:
    long = make_turn(Role.AGENT, "antidisestablishmentarianism" * 30)
    results = tuple(
        replace(
            case,
            trials=tuple(
                trial
                if trial.call is None
                else replace(trial, call=replace(trial.call, turns=(*trial.call.turns, long)))
                for trial in case.trials
            ),
        )
        for case in red.run.results
    )
    pages = pages_of(replace(red, run=replace(red.run, results=results)))
    with opened(browser, pages / name, viewport={"width": width, "height": 900}) as watched:
        watched.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width


CONTRAST = """
() => {
  const channel = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  document.querySelectorAll('details').forEach(d => { d.open = true; });
  const poor = [];
  for (const node of document.querySelectorAll('main *, header *')) {
    const own = [...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || node.closest('svg') || node.closest('.sr')) continue;
    const pair = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    const name = node.className || node.tagName;
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${name}: ${node.textContent.slice(0, 30)}`);
  }
  return [...new Set(poor)];
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "receptionist/v2.html"])
def test_every_word_has_enough_contrast(browser: "Browser", red: "Sample", name: str, scheme: str) -> None:
    with opened(browser, pages_of(red) / name, color_scheme=scheme) as watched:
        assert watched.page.evaluate(CONTRAST) == []


def compared_pages_of(sample: "Sample") -> Path:
    doubted = make_metric(metric="hearing_wer", margin=0.05, interval=None, doubts=("the baseline has none",))
    change = make_change(make_metric(), doubted, new=("desk::a_case_with_" + "a_long_" * 12 + "name",))
    verdict = summarise(sample.run.results, planned_trials=sample.run.planned)
    decision = decide(verdict, make_judgement(change))
    pages = sample.folder.parent / "html"
    return write_report(sample.run, run_folder=sample.folder, pages=pages, decision=decision).parent


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", ["index.html", "receptionist/v2.html"])
def test_a_comparison_fits_and_its_picture_has_words(browser: "Browser", red: "Sample", name: str, width: int) -> None:
    pages = compared_pages_of(red)
    with opened(browser, pages / name, viewport={"width": width, "height": 900}) as watched:
        page = watched.page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture = page.get_by_role("img", name="pass_rate: regressed")
        box = picture.bounding_box()
        assert box is not None
        assert box["width"] > 140
        row = " ".join(page.get_by_role("row").filter(has=picture).inner_text().split())
        assert "−44 points [−71, −17]" in row
        assert row.endswith("10 points ✗ regressed")
        assert watched.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_a_comparison_has_enough_contrast(browser: "Browser", red: "Sample", scheme: str) -> None:
    with opened(browser, compared_pages_of(red) / "index.html", color_scheme=scheme) as watched:
        assert watched.page.evaluate(CONTRAST) == []
