from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigurationError
from harness.regression.comparing import judge
from harness.regression.gate import GateWord
from harness.regression.judgement import EarlyEvidence, Standing
from harness.regression.policy import Profile, policy_of
from tests.compared_arms import ENGINE, STRICT, arm, judged

LETTERS = st.lists(st.text(alphabet="PF?", min_size=1, max_size=4), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("baseline", "candidate", "standing", "said"),
    [
        pytest.param(["FFF"] * 20, ["PPP"] * 20, Standing.IMPROVED, "100 points more often", id="improved"),
        pytest.param(["PPP"] * 20, ["PPP"] * 20, Standing.NON_INFERIOR, "as often as", id="unchanged"),
        pytest.param(
            ["PPP"] * 60,
            ["PPP"] * 54 + ["PPF"] * 6,
            Standing.DEGRADED_WITHIN_MARGIN,
            "surely worse, and surely by less than the margin of 10 points",
            id="a little worse",
        ),
        pytest.param(
            ["PPP"] * 7,
            ["PPF", "FFF", "FFF", "FFF", "FFF", "FFF", "FFF"],
            Standing.REGRESSED,
            "surely worse by more than the margin of 10 points",
            id="regressed",
        ),
        pytest.param(
            ["PPP"] * 5,
            ["PPP"] * 5,
            Standing.INCONCLUSIVE,
            "needs about 28 more cases, or margin 0.22",
            id="ties only in too few cases",
        ),
        pytest.param(
            ["P"] * 4, ["P"] * 3 + ["F"], Standing.INCONCLUSIVE, "neither proves nor rules out", id="one trial a case"
        ),
    ],
)
def test_gate_has_a_word_and_a_sentence_for_every_difference(
    baseline: list[str], candidate: list[str], standing: Standing, said: str
) -> None:
    found = judged(arm("desk@v2", *candidate), arm("desk@v1", *baseline))
    assert found.standing is standing
    assert found.sentence.startswith(f"{standing.value}: desk@v2 ")
    assert said in found.sentence
    assert not found.doubted


def test_sentence_tells_difference_interval_and_how_many_calls_it_rests_on() -> None:
    cases = ("PPP", "PPF", "PFF", "FFF", "FFF", "PPP", "PPP")
    found = judged(arm("receptionist@v3", *cases), arm("receptionist@v2", *["PPP"] * 7))
    assert found.sentence == (
        "regressed: receptionist@v3 passes 43 points less often than receptionist@v2 (90% interval −72 to −5.9 "
        "points, 7 cases × 3), surely worse, and perhaps by more than the margin of 10 points"
    )
    assert found.next_step == "run `harness report latest --open` and look at desk::c03 first"
    assert found.changes[0].worse == ("desk::c03", "desk::c04", "desk::c02", "desk::c01")


def test_baseline_from_elsewhere_is_named_with_its_source() -> None:
    found = judged(arm("desk@v1", *["PPP"] * 20), arm("desk@v1", *["PPP"] * 20), source="baseline main")
    assert "desk@v1 passes as often as desk@v1 of baseline main" in found.sentence


@pytest.mark.parametrize(
    ("baseline", "candidate", "doubt"),
    [
        pytest.param(["PPP"], ["PPP"], "fewer than two cases", id="one case"),
        pytest.param(["???"] * 10, ["PPP"] * 10, "30 of 30 trials of the baseline are invalid", id="baseline invalid"),
        pytest.param(["PPP"] * 10, ["???"] * 10, "30 of 30 trials of the candidate", id="candidate unreadable"),
        pytest.param(["!!!"] * 10, ["!!!"] * 10, "only 0 of 10 cases", id="both invalid"),
        pytest.param(["PPP"] * 20, ["PP?"] * 20, "lost trials unequally", id="unequally lost"),
        pytest.param(["PPP"] * 5 + [""] * 5, [""] * 5 + ["PPP"] * 5, "only 0 of 10 cases", id="no common case"),
        pytest.param(["PPP"] * 20, ["PPP"] * 20 + ["PPP"] * 5, "only 20 of 25 cases", id="too many new cases"),
        pytest.param([], ["PPP"] * 20, "the baseline has no trial", id="baseline without a case"),
    ],
)
def test_data_that_carry_no_verdict_are_doubted_and_never_pass(
    baseline: list[str], candidate: list[str], doubt: str
) -> None:
    found = judged(arm("desk@v2", *candidate), arm("desk@v1", *baseline))
    assert found.standing is Standing.INCONCLUSIVE
    assert found.doubted
    assert doubt in found.sentence


def test_all_cases_in_quarantine_leave_nothing_to_compare() -> None:
    found = judged(arm("desk@v2", "PPP", "PPP", quarantined=[0, 1]), arm("desk@v1", "PPP", "PPP"))
    assert found.doubted
    assert "there is no case to compare" in found.sentence


