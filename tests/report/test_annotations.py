"""What GitHub shows beside the lines of a pull request."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.model.score import Better, Score
from harness.model.snapshots import PromptSnapshot
from harness.model.suite import ArmRole
from harness.regression.decision import decide
from harness.report.annotations import Annotation, Level, annotations
from harness.report.prompt_places import ChangedPlace, changed_places
from harness.runner.outcome import summarise

if TYPE_CHECKING:
    from tests.report.conftest import RunBuilder

RULE = "Always repeat the day, the time and the number of people before you confirm."
ROOT = Path("/repo")


def found(run: Run, *, started_in: str = "/repo") -> tuple[Annotation, ...]:
    decision = decide(summarise(run.results, planned_trials=run.planned, stop=run.stop), None)
    return annotations(run, decision, root=ROOT, started_in=Path(started_in))


def broken(builder: "RunBuilder", *cases: str, because: str, v2: str, path: str = "suites/prompts/r/v2.md") -> Run:
    """Return a run whose v2 breaks cases that v1 passes, by a check with a rule."""
    score = Score(
        name="says", value=0.0, better=Better.HIGHER, passed=False, required=True, reason="no", because=because
    )
    for case in cases:
        for version, role, outcome in (
            ("v2", ArmRole.CANDIDATE, Outcome.FAILED),
            ("v1", ArmRole.BASELINE, Outcome.PASSED),
        ):
            scores = (score,) if outcome is Outcome.FAILED else ()
            builder.add(
                case, version=version, role=role, outcomes=(outcome,), scores=scores, reasons=(f"{case} went wrong",)
            )
    run = builder.run()
    candidate, baseline = run.prompts
    v1 = f"You are the receptionist.\nBe brief.\n{RULE}\nNever sing."
    return replace(
        run,
        prompts=(replace(candidate, source=v2, path=path, line=5), replace(baseline, source=v1, path="", line=1)),
    )


def test_a_lost_line_that_failed_checks_name_is_an_error_where_it_was(builder: "RunBuilder") -> None:
    run = broken(builder, "booking", because=RULE, v2="You are the receptionist.\nBe brief.\nNever sing.")
    (only,) = found(run)
    assert str(only) == (
        "::error file=suites/prompts/r/v2.md,line=7,title=receptionist@v2 lacks a line here::"
        f"receptionist@v1 has here: “{RULE}”. The failed checks of booking name it."
    )


def test_other_changed_lines_are_warnings_after_the_errors_and_unexplained_cases_are_told(
    builder: "RunBuilder",
) -> None:
    text = "You are the receptionist.\nBe very brief.\nSing at times.\nNever sing."
    broken(builder, "booking", because=RULE, v2=text)
    run = broken(builder, "hours", because="Say when", v2=text)
    shown = [(each.level, each.line, each.title) for each in found(run)]
    assert shown == [
        (Level.ERROR, 7, "receptionist@v2 lacks a line here"),
        (Level.ERROR, 12, "case hours failed with receptionist@v2"),
        (Level.WARNING, 6, "receptionist@v2 has this line in other words"),
        (Level.WARNING, 7, "receptionist@v2 has a new line"),
    ]


def test_a_prompt_without_a_file_or_a_change_has_its_cases_annotated(builder: "RunBuilder") -> None:
    run = broken(builder, "booking", because="x", v2="Another.", path="")
    (only,) = found(run)
    assert (only.file, only.line, only.message) == ("desk.suite.yaml", 12, "booking went wrong")


def test_paths_are_told_from_the_root_of_the_repository(builder: "RunBuilder") -> None:
    run = broken(builder, "booking", because=RULE, v2="Be brief.", path="../agents/v2.md")
    assert {each.file for each in found(run, started_in="/repo/tests")} == {"agents/v2.md"}
    assert found(run, started_in="/repo/../elsewhere/tests") == ()


def test_a_green_run_and_a_failed_baseline_have_no_annotation(builder: "RunBuilder") -> None:
    builder.add("a", version="v2", role=ArmRole.CANDIDATE, outcomes=(Outcome.PASSED,))
    builder.add("a", version="v1", role=ArmRole.BASELINE, outcomes=(Outcome.FAILED,))
    assert found(builder.run()) == ()


def test_at_most_ten_are_shown(builder: "RunBuilder") -> None:
    run = broken(builder, *(f"case_{number}" for number in range(14)), because="x", v2="", path="")
    assert len(found(run)) == 10


@pytest.mark.parametrize(
    ("annotation", "command"),
    [
        pytest.param(
            {"title": "50%, or: less\r\n", "message": "a: b, 5%\nc"},
            "::error file=a%2Cb.md,line=3,title=50%25%2C or%3A less%0D%0A::a: b, 5%25%0Ac",
            id="what would end the command or a property",
        ),
        pytest.param(
            {"title": "t", "message": "::stop-commands::x"},
            "::error file=a%2Cb.md,line=3,title=t::::stop-commands::x",
            id="a command in a message",
        ),
    ],
)
def test_a_command_is_escaped_as_github_reads_it(annotation: dict[str, str], command: str) -> None:
    made = Annotation(level=Level.ERROR, file="a,b.md", line=3, **annotation)
    assert str(made) == command


def test_a_reason_of_several_lines_is_one_command(builder: "RunBuilder") -> None:
    run = broken(builder, "booking", because="x", v2="", path="")
    results = tuple(
        replace(each, trials=tuple(replace(t, reasons=("one\n::error::two",)) for t in each.trials))
        for each in run.results
    )
    (only,) = found(replace(run, results=results))
    assert str(only).splitlines() == [str(only)]
    assert str(only).endswith("::one ::error::two")


def prompt(source: str, *, line: int = 1) -> PromptSnapshot:
    return PromptSnapshot(name="r", version="v", digest="", source=source, role=ArmRole.CANDIDATE, line=line)


@pytest.mark.parametrize(
    ("older", "newer", "places"),
    [
        pytest.param("a b\nc d", "a b\nc d\n", [], id="nothing"),
        pytest.param("a b\nc d", "a b", [(1, "c d", "")], id="the last line is gone"),
        pytest.param("a b", "a b\nc d", [(2, "", "c d")], id="a new last line"),
        pytest.param("x y\na b", "\n\na b", [(3, "x y", "")], id="empty lines before the text count"),
        pytest.param(
            "say hello to all\nz", "say hello to them\nz", [(1, "say hello to all", "say hello to them")], id="reworded"
        ),
        pytest.param(
            "one\ntwo\nthree",
            "four",
            [(1, "one", ""), (1, "two", ""), (1, "three", ""), (1, "", "four")],
            id="all of it",
        ),
        pytest.param("a b", "", [(1, "a b", "")], id="an empty prompt"),
    ],
)
def test_a_change_has_its_line_in_the_newer_file(older: str, newer: str, places: list[tuple[int, str, str]]) -> None:
    expected = [ChangedPlace(line=line, removed=removed, added=added) for line, removed, added in places]
    assert list(changed_places(prompt(older), prompt(newer))) == expected
    moved = changed_places(prompt(older), prompt(newer, line=9))
    assert [place.line for place in moved] == [line + 8 for line, _, _ in places]
