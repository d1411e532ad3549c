"""docs/judges.md: its numbers are those of the labelled calls, its counts those of the shipped attacks."""

import re
from pathlib import Path

from benchmarks.judge_labels import write_labels
from harness.scorers.attacks import shipped_attacks
from harness.scorers.self_test import size_of
from tests.cli.conftest import Command

PAGE = (Path(__file__).parents[2] / "docs" / "judges.md").read_text(encoding="utf-8")


def test_worked_example_is_what_the_command_prints(command: Command, tmp_path: Path) -> None:
    shown = re.search(r"```text\n(asks_name.*?)```", PAGE, re.DOTALL)
    assert shown
    labels = write_labels(tmp_path / "labels")

    result = command("judge", "calibrate", str(labels), "--judge", "offline")

    assert result.exit_code == 0, result.output
    for block in shown[1].strip().split("\n\n"):
        assert block in result.stdout


def test_size_of_the_self_test_is_told() -> None:
    shipped = shipped_attacks()
    kinds, languages = ({getattr(attack, field) for attack in shipped.attacks} for field in ("kind", "language"))
    assert f"{len(shipped.attacks)} attacks of {len(kinds)} kinds in {len(languages)} languages" in PAGE
    assert f"{size_of(shipped)} requests" in PAGE.replace("\n", " ")
