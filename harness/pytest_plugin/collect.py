"""From `*.suite.yaml` files to test items. Loads suites, and nothing that could place a call."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.model.case import Case
from harness.model.suite import ArmRole, Suite
from harness.pytest_plugin.items import CaseItem, Cell
from harness.pytest_plugin.options import session_settings
from harness.pytest_plugin.recorder import RECORDER
from harness.settings import Settings
from harness.suitefile import ArmChoice, is_asked_for, load_suite

LEFT_OUT = pytest.StashKey[list[str]]()
"""Suites without an arm left by --harness-prompt."""


class SuiteFile(pytest.File):
    """One suite: every case crossed with every arm."""

    def collect(self) -> Iterator[CaseItem]:
        """Yield an item per (case, arm); the faults of a file are shown as they are, without a traceback."""
        self.config.stash[RECORDER].suite_files += 1
        try:
            suite = read_suite(self.config, self.path)
        except ConfigurationError as error:
            raise self.CollectError(str(error)) from error
        if not suite.arms:
            self.config.stash.setdefault(LEFT_OUT, []).append(self.nodeid)
        for planned in suite.matrix():
            cell = Cell(planned=planned, suite=suite)
            item = CaseItem.from_parent(self, name=cell.name, cell=cell)
            for tag in planned.case.tags:
                # Tags are known only now; registering them keeps --strict-markers content.
                self.config.addinivalue_line("markers", f"{tag}: cases with the tag {tag!r} in a suite file")
                item.add_marker(tag)
            if planned.arm.role is ArmRole.BASELINE:
                item.add_marker("baseline")
            why = _unfit(session_settings(self.config), planned.case)
            if why:
                item.add_marker(pytest.mark.skip(reason=why))
            yield item


def _unfit(settings: Settings, case: Case) -> str:
    """Return why a case cannot be held by the session's transport; empty when it can."""
    if settings.transport == "simulated":
        return ""
    # Collecting for the simulated platform need not load what talks to the real one.
    from harness.wiring import unfit

    return unfit(settings, case)


def is_meant(path: Path, *, config: pytest.Config) -> bool:
    """Return whether the arguments of this session mean a suite that one of them led to."""
    return is_asked_for(path, paths=named_paths(config))


def read_suite(config: pytest.Config, path: Path) -> Suite:
    """Return a suite with the arms this session's options choose.

    Raises:
        SuiteError: the files have faults.
        ConfigurationError: an option or a setting is wrong.
    """
    settings = session_settings(config)
    return load_suite(
        path, choice=arm_choice(config), caller_voice=settings.caller_voice, agent_voice=settings.agent_voice
    )


def arm_choice(config: pytest.Config) -> ArmChoice:
    """Return the arms the options ask for. Raises ConfigurationError and StoreError."""
    prompts, engines = config.getoption("harness_prompt"), config.getoption("harness_engine_model")
    if config.getoption("harness_against") is None:
        return ArmChoice(prompts=tuple(prompts), engine_models=tuple(engines))
    # What a REF stands for may be a stored run or a baseline; collecting without one need not load what reads them.
    from harness.pytest_plugin.compared import asked_against

    return asked_against(config).choice(prompts=prompts, engine_models=engines)


def named_paths(config: pytest.Config) -> tuple[Path, ...]:
    """Return the files and folders of the session's arguments."""
    return tuple(config.invocation_params.dir / argument.partition("::")[0] for argument in config.args)
