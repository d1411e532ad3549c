"""The list of cases in a real browser, opened from the disk without a network: narrowed, searched, walked through."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.model.outcome import Outcome
from harness.report.pages import write_report
from tests.report.browsing import Watched, needs_browser, opened, violations
from tests.report.sample_page import everything, write_everything

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

    from tests.report.conftest import Sample

PAGE = "receptionist/v2.html"
PLAIN = 60
MANY = 3_000
OTHERS = 9
"""Cases every sample page has beside the plain ones."""
MOST_NODES = 2000
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"

pytestmark = needs_browser


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page with one of everything and some plain cases."""
    return write_everything(tmp_path_factory.mktemp("few"), cases=PLAIN).parent / PAGE


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page with thousands of cases."""
    return write_everything(tmp_path_factory.mktemp("many"), cases=MANY).parent / PAGE


def rows(watched: Watched) -> "Locator":
    return watched.page.locator("[role=row][data-index]")


def titles(watched: Watched) -> list[str]:
    """Return the titles of the rows that are drawn."""
    return rows(watched).locator(".title > bdi").all_text_contents()


def wait_for_size(watched: Watched, words: str) -> None:
    """Wait until the line above the list says so."""
    watched.page.locator(".sizes .size", has_text=words).wait_for()


def wait_for_call(watched: Watched, title: str) -> None:
    watched.page.locator("#call h3", has_text=title).wait_for()


@contextmanager
def listed(browser: "Browser", path: Path, at: str = "", **context: Any) -> Iterator[Watched]:
    """Open a page and wait for its list."""
    settings = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **context}
    with opened(browser, path, at=at, **settings) as watched:
        watched.page.locator("#list .sizes .size", has_text="case").wait_for()
        yield watched


def test_the_first_failure_is_open_and_the_page_stays_at_its_verdict(browser: "Browser", few: Path) -> None:
    with listed(browser, few) as watched:
        page = watched.page
        page.locator("#call h3").wait_for()
        assert (
            titles(watched)[:3] == ["opening_hours", "told", "question_00012"] or titles(watched)[0] == "opening_hours"
        )
        assert page.locator("#call h3").inner_text() == "opening_hours"
        assert rows(watched).first.get_attribute("aria-selected") == "true"
        assert page.evaluate("[scrollY, location.hash, document.activeElement.tagName]") == [0, "", "BODY"]
        assert watched.complaints == []
        assert {request.partition(":")[0] for request in watched.requests} <= {"file", "data"}


def test_a_row_tells_what_a_reader_needs_to_choose_it(browser: "Browser", few: Path) -> None:
    with listed(browser, few) as watched:
        row = rows(watched).first
        cells = [" ".join(cell.inner_text().split()) for cell in row.get_by_role("gridcell").all()]
        assert cells[0] == "✗ failed"
        assert cells[1] == "opening_hours desk turn 3: the agent did not say “Friday”, “nine” and “eight”"
        assert cells[2] == "▼ broke"
        assert cells[3] == "✗✓ 1 of 2 passed"
        assert cells[4:] == ["1.11 s", "hurried commuter", "flaky: 1 passed, 1 failed booking"]
        heads = watched.page.locator("#list").get_by_role("columnheader").all_inner_texts()
        assert heads == ["Outcome", "Case", "Since v1", "Trials", "Latency", "Persona", "Tags"]


def test_a_chip_shows_its_cases_only_and_says_how_many_there_are(browser: "Browser", few: Path) -> None:
    with listed(browser, few) as watched:
        page = watched.page
        page.get_by_role("button", name="1 broke").click()
        wait_for_size(watched, f"1 of {PLAIN + OTHERS} cases")
        assert titles(watched) == ["opening_hours"]
        assert page.get_by_role("button", name="1 failed").is_visible()
        assert page.evaluate("location.hash") == "#moved=broke"
        page.get_by_role("button", name="1 fixed").click()
        wait_for_size(watched, f"2 of {PLAIN + OTHERS} cases")
        page.go_back()
        wait_for_size(watched, "1 of")
        page.go_back()
        wait_for_size(watched, f"{PLAIN + OTHERS} cases, worst first")
        page.go_forward()
        wait_for_size(watched, "1 of")
        assert page.get_by_role("button", name="1 broke").get_attribute("aria-pressed") == "true"


def test_a_menu_adds_a_value_that_is_taken_away_again(browser: "Browser", few: Path) -> None:
    with listed(browser, few) as watched:
        page = watched.page
        page.get_by_label("Only cases of a tag").select_option("odd")
        wait_for_size(watched, "4 of")
        assert page.evaluate("location.hash") == "#tag=odd"
        page.get_by_role("button", name="tag odd").click()
        wait_for_size(watched, "worst first")


def test_a_search_finds_titles_reasons_and_tags_at_once(browser: "Browser", few: Path) -> None:
    with listed(browser, few) as watched:
        page = watched.page
        page.keyboard.press("/")
        page.keyboard.type("transport GONE")
        wait_for_size(watched, "1 of")
        assert titles(watched) == ["line_drops"]
        assert rows(watched).locator("mark").all_text_contents() == ["transport", "gone"]
        page.keyboard.press("Escape")
        wait_for_size(watched, "worst first")


def test_a_search_reads_the_transcripts_and_opens_the_call_at_the_words(browser: "Browser", few: Path) -> None:
    with listed(browser, few, "#q=%22lovely+terrace%22") as watched:
        page = watched.page
        page.get_by_text("transcripts included").wait_for()
        wait_for_size(watched, "4 of")
        assert page.locator("#search").input_value() == '"lovely terrace"'
        hit = rows(watched).filter(has_text="booking_for_eight").locator(".hit")
        assert hit.inner_text().startswith("turn 1, ")
        assert "lovely terrace" in hit.locator("mark").all_text_contents()
        hit.click()
        wait_for_call(watched, "booking_for_eight")
        page.wait_for_url(re.compile(r"turn=1"))


def test_an_empty_result_says_so_and_leads_back(browser: "Browser", few: Path) -> None:
    with listed(browser, few, "#q=zeppelin&outcome=error") as watched:
        page = watched.page
        page.get_by_text("zeppelin matches what is chosen.").wait_for()
        assert rows(watched).count() == 0
        page.locator(".no-rows").get_by_role("button", name="Clear the filter").click()
        wait_for_size(watched, "worst first")
        assert rows(watched).count() > 5


def test_a_copied_link_shows_the_same_cases_in_the_same_order(browser: "Browser", few: Path) -> None:
    with listed(browser, few) as watched:
        page = watched.page
        page.get_by_role("button", name="passed").first.click()
        page.get_by_role("columnheader", name="Latency").get_by_role("button").click()
        rows(watched).nth(2).click()
        page.wait_for_url(re.compile(r"call="))
        title, shown = page.locator("#call h3").inner_text(), titles(watched)
        fragment = page.evaluate("location.hash")
    with listed(browser, few, fragment) as watched:
        wait_for_call(watched, title)
        assert titles(watched) == shown
        head = watched.page.get_by_role("columnheader", name="Latency")
        assert head.get_attribute("aria-sort") == "descending"
        assert watched.page.locator("[role=row][aria-selected=true] .title > bdi").text_content() == title


@pytest.mark.parametrize("kind", ["case", "trial", "turn"])
def test_an_anchor_of_before_leads_to_its_case(browser: "Browser", few: Path, kind: str) -> None:
    with listed(browser, few) as watched:
        script = "app.rows.title.indexOf('booking_for_eight')"
        case, trial = watched.page.evaluate(f"[app.rows.anchor[{script}], app.rows.trial_ids[{script}][1]]")
    anchor = {"case": case, "trial": trial, "turn": f"{trial}-turn-3"}[kind]
    with listed(browser, few, f"#{anchor}") as watched:
        wait_for_call(watched, "booking_for_eight")
        if kind != "case":
            watched.page.get_by_role("tab", name="Trial 2", selected=True).wait_for()


def test_a_link_to_a_case_that_is_not_there_says_so(browser: "Browser", few: Path) -> None:
    with listed(browser, few, "#case-of-another-run") as watched:
        watched.page.get_by_text("The link names a case this page does not have.").wait_for()


def test_the_keys_lead_through_the_list(browser: "Browser", few: Path) -> None:
    with listed(browser, few) as watched:
        page = watched.page
        place = "document.activeElement.getAttribute('aria-rowindex')"
        for key, expected in (("j", "2"), ("j", "3"), ("ArrowDown", "4"), ("k", "3"), ("ArrowUp", "2")):
            page.keyboard.press(key)
            assert page.evaluate(place) == expected
        page.keyboard.press("End")
        assert page.evaluate(place) == str(PLAIN + OTHERS + 1)
        assert page.evaluate("document.querySelectorAll('[role=row][tabindex=\"0\"]').length") == 1
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        wait_for_call(watched, "told")
        page.locator("#call :focus").wait_for()
        page.keyboard.press("Escape")
        assert page.evaluate(place) == "3"
        assert watched.complaints == []


def test_the_next_failure_is_one_key_away(browser: "Browser", few: Path) -> None:
    with listed(browser, few) as watched:
        page = watched.page
        page.keyboard.press("n")
        page.wait_for_url(re.compile(r"open="))
        assert page.locator("#call h3").inner_text() == "opening_hours"
        page.keyboard.press("n")
        wait_for_call(watched, "told")
        page.keyboard.press("p")
        wait_for_call(watched, "opening_hours")


def test_the_keys_are_listed_and_can_be_switched_off(browser: "Browser", few: Path) -> None:
    with listed(browser, few) as watched:
        page = watched.page
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keys")
        dialog.get_by_text("open the next failure").wait_for()
        dialog.get_by_label("single letters work as keys").uncheck()
        page.keyboard.press("Escape")
        assert dialog.count() == 0
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.closest('#list [data-index]')") is None


WALK = """
async () => {
  const scroller = document.querySelector(".row-scroll");
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const seen = new Set();
  let most = 0;
  for (let step = 0; step <= STEPS; step += 1) {
    scroller.scrollTop = (step / STEPS) * (scroller.scrollHeight - scroller.clientHeight);
    await frame();
    await frame();
    for (const row of document.querySelectorAll("[data-index]")) seen.add(row.dataset.index);
    most = Math.max(most, document.getElementsByTagName("*").length);
  }
  return [seen.size, most];
}
"""


def test_thousands_of_cases_need_few_elements(browser: "Browser", many: Path) -> None:
    with listed(browser, many) as watched:
        page = watched.page
        wait_for_size(watched, f"{MANY + OTHERS:,} cases")
        assert page.get_by_role("grid").get_attribute("aria-rowcount") == str(MANY + OTHERS + 1)
        _, most = page.evaluate(WALK.replace("STEPS", "20"))
        assert most <= MOST_NODES
        assert watched.complaints == []


def test_every_row_of_thousands_is_reached(browser: "Browser", many: Path) -> None:
    with listed(browser, many, viewport={"width": 1440, "height": 3000}) as watched:
        seen, _ = watched.page.evaluate(WALK.replace("STEPS", "200"))
        assert seen == MANY + OTHERS


def test_a_search_through_thousands_of_transcripts_tells_how_far_it_is(browser: "Browser", many: Path) -> None:
    with listed(browser, many) as watched:
        page = watched.page
        page.evaluate(
            """() => {
              window.told = [];
              new MutationObserver(() => told.push(document.querySelector(".sizes").textContent))
                .observe(document.querySelector(".sizes"), { subtree: true, childList: true, characterData: true });
            }"""
        )
        page.fill("#search", "lovely terrace")
        page.get_by_text("transcripts included").wait_for()
        told = page.evaluate("told")
        assert any("searched " in words and f" of {MANY + OTHERS:,} cases" in words for words in told)
        wait_for_size(watched, f"4 of {MANY + OTHERS:,} cases")


@pytest.mark.parametrize(
    ("fragment", "scheme", "width"),
    [
        ("", "light", 1440),
        ("#q=nine&outcome=failed&outcome=passed&tag=booking", "dark", 1440),
        ("#q=nine&outcome=failed&outcome=passed&tag=booking", "light", 390),
        ("", "dark", 390),
        ("#q=zeppelin", "dark", 1440),
    ],
    ids=["light", "narrowed, dark", "narrowed, phone", "phone, dark", "empty"],
)
def test_the_list_is_accessible(browser: "Browser", few: Path, fragment: str, scheme: str, width: int) -> None:
    size = {"width": width, "height": 900}
    with listed(browser, few, fragment, viewport=size, color_scheme=scheme) as watched:
        watched.page.locator("#call h3").wait_for()
        assert violations(watched.page) == []
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width


def hostile(sample: "Sample") -> Path:
    """Return a page whose suite, tags, persona and reasons are all markup."""
    first = sample.run.results[0]
    trials = tuple(replace(trial, outcome=Outcome.FAILED, reasons=(HOSTILE,)) for trial in first.trials)
    bad = replace(first, case=HOSTILE, suite=HOSTILE, outcome=Outcome.FAILED, trials=trials)
    known = replace(sample.run.cases[0], id=HOSTILE, suite=HOSTILE, tags=(HOSTILE,), persona=HOSTILE)
    run = replace(sample.run, results=(bad, *sample.run.results[1:]), cases=(known, *sample.run.cases))
    pages = sample.folder.parent / "html"
    return write_report(run, run_folder=sample.folder, pages=pages).parent / PAGE


def test_markup_in_titles_and_tags_is_shown_and_not_run(browser: "Browser", tmp_path: Path) -> None:
    with listed(browser, hostile(everything(tmp_path / "run")), "#q=onerror") as watched:
        page = watched.page
        page.get_by_text("transcripts included").wait_for()
        row = rows(watched).first
        assert row.locator(".title > bdi").text_content() == HOSTILE
        assert HOSTILE in row.locator(".c-tags .tag").all_text_contents()
        assert row.locator(".reason").text_content() == HOSTILE
        assert page.locator("#list img").count() == 0
        assert "owned" not in page.title()
        assert watched.complaints == []


def test_paper_gets_the_rows_one_below_the_other(browser: "Browser", many: Path) -> None:
    with listed(browser, many) as watched:
        page = watched.page
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert rows(watched).count() == 200
        rest = page.locator(".unprinted").inner_text()
        assert rest == f"… and {MANY + OTHERS - 200:,} more cases. Choose 200 or fewer to print their calls too."
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
        assert rows(watched).count() < 60


def test_paper_gets_the_calls_of_the_cases_that_are_chosen(browser: "Browser", few: Path) -> None:
    with listed(browser, few, "#tag=odd") as watched:
        page = watched.page
        script = "dispatchEvent(new Event('beforeprint')) && document.querySelectorAll('.paper h3').length"
        # Calls are read when nothing else goes on; how soon that is depends on the machine.
        page.evaluate(
            f"new Promise((done) => {{ const look = () => ({script} ? done() : setTimeout(look)); look(); }})"
        )
        page.emulate_media(media="print")
        assert page.locator(".paper h3").all_text_contents() == titles(watched)
        assert page.locator(".paper .turn").count() > 4
        assert not page.locator("#call").is_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator(".paper h3").count() == 0