def test_case_in_quarantine_in_one_arm_is_left_out_of_both() -> None:
    baseline = arm("desk@v1", *["PPP"] * 21)
    found = judged(arm("desk@v2", *["PPP"] * 20, "FFF", quarantined=[20]), baseline)
    change = found.changes[0]
    assert found.standing is Standing.NON_INFERIOR
    assert (change.matched, change.worse, change.removed, change.unmatched) == (20, (), (), ())


def test_cases_without_a_counterpart_are_what_to_mend() -> None:
    found = judged(arm("desk@v2", *["PPP"] * 7), arm("desk@v1", *["PPP"] * 20))
    assert "only 7 of 20 cases have a valid trial in both arms" in found.sentence
    assert "try the same cases in both: 13 cases of the baseline and 0 new cases" in found.next_step


def test_second_analysis_counts_lost_trials_as_failed() -> None:
    found = judged(arm("desk@v2", *["PP?"] * 20), arm("desk@v1", *["PPP"] * 20))
    assert found.changes[0].metrics[0].word is GateWord.INCONCLUSIVE
    assert found.changes[0].metrics[0].failing_invalid is GateWord.REGRESSED


def test_new_removed_and_lost_cases_are_listed_apart() -> None:
    candidate = ["PPP"] * 30 + ["", "PPP", "???"]
    baseline = ["PPP"] * 30 + ["PPP", "", "PPP"]
    change = judged(arm("desk@v2", *candidate), arm("desk@v1", *baseline)).changes[0]
    assert (change.new, change.removed, change.unmatched) == (("desk::c31",), ("desk::c30",), ("desk::c32",))


def test_nothing_to_compare_with_is_no_judgement() -> None:
    assert judge([arm("desk@v2", "PPP")], [], policy=STRICT) is None


def test_no_candidate_beside_a_reference_is_told_and_doubted() -> None:
    found = judged([], arm("desk@v1", "PPP"))
    assert (found.standing, found.doubted, found.changes) == (Standing.INCONCLUSIVE, True, ())
    assert "no candidate has a result to compare with this run" in found.sentence


def test_reference_that_knows_none_of_the_prompts_is_doubted() -> None:
    found = judged(arm("desk@v2", *["PPP"] * 20), arm("clerk@v1", *["PPP"] * 20), source="baseline main")
    assert found.doubted
    assert "baseline main has no prompt named desk (it has: clerk)" in found.sentence


def test_prompt_without_a_baseline_is_not_compared_where_others_are() -> None:
    candidates = [arm("desk@v2", *["PPP"] * 20), arm("clerk@v2", *["PPP"] * 20)]
    found = judged(candidates, arm("desk@v1", *["PPP"] * 20))
    assert [change.candidate for change in found.changes] == ["desk@v2"]


def test_arm_of_another_engine_model_is_no_baseline() -> None:
    found = judged(arm("desk@v2", *["PPP"] * 20), arm("desk@v1", *["PPP"] * 20, engine_model="openai.gpt-4o"))
    assert found.doubted
    assert f"this run has desk with openai.gpt-4o only, not with {ENGINE}" in found.sentence


def test_sources_measured_otherwise_are_refused_with_what_differs() -> None:
    differs = ("judge: baseline offline-3, candidate none",)
    found = judged(
        arm("desk@v2", *["PPP"] * 20), arm("desk@v1", *["PPP"] * 20), source="baseline main", differs=differs
    )
    assert found.standing is Standing.NOT_COMPARABLE
    assert found.changes[0].metrics == ()
    assert found.sentence == (
        "not_comparable: desk@v2 was not measured like desk@v1 of baseline main: "
        "judge: baseline offline-3, candidate none"
    )
    assert "`--against desk@v1`" in found.next_step


def test_two_texts_under_one_label_are_told_and_compared() -> None:
    found = judged(
        arm("desk@v1", *["PPP"] * 20, digest="b" * 64),
        arm("desk@v1", *["PPP"] * 20, digest="a" * 64),
        source="baseline main",
    )
    assert found.standing is Standing.NON_INFERIOR
    assert found.changes[0].notes == ("desk@v1 is two texts: baseline aaaaaaaaaaaa, candidate bbbbbbbbbbbb",)


def test_worst_arm_decides_and_holm_widens_its_interval() -> None:
    fine, broken = arm("desk@v2", *["PPP"] * 20), arm("desk@v3", *["FFF"] * 20)
    found = judged([fine, broken], arm("desk@v1", *["PPP"] * 20))
    assert found.standing is Standing.REGRESSED
    assert [change.standing for change in found.changes] == [Standing.NON_INFERIOR, Standing.REGRESSED]
    assert [change.metrics[0].confidence for change in found.changes] == [
        pytest.approx(0.90),
        pytest.approx(0.95),
    ]
    assert "desk@v3" in found.sentence
    assert "the decisive one of 2 comparisons" in found.sentence


