"""The pages in a real browser, opened from the disk with the network blocked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.model.call import Role
from harness.regression.decision import decide
from harness.report.pages import write_report
from harness.runner.outcome import summarise
from harness.testing.builders import make_change, make_judgement, make_metric, make_turn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.report.conftest import Sample

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed"),
]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Watched:
    """A page and everything it complained about or asked for."""

    page: "Page"
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: "Browser", path: Path, **context: Any) -> Iterator[Watched]:
    with browser.new_context(offline=True, **context) as session:
        watched = Watched(session.new_page())
        watched.page.on("console", lambda message: watched.complaints.append(message.text))
        watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        watched.page.on("request", lambda request: watched.requests.append(request.url))
        watched.page.goto(path.as_uri())
        yield watched


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


def test_a_script_in_a_transcript_is_shown_and_not_run(browser: "Browser", green: "Sample") -> None:
    script = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    result = green.run.results[0]
    call = result.trials[0].call
    assert call is not None
    trial = replace(result.trials[0], call=replace(call, turns=(make_turn(Role.AGENT, script),)))
    run = replace(green.run, results=(replace(result, trials=(trial,)),))
    with opened(browser, pages_of(replace(green, run=run)) / "receptionist" / "v2.html") as watched:
        assert watched.page.title() == "✓ receptionist@v2 – voipbin-harness"
        assert watched.page.locator(".spoken").text_content() == script
        assert watched.complaints == []


def test_a_time_stamp_moves_the_player_there(browser: "Browser", red: "Sample") -> None:
    with opened(browser, pages_of(red) / "receptionist" / "v2.html") as watched:
        page = watched.page
        trial = page.locator(".case.failed .trial.trial").first
        page.evaluate("document.querySelectorAll('audio').forEach(a => { a.muted = true; })")
        now = "document.querySelector('.case.failed audio').currentTime"
        trial.locator(".time").nth(2).click()
        page.wait_for_selector(".case.failed .turn.failed.now")
        assert trial.locator(".turn.now").count() == 1
        assert page.evaluate(now) >= 8.42
        trial.locator(".turn.failed .hear").click()
        page.wait_for_selector(".case.failed .turn.caller.now")
        assert 6.42 <= page.evaluate(now) < 8.42
        assert watched.complaints == []


def test_the_time_of_a_finding_moves_the_player_there(browser: "Browser", told: "Sample") -> None:
    with opened(browser, pages_of(told) / "receptionist" / "v2.html") as watched:
        page = watched.page
        page.evaluate("document.querySelectorAll('audio').forEach(a => { a.muted = true; })")
        page.locator(".finding .time").first.click()
        page.wait_for_selector(".turn.now")
        assert page.locator(".turn.now .spoken").text_content() == "Goodbye."
        assert page.evaluate("document.querySelector('audio').currentTime") >= 4
        assert watched.complaints == []


@pytest.mark.parametrize("width", [1440, 390])
def test_what_the_platform_kept_opens_and_fits(browser: "Browser", told: "Sample", width: int) -> None:
    size = {"width": width, "height": 800}
    with opened(browser, pages_of(told) / "receptionist" / "v2.html", viewport=size) as watched:
        watched.page.click(".kept > summary")
        watched.page.wait_for_selector(".kept table")
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
        assert watched.complaints == []


def test_a_missing_recording_says_so_when_it_is_asked_for(browser: "Browser", red: "Sample") -> None:
    pages = pages_of(red)
    shutil.rmtree(pages / "audio")
    with opened(browser, pages / "receptionist" / "v2.html") as watched:
        watched.page.click(".case.failed .hear >> nth=0")
        watched.page.wait_for_selector(".case.failed .audio-error:not([hidden])")


def test_a_link_into_a_closed_case_opens_it(browser: "Browser", green: "Sample") -> None:
    pages = pages_of(green)
    with opened(browser, pages / "receptionist" / "v2.html") as watched:
        assert watched.page.locator(".case[open]").count() == 0
        watched.page.click(".dot >> nth=0")
        watched.page.wait_for_selector(".case[open] .trial[open] .turns")
        anchor = watched.page.evaluate("location.hash")
    with opened(browser, Path(str(pages / "receptionist" / "v2.html"))) as watched:
        watched.page.goto(f"{(pages / 'receptionist' / 'v2.html').as_uri()}{anchor}")
        watched.page.wait_for_selector(".case[open] .trial[open] .turns")


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
