from collections.abc import Sequence
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.call import Call, EndReason, Event, EventKind, Role, Tier
from harness.model.case import Case, Limit, PassRule
from harness.model.moves import Hangup, Move, Press, Say
from harness.model.outcome import Outcome, Tally
from harness.model.run import CaseResult
from harness.model.score import Better, Score, Scored, Unscored
from harness.model.stop import Stop, StopKind
from harness.model.suite import ArmRole, Planned
from harness.model.validity import VALID, Validity
from harness.runner.outcome import Decision, decide, fold_case, summarise
from harness.testing.builders import make_arm, make_call, make_case, make_result, make_turn

CASE = make_case("Where is my parcel?")
CALLER = make_turn(Role.CALLER, "Where is my parcel?", move=0)
AGENT = make_turn(Role.AGENT, "On its way.")
CALL = make_call(CALLER, AGENT)


def required(passed: bool | None, *, value: float = 1.0, **fields: object) -> Score:
    return Score(
        name="says", value=value, better=Better.HIGHER, passed=passed, required=True, reason="expected it", turn=1,
        because=str(fields.get("because", "")),
    )  # fmt: skip


def measured(name: str, value: float) -> Score:
    return Score(name=name, value=value, better=Better.LOWER, reason="6 of 28 words wrong")


UNKNOWN = Unscored(name="rubric.warm", reason="no judge is configured", required=True)


def outcome(
    *scores: Scored, case: Case = CASE, call: Call | None = CALL, validity: Validity = VALID, fault: str = ""
) -> Decision:
    return decide(case, scores, validity=validity, call=call, fault=fault)


def limited(at_most: float) -> Case:
    return make_case("Where is my parcel?", limits=(Limit(score="hearing_wer", at_most=at_most),))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param((), Outcome.PASSED, id="nothing required"),
        pytest.param((required(True),), Outcome.PASSED, id="requirement met"),
        pytest.param((required(False),), Outcome.FAILED, id="requirement not met"),
        pytest.param((UNKNOWN,), Outcome.INCONCLUSIVE, id="requirement without an answer"),
        pytest.param((required(None),), Outcome.INCONCLUSIVE, id="requirement without a verdict"),
        pytest.param((required(True, value=nan),), Outcome.INCONCLUSIVE, id="requirement whose value is no number"),
        pytest.param((UNKNOWN, required(False)), Outcome.FAILED, id="a proven failure stays one"),
        pytest.param((Unscored(name="x", reason="?"),), Outcome.PASSED, id="measurement without an answer"),
        pytest.param((measured("hearing_wer", 0.9),), Outcome.PASSED, id="measurement without a limit"),
    ],
)
def test_required_scores_decide(scores: Sequence[Scored], expected: Outcome) -> None:
    assert outcome(*scores).outcome is expected


def test_limits_on_speech_do_not_apply_where_nobody_speaks() -> None:
    silent = make_call(CALLER, AGENT, tier=Tier.TEXT)

    assert outcome(case=limited(0.1), call=silent).outcome is Outcome.PASSED
    assert outcome(case=limited(0.1), call=CALL).outcome is Outcome.INCONCLUSIVE


def test_a_limit_on_the_greeting_does_not_apply_to_a_chat_in_writing() -> None:
    greeted = make_case("Where is my parcel?", limits=(Limit(score="greeting_ms", at_most=6000),))
    written = make_call(CALLER, AGENT, tier=Tier.TEXT, transport="voipbin-text")
    assert outcome(case=greeted, call=written).outcome is Outcome.PASSED
    assert outcome(case=greeted, call=CALL).outcome is Outcome.INCONCLUSIVE


def test_failed_check_names_turn_finding_and_rule() -> None:
    decision = outcome(required(False, because="always ask for the order number first"))
    assert decision.reasons == ("turn 2: expected it — Rule: always ask for the order number first",)


def test_open_requirement_says_what_is_missing() -> None:
    assert outcome(UNKNOWN).reasons == ("rubric.warm could not be measured: no judge is configured",)


@pytest.mark.parametrize(
    ("scores", "expected", "words"),
    [
        pytest.param((measured("hearing_wer", 0.15),), Outcome.PASSED, "", id="at the limit"),
        pytest.param(
            (measured("hearing_wer", 0.2143),),
            Outcome.FAILED,
            "hearing_wer is 0.2143, 0.15 is the limit (6 of 28 words wrong)",
            id="above the limit",
        ),
        pytest.param((measured("hearing_wer", nan),), Outcome.INCONCLUSIVE, "is no number", id="no number"),
        pytest.param((), Outcome.INCONCLUSIVE, "no scorer measured it", id="no such score"),
        pytest.param(
            (Unscored(name="hearing_wer", reason="no transcript"),),
            Outcome.INCONCLUSIVE,
            "no transcript",
            id="unscored",
        ),
    ],
)
def test_limit_holds_for_the_score_of_the_whole_call(scores: Sequence[Scored], expected: Outcome, words: str) -> None:
    decision = outcome(*scores, case=limited(0.15))
    assert decision.outcome is expected
    assert words in " ".join(decision.reasons)


