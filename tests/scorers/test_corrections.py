import asyncio
from typing import Any

import pytest

from harness.model.call import Role
from harness.model.moves import Say
from harness.model.persona import Persona
from harness.model.score import Score, Scored, Unscored
from harness.model.speaking import compose
from harness.model.speech_acts import Correction
from harness.scorers.corrections import CorrectionScorer
from harness.testing.builders import make_call, make_case, make_evidence, make_turn

CORRECTED = compose(
    "A table on", Correction(first="the tenth", final="the twelfth", accept=("the 12th",)), persona=Persona(name="nora")
)


def scores(*agent: str, move: Say = CORRECTED, **caller: Any) -> list[Scored]:
    asked = make_turn(Role.CALLER, move.text, move=0, **caller)
    answers = [make_turn(Role.AGENT, text, started_ms=2000 * place) for place, text in enumerate(agent, start=1)]
    call = make_call(make_turn(Role.AGENT, "Until the tenth we are closed."), asked, *answers)
    return list(asyncio.run(CorrectionScorer().score(make_evidence(make_case(moves=(move,)), call))))


@pytest.mark.parametrize(
    ("answers", "passed"),
    [
        pytest.param(("The twelfth, noted.",), True, id="the final value"),
        pytest.param(("Booked for the 12th.",), True, id="an accepted spelling of it"),
        pytest.param(("Not the tenth but the twelfth, then.",), True, id="both in one turn"),
        pytest.param(("The tenth?", "Sorry, the twelfth."), True, id="wrong first, right in the end"),
        pytest.param(("The tenth, noted.",), False, id="the value that was taken back"),
        pytest.param(("The twelfth.", "So, the tenth at eight."), False, id="right first, wrong in the end"),
    ],
)
def test_the_value_the_agent_ends_with_decides(answers: tuple[str, ...], passed: bool) -> None:
    (score,) = scores(*answers)
    assert isinstance(score, Score)
    assert (score.name, score.passed, score.required) == ("entity_corrected", passed, True)
    assert score.quotes[0].text == answers[-1]


def test_an_agent_that_repeats_neither_gives_no_answer() -> None:
    (score,) = scores("Noted.")
    assert isinstance(score, Unscored)
    assert 'neither "the twelfth" nor "the tenth"' in score.reason


def test_what_was_said_before_the_correction_does_not_count() -> None:
    (score,) = scores()
    assert isinstance(score, Unscored)


def test_a_line_without_a_correction_has_no_score() -> None:
    assert scores("The tenth.", move=Say(text="A table on the tenth.")) == []
