"""docs/checks.md: every example is loaded as a suite file and ruled on; every kind is kept once and broken once."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.model.checks import Check
from harness.model.score import Score
from harness.scorers.checks import CheckScorer
from harness.suitefile import load_suite, suite_schema
from tests.call_text import is_on_turn, read_call
from tests.suitefile.suite_texts import Write

PAGE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^### `(\w+)`\n(?:(?!^###).)*?```yaml\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL | re.MULTILINE)
SECTIONS = {kind: (written, calls) for kind, written, calls in SECTION.findall(PAGE)}
RESULT = re.compile(r"(.*)\n=> (passed|failed|unscored): (.*)", re.DOTALL)
HEAD = "prompts: [desk@v1]\ncases:\n  - id: x\n    turns: [{say: Hello}]\n    checks:\n"
TURN_HEAD = "prompts: [desk@v1]\ncases:\n  - id: x\n    turns:\n      - say: Hello\n        checks:\n"


def kinds() -> set[str]:
    shapes = suite_schema()["$defs"]
    return set(shapes["QuestionShape"]["properties"])


def examples() -> Iterator[Any]:
    for kind, (written, calls) in SECTIONS.items():
        for number, call in enumerate(calls.strip().split("\n\n")):
            match = RESULT.fullmatch(call)
            assert match, f"{kind}: an example ends with its result: {call}"
            yield pytest.param(kind, written, *match.groups(), id=f"{kind} {number}: {match[2]}")


def load(written: str, write: Write, *, head: str = HEAD) -> tuple[Check, ...]:
    write({"x.suite.yaml": head + "".join(f"          {line}\n" for line in written.splitlines())})
    (case,) = load_suite(Path("x.suite.yaml")).cases
    (move,) = case.moves
    return case.checks or getattr(move, "checks", ())


@pytest.mark.parametrize(("kind", "written", "call", "result", "reason"), tuple(examples()))
def test_every_example_comes_to_what_the_page_says(
    kind: str, written: str, call: str, result: str, reason: str, write: Write
) -> None:
    (check,) = load(written, write, head=TURN_HEAD if is_on_turn(call) else HEAD)

    (score,) = asyncio.run(CheckScorer().score(read_call(call, (check,))))

    found = {True: "passed", False: "failed"}[score.passed is True] if isinstance(score, Score) else "unscored"
    assert (score.name, found) == (f"check.{kind}", result)
    assert reason in score.reason


def test_every_kind_is_kept_once_and_broken_once() -> None:
    assert set(SECTIONS) == kinds()
    for kind, (_, calls) in SECTIONS.items():
        assert {"=> passed", "=> failed"} <= set(re.findall(r"^=> \w+", calls, re.MULTILINE)), kind


def test_there_are_enough_kinds_and_all_stand_in_the_table() -> None:
    assert len(kinds()) >= 30
    assert set(re.findall(r"^\| \[`(\w+)`\]", PAGE, re.MULTILINE)) == kinds()


def test_the_suite_at_the_top_loads(write: Write) -> None:
    written = re.search(r"```yaml\n(cases:.*?)```", PAGE, re.DOTALL)
    assert written
    write({"x.suite.yaml": "prompts: [desk@v1]\n" + written[1]})

    (case,) = load_suite(Path("x.suite.yaml")).cases

    assert [check.question.kind for check in case.checks] == ["tool", "never", "before", "cost_usd"]
    assert [check.required for check in case.checks] == [True, True, True, False]
    assert [check.question.kind for check in getattr(case.moves[0], "checks", ())] == ["asks", "reply_words"]
