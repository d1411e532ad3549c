from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.model.outcome import Outcome, Tally
from harness.model.stop import Stop, StopKind
from harness.model.verdict import Verdict
from harness.regression.decision import Decision, decide
from harness.regression.gate import GateWord
from harness.regression.intervals import Interval
from harness.regression.judgement import EarlyEvidence, Judgement, Standing
from harness.regression.policy import Profile, policy_of
from harness.report.lines import plain
from harness.report.verdict_block import verdict_lines
from harness.testing.builders import make_change, make_judgement, make_metric

if TYPE_CHECKING:
    from tests.report.conftest import Sample

REGRESSED = """\
── verdict · pull_request ──────────────────────────────────────────────────
✗ 4 of 4 cases passed; regressed: receptionist@v2 beside receptionist@v1
  receptionist@v2 against receptionist@v1 (this run, embedded.extractive)
  ✗ regressed: worse, and not by chance
    pass_rate  100% → 55.6%, −44 points [−71, −17], 7 cases × 3
                 ├───────────●───────────┤  ┊   │         ✗ regressed, margin 10 points
               worse ◂ ┊ margin, │ no change ▸ better; 90% intervals
    worse: opening_hours, table_for_two
  Hard gates: 4 of 4 required cases passed
  Next: read with `harness report latest --open` the cases that got worse
────────────────────────────────────────────────────────────────────────────"""

SEVERAL = """\
── verdict · smoke ─────────────────────────────────────────────────────────
✓ 4 of 4 cases passed
  receptionist@v2 against receptionist@v1 (baseline main, embedded.extractive)
  ? inconclusive: not enough evidence to say (shown, not gated)
    because coverage 0.8 is below 0.9
    pass_rate    100% → 95.2%, −4.8 points [−12, +2.4], 7 cases × 2 to 3
                       ├──┊─────●─────│──┤                  ? inconclusive, margin 10 points
    latency      1.00 s → 1.10 s, +10% [−1%, +21%], 7 cases × 2 to 3
                         ├┊─────●─────│┤                    ? inconclusive, margin 20%
    hearing_wer  not measured → 4%, no interval, 7 cases × 2 to 3
                 ? inconclusive, margin 5 points
                 because the baseline has no hearing_wer
                 had every invalid trial failed: regressed
                 worse ◂ ┊ margin, │ no change ▸ better; 90% intervals
    better: allergy_question
    new, not compared: a, b, c, d, e, f, g, h, 2 more
  Hard gates: 4 of 4 required cases passed
────────────────────────────────────────────────────────────────────────────"""


def decided(judgement: Judgement | None = None, **fields: Any) -> Decision:
    verdict = Verdict(outcome=Outcome.PASSED, gated=Tally(passed=4))
    return replace(decide(verdict, judgement or make_judgement()), **fields)


def block(sample: "Sample", decision: Decision) -> str:
    return plain(list(verdict_lines(decision, sample.run)))


def test_a_regression_is_told_with_its_numbers_and_the_next_step(green: "Sample") -> None:
    assert block(green, decided()) == REGRESSED


def test_several_metrics_stand_below_each_other_and_a_smoke_run_says_it_gates_nothing(green: "Sample") -> None:
    change = make_change(
        make_metric(
            word=GateWord.INCONCLUSIVE,
            interval=Interval(estimate=-1 / 21, low=-0.12, high=0.024),
            candidate=20 / 21,
        ),
        make_metric(
            metric="latency",
            margin=0.2,
            word=GateWord.INCONCLUSIVE,
            interval=Interval(estimate=-0.1, low=-0.21, high=0.01),
            baseline=1000.0,
            candidate=1100.0,
        ),
        make_metric(
            metric="hearing_wer",
            margin=0.05,
            word=GateWord.INCONCLUSIVE,
            interval=None,
            baseline=None,
            candidate=0.04,
            doubts=("the baseline has no hearing_wer",),
            failing_invalid=GateWord.REGRESSED,
        ),
        standing=Standing.INCONCLUSIVE,
        source="baseline main",
        trials=(2, 3),
        doubts=("coverage 0.8 is below 0.9", "the baseline has no hearing_wer"),
        worse=(),
        better=("desk::allergy_question",),
        new=tuple(f"desk::{name}" for name in "abcdefghij"),
    )
    judgement = make_judgement(change, policy=policy_of(Profile.SMOKE))
    assert block(green, decided(judgement, next_step="")) == SEVERAL


