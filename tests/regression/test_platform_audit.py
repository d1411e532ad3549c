import pytest

from harness.model.audit import Dimension
from harness.model.call import Event, EventKind
from harness.model.finding import Json, Resource
from harness.model.run import TrialResult
from harness.model.score import Better, Score, Scored
from harness.model.suite import Planned
from harness.regression.platform_audit import audit_agreement, own_marks, platform_audit
from harness.report.audits import view_agreement, view_audit
from harness.runner.outcome import fold_case
from harness.testing.builders import make_arm, make_call, make_case, make_result


def checked(name: str, *, passed: bool, required: bool = True) -> Score:
    return Score(name=name, value=float(passed), better=Better.HIGHER, passed=passed, required=required)


def audit(*, status: str = "completed", **marks: Json) -> Resource:
    dimensions = {name: {"score": score, "reason": "so it was"} for name, score in marks.items()}
    evaluation = {"overall_score": 4, "dimensions": dimensions, "summary": "All in all."}
    return Resource(kind="aiaudit", fields={"status": status, "evaluation": evaluation})


SCORES: tuple[Scored, ...] = (
    checked("says", passed=True),
    checked("says", passed=False),
    Score(name="response_rate", value=1.0, better=Better.HIGHER),
    checked("entity_said_back", passed=False),
    checked("rubric.polite", passed=True, required=False),
    checked("summary_recall", passed=False),
)
TOOL = Event(at_ms=1, kind=EventKind.TOOL_RETURNED, data={"name": "send_email", "ok": True})


def test_our_marks_are_shares_of_checks_on_a_scale_from_one_to_five() -> None:
    marks = {mark.dimension: mark for mark in own_marks(SCORES, call=make_call(events=(TOOL,)))}

    assert {dimension: mark.score for dimension, mark in marks.items()} == {
        Dimension.HELPFULNESS: 4,
        Dimension.ACCURACY: 1,
        Dimension.TONE: 5,
        Dimension.GOAL_COMPLETION: 2,
        Dimension.TOOL_USAGE: 5,
    }
    assert marks[Dimension.HELPFULNESS].fed_by == ("says 1 of 2", "response_rate 1 of 1")


def test_a_dimension_nothing_feeds_has_no_mark() -> None:
    assert all(mark.score is None and not mark.fed_by for mark in own_marks((), call=make_call()))


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [
        ({"status": "failed", "error": "evaluator_unavailable"}, "evaluator_unavailable"),
        ({"status": "progressing"}, "it is progressing"),
        ({}, "it cannot be read"),
        ({"status": "completed", "evaluation": {"dimensions": []}}, "it has no mark that can be read"),
        (
            {"status": "completed", "evaluation": {"dimensions": {"tone": {"score": 9}}}},
            "it has no mark that can be read",
        ),
    ],
    ids=["failed", "running", "nothing", "no dimensions", "off the scale"],
)
def test_an_audit_without_marks_says_why(fields: dict[str, Json], trouble: str) -> None:
    found = platform_audit((Resource(kind="aiaudit", fields=fields),))

    assert found is not None
    assert (found.marks, found.trouble) == ({}, trouble)


def test_a_call_nobody_audited_has_no_audit() -> None:
    assert platform_audit(()) is None
    assert view_audit(make_call(), SCORES) is None


def trial(*, theirs: int, passed: bool, attempt: int) -> TrialResult:
    call = make_call(resources=(audit(helpfulness=theirs, tone=4),))
    return make_result(attempt=attempt, call=call, scores=(checked("says", passed=passed),))


def test_agreement_counts_calls_both_have_marked() -> None:
    planned = Planned(suite="desk", case=make_case(), arm=make_arm())
    case = fold_case(planned, [trial(theirs=4, passed=True, attempt=1), trial(theirs=5, passed=False, attempt=2)])

    (found,) = audit_agreement([case])

    assert (found.dimension, found.calls, found.theirs, found.ours) == (Dimension.HELPFULNESS, 2, 4.5, 3.0)
    assert (found.mean_difference, found.within_one, found.kappa) == (2.5, 1, None)
    (row,) = view_agreement([case])
    assert (row.within_one, row.kappa) == ("1 of 2 calls", "from 20 calls on")


def test_kappa_is_given_from_twenty_calls_on() -> None:
    planned = Planned(suite="desk", case=make_case(), arm=make_arm())
    trials = [trial(theirs=5 if n % 2 else 1, passed=bool(n % 2), attempt=n + 1) for n in range(20)]

    (found,) = audit_agreement([fold_case(planned, trials)])

    assert found.kappa == 1.0


def test_the_page_shows_both_and_where_they_are_far_apart() -> None:
    view = view_audit(make_call(resources=(audit(helpfulness=1, tone=4),)), SCORES)

    assert view is not None
    helpfulness, accuracy, tone = view.rows[:3]
    assert (helpfulness.theirs, helpfulness.ours, helpfulness.apart) == ("1", "4", True)
    assert (accuracy.theirs, accuracy.ours) == ("–", "1")
    assert (tone.reason, tone.fed_by, tone.apart) == ("so it was", "rubric.polite 1 of 1", False)
