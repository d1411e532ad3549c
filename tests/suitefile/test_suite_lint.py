"""What `harness check` warns of although a suite runs."""

from pathlib import Path

import pytest

from harness.suitefile import lint_callers, load_suite
from tests.suitefile.suite_texts import Write

HEAD = "prompts: [desk@v1]\npersonas:\n  ann: {{facts: {facts}}}\ncases:\n"
UNUSED = "no case uses the fact 'party size'"


def lint(write: Write, facts: str, *cases: str) -> list[str]:
    body = "".join(f"  - {{id: c{number}, persona: ann, {case}}}\n" for number, case in enumerate(cases))
    write({"x.suite.yaml": HEAD.format(facts=facts) + body})
    return lint_callers(load_suite(Path("x.suite.yaml")))


@pytest.mark.parametrize(
    ("case", "warns"),
    [
        pytest.param("turns: [{say: hi}]", True, id="nobody says it"),
        pytest.param("turns: [{say: We are six.}]", False, id="a line has it"),
        pytest.param("goal: A table for six, turns: [{say: hi}]", False, id="the goal has it"),
        pytest.param("goal: A table, turns: [{proceed: 3}]", False, id="somebody makes lines up"),
        pytest.param("turns: [{when: [{agent_says: [how many], turns: [{say: Six.}]}]}]", False, id="a branch has it"),
        pytest.param("turns: [{say: sixteen}]", True, id="a part of another word is not it"),
    ],
)
def test_a_fact_no_case_uses_is_told(write: Write, case: str, warns: bool) -> None:
    found = lint(write, "{party size: six}", case)
    assert [UNUSED in line for line in found] == ([True] if warns else [])


def test_a_number_is_found_in_keys_and_entities(write: Write) -> None:
    facts = "{pin: {value: 12-34, type: digits}, order: {value: A7 9, type: code}}"
    entity = "turns: [{press: 1234}, {say: It is that one, entities: [{type: code, value: A79}]}]"
    assert lint(write, facts, entity) == []


@pytest.mark.parametrize(
    ("goal", "other"),
    [
        ("Book a table; the party size is 4.", "the party size is 4"),
        ("Book a table for the party size of 6.", None),
        ("Call before 8 about the party. The size does not matter.", None),
    ],
)
def test_a_fact_that_contradicts_the_goal_is_told(write: Write, goal: str, other: str | None) -> None:
    found = lint(write, "{party size: '6'}", f"goal: '{goal}', turns: [{{proceed: 3}}]")
    assert found == (
        [f"c0: the goal says {other!r} where the fact 'party size' of persona ann is '6'"] if other else []
    )
