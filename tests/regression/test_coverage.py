"""What docs/how-sure.md prints of intervals, false alarms and detection holds on a few hundred made-up suites.

The suites are those of the benchmark, seeded; the page has the numbers of many more of them.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.how_sure import lines
from benchmarks.sureness import coverage, false_alarms
from benchmarks.sureness.coverage import CHANGES, one_arm, two_arms
from benchmarks.sureness.detection import seen
from benchmarks.sureness.false_alarms import called_regressed, proved_fine, some_arm_regressed
from benchmarks.sureness.one_arm_stops import ACCEPTABLE, UNACCEPTABLE, curtailed, floor
from benchmarks.sureness.population import Change, Design, Draws, baseline_suites, paired_suites
from benchmarks.sureness.rules import ALPHA_TWICE, EARLY, OFFERED, ONCE, Question, Rule
from harness.regression.gate import ALPHA, GateWord
from harness.regression.intervals import wilson_interval
from harness.regression.policy import Profile, policy_of

PAGE = (Path(__file__).parents[2] / "docs" / "how-sure.md").read_text(encoding="utf-8")
PRINTED = PAGE.partition("<!-- begin: benchmarks/how_sure.py -->\n")[2].partition("\n<!-- end -->")[0]
SUITE = Design(cases=40, trials=3)
DRAWS = Draws(replications=300, seed=7)
FEW = Draws(replications=150, seed=7)


def cells(line: str) -> list[str]:
    return line.strip("| ").split(" | ")


def printed(title: str, *, row: str, column: str) -> float:
    """Return a number of the page as a share."""
    table = PRINTED.partition(f"**{title}")[2].partition("**\n\n")[2].partition("\n\n")[0].splitlines()
    place = cells(table[0]).index(column)
    [found] = [cells(line) for line in table if line.startswith(f"| {row} |")]
    return float(found[place]) / 100


def shape(line: str) -> str:
    """Return a line without the numbers that are measured."""
    return re.sub(r"(?<=\| )\d+(\.\d)?(?= \|)", "#", line.partition("Below")[0])


def near(expected: float) -> object:
    """Return what 300 suites find where the truth is this: within 4 standard errors."""
    error = math.sqrt(max(expected * (1 - expected), 0.003) / DRAWS.replications)
    return pytest.approx(expected, abs=4 * error)


def test_a_made_up_suite_passes_as_often_as_it_was_asked_to() -> None:
    suites = list(paired_suites(SUITE, rate=0.9, change=Change(points=-0.1, effect_sd=1.0), draws=DRAWS))
    assert sum(suite.baseline.mean() for suite in suites) / len(suites) == pytest.approx(0.9, abs=0.01)
    assert sum(suite.candidate.mean() for suite in suites) / len(suites) == pytest.approx(0.8, abs=0.01)


def test_the_same_seed_makes_the_same_suites_and_another_makes_others() -> None:
    def drawn(seed: int) -> Sequence[object]:
        return list(baseline_suites(SUITE, rate=0.9, draws=Draws(replications=3, seed=seed)))

    assert drawn(1) == drawn(1) != drawn(2)


@pytest.mark.parametrize("rate", [0.5, 0.7, 0.9])
def test_with_one_trial_a_case_the_simulation_finds_what_can_be_counted(rate: float) -> None:
    held = [passes for passes in range(11) if (i := wilson_interval(passes, n=10)).low <= rate <= i.high]
    counted = sum(math.comb(10, passes) * rate**passes * (1 - rate) ** (10 - passes) for passes in held)
    assert one_arm(Design(cases=10, trials=1), rate=rate, draws=DRAWS).ours.value == near(counted)


@pytest.mark.parametrize("design", [Design(cases=8, trials=5), SUITE, Design(cases=80, trials=5)], ids=str)
@pytest.mark.parametrize("rate", [0.7, 0.9])
def test_the_interval_of_one_arm_holds_what_is_promised_and_pooling_does_not(design: Design, rate: float) -> None:
    found = one_arm(design, rate=rate, draws=DRAWS)
    assert not found.is_short
    assert found.ours.value > found.pooled.value
    assert found.ours.value == near(printed("One arm", row=str(design), column=f"ours {rate:.0%}"))


@pytest.mark.parametrize("design", [Design(cases=8, trials=1), SUITE, Design(cases=80, trials=5)], ids=str)
@pytest.mark.parametrize("change", CHANGES, ids=["no difference", "ten points down"])
def test_the_interval_of_two_arms_holds_what_is_promised(design: Design, change: Change) -> None:
    found = two_arms(design, rate=0.9, change=change, draws=DRAWS)
    assert not found.is_short
    column = f"{100 * change.points:+.0f} from 90%"
    assert found.ours.value == near(printed("Two arms: how often", row=str(design), column=column))


def test_an_interval_that_falls_short_holds_what_is_promised_where_cases_are_more_alike() -> None:
    few, often = Design(cases=8, trials=10), Draws(replications=1000, seed=7)
    unlike, alike = (one_arm(few, rate=0.9, draws=draws).ours for draws in (often, replace(often, case_sd=1.0)))
    assert unlike.value < coverage.PROMISED <= alike.value


@pytest.mark.parametrize("rule", OFFERED, ids=lambda rule: rule.name)
def test_no_way_to_stop_cries_wolf_more_often_than_alpha(rule: Rule) -> None:
    assert not called_regressed(rule, design=Design(cases=20, trials=3), rate=0.5, draws=DRAWS).is_above(ALPHA)


def test_watching_at_alpha_and_judging_at_alpha_again_cries_wolf_more_often_than_once() -> None:
    twice, once = (called_regressed(rule, design=SUITE, rate=0.5, draws=FEW) for rule in (ALPHA_TWICE, ONCE))
    assert twice.hits > once.hits
    assert printed("Two arms that are the same", row=ALPHA_TWICE.name, column="80 × 5") > ALPHA


def test_several_candidates_together_cry_wolf_no_more_often_than_one() -> None:
    assert not some_arm_regressed(3, design=SUITE, rate=0.7, draws=DRAWS).is_above(ALPHA)


def test_evidence_watched_after_every_pair_lets_too_bad_a_candidate_pass_no_more_often_than_alpha() -> None:
    assert not proved_fine(design=SUITE, rate=0.9, margin=0.1, draws=FEW).is_above(ALPHA)


@pytest.mark.parametrize("points", [0.0, -0.05, -0.10, -0.20])
def test_what_a_suite_of_the_pull_request_profile_sees_is_what_the_page_says(points: float) -> None:
    policy = policy_of(Profile.PULL_REQUEST)
    question = Question(design=Design(cases=policy.cases, trials=policy.trials), margin=policy.gated[0].margin)
    found = seen(ONCE, question, points=points, draws=DRAWS)
    called = found.called(GateWord.REGRESSED) if points else found.passed
    column = f"{100 * points:+.0f}: regressed" if points else "no change: passes"
    assert called.value == near(printed("Baseline 90 %, judged once", row="40 × 3 | 0.10", column=column))


def test_early_stops_save_most_calls_where_a_prompt_got_much_worse() -> None:
    question = Question(design=SUITE, margin=0.10)
    much, same = (seen(EARLY, question, points=points, draws=FEW) for points in (-0.2, 0.0))
    assert much.held < 0.6
    assert much.held < same.held < 1
    assert much.called(GateWord.REGRESSED).value > 0.95


def test_a_floor_is_judged_wrongly_no_more_often_than_asked_and_a_pass_rule_never() -> None:
    assert not any(floor(rate, draws=DRAWS).is_broken for rate in (UNACCEPTABLE, ACCEPTABLE))
    found = curtailed(4, planned=5, rate=0.9, draws=DRAWS)
    assert found.changed == 0
    assert found.held < 0.9


def test_the_page_has_the_lines_that_the_benchmark_prints() -> None:
    once = [shape(line.text) for line in lines(Draws(replications=1, seed=1))]
    assert [shape(line) for line in PRINTED.splitlines()] == once


def test_the_page_names_every_cell_below_the_promise_and_keeps_every_other() -> None:
    for design in coverage.DESIGNS:
        for rate in coverage.RATES:
            held = printed("One arm", row=str(design), column=f"ours {rate:.0%}")
            floor_ = coverage.ONE_ARM_SHORT.get((design, rate), coverage.PROMISED)
            assert held >= floor_ - 0.01, (str(design), rate)
            assert held >= coverage.PROMISED or f"{design} at {rate:.0%} ({100 * held:.1f})" in PRINTED
    for rule in OFFERED:
        alarms = [printed("Two arms that are the same", row=rule.name, column=str(d)) for d in false_alarms.DESIGNS]
        assert max(alarms) <= ALPHA + 0.012, rule.name
