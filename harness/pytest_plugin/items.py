"""The test behind one cell of a suite's matrix."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.model.run import CaseResult
from harness.model.suite import Planned, Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A planned case and the suite it is from."""

    planned: Planned
    suite: Suite

    @property
    def name(self) -> str:
        """Return the last part of the node id: `case[prompt@version-engine_model]`."""
        return f"{self.planned.case.id}[{self.planned.arm.label}]"


class CaseItem(pytest.Function):
    """One case with one arm: a real test function, so that fixtures, -k and -m work as for any other."""

    def __init__(self, *, cell: Cell, **kwargs: Any) -> None:
        """Take the cell; the rest is pytest's. Made by `from_parent`."""
        super().__init__(callobj=case_passes, **kwargs)
        self.cell = cell

    @property
    def skipped(self) -> bool:
        """Return whether somebody marked it `skip`: no call is placed for it."""
        return self.get_closest_marker("skip") is not None

    @property
    def planned(self) -> Planned:
        """Return the case and the arm."""
        return self.cell.planned

    @property
    def id(self) -> Any:
        """Return the structured form of the node id, equal to what pytest reads from the node id's text.

        pytest (since 9.2) compares items with those of its last-failed cache by this value, reads the bracket of a
        cached text as parameters, and gives them to parametrized functions only. Its type has no public name.
        """
        structured = super().id
        return type(structured).parse(str(structured))

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Return the case's place in its suite file, not the function's in this one."""
        line = self.planned.case.source.rpartition(":")[2]
        return Path(self.path), int(line) - 1 if line.isdecimal() else None, self.name


def case_passes(case_result: CaseResult, case_failure: str) -> None:
    """Fail with the reasons unless the case passed; a baseline arm has no failure."""
    if case_failure:
        pytest.fail(case_failure, pytrace=False)
