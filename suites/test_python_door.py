"""The same as a suite file, in Python: for conversations that are computed, or results that need a closer look."""

import pytest

from harness.model.case import Case
from harness.model.moves import Expectation, Say
from harness.model.persona import Persona

BERTA = Persona(name="berta", manner="Plans her week ahead and asks short questions.")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        pytest.param("Hello, are you open on Mondays?", "closed", id="mondays"),
        pytest.param("Hello, do you have vegetarian dishes on the menu?", "vegetarian", id="vegetarian"),
    ],
)
def test_a_short_question_gets_its_answer(run_case, question, answer):
    case = Case(
        id="short_question",
        persona=BERTA,
        moves=(Say(text=question, expect=(Expectation(says=((answer,),), within_ms=3000),)),),
    )
    result = run_case(case, prompt="receptionist@v2")
    assert result.passed, result.reasons
    assert result.score("hearing_wer").value <= 0.2
