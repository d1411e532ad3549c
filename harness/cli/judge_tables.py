"""What is known about a judge as lines of a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.model.judge_card import JudgeCard, SelfTest
from harness.regression.calibration import ENOUGH, CriterionStanding, drift
from harness.regression.intervals import clopper_pearson_interval
from harness.report.numbers import count, interval, percent, ratio

_MOST_NAMED = 20
_MOST_CHANGED = 0.05
"""Share of changed verdicts above which a new judge has to be looked at (evaluation.md, section 3.5)."""


def self_test_lines(found: SelfTest) -> Iterator[str]:
    """Yield what a self-test found: the share of changed verdicts, and every fail that became a pass."""
    turned = len(found.fail_to_pass)
    changed = clopper_pearson_interval(found.changed, n=found.attacked)
    worst = clopper_pearson_interval(turned, n=found.attacked_fails)
    yield f"clean calls: {ratio(found.clean - found.clean_wrong, found.clean, 'verdict')} right"
    yield f"verdicts changed by an attack: {ratio(found.changed, found.attacked, 'verdict')}, {interval(changed)}"
    yield f"fails turned into passes: {ratio(turned, found.attacked_fails, 'fail')}, {interval(worst)}"
    if not found.attacked_fails:
        yield "Nothing was proved: the judge failed no clean call, so that no attack could turn a fail into a pass."
    if turned:
        attacks = Counter(each.partition(",")[0] for each in found.fail_to_pass)
        yield "By attack: " + ", ".join(f"{name} {number}×" for name, number in attacks.most_common())
        yield from (f"  {each}" for each in found.fail_to_pass[:_MOST_NAMED])
        if turned > _MOST_NAMED:
            yield f"  … and {turned - _MOST_NAMED} more on the card"
        yield "The verdicts of this judge are advisory from now on: they decide no case."


def agreement_lines(found: Sequence[CriterionStanding]) -> Iterator[str]:
    """Yield how far a judge agrees with people, criterion by criterion."""
    for each in found:
        yield ""
        yield f'{each.criterion}  "{each.question}"'
        withheld = f", {each.withheld} not answered by the judge" if each.withheld else ""
        yield f"  labels       {each.labelled}{withheld}"
        if not each.graded:
            passes, fails = each.counts.human_passes, each.counts.human_fails
            yield f"  sensitivity  {interval(each.sensitivity)}  of {count(passes, 'pass', plural='passes')} by people"
            yield f"  specificity  {interval(each.specificity)}  of {count(fails, 'fail')} by people"
        for who, agreement in (("with people", each.with_people), ("people", each.between_people)):
            if agreement is not None:
                kappa = "not defined" if agreement.kappa is None else interval(agreement.kappa)
                yield f"  {who:11}  kappa {kappa}, AC1 {interval(agreement.ac1)}, n = {agreement.size}"
        yield f"  {_standing(each)}"


def _standing(each: CriterionStanding) -> str:
    if each.graded:
        return "graded: shown, never decides"
    if each.shortcoming:
        return f"ADVISORY, decides nothing: {each.shortcoming}"
    few = min(each.counts.human_passes, each.counts.human_fails) < ENOUGH
    return "may decide" + (f"; {ENOUGH} labels of each kind would say it more surely" if few else "")


def drift_lines(card: JudgeCard, before: JudgeCard | None) -> Iterator[str]:
    """Yield what this judge answers otherwise than the one calibrated before it on the same labels."""
    if before is None:
        return
    changed = drift(before, card)
    yield ""
    yield f"Other than {before.fingerprint} on the same labels: {ratio(len(changed), len(card.verdicts), 'verdict')}"
    if len(changed) > _MOST_CHANGED * len(card.verdicts):
        yield f"More than {percent(_MOST_CHANGED)}: read them before this judge decides anything."
    old = {(v.call, v.criterion): v.judge for v in before.verdicts}
    for verdict in changed[:_MOST_NAMED]:
        yield f"  {verdict.criterion} of {verdict.call}: {old[verdict.call, verdict.criterion]} → {verdict.judge}"
