"""The front page, the comparison and the pictures in a real browser: nothing sticks out of a narrow or wide screen."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.model.suite import ArmRole
from harness.report.history import History, record_of
from harness.report.pages import write_report
from harness.report.versions import prompt_versions
from tests.report.browsing import needs_browser, opened, violations
from tests.report.small_runs import costing, decided, small_run, together

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs_browser

ENGINES = ("embedded.extractive", "openai.gpt-4o-2024-08-06", "anthropic.claude-sonnet-5")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    letters = ("PPP", "PPF", "FFF", "PP?", "PPP", "P!P")
    before = tuple(small_run(*letters, version=f"v{1 + day // 3}", day=day) for day in range(1, 10))
    arms = [
        small_run(*letters[place:], engine_model=engine, day=11, latency_ms=(400 * place + 500, 900, 2400))
        for place, engine in enumerate(ENGINES)
    ]
    run = together(*arms, small_run(*letters, version="v1", role=ArmRole.BASELINE, latency_ms=(300, 9000)))
    records = tuple(record_of(each, decided(each), prompt_versions(each)) for each in before)
    write_report(
        run,
        run_folder=folder,
        pages=folder / "html",
        decision=decided(run),
        history=History(records=records, notes=("2 earlier runs left out: not finished",)),
        cost=costing(dict.fromkeys(ENGINES, 0.0123)),
    )
    return folder / "html"


@pytest.mark.parametrize("name", ["index.html", "compare.html", "receptionist/v2.html"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_sticks_out_of_the_page(browser: "Browser", pages: Path, name: str, width: int) -> None:
    with opened(browser, pages / name, viewport={"width": width, "height": 900}) as watched:
        watched.page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
        assert watched.complaints == []


@pytest.mark.parametrize("name", ["index.html", "compare.html", "receptionist/v2.html"])
def test_every_picture_says_its_facts_to_those_who_do_not_see_it(browser: "Browser", pages: Path, name: str) -> None:
    with opened(browser, pages / name) as watched:
        pictures = watched.page.locator("main svg[role=img]")
        told = pictures.evaluate_all(
            "all => all.map(each => each.ariaLabel || (each.getAttribute('aria-labelledby') || '').split(' ')"
            ".map(id => document.getElementById(id)?.textContent || '').join(' '))"
        )
        assert told
        assert all(words.strip() for words in told)


@pytest.mark.parametrize("name", ["index.html", "compare.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_break_no_rule_of_accessibility(browser: "Browser", pages: Path, name: str, scheme: str) -> None:
    with opened(browser, pages / name, color_scheme=scheme) as watched:
        watched.page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        assert violations(watched.page) == []


def test_the_front_page_leads_to_the_comparison_and_back(browser: "Browser", pages: Path) -> None:
    with opened(browser, pages / "index.html") as watched:
        watched.page.click("text=Engine models beside each other")
        watched.page.wait_for_url("**/compare.html")
        assert watched.page.locator("h1").inner_text().startswith("Nothing separates embedded.extractive")
        watched.page.click(".brand")
        watched.page.wait_for_url("**/index.html")
        assert watched.complaints == []
