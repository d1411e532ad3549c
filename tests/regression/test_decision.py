import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.exit_code import ExitCode
from harness.model.outcome import Outcome, Tally
from harness.model.stop import Stop, StopKind
from harness.model.verdict import Verdict
from harness.regression.decision import decide
from harness.regression.judgement import Judgement, Standing
from harness.regression.policy import Policy, Profile, policy_of
from tests.compared_arms import STRICT, arm, judged

SMOKE, RELEASE = policy_of(Profile.SMOKE), policy_of(Profile.RELEASE)
PASSED = Verdict(outcome=Outcome.PASSED, gated=Tally(passed=7))
FAILED = Verdict(outcome=Outcome.FAILED, gated=Tally(passed=5, failed=2))
UNMEASURED = Verdict(outcome=Outcome.INCONCLUSIVE, gated=Tally(passed=6, inconclusive=1))
BROKEN = Verdict(outcome=Outcome.ERROR, gated=Tally(passed=6, error=1))
NOTHING = Verdict(outcome=Outcome.INCONCLUSIVE, gated=Tally())
EXCUSED = Verdict(outcome=Outcome.INCONCLUSIVE, gated=Tally(), excused=Tally(passed=5, failed=2))
GOOD = ["PPP"] * 60


def against_good(cases: Sequence[str], policy: Policy = STRICT) -> Judgement:
    """Return what a candidate comes to beside a baseline that always passed."""
    return judged(arm("desk@v2", *cases), arm("desk@v1", *["PPP"] * len(cases)), policy=policy)


def stopped(
    kind: StopKind, *, gated: Tally, outcome: Outcome = Outcome.INCONCLUSIVE, unfinished: int = 9, excused: int = 0
) -> Verdict:
    """Return the verdict of a run that was stopped."""
    stop = Stop(kind=kind, reason="the reason why it was stopped.")
    return Verdict(outcome=outcome, gated=gated, unfinished=unfinished, stop=stop, excused=Tally(passed=excused))


def with_standing(standing: Standing, *, policy: Policy = STRICT) -> Judgement:
    """Return a judgement that came to a standing."""
    cases = {
        Standing.NON_INFERIOR: GOOD,
        Standing.DEGRADED_WITHIN_MARGIN: ["PPP"] * 147 + ["PPF"] * 13,
        Standing.REGRESSED: ["FFF"] * 20,
        Standing.INCONCLUSIVE: ["PPP"] * 4,
    }
    match standing:
        case Standing.IMPROVED:
            found = judged(arm("desk@v2", *["PPP"] * 20), arm("desk@v1", *["FFF"] * 20), policy=policy)
        case Standing.NOT_COMPARABLE:
            differs = ("stt: baseline whisper, candidate lossy-1",)
            found = judged(arm("desk@v2", *GOOD), arm("desk@v1", *GOOD), policy=policy, differs=differs)
        case _:
            found = against_good(cases[standing], policy)
    assert found.standing is standing
    return found


@pytest.mark.parametrize(
    ("verdict", "code", "outcome", "said"),
    [
        pytest.param(PASSED, 0, Outcome.PASSED, "7 of 7 cases passed", id="all passed"),
        pytest.param(FAILED, 1, Outcome.FAILED, "2 of 7 cases failed", id="some failed"),
        pytest.param(UNMEASURED, 3, Outcome.INCONCLUSIVE, "1 of 7 cases could not be measured", id="unmeasured"),
        pytest.param(BROKEN, 3, Outcome.ERROR, "1 of 7 cases could not be measured", id="broken line"),
        pytest.param(NOTHING, 3, Outcome.INCONCLUSIVE, "no case was tried", id="no case"),
        pytest.param(
            Verdict(outcome=Outcome.PASSED, gated=Tally()),
            3,
            Outcome.INCONCLUSIVE,
            "no case was tried",
            id="no case, however it is called",
        ),
        pytest.param(
            Verdict(outcome=Outcome.INCONCLUSIVE, gated=Tally(passed=7), unfinished=2),
            3,
            Outcome.INCONCLUSIVE,
            "2 planned trials without a result",
            id="interrupted",
        ),
        pytest.param(EXCUSED, 3, Outcome.INCONCLUSIVE, "none of which decides", id="all excused, nothing compared"),
        pytest.param(
            stopped(StopKind.SPOILED, gated=Tally(passed=1, failed=2)),
            3,
            Outcome.INCONCLUSIVE,
            "the reason why it was stopped",
            id="spoiled",
        ),
        pytest.param(
            stopped(StopKind.SPOILED, gated=Tally(failed=1), outcome=Outcome.FAILED),
            1,
            Outcome.FAILED,
            "1 of 1 case failed",
            id="spoiled after a violation",
        ),
        pytest.param(
            stopped(StopKind.BUDGET, gated=Tally(passed=5)), 4, Outcome.INCONCLUSIVE, "the reason", id="budget"
        ),
        pytest.param(
            stopped(StopKind.BUDGET, gated=Tally(passed=4, failed=1)),
            1,
            Outcome.FAILED,
            "1 of 5 cases failed",
            id="budget after a failure",
        ),
        pytest.param(
            stopped(StopKind.BUDGET, gated=Tally(), unfinished=9), 4, Outcome.INCONCLUSIVE, "stopped", id="no money"
        ),
        pytest.param(
            stopped(StopKind.REGRESSED, gated=Tally(passed=3, inconclusive=2)),
            1,
            Outcome.FAILED,
            "2 of 5 cases could not be measured",
            id="stopped by a proved regression",
        ),
    ],
)
def test_exit_code_without_a_comparison(verdict: Verdict, code: int, outcome: Outcome, said: str) -> None:
    decision = decide(verdict, None)
    assert (decision.exit_code, decision.outcome) == (ExitCode(code), outcome)
    assert said in decision.sentence
    assert decision.next_step
    assert decision.warnings == ()


