from datetime import date
from random import Random
from typing import Any

import pytest

from harness.model.outcome import Outcome
from harness.model.quarantine import Quarantine
from harness.model.run import CaseResult, Run, Trial, TrialResult
from harness.model.score import Better, Score
from harness.model.suite import ArmRole, Planned
from harness.model.validity import InvalidKind, Validity
from harness.regression.repeats import PassK
from harness.regression.steadiness import Buy, Steadiness, steadiness
from harness.regression.votes import as_judged
from harness.report.steadiness import steadiness_lines, view_steadiness
from harness.runner.outcome import fold_case
from harness.testing.builders import make_call, make_case, make_result
from tests.planted_runs import planted_arm, planted_arm_results, planted_run


def run_of(*outcomes: str) -> Run:
    return planted_run(*planted_arm_results(outcomes))


def steady(*outcomes: str) -> Steadiness:
    (found,) = steadiness(run_of(*outcomes))
    return found


def voted(name: str, *votes: tuple[str, ...]) -> CaseResult:
    """Return a case whose trials a panel voted on, each tuple the votes on one trial."""
    planned = Planned(suite="desk", case=make_case(id=name), arm=planted_arm())
    return fold_case(planned, [voted_trial(each, planned=planned, attempt=i) for i, each in enumerate(votes, start=1)])


def voted_trial(votes: tuple[str, ...], **fields: Any) -> TrialResult:
    passed = votes.count("pass") > len(votes) / 2
    score = Score(
        name="rubric.polite",
        value=float(passed),
        better=Better.HIGHER,
        passed=passed,
        required=True,
        votes=votes,
    )
    outcome = Outcome.PASSED if passed else Outcome.FAILED
    return make_result(outcome, scores=(score,), reasons=() if passed else ("not polite",), **fields)


def test_flakiness_is_the_chance_that_two_trials_disagree() -> None:
    found = steady("pf", "pp", "ff", "pff")
    assert found.flakiness.suite_rate == pytest.approx((1 + 0 + 0 + 2 * 1 * 2 / (3 * 2)) / 4)
    assert [(case.id, case.passes, case.trials) for case in found.flaky] == [("desk::c00", 1, 2), ("desk::c03", 1, 3)]


def test_cases_with_one_trial_are_left_out_and_counted() -> None:
    found = steady("p", "f", "pi", "pp", "pf")
    assert (found.repeated, found.left_out) == (2, 3)
    assert any(
        "3 cases with fewer than 2 trials left out" in line
        for line in steadiness_lines(run_of("p", "f", "pi", "pp", "pf"))
    )


def test_an_arm_without_a_repeated_case_has_nothing_to_say() -> None:
    assert steadiness(run_of("p", "f", "pi")) == ()
    assert steadiness_lines(run_of("p", "f")) == ()


def test_a_spoiled_call_that_was_made_again_is_not_flaky() -> None:
    planned = Planned(suite="desk", case=make_case(id="a"), arm=planted_arm())
    spoiled = TrialResult(
        trial=Trial.of(planned, attempt=1, run_seed=1),
        outcome=Outcome.INCONCLUSIVE,
        validity=Validity(valid=False, kind=InvalidKind.AUDIO, reason="silent"),
        call=make_call(),
    )
    again = TrialResult(
        trial=Trial.of(planned, attempt=1, run_seed=1, repeat=1), outcome=Outcome.PASSED, call=make_call()
    )
    second = make_result(Outcome.PASSED, attempt=2, planned=planned)
    (found,) = steadiness(planted_run(fold_case(planned, [spoiled, again, second])))
    assert found.flaky == ()
    assert found.flakiness.suite_rate == 0.0


def test_flaky_cases_in_quarantine_are_shown_and_count_in_no_rate() -> None:
    kept = Quarantine(until=date(2027, 1, 1), owner="me", reason="flaky")
    run = planted_run(*planted_arm_results(["pp", "ff", "pf"]), quarantined={"c02": kept})
    (found,) = steadiness(run)
    assert found.flakiness.suite_rate == 0.0
    assert [(case.id, case.quarantined) for case in found.flaky] == [("desk::c02", True)]
    assert any("1 of 2 passed, in quarantine" in line for line in steadiness_lines(run))