def test_score_of_one_turn_is_not_taken_for_the_call() -> None:
    turn = Score(name="hearing_wer", value=0.9, better=Better.LOWER, turn=0)
    assert outcome(turn, measured("hearing_wer", 0.1), case=limited(0.15)).outcome is Outcome.PASSED


def test_invalid_trial_is_inconclusive_whatever_the_scores_say() -> None:
    spoiled = Validity(valid=False, reason="our caller could not be understood")
    for scores in ((), (required(True),), (required(False),)):
        decision = outcome(*scores, validity=spoiled)
        assert decision == Decision(outcome=Outcome.INCONCLUSIVE, reasons=("our caller could not be understood",))


def test_no_call_is_an_error() -> None:
    assert outcome(call=None) == Decision(outcome=Outcome.ERROR, reasons=("no call came about",))
    assert outcome(call=None, fault="SIP 503").reasons == ("SIP 503",)


def test_failing_service_is_an_error_before_anything_else() -> None:
    failed = Event(at_ms=900, kind=EventKind.SERVICE_FAILED, text="429 slow down", data={"service": "openai"})
    call = make_call(CALLER, events=(failed,), end_reason=EndReason.AGENT_SILENT)
    decision = outcome(required(False), call=call, validity=Validity(valid=False, reason="unheard"))
    assert decision == Decision(outcome=Outcome.ERROR, reasons=("the service openai failed at 900 ms: 429 slow down",))


def test_fault_on_the_line_is_an_error_although_a_call_came_about() -> None:
    assert outcome(required(True), fault="the recording is lost").outcome is Outcome.ERROR


TWO_LINES = make_case("Where is my parcel?", "And the invoice?")


def after_one_line(case: Case, end: EndReason) -> Call:
    """Return a call that ended when the case's caller had said its first line."""
    made, *unmade = (step for step in case.moves if isinstance(step, Move))
    return make_call(CALLER, AGENT, end_reason=end, moves=(made,), unmade=tuple(unmade))


@pytest.mark.parametrize(
    ("case", "end", "expected", "words"),
    [
        pytest.param(CASE, EndReason.AGENT_SILENT, Outcome.FAILED, "did not answer", id="silent"),
        pytest.param(CASE, EndReason.NEVER_STARTED, Outcome.FAILED, "never started", id="never started"),
        pytest.param(CASE, EndReason.AGENT_HANGUP, Outcome.PASSED, "", id="agent hangs up at the end"),
        pytest.param(TWO_LINES, EndReason.AGENT_HANGUP, Outcome.FAILED, "hung up too early", id="agent hangs up early"),
        pytest.param(CASE, EndReason.TIME_LIMIT, Outcome.INCONCLUSIVE, "raise the case's limit", id="time limit"),
        pytest.param(TWO_LINES, EndReason.CALLER_HANGUP, Outcome.INCONCLUSIVE, "script was over", id="script not over"),
        pytest.param(CASE, EndReason.LINE_DROPPED, Outcome.PASSED, "", id="line breaks at the end"),
        pytest.param(TWO_LINES, EndReason.LINE_DROPPED, Outcome.INCONCLUSIVE, "the line broke", id="line breaks"),
        pytest.param(TWO_LINES, EndReason.NOT_ANSWERED, Outcome.INCONCLUSIVE, "never answered", id="never answered"),
    ],
)
def test_how_a_call_ends_counts(case: Case, end: EndReason, expected: Outcome, words: str) -> None:
    decision = outcome(required(True), case=case, call=after_one_line(case, end))
    assert decision.outcome is expected
    assert words in " ".join(decision.reasons)


def test_lines_that_never_came_up_are_counted_and_the_first_is_named() -> None:
    assert outcome(case=TWO_LINES, call=after_one_line(TWO_LINES, EndReason.AGENT_HANGUP)).reasons == (
        'the agent hung up too early; 1 of the caller\'s 2 lines never came up, the first: "And the invoice?"',
    )


def test_keys_that_were_never_pressed_are_named() -> None:
    case = make_case(moves=(Say(text="Hello"), Press(digits="12#")))
    assert outcome(case=case, call=after_one_line(case, EndReason.AGENT_HANGUP)).reasons == (
        "the agent hung up too early; 1 of the caller's 2 lines never came up, the first: the keys 12#",
    )


