import pytest

HEAD = """
import pytest
from harness.model.case import Case
from harness.model.moves import Expectation, Say
from harness.model.persona import Persona

def ask(question, says):
    return Case(
        id="asks",
        persona=Persona(name="anna"),
        moves=(Say(text=question),),
        expect=(Expectation(says=((says,),)),),
    )
"""


def test_a_conversation_in_python_is_held_and_judged(desk: pytest.Pytester) -> None:
    desk.makepyfile(
        HEAD
        + """
def test_hours(run_case):
    result = run_case(ask("Until when is the shop open?", "five"), prompt="desk@v1")
    assert result.passed
    assert [turn.role for turn in result.trials[0].call.turns] == ["agent", "caller", "agent"]

def test_lost_hours(run_case):
    assert run_case(ask("Until when is the shop open?", "five"), prompt="desk@v2").passed
"""
    )
    result = desk.runpytest_inprocess("-k", "hours")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, failed=1, deselected=2)
    result.stdout.fnmatch_lines(["*test_lost_hours*failed", '*"five"*', "* caller: Until when is the shop open?"])
    assert "voice agent harness" not in result.stdout.str()
    assert not (desk.path / "reports" / "runs").exists() or not list((desk.path / "reports" / "runs").iterdir())


def test_a_score_that_was_not_measured_is_an_error_and_not_a_number(desk: pytest.Pytester) -> None:
    desk.makepyfile(
        HEAD
        + """
from harness.errors import UnknownNameError, UnscoredError

def test_scores(run_case):
    result = run_case(ask("Do you sell used books?", "used books"), prompt="desk@v1")
    assert result.score("hearing_wer").value == 0
    with pytest.raises(UnscoredError, match="text tier"):
        result.score("speaking_wer")
    with pytest.raises(UnknownNameError, match="Did you mean 'hearing_wer'"):
        result.score("hearing_wet")
"""
    )
    desk.runpytest_inprocess("-k", "scores").assert_outcomes(passed=1, deselected=2)


def test_one_id_for_two_conversations_of_a_test_is_refused(desk: pytest.Pytester) -> None:
    desk.makepyfile(
        HEAD
        + """
from harness.errors import ConfigurationError

def test_twice(run_case):
    first = run_case(ask("Do you sell used books?", "used books"), prompt="desk@v1")
    assert run_case(ask("Do you sell used books?", "used books"), prompt="desk@v1") == first
    with pytest.raises(ConfigurationError, match="own id"):
        run_case(ask("Are you open?", "five"), prompt="desk@v1")
"""
    )
    desk.runpytest_inprocess("-k", "twice").assert_outcomes(passed=1, deselected=2)


def test_settings_of_the_session_are_a_fixture(desk: pytest.Pytester) -> None:
    desk.makepyfile(
        "def test_settings(harness_settings):\n"
        "    assert (harness_settings.tier, harness_settings.seed) == ('text', 7)\n"
        "    assert harness_settings.reports.is_absolute()\n"
    )
    desk.runpytest_inprocess("--harness-seed=7", "-k", "settings").assert_outcomes(passed=1, deselected=2)
