"""How fast and how large the report is with many cases: `python -m benchmarks.report` prints a table.

Every row is a run of cases with five turns and 2 KB of text each. The page is built, then opened from the disk in
headless Chromium with the network off. A broken budget is named and the exit code is 1. With `--write DIR` the pages of
the largest run are kept there.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.many_cases import large_run, transcript_bytes
from harness.report.pages import write_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIZES = (100, 1_000, 10_000)
PAGE = Path("receptionist") / "v2.html"

MOST_BUILT_S = 3.0
MOST_OF_TEXT = 0.6
MOST_ROWS_S = 0.5
MOST_INTERACTIVE_S = 1.0
MOST_NODES = 2_000
MOST_GROWTH = 1.3
"""CPU time and size of a case in the largest run, in those of one in the run before it."""

_MARKS = "Object.fromEntries(performance.getEntriesByType('mark').map((each) => [each.name, each.startTime]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How the page was in the browser."""

    rows_s: float
    """From the navigation to the first rows."""
    interactive_s: float
    nodes: int
    """After the list was scrolled to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """How long a page took to make."""

    wall_s: float
    cpu_s: float
    """Of all cores; other programs disturb it less than the time on the wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run's page."""

    cases: int
    built: Built
    page_bytes: int
    text_bytes: int
    opened: Opened

    @property
    def of_text(self) -> float:
        """Return the page's size as a share of the transcripts'."""
        return self.page_bytes / self.text_bytes

    @property
    def broken(self) -> Iterator[str]:
        """Yield what is over its budget, which is that of 10,000 cases."""
        budget = (
            ("built", self.built.wall_s, MOST_BUILT_S, "s"),
            ("rows", self.opened.rows_s, MOST_ROWS_S, "s"),
            ("interactive", self.opened.interactive_s, MOST_INTERACTIVE_S, "s"),
            ("DOM nodes", self.opened.nodes, MOST_NODES, ""),
        )
        for name, value, most, unit in budget:
            if value > most:
                yield f"{self.cases:,} cases: {name} {value:,.2f} {unit}, at most {most:,} allowed"
        # The page without a case has a size too, which few cases have to carry.
        if self.cases >= max(SIZES) and self.of_text > MOST_OF_TEXT:
            yield f"{self.cases:,} cases: {self.of_text:.2f} × the transcripts, at most {MOST_OF_TEXT} allowed"


def measure(cases: int, folder: Path, browser: "Browser", *, times: int) -> Measured:
    """Return the best of several times, which is the one other processes disturbed least."""
    run = large_run(cases)
    built = [_build(cases, folder) for _ in range(times)]
    opened = [_open(folder / PAGE, browser) for _ in range(times)]
    return Measured(
        cases=cases,
        built=Built(wall_s=min(each.wall_s for each in built), cpu_s=min(each.cpu_s for each in built)),
        page_bytes=(folder / PAGE).stat().st_size,
        text_bytes=transcript_bytes(run),
        opened=min(opened, key=lambda each: each.interactive_s),
    )


def _build(cases: int, folder: Path) -> Built:
    # A new run each time, so that nothing remembered of the last one helps.
    run = large_run(cases)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    write_report(run, run_folder=folder / "run", pages=folder)
    return Built(wall_s=time.perf_counter() - wall_s, cpu_s=time.process_time() - cpu_s)


def _open(page: Path, browser: "Browser") -> Opened:
    with browser.new_context(offline=True, viewport={"width": 1440, "height": 1000}) as session:
        tab = session.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_function("performance.getEntriesByName('interactive').length > 0")
        marks = tab.evaluate(_MARKS)
        tab.evaluate("const pane = document.querySelector('.row-scroll'); pane.scrollTop = pane.scrollHeight")
        tab.wait_for_timeout(200)
        nodes = tab.evaluate("document.querySelectorAll('*').length")
    return Opened(rows_s=marks["first-rows"] / 1000, interactive_s=marks["interactive"] / 1000, nodes=nodes)


def growth(measured: Sequence[Measured]) -> str:
    """Return what is wrong with how time and size grow; empty where neither grows faster than the cases."""
    for smaller, larger in pairwise(measured):
        times = larger.cases / smaller.cases
        for name, before, after in (
            ("time to build", smaller.built.cpu_s, larger.built.cpu_s),
            ("size", smaller.page_bytes, larger.page_bytes),
        ):
            if after > MOST_GROWTH * times * before:
                return f"{name} grows {after / before:.1f} times from {smaller.cases:,} to {larger.cases:,} cases"
    return ""


def table(measured: Sequence[Measured]) -> str:
    """Return the measurements as Markdown."""
    rows = [
        "| cases | built | CPU time | page | × transcripts | first rows | interactive | DOM nodes |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in measured:
        seen = each.opened
        rows.append(
            f"| {each.cases:,} | {each.built.wall_s:.2f} s | {each.built.cpu_s:.2f} s "
            f"| {each.page_bytes / 1e6:.2f} MB | {each.of_text:.2f} "
            f"| {seen.rows_s:.2f} s | {seen.interactive_s:.2f} s | {seen.nodes:,} |"
        )
    return "\n".join(rows)


def main() -> int:
    """Measure, print, and return 1 where a budget is broken."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="Measure the report with many cases.")
    parser.add_argument("--write", type=Path, metavar="DIR", help="keep the pages of the largest run here")
    parser.add_argument("--times", type=int, default=3, help="build and open each page so often (default 3)")
    parser.add_argument("--cases", type=int, nargs="*", default=SIZES, help="sizes of the runs, growing")
    asked = parser.parse_args()
    measured = []
    with TemporaryDirectory() as scratch, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for cases in asked.cases:
            folder = asked.write if asked.write and cases == max(asked.cases) else Path(scratch) / str(cases)
            measured.append(measure(cases, folder, browser, times=asked.times))
        browser.close()
    print(table(measured))
    broken = [words for each in measured for words in each.broken]
    broken += filter(None, [growth(measured)])
    for words in broken:
        print(f"over budget: {words}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
