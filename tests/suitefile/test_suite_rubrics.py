from pathlib import Path

from harness.model.rubric import Criterion, Level, Rubric, Scope
from harness.suitefile import load_suite
from tests.suitefile.suite_texts import Write

SUITE = """
prompts: [desk@v1]
rubrics:
  booking:
    criteria:
      - {id: reads_back, question: Is it read back, applies_if: the caller books}
      - {id: one_question, question: Does it ask one thing, scope: turn}
      - id: warmth
        question: How warm is it
        scale: 0-5
        levels: [{at: 5, means: warm}, {at: 0, means: cold}]
cases: [{id: a, rubric: booking, turns: [{say: hi}]}]
"""


def test_criteria_can_depend_on_the_call_be_asked_of_every_turn_and_be_graded(write: Write) -> None:
    write({"x.suite.yaml": SUITE})
    (case,) = load_suite(Path("x.suite.yaml")).cases
    assert case.rubric == Rubric(
        name="booking",
        criteria=(
            Criterion(id="reads_back", question="Is it read back", applies_if="the caller books"),
            Criterion(id="one_question", question="Does it ask one thing", scope=Scope.TURN),
            Criterion(
                id="warmth",
                question="How warm is it",
                required=False,
                levels=(Level(at=0, means="cold"), Level(at=5, means="warm")),
            ),
        ),
    )