def test_all_and_any_of_k_trials_where_half_of_the_cases_have_so_many() -> None:
    found = steady("ppp", "ppf", "fff", "pp", "p")
    assert found.k == 3
    assert (found.pass_k.used, found.pass_k.skipped) == (3, 2)
    assert found.pass_k.rates == PassK(at_k=2 / 3, hat_k=1 / 3)


def test_noise_between_cases_says_buy_cases() -> None:
    found = steady(*["pppp"] * 8, *["ffff"] * 8, "pppf")
    assert found.buy is Buy.CASES
    assert found.plan is not None
    assert found.plan.trials == 1


def test_noise_between_calls_says_buy_trials() -> None:
    random = Random(3)
    found = steady(*("".join(random.sample("ppff", 4)) for _ in range(20)))
    assert found.buy is Buy.TRIALS
    assert found.plan is None


def test_a_judge_that_contradicts_itself_says_buy_votes() -> None:
    split, other = ("pass", "fail", "pass"), ("fail", "pass", "fail")
    run = planted_run(*(voted(f"c{i}", split, other) for i in range(10)))
    (found,) = steadiness(run)
    assert found.variance is not None
    assert found.variance.samples == 3
    assert found.buy is Buy.VOTES
    assert [name for name, _ in view_steadiness(run)[0].shares] == ["cases", "calls", "judge"]


def test_cases_nobody_voted_on_are_the_same_for_every_judge() -> None:
    run = planted_run(*(voted(f"c{i}", ("pass",) * 3, ("pass",) * 3) for i in range(3)), *planted_arm_results(["pf"]))
    (found,) = steadiness(run)
    assert found.variance is not None
    assert (found.variance.cases, found.variance.samples, found.variance.judge) == (4, 3, 0.0)


def test_without_any_noise_there_is_nothing_to_buy() -> None:
    assert steady("pp", "pp", "pp").buy is Buy.NOTHING
    assert any(
        "no noise to see (3 cases × 2 trials, indicative)" in line
        for line in steadiness_lines(run_of("pp", "pp", "pp"))
    )


def test_the_largest_balanced_part_is_taken() -> None:
    found = steady("pf", "pfpf", "ppff", "ffpp", "p")
    assert found.variance is not None
    assert (found.variance.cases, found.variance.trials) == (3, 4)


def test_one_repeated_case_says_nothing_of_the_noise() -> None:
    found = steady("pf", "p")
    assert found.variance is None
    assert found.buy is None


@pytest.mark.parametrize(
    ("trial", "expected"),
    [
        pytest.param(make_result(Outcome.PASSED), (1.0,), id="no panel"),
        pytest.param(voted_trial(("pass", "fail", "pass")), (1.0, 0.0, 1.0), id="each vote"),
        pytest.param(voted_trial(("pass", "not_applicable", "pass")), (1.0, 1.0, 1.0), id="nothing to ask about"),
        pytest.param(voted_trial(("pass", "abstain", "pass")), None, id="a judge that did not vote"),
        pytest.param(
            make_result(
                Outcome.FAILED,
                scores=voted_trial(("pass", "pass", "fail")).scores,
                reasons=("the call was too long",),
            ),
            (0.0, 0.0, 0.0),
            id="failed for another reason",
        ),
    ],
)
def test_a_trial_is_decided_by_each_vote_alone(trial: TrialResult, expected: tuple[float, ...] | None) -> None:
    assert as_judged(trial) == expected


def test_every_arm_has_its_own_lines_with_its_name() -> None:
    run = planted_run(
        *planted_arm_results(["pp", "pf"], arm=planted_arm("v2")),
        *planted_arm_results(["pp", "pf"], arm=planted_arm("v1", role=ArmRole.BASELINE)),
    )
    heads = [line for line in steadiness_lines(run) if not line.startswith(" ")]
    assert [head.partition(":")[0] for head in heads] == ["receptionist@v2, a.one", "receptionist@v1, a.one"]