def test_line_behind_a_hangup_of_the_script_is_no_fault_of_the_agent() -> None:
    case = make_case(moves=(Say(text="Where is my parcel?"), Hangup(), Say(text="Hello?")))
    assert outcome(case=case, call=after_one_line(case, EndReason.CALLER_HANGUP)).outcome is Outcome.INCONCLUSIVE


def test_agent_that_repeats_itself_until_the_time_limit_failed() -> None:
    call = make_call(CALLER, AGENT, AGENT, AGENT, end_reason=EndReason.TIME_LIMIT)
    decision = outcome(call=call)
    assert decision.outcome is Outcome.FAILED
    assert decision.reasons[0].startswith('the agent kept repeating "On its way."')


def test_agent_that_never_stops_talking_failed() -> None:
    endless = make_turn(Role.AGENT, "And another thing", started_ms=60_000, ended_ms=180_000)
    call = make_call(CALLER, endless, end_reason=EndReason.TIME_LIMIT, duration_ms=180_000)
    assert outcome(call=call).outcome is Outcome.FAILED


def test_same_reason_is_told_once() -> None:
    assert len(outcome(required(False), required(False)).reasons) == 1


P, F, U, E = Outcome.PASSED, Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.ERROR


def fold(rule: PassRule, *outcomes: Outcome, role: ArmRole = ArmRole.CANDIDATE) -> CaseResult:
    planned = Planned(suite="desk", case=make_case(pass_rule=rule), arm=make_arm(role=role))
    trials = [make_result(o, attempt=i, planned=planned) for i, o in enumerate(outcomes, start=1)]
    return fold_case(planned, trials[::-1])


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        pytest.param((P, P, F), P, id="enough passes"),
        pytest.param((P, P), P, id="enough passes before the last"),
        pytest.param((P, F, F), F, id="too many failures"),
        pytest.param((F, F), F, id="too many failures before the last"),
        pytest.param((P, F, U), U, id="an inconclusive trial decides nothing"),
        pytest.param((P, U, E), E, id="an error is named first"),
        pytest.param((P, F), U, id="a trial is missing"),
        pytest.param((), U, id="no trial at all"),
        pytest.param((U, U, U), U, id="nothing proved"),
    ],
)
def test_two_of_three(outcomes: tuple[Outcome, ...], expected: Outcome) -> None:
    assert fold(PassRule(required=2, of=3), *outcomes).outcome is expected


@given(outcomes=st.lists(st.sampled_from(list(Outcome)), max_size=5), data=st.data())
def test_a_case_passes_only_with_enough_passes(outcomes: list[Outcome], data: st.DataObject) -> None:
    rule = PassRule(required=data.draw(st.integers(1, 5)), of=5)
    assert (fold(rule, *outcomes).outcome is P) == (outcomes.count(P) >= rule.required)


def test_trials_stand_in_the_order_they_were_made() -> None:
    assert [t.trial.attempt for t in fold(PassRule(required=1, of=3), P, F, P).trials] == [1, 2, 3]


def case_result(result: Outcome, role: ArmRole = ArmRole.CANDIDATE) -> CaseResult:
    return fold(PassRule(required=1, of=1), result, role=role)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        pytest.param((P, P), P, id="all passed"),
        pytest.param((P, F, E, U), F, id="a failure outweighs"),
        pytest.param((P, E, U), E, id="then an error"),
        pytest.param((P, U), U, id="then doubt"),
        pytest.param((), U, id="nothing gated"),
    ],
)
def test_run_is_as_good_as_its_worst_case(outcomes: tuple[Outcome, ...], expected: Outcome) -> None:
    assert summarise([case_result(o) for o in outcomes], planned_trials=len(outcomes)).outcome is expected


def test_baseline_arms_are_counted_apart_and_never_decide() -> None:
    results = [case_result(P), case_result(F, ArmRole.BASELINE), case_result(E, ArmRole.BASELINE)]
    verdict = summarise(results, planned_trials=3)
    assert (verdict.outcome, verdict.gated, verdict.baseline) == (P, Tally(passed=1), Tally(failed=1, error=1))


def test_run_of_baselines_alone_gates_nothing() -> None:
    assert summarise([case_result(P, ArmRole.BASELINE)], planned_trials=1).outcome is U


def test_run_that_was_cut_short_never_passes() -> None:
    verdict = summarise([case_result(P)], planned_trials=3)
    assert (verdict.outcome, verdict.unfinished) == (U, 2)


TOO_MANY = Stop(kind=StopKind.SPOILED, reason="stopped: too many")


def test_a_stopped_run_proves_nothing_whatever_failed_before() -> None:
    results = [case_result(P), case_result(F)]
    assert summarise(results, planned_trials=3, stop=TOO_MANY).outcome is U
    assert summarise(results, planned_trials=2, stop=TOO_MANY).outcome is F, "nothing was left to do"