@pytest.mark.parametrize(
    ("interval", "word", "picture"),
    [
        (Interval(estimate=0.2, low=0.1, high=0.3), GateWord.IMPROVED, "┊       │       ├───────●───────┤"),
        (Interval(estimate=-0.04, low=-0.08, high=0.05), GateWord.NON_INFERIOR, "┊ ├─────●────│──────┤"),
        (Interval(estimate=None, low=-0.1, high=0.1), GateWord.INCONCLUSIVE, "├────────────│────────────┤"),
        (Interval(estimate=-1.5, low=-3.0, high=-0.5), GateWord.REGRESSED, "◀"),
    ],
    ids=["improved", "non-inferior", "without an estimate", "beyond the picture"],
)
def test_the_picture_shows_the_interval_between_its_marks(
    green: "Sample", interval: Interval, word: GateWord, picture: str
) -> None:
    change = make_change(make_metric(interval=interval, word=word), standing=Standing(word.value))
    assert picture in block(green, decided(make_judgement(change)))


def test_an_early_stop_says_what_it_rests_on_and_what_it_saved(green: "Sample") -> None:
    early = EarlyEvidence(standing=Standing.REGRESSED, pairs=14, e_value=27.43, p_anytime=0.0365)
    stop = Stop(kind=StopKind.REGRESSED, reason="proved")
    run = replace(green.run, planned=44, stop=stop)
    verdict = Verdict(outcome=Outcome.PASSED, gated=Tally(passed=4), unfinished=28, stop=stop)
    text = block(replace(green, run=run), decide(verdict, make_judgement(make_change(early=early))))
    assert "✗ regressed: some case got worse, and not by chance" in text
    assert "7 cases × 3, stopped early" in text
    proof = "14 pairs of trials proved that some case got worse (e-value 27.4, anytime p 0.036)"
    assert f"stopped early: {proof}" in text
    assert "28 of 44 planned calls saved: the question was answered early" in text


def test_evidence_that_came_with_the_last_pair_stopped_nothing(green: "Sample") -> None:
    early = EarlyEvidence(standing=Standing.NON_INFERIOR, pairs=21, e_value=102.3, p_anytime=0.0098)
    change = make_change(early=early, standing=Standing.NON_INFERIOR)
    text = block(green, decided(make_judgement(change)))
    assert "seen pair by pair: 21 pairs of trials proved that it keeps within the margin (e-value 102" in text
    assert "stopped early" not in text


def test_calls_that_could_change_nothing_are_counted_as_saved(green: "Sample") -> None:
    first, *others = green.run.results
    curtailed = replace(first, trials=first.trials[:1])
    run = replace(green.run, results=(curtailed, *others))
    assert "1 call saved, whose case was decided without it" in block(replace(green, run=run), decided())


def test_arms_that_were_not_measured_alike_say_what_differs(green: "Sample") -> None:
    change = make_change(standing=Standing.NOT_COMPARABLE, differs=("stt: whisper:base, whisper:tiny",))
    text = block(green, decided(make_judgement(replace(change, metrics=()))))
    assert "≠ not comparable: not measured alike, so nothing can be said" in text
    assert "differs: stt: whisper:base, whisper:tiny" in text


def test_a_warning_and_a_note_are_told_once_each(green: "Sample") -> None:
    change = make_change(standing=Standing.NON_INFERIOR, notes=("two texts have one label",))
    text = block(green, decided(make_judgement(change), warnings=("two texts have one label", "small suite")))
    assert text.count("two texts have one label") == 1
    assert "  ! small suite" in text


def test_without_a_comparison_there_is_no_block(green: "Sample") -> None:
    assert block(green, decide(Verdict(outcome=Outcome.PASSED, gated=Tally(passed=4)), None)) == ""
