"""The run behind a pytest session: prepared before the first test, begun by the first case, finished at the end.

In one process all of it happens here. Under xdist the controller prepares, creates and finishes the run; each worker
joins it, places the calls of its own items, and writes only its own file.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import pytest

from harness.errors import ConfigurationError, StoreError
from harness.model.run import CaseResult
from harness.model.suite import Planned
from harness.pytest_plugin.calls import Calls
from harness.pytest_plugin.compared import asked_against
from harness.pytest_plugin.items import CaseItem, Cell
from harness.pytest_plugin.options import session_settings
from harness.runs import (
    announcement,
    budget_of,
    count,
    create,
    further_slots,
    make_plan,
    new_id,
    prepare,
    referee_of,
    resume,
    spoil_rule,
)
from harness.store.folder import RunFolder, open_run
from harness.store.reading import find_run

RUN_ID = pytest.StashKey[str]()


def chosen_run_id(config: pytest.Config) -> str:
    """Return the id of this session's run: the one to resume, or a new one. Raises ConfigurationError."""
    if RUN_ID not in config.stash:
        ref = config.getoption("harness_resume")
        config.stash[RUN_ID] = find_run(session_settings(config).runs, ref).name if ref else new_id()
    return config.stash[RUN_ID]


def _run_id_of(config: pytest.Config) -> str:
    """Return the id of this session's run, in a worker too. Raises ConfigurationError."""
    given = getattr(config, "workerinput", {}).get("harness")
    return str(given["run_id"]) if given else chosen_run_id(config)


class SuiteRun:
    """The calls of one session and the folder they are kept in."""

    def __init__(self, config: pytest.Config, cells: Sequence[Cell]) -> None:
        """Check everything that can be checked before a call. Raises ConfigurationError."""
        self._config = config
        self.settings = session_settings(config)
        against = asked_against(config)
        self._plan = make_plan(
            self.settings,
            [cell.planned for cell in cells],
            today=datetime.now(UTC).date(),
            against=against.asked,
            stored=against.stored,
        )
        self._cells = {each.id: each for each in self._plan.planned}
        self._suites = tuple({cell.suite.name: cell.suite for cell in cells}.values())
        self._toolbox = prepare(self.settings, self._plan.planned, run_id=_run_id_of(config))
        self._folder: RunFolder | None = None
        self._calls: Calls | None = None

    @property
    def folder(self) -> RunFolder:
        """Return the run's folder; made by the first to ask for it."""
        if self._folder is None:
            self.create()
        assert self._folder is not None
        return self._folder

    def create(self) -> None:
        """Make the run's folder, or open the one to resume. Raises ConfigurationError and StoreError."""
        run_id = chosen_run_id(self._config)
        make = (
            partial(resume, ref=run_id) if self._config.getoption("harness_resume") else partial(create, run_id=run_id)
        )
        self._folder = make(self.settings, self._suites, self._plan, toolbox=self._toolbox)

    def join(self, *, run_id: str, worker: str) -> None:
        """Take part in a run the controller made. Raises StoreError."""
        self._folder = open_run(self.settings.runs, run_id, worker=worker)

    def require_one_process(self) -> None:
        """Refuse what only one process can keep to. Raises ConfigurationError."""
        settings = self.settings
        for option, is_set in (
            ("budget", not math.isinf(settings.budget)),
            ("max-trials", bool(settings.max_trials)),
            # Its caps on calls and requests are those of an account.
            ("transport voipbin", settings.is_live),
        ):
            if is_set:
                raise ConfigurationError(
                    f"--harness-{option} needs one process that knows every call; leave out -n, or place the calls "
                    "with harness run, which holds as many at once as --concurrency says"
                )

    def announcement(self) -> str:
        """Return in one line what is about to happen. Raises ConfigurationError and StoreError."""
        finished = self.folder.finished() if self._config.getoption("harness_resume") else {}
        return announcement(self.settings, self._suites, self._plan, finished=finished)

    def ask(self, item: CaseItem, following: pytest.Item | None) -> None:
        """Have an item's calls placed, and with them those that will be waited for next."""
        if self._calls is None:
            rule, alone = spoil_rule(self.settings), not is_worker(self._config)
            # A worker knows the calls of its own items only: pairs and money are for who knows them all.
            self._calls = Calls(
                toolbox=self._toolbox,
                folder=self.folder,
                concurrency=self.settings.concurrency,
                rule=rule,
                referee=referee_of(self._plan, seed=self.settings.seed, rule=rule) if alone else None,
                budget=budget_of(self.settings, self._plan, finished=self.folder.finished()) if alone else None,
            )
            if alone:
                self._calls.ask_all(self._plan.slots)
        self._calls.ask(self._cells[item.planned.id])
        # A worker is told its items one ahead.
        if isinstance(following, CaseItem) and not following.skipped:
            self._calls.ask(self._cells[following.planned.id])

    def result(self, planned: Planned) -> CaseResult:
        """Wait for a case that was asked for. Raises StoreError."""
        assert self._calls is not None, "results are asked for inside the item's own protocol"
        return self._calls.result(self._cells[planned.id])

    def extend(self) -> None:
        """Make the further trials of a comparison that is undecided, where the settings allow any.

        Raises:
            StoreError: a result could not be kept.
        """
        if self._calls is None or is_worker(self._config):
            return
        self._calls.wait()
        slots = further_slots(self.folder, self._plan)
        if slots:
            announce(self._config, f"the comparison is undecided: placing {count(len(slots), 'further call')}")
            self._calls.ask_all(slots)
            self._calls.wait()

    @property
    def has_results(self) -> bool:
        """Return whether a call of this run was finished and kept, whether or not a test came to wait for it."""
        return self._folder is not None and bool(self._folder.finished())

    def close(self) -> None:
        """Hang up whatever is in flight."""
        if self._calls is not None:
            self._calls.close()


def announce(config: pytest.Config, text: str) -> None:
    """Print a line on the session's terminal, where there is one."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and config.get_verbosity() >= 0:
        terminal.ensure_newline()
        terminal.write_line(text)


def is_worker(config: pytest.Config) -> bool:
    """Return whether this process is one of xdist's workers."""
    return hasattr(config, "workerinput")


def stop(config: pytest.Config, error: ConfigurationError | StoreError) -> None:
    """End the session before a call is placed, with the error's own words and exit code 2."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        terminal.ensure_newline()
        terminal.write_line(f"error: {error}", red=True)
    pytest.exit("the set-up is wrong; no call was placed", returncode=2)