def test_planned_second_look_halves_alpha() -> None:
    policy = policy_of(Profile.PULL_REQUEST, max_trials=6)
    found = judged(arm("desk@v2", *["PPP"] * 20), arm("desk@v1", *["PPP"] * 20), policy=policy)
    assert found.changes[0].metrics[0].confidence == pytest.approx(0.95)


def test_margin_of_zero_is_refused_before_anything_is_compared() -> None:
    with pytest.raises(ConfigurationError, match="largest drop you would still ship"):
        policy_of(Profile.PULL_REQUEST, margin="0")


@pytest.mark.parametrize("arms", [1, 3])
def test_unchanged_arms_are_called_worse_in_no_more_than_alpha_of_runs(arms: int) -> None:
    random, runs, alarms = Random(7), 300, 0
    for _ in range(runs):
        rates = [random.betavariate(4, 1) for _ in range(20)]

        def draw(name: str, rates: list[float] = rates) -> list[str]:
            return ["".join("P" if random.random() < rate else "F" for _ in range(3)) for rate in rates]

        found = judged([arm(f"desk@v{each}", *draw("")) for each in range(2, 2 + arms)], arm("desk@v1", *draw("")))
        alarms += any(
            change.standing in (Standing.REGRESSED, Standing.DEGRADED_WITHIN_MARGIN) for change in found.changes
        )
    # Three standard deviations of the simulation above alpha.
    assert alarms / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


@pytest.mark.parametrize(
    ("standing", "letters", "common", "expected"),
    [
        pytest.param(Standing.REGRESSED, "P", 8, Standing.REGRESSED, id="a proved loss"),
        pytest.param(Standing.NON_INFERIOR, "P", 8, Standing.NON_INFERIOR, id="proved good enough"),
        pytest.param(Standing.NON_INFERIOR, "?", 8, Standing.INCONCLUSIVE, id="a pass does not outlive a doubt"),
        pytest.param(Standing.REGRESSED, "?", 8, Standing.REGRESSED, id="a loss does"),
    ],
)
def test_evidence_that_stopped_the_run_stands_in_for_the_pass_rate(
    standing: Standing, letters: str, common: int, expected: Standing
) -> None:
    candidate = arm("desk@v2", *[letters] * common, "P", "P", "P", "P")
    evidence = EarlyEvidence(standing=standing, pairs=common, e_value=31.875, p_anytime=1 / 31.875)
    found = judged(candidate, arm("desk@v1", *["P"] * common), early={candidate.label: evidence})
    assert found.standing is expected
    assert found.changes[0].early == evidence
    assert found.changes[0].metrics[0].interval is not None or letters == "?"
    assert found.changes[0].new == ()
    assert ("8 pairs of calls proved that" in found.sentence) is (expected is standing)


def test_evidence_does_not_excuse_another_metric() -> None:
    slow, fast = [7.5 + place / 50 for place in range(8)], [6.5 + place / 50 for place in range(8)]
    candidate = arm("desk@v2", *["P"] * 8, metrics={"latency": slow})
    evidence = EarlyEvidence(standing=Standing.NON_INFERIOR, pairs=45, e_value=21.0, p_anytime=1 / 21)
    found = judged(
        candidate,
        arm("desk@v1", *["P"] * 8, metrics={"latency": fast}),
        policy=policy_of(Profile.PULL_REQUEST, gated="latency"),
        early={candidate.label: evidence},
    )
    assert found.standing is Standing.REGRESSED
    assert "longer to answer" in found.sentence


@given(ours=LETTERS, theirs=LETTERS)
def test_swapping_the_arms_mirrors_the_interval(ours: list[str], theirs: list[str]) -> None:
    there = judged(arm("desk@v2", *ours), arm("desk@v1", *theirs)).changes[0].metrics[0].interval
    back = judged(arm("desk@v2", *theirs), arm("desk@v1", *ours)).changes[0].metrics[0].interval
    if there is None or back is None:
        assert there is back is None
    else:
        assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
        assert there.estimate == pytest.approx(-(back.estimate or 0))


@given(ours=LETTERS, theirs=LETTERS, lost=st.integers(min_value=1, max_value=40))
def test_losing_more_trials_never_turns_a_loss_into_a_pass(ours: list[str], theirs: list[str], lost: int) -> None:
    passing = (Standing.IMPROVED, Standing.NON_INFERIOR, Standing.DEGRADED_WITHIN_MARGIN)
    before = judged(arm("desk@v2", *ours), arm("desk@v1", *theirs))
    spoiled = [letters + "?" * lost for letters in ours]
    after = judged(arm("desk@v2", *spoiled), arm("desk@v1", *theirs))
    assert before.standing in passing or after.standing not in passing
