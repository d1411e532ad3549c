import math

import pytest

from harness.regression.gate import GateWord
from harness.regression.intervals import Interval
from harness.regression.judgement import MetricChange, Standing
from harness.regression.measured import Numbers, Rates, Spread, needed_cases, sufficient_margin
from harness.regression.pairing import CaseCounts
from harness.regression.policy import Profile, policy_of
from tests.compared_arms import arm, judged

JITTER = (0.0, 0.01, -0.01, 0.02, -0.02, 0.015, -0.015, 0.0, 0.01, -0.01)
PLAIN = tuple(math.log(1000 + 20 * place) for place in range(10))


def latency_change(factor: float, *, gated: str = "latency") -> MetricChange:
    """Return the change of a candidate that takes `factor` times as long."""
    slower = [log + math.log(factor) + jitter for log, jitter in zip(PLAIN, JITTER, strict=True)]
    found = judged(
        arm("desk@v2", *["PPP"] * 10, metrics={"latency": slower}),
        arm("desk@v1", *["PPP"] * 10, metrics={"latency": PLAIN}),
        policy=policy_of(Profile.PULL_REQUEST, margin="0.2", gated=gated),
    )
    return found.changes[0].metrics[1]


@pytest.mark.parametrize(
    ("factor", "word"),
    [
        pytest.param(0.8, GateWord.IMPROVED, id="a fifth less time is better"),
        pytest.param(1.0, GateWord.NON_INFERIOR, id="unchanged"),
        pytest.param(1.1, GateWord.DEGRADED_WITHIN_MARGIN, id="a tenth slower is within the margin"),
        pytest.param(1.2, GateWord.REGRESSED, id="a fifth slower may be beyond it"),
        pytest.param(1.5, GateWord.REGRESSED, id="half as slow again"),
    ],
)
def test_latency_is_gated_by_how_much_slower_it_became(factor: float, word: GateWord) -> None:
    assert latency_change(factor).word is word


def test_latency_is_reported_as_minus_its_relative_change() -> None:
    change = latency_change(1.5)
    assert change.interval is not None
    assert change.interval.estimate == pytest.approx(-0.5)
    assert change.interval.low < -0.5 < change.interval.high < 0
    assert change.baseline == pytest.approx(math.exp(sum(PLAIN) / 10))
    assert change.candidate == pytest.approx(1.5 * math.exp(sum(PLAIN) / 10))


@pytest.mark.parametrize("margin", [0.05, 0.1, 0.2, 0.5])
def test_margin_of_a_latency_means_the_same_in_shares_as_in_logarithms(margin: float) -> None:
    values = Numbers(
        baseline=PLAIN,
        candidate=tuple(log + math.log1p(margin) + jitter for log, jitter in zip(PLAIN, JITTER, strict=True)),
        logarithmic=True,
    )
    shares, spread = values.interval(0.9), values.spread
    assert shares is not None
    assert values.room(margin) == pytest.approx(math.log1p(margin))
    assert spread.centre == pytest.approx(-math.log1p(margin))
    assert shares.estimate == pytest.approx(-margin)


@pytest.mark.parametrize(
    ("by", "standing"),
    [
        pytest.param(0.2, Standing.REGRESSED, id="hears worse"),
        pytest.param(-0.2, Standing.IMPROVED, id="hears better"),
        pytest.param(0.0, Standing.NON_INFERIOR, id="hears the same"),
    ],
)
def test_error_rate_is_better_when_lower(by: float, standing: Standing) -> None:
    heard = [0.3 + jitter for jitter in JITTER]
    found = judged(
        arm("desk@v2", *["PPP"] * 10, metrics={"hearing_wer": [value + by for value in heard]}),
        arm("desk@v1", *["PPP"] * 10, metrics={"hearing_wer": heard}),
        policy=policy_of(Profile.PULL_REQUEST, gated="hearing_wer"),
    )
    assert found.standing is standing
    assert ("hearing_wer 20 points" in found.sentence) is bool(by)