@pytest.mark.parametrize(
    ("policy", "standing", "code", "warned"),
    [
        pytest.param(STRICT, Standing.IMPROVED, 0, False, id="improved"),
        pytest.param(STRICT, Standing.NON_INFERIOR, 0, False, id="good enough"),
        pytest.param(STRICT, Standing.DEGRADED_WITHIN_MARGIN, 0, True, id="a little worse"),
        pytest.param(STRICT, Standing.INCONCLUSIVE, 0, True, id="undecided for a pull request"),
        pytest.param(RELEASE, Standing.INCONCLUSIVE, 3, False, id="undecided for a release"),
        pytest.param(STRICT, Standing.REGRESSED, 1, False, id="worse"),
        pytest.param(STRICT, Standing.NOT_COMPARABLE, 3, False, id="not measured alike"),
        *(pytest.param(SMOKE, standing, 0, False, id=f"smoke, {standing}") for standing in Standing),
    ],
)
def test_comparison_decides_where_all_cases_passed(policy: Policy, standing: Standing, code: int, warned: bool) -> None:
    judgement = with_standing(standing, policy=policy)
    decision = decide(PASSED, judgement)
    assert decision.exit_code is ExitCode(code)
    assert decision.outcome is {0: Outcome.PASSED, 1: Outcome.FAILED, 3: Outcome.INCONCLUSIVE}[code]
    assert bool(decision.warnings) is warned
    gates = judgement.policy.gates
    assert decision.sentence == "7 of 7 cases passed" + (f"; {judgement.sentence}" if gates else "")
    assert (decision.next_step == judgement.next_step) is judgement.policy.gates


@pytest.mark.parametrize(
    ("verdict", "standing", "code"),
    [
        pytest.param(FAILED, Standing.IMPROVED, 1, id="a failed case outranks an improvement"),
        pytest.param(UNMEASURED, Standing.IMPROVED, 3, id="so does an unmeasured one"),
        pytest.param(UNMEASURED, Standing.REGRESSED, 1, id="a proved regression outranks an unmeasured case"),
        pytest.param(NOTHING, Standing.IMPROVED, 3, id="no case never passes"),
        pytest.param(EXCUSED, Standing.NON_INFERIOR, 0, id="excused cases pass by comparison"),
        pytest.param(EXCUSED, Standing.REGRESSED, 1, id="and fail by it"),
        pytest.param(EXCUSED, Standing.NOT_COMPARABLE, 3, id="and prove nothing without it"),
        pytest.param(
            stopped(StopKind.BUDGET, gated=Tally(passed=7)), Standing.NON_INFERIOR, 4, id="budget before the end"
        ),
        pytest.param(
            stopped(StopKind.BUDGET, gated=Tally(passed=7)), Standing.REGRESSED, 1, id="regression before the budget"
        ),
        pytest.param(
            stopped(StopKind.SPOILED, gated=Tally(passed=7)), Standing.REGRESSED, 3, id="our own fault proves nothing"
        ),
        pytest.param(
            stopped(StopKind.NON_INFERIOR, gated=Tally(passed=7)),
            Standing.NON_INFERIOR,
            0,
            id="calls that a proof made needless are not missing",
        ),
        pytest.param(
            stopped(StopKind.NON_INFERIOR, gated=Tally(passed=6, failed=1)),
            Standing.NON_INFERIOR,
            1,
            id="a failed one is",
        ),
        pytest.param(
            stopped(StopKind.NON_INFERIOR, gated=Tally(passed=6, error=1)),
            Standing.NON_INFERIOR,
            3,
            id="a broken one is",
        ),
        pytest.param(
            stopped(StopKind.NON_INFERIOR, gated=Tally(), excused=5),
            Standing.NON_INFERIOR,
            0,
            id="excused cases of a run that was stopped early",
        ),
        pytest.param(
            stopped(StopKind.REGRESSED, gated=Tally(passed=2)), Standing.REGRESSED, 1, id="proved early to be worse"
        ),
    ],
)
def test_hard_gates_come_first_and_facts_outrank_what_is_missing(
    verdict: Verdict, standing: Standing, code: int
) -> None:
    decision = decide(verdict, with_standing(standing))
    assert decision.exit_code is ExitCode(code)
    assert standing.value in decision.sentence


