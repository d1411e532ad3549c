"""What a judge's card says in numbers, and whether its verdicts may decide (evaluation.md, section 3.5)."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.model.judge_card import JudgeCard, LabelledVerdict
from harness.model.rubric import BEST_LEVEL, Criterion
from harness.regression.agreement import Agreement, JudgeCounts, agreement_two_raters
from harness.regression.intervals import Interval, wilson_interval

FLOOR = 0.85
"""Least sensitivity and specificity of a criterion that decides."""
BOUND_FLOOR = 0.75
"""Least lower bound of both."""
BOUND_CONFIDENCE = 0.9
ENOUGH = 30
"""Human passes, and human fails, a criterion should be calibrated on."""

PASS, FAIL, ABSTAIN = "pass", "fail", "abstain"
_RESAMPLES = 1_000
_MARKS = tuple(str(mark) for mark in range(BEST_LEVEL + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterAgreement:
    """How far two raters agree, with 95 % intervals; the weighted kappa where they give marks."""

    observed: Interval
    kappa: Interval | None
    """None where it is not defined."""
    ac1: Interval
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionStanding:
    """A judge at one criterion."""

    criterion: str
    question: str
    graded: bool
    counts: JudgeCounts
    """Of a yes/no criterion; what the judge did not answer with pass or fail is left out."""
    labelled: int
    """Human labels."""
    withheld: int
    """Of these, how many the judge abstained from or took for not applicable."""
    with_people: RaterAgreement | None
    between_people: RaterAgreement | None
    """What two people agree on each other: the judge cannot be expected to do better."""
    marks: tuple[tuple[float, float], ...] = ()
    """(human, judge) of a graded criterion."""

    @property
    def sensitivity(self) -> Interval:
        """Return how often it passes what people pass, with Wilson's 95 % interval."""
        return wilson_interval(self.counts.right_passes, n=self.counts.human_passes)

    @property
    def specificity(self) -> Interval:
        """Return how often it fails what people fail, with Wilson's 95 % interval."""
        return wilson_interval(self.counts.right_fails, n=self.counts.human_fails)

    @property
    def shortcoming(self) -> str:
        """Return why its verdicts must not decide; empty where they may."""
        return "" if self.graded else _shortcoming(self.counts)


def why_advisory(card: JudgeCard | None, criterion: Criterion) -> str:
    """Return why a judge's verdict on a criterion must not decide; empty where it may.

    A judge that nobody calibrated may: otherwise nobody could begin. Its reports say so.
    """
    if card is None:
        return ""
    if card.self_test is not None and card.self_test.fail_to_pass:
        turned = card.self_test.fail_to_pass
        return f"its judge was talked into a pass by {len(turned)} of the self-test's attacks, such as {turned[0]}"
    asked = [v for v in card.verdicts if (v.criterion, v.question) == (criterion.id, criterion.question)]
    fault = _shortcoming(_counts(asked)) if asked and not criterion.is_graded else ""
    return f"its judge is not good enough at it: {fault}" if fault else ""


def _shortcoming(counts: JudgeCounts) -> str:
    sides = (
        ("passes", counts.right_passes, counts.human_passes),
        ("fails", counts.right_fails, counts.human_fails),
    )
    for word, right, n in sides:
        if not n:
            return f"it was never compared with people on {word}"
        low = wilson_interval(right, n=n, confidence=BOUND_CONFIDENCE).low
        if right / n < FLOOR or low < BOUND_FLOOR:
            return (
                f"it finds {right} of {n} {word} that people found, lower bound {low:.1%}; "
                f"{FLOOR:.0%} and a lower bound of {BOUND_FLOOR:.0%} are needed"
            )
    return ""


def _counts(verdicts: Sequence[LabelledVerdict]) -> JudgeCounts:
    pairs = [(v.human, v.judge) for v in verdicts if v.human in (PASS, FAIL) and v.judge in (PASS, FAIL)]
    return JudgeCounts(
        right_passes=pairs.count((PASS, PASS)),
        human_passes=sum(human == PASS for human, _ in pairs),
        right_fails=pairs.count((FAIL, FAIL)),
        human_fails=sum(human == FAIL for human, _ in pairs),
    )


def standings(card: JudgeCard) -> tuple[CriterionStanding, ...]:
    """Return a judge's standing at every criterion it was calibrated on, in the order of the labels."""
    groups: dict[tuple[str, str], list[LabelledVerdict]] = {}
    for verdict in card.verdicts:
        groups.setdefault((verdict.criterion, verdict.question), []).append(verdict)
    return tuple(_standing(verdicts) for verdicts in groups.values())


def drift(before: JudgeCard, now: JudgeCard) -> tuple[LabelledVerdict, ...]:
    """Return what a judge answers otherwise than another one did on the same calls."""
    old = {(v.call, v.criterion): v.judge for v in before.verdicts}
    return tuple(v for v in now.verdicts if old.get((v.call, v.criterion), v.judge) != v.judge)


def _standing(verdicts: Sequence[LabelledVerdict]) -> CriterionStanding:
    first = verdicts[0]
    words = _MARKS if first.graded else (PASS, FAIL)
    with_judge = [(v.human, v.judge) for v in verdicts]
    with_second = [(v.human, v.second) for v in verdicts if v.second]
    counted = [(human, judge) for human, judge in with_judge if human in words and judge in words]
    return CriterionStanding(
        criterion=first.criterion,
        question=first.question,
        graded=first.graded,
        counts=_counts(verdicts),
        labelled=sum(human in words for human, _ in with_judge),
        withheld=sum(human in words and judge not in words for human, judge in with_judge),
        with_people=_agreement(with_judge, words=words),
        between_people=_agreement(with_second, words=words),
        marks=tuple((float(human), float(judge)) for human, judge in counted) if first.graded else (),
    )


def _agreement(pairs: Sequence[tuple[str, str]], *, words: Sequence[str]) -> RaterAgreement | None:
    counted = [(words.index(one), words.index(other)) for one, other in pairs if one in words and other in words]
    found = _of_pairs(counted, size=len(words))
    if found is None:
        return None
    # The same labels give the same interval.
    dice = random.Random(0)
    again = [_of_pairs(dice.choices(counted, k=len(counted)), size=len(words)) for _ in range(_RESAMPLES)]
    samples = [sample for sample in again if sample is not None]
    graded = len(words) > 2

    def kappa(agreement: Agreement) -> float | None:
        return agreement.kappa_quadratic if graded else agreement.kappa

    return RaterAgreement(
        observed=_percentiles(found, samples, lambda each: each.observed),
        kappa=None if kappa(found) is None else _percentiles(found, samples, kappa),
        ac1=_percentiles(found, samples, lambda each: each.ac1),
        size=len(counted),
    )


def _of_pairs(pairs: Sequence[tuple[int, int]], *, size: int) -> Agreement | None:
    table = [[0] * size for _ in range(size)]
    for one, other in pairs:
        table[one][other] += 1
    return agreement_two_raters(table)


def _percentiles(
    found: Agreement, samples: Sequence[Agreement], value: Callable[[Agreement], float | None]
) -> Interval:
    """Return the 95 % percentile interval; resamples without a value are left out."""
    values = sorted(each for sample in samples if (each := value(sample)) is not None)
    tail = round(0.025 * (len(values) - 1))
    return Interval(estimate=value(found), low=values[tail], high=values[-1 - tail])
