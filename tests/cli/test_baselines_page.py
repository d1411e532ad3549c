"""docs/baselines.md: its example is a file as it is written, its REFs are those that are understood."""

import re
from pathlib import Path

from harness.cli.baseline import command
from harness.store.baseline_reading import parse_baseline
from harness.store.baseline_text import LETTERS, baseline_text

PAGE = (Path(__file__).parents[2] / "docs" / "baselines.md").read_text(encoding="utf-8")


def test_the_example_is_what_is_written() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)

    baseline = parse_baseline(example)

    assert baseline_text(baseline) == example
    assert baseline.arms[0].by_id["receptionist::books_a_table"].counts.passes == 1
    assert baseline.prompts[0].digest == baseline.arms[0].digest


def test_every_letter_and_verb_is_explained() -> None:
    assert all(f"`{letter}` {outcome}" in PAGE for outcome, letter in LETTERS.items())
    assert all(f"`harness baseline {verb}" in PAGE for verb in command.commands)
