"""From a run on the disk to its verdict and pages, also when it was cut short."""

from dataclasses import dataclass
from pathlib import Path

from harness.model.run import Run
from harness.model.verdict import Verdict
from harness.report.junit import write_junit
from harness.report.pages import write_report
from harness.report.text import summarise_run
from harness.runner.outcome import EXIT_CODES, fold_outcomes, summarise
from harness.settings import Settings
from harness.store.cards import read_card
from harness.store.reading import load_run
from harness.store.verdict import write_verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a run came to, and where to read it."""

    run: Run
    verdict: Verdict
    report: Path
    """The first page."""
    text: str
    """The summary a terminal shows."""

    @property
    def exit_code(self) -> int:
        """Return 0 passed, 1 failed, 3 nothing proved."""
        return EXIT_CODES[self.verdict.outcome]


def finish(settings: Settings, folder: Path, *, colour: bool = False) -> Finished:
    """Write a run's verdict, JUnit file and pages from what is stored of it, also when it was cut short.

    Args:
        settings: The session's settings.
        folder: The run's folder.
        colour: Whether the summary is for a terminal that shows colours.

    Raises:
        StoreError: the run cannot be read, or a file not be written.
    """
    run = load_run(folder, fold=fold_outcomes)
    write_verdict(run, folder / "verdict.json")
    write_junit(run, folder / "junit.xml")
    judges = {run.provenance.judge, *(score.by for call in run.calls for score in call.scores)}
    cards = {name: card for name in judges if name and (card := read_card(settings.judge_cards, name))}
    report = write_report(run, run_folder=folder, pages=settings.pages, cards=cards)
    return Finished(
        run=run,
        verdict=summarise(run.results, planned_trials=run.planned, stop=run.stop),
        report=report,
        text=summarise_run(run, report=_from_here(report), run_path=_from_here(folder), colour=colour),
    )


def _from_here(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
