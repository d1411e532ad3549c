"""A stored run for a notebook: `harness.load`."""

from pathlib import Path

from harness.regression.frames import LoadedRun
from harness.runner.outcome import fold_outcomes
from harness.runs.asked import read_asked
from harness.runs.finishing import decide_run
from harness.settings import nearest_project, project_settings
from harness.store.reading import LATEST, find_run, load_run


def load(run: str = LATEST, *, reports: str | Path | None = None) -> LoadedRun:
    """Return a stored run with its tables as pandas frames; places no call and writes nothing.

    Args:
        run: The run's id, the start of it, or `latest`.
        reports: The folder that holds `runs`; None: the one of the project around the current folder.

    Raises:
        ConfigurationError: no run fits, or more than one.
        StoreError: the run cannot be read.
    """
    here = Path.cwd()
    settings = project_settings(nearest_project(here), {"reports": reports}, started_in=here)
    return load_folder(find_run(settings.runs, run))


def load_folder(folder: Path) -> LoadedRun:
    """Return the run in a folder and what it came to. Raises StoreError."""
    run = load_run(folder, fold=fold_outcomes)
    return LoadedRun(run=run, decision=decide_run(run, read_asked(folder)))