def test_smoke_leaves_excused_cases_without_a_verdict() -> None:
    assert decide(EXCUSED, with_standing(Standing.NON_INFERIOR, policy=SMOKE)).exit_code is ExitCode.UNPROVED


def test_failed_case_is_the_next_thing_to_look_at_whatever_the_comparison_says() -> None:
    decision = decide(FAILED, with_standing(Standing.IMPROVED))
    assert decision.sentence.startswith("2 of 7 cases failed; improved: desk@v2 passes 100 points more often")
    assert decision.next_step == "run `harness report latest --open` and read the failed cases"


@pytest.mark.parametrize(
    ("candidate", "baseline", "gated"),
    [
        pytest.param([], ["PPP"] * 60, "", id="no candidate case"),
        pytest.param(["???"] * 60, ["PPP"] * 60, "", id="all unreadable"),
        pytest.param(["!!!"] * 60, ["!!!"] * 60, "", id="all invalid in both"),
        pytest.param(["PPP"] * 60, ["PPP"] * 60, "latency", id="metric absent from the baseline"),
        pytest.param(["PPP"] * 60, ["PPP"] * 60, "hearing_wer", id="metric that is no number"),
        pytest.param(["PPP"], ["PPP"], "", id="one case"),
        pytest.param(["PPP"] * 60, [""] * 60 + ["PPP"] * 60, "", id="no common case"),
    ],
)
@pytest.mark.parametrize("profile", [Profile.PULL_REQUEST, Profile.RELEASE])
def test_missing_measurement_never_passes(
    candidate: list[str], baseline: list[str], gated: str, profile: Profile
) -> None:
    metrics = {"latency": [7.0] * 60, "hearing_wer": [math.nan] * 60}
    known = {"hearing_wer": [0.1] * 60} if gated else {}
    judgement = judged(
        arm("desk@v2", *candidate, metrics=metrics if gated else {}),
        arm("desk@v1", *baseline, metrics=known),
        policy=policy_of(profile, gated=gated),
    )
    assert decide(PASSED, judgement).exit_code is ExitCode.UNPROVED
    assert decide(EXCUSED, judgement).exit_code is ExitCode.UNPROVED


def test_quarantine_of_every_case_never_passes() -> None:
    judgement = judged(arm("desk@v2", *GOOD, quarantined=range(60)), arm("desk@v1", *GOOD))
    assert decide(PASSED, judgement).exit_code is ExitCode.UNPROVED


def test_doubted_comparison_is_not_hidden_behind_an_undecided_one() -> None:
    policy = policy_of(Profile.PULL_REQUEST)
    candidates = [arm("desk@v2", *["PPP"] * 4), arm("clerk@v2", *["PPP"] * 4)]
    judgement = judged(candidates, arm("desk@v1", *["PPP"] * 4), arm("clerk@v1", *["???"] * 4), policy=policy)
    assert judgement.standing is Standing.INCONCLUSIVE
    assert "clerk@v2 cannot be judged" in judgement.sentence
    assert decide(PASSED, judgement).exit_code is ExitCode.UNPROVED


def test_two_texts_under_one_label_are_a_warning() -> None:
    judgement = judged(arm("desk@v1", *GOOD, digest="b" * 64), arm("desk@v1", *GOOD, digest="a" * 64))
    assert "two texts" in decide(PASSED, judgement).warnings[0]


@given(
    ours=st.lists(st.text(alphabet="PF", min_size=1, max_size=3), min_size=1, max_size=12),
    lost=st.integers(min_value=1, max_value=30),
    policy=st.sampled_from([STRICT, RELEASE]),
)
def test_doubt_never_turns_what_did_not_pass_into_a_pass(ours: list[str], lost: int, policy: Policy) -> None:
    theirs = arm("desk@v1", *["PPP"] * len(ours))
    without = decide(PASSED, judged(arm("desk@v2", *ours), theirs, policy=policy))
    doubted = decide(PASSED, judged(arm("desk@v2", *[each + "!" * lost for each in ours]), theirs, policy=policy))
    assert without.outcome is Outcome.PASSED or doubted.outcome is not Outcome.PASSED