@pytest.mark.parametrize(
    ("baseline", "candidate", "doubt"),
    [
        pytest.param(None, PLAIN, "the baseline has no latency", id="absent from the baseline"),
        pytest.param(PLAIN, None, "the candidate has no latency", id="absent from the candidate"),
        pytest.param(
            PLAIN, (*PLAIN[:9], math.nan), "latency of the candidate is no number in 3 of 30 trials", id="no number"
        ),
        pytest.param(
            PLAIN, (*PLAIN[:9], math.inf), "latency of the candidate is no number in 3 of 30 trials", id="endless"
        ),
        pytest.param(
            PLAIN, (*PLAIN[:7], None, None, None), "latency was measured in 21 of 30 valid trials", id="often missing"
        ),
        pytest.param(
            (None, *PLAIN[1:]), (*PLAIN[:9], None), "latency was measured in 8 of 10 matched cases", id="never in both"
        ),
    ],
)
def test_metric_that_was_not_measured_is_doubted_and_never_passes(
    baseline: tuple[float | None, ...] | None, candidate: tuple[float | None, ...] | None, doubt: str
) -> None:
    found = judged(
        arm("desk@v2", *["PPP"] * 10, metrics={} if candidate is None else {"latency": candidate}),
        arm("desk@v1", *["PPP"] * 10, metrics={} if baseline is None else {"latency": baseline}),
        policy=policy_of(Profile.PULL_REQUEST, margin="0.2", gated="latency"),
    )
    rate, latency = found.changes[0].metrics
    assert (rate.word, latency.word) == (GateWord.NON_INFERIOR, GateWord.INCONCLUSIVE)
    assert found.standing is Standing.INCONCLUSIVE
    assert found.doubted
    assert doubt in found.sentence
    assert "`--against desk@v1`" in found.next_step


def test_one_improved_metric_and_none_worse_is_improved() -> None:
    found = judged(
        arm("desk@v2", *["PPP"] * 20, metrics={"latency": [6.5 + place / 50 for place in range(20)]}),
        arm("desk@v1", *["PPP"] * 20, metrics={"latency": [7.0 + place / 50 for place in range(20)]}),
        policy=policy_of(Profile.PULL_REQUEST, gated="latency"),
    )
    assert found.standing is Standing.IMPROVED
    assert "takes 39% less time to answer than desk@v1" in found.sentence


@pytest.mark.parametrize(
    ("spread", "p"),
    [
        pytest.param(Spread(centre=None, se=None, cases=0), 1.0, id="no case"),
        pytest.param(Spread(centre=-1.0, se=None, cases=1), 1.0, id="one case"),
        pytest.param(Spread(centre=-0.2, se=0.0, cases=5), 0.0, id="always worse by the same"),
        pytest.param(Spread(centre=0.0, se=0.0, cases=5), 1.0, id="always the same"),
        pytest.param(Spread(centre=0.0, se=0.1, cases=5), 0.5, id="even"),
        pytest.param(Spread(centre=-2.131846786, se=1.0, cases=5), 0.05, id="the table's bound for 4 degrees"),
        pytest.param(Spread(centre=2.131846786, se=1.0, cases=5), 0.95, id="as much better"),
    ],
)
def test_p_of_worse_is_one_sided(spread: Spread, p: float) -> None:
    assert spread.p_worse == pytest.approx(p)


def rates(*differing: int, cases: int) -> Rates:
    """Return arms of which the candidate fails the given number of three trials in the first cases."""
    passes = [3 - (differing[place] if place < len(differing) else 0) for place in range(cases)]
    return Rates(
        baseline=tuple(CaseCounts(passes=3, valid=3) for _ in passes),
        candidate=tuple(CaseCounts(passes=each, valid=3) for each in passes),
    )


def test_more_cases_are_planned_for_what_the_difference_looks_like() -> None:
    equal = needed_cases(rates(cases=5), margin=0.1, alpha=0.05)
    drooping = needed_cases(rates(2, cases=10), margin=0.1, alpha=0.05)
    hopeless = needed_cases(rates(3, 3, 3, cases=10), margin=0.1, alpha=0.05)
    assert equal == 33
    assert drooping is not None
    assert drooping > equal
    assert hopeless is not None, "so large a drop would be proved by more cases"
    assert needed_cases(rates(cases=1), margin=0.1, alpha=0.05) is None


@pytest.mark.parametrize(
    ("low", "margin"),
    [(-0.1419, 0.15), (-0.15, 0.16), (-0.2178, 0.22), (-0.999, None), (-1.0, None)],
)
def test_sufficient_margin_is_the_next_hundredth(low: float, margin: float | None) -> None:
    assert sufficient_margin(Interval(estimate=0.0, low=low, high=0.1)) == margin
