"""How often the gate calls an unchanged prompt worse: attempts of each case split in halves, half gated against half.

The halves had the same prompt, so whatever the gate says of them is chance (the A/A check of evaluation.md,
section 2.6). All splits of an arm share its calls: their interval speaks of these calls, not of new ones.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from harness.errors import ConfigurationError
from harness.model.run import Run
from harness.regression.exact_tests import fisher_exact
from harness.regression.facts import ArmFacts, CaseFacts, arms_of
from harness.regression.gate import ALPHA, GateWord, gate_verdict, look_confidence
from harness.regression.intervals import Interval, clopper_pearson_interval
from harness.regression.multiple import holm
from harness.regression.one_arm import threshold_binomial_test
from harness.regression.pairing import CaseCounts, data_doubts, invalid_counts, pairing
from harness.regression.policy import Profile, policy_of
from harness.regression.two_arms import adjusted_paired_interval

SPLITS = 200
PROFILES = (Profile.PULL_REQUEST, Profile.RELEASE)
"""Whose margins are tried."""
CHANCE = 0.05
"""A p below it is more than chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WolfCount:
    """What the gate said of the halves of one arm, with one margin."""

    run: str
    arm: str
    """`name@version-engine_model`."""
    profile: Profile
    margin: float
    splits: int
    regressed: int
    """How often it cried wolf."""
    improved: int
    decided: int
    """How often it said anything but inconclusive."""
    p: float
    """Chance of so many regressed or more, were one split in 20 (alpha) called so; adjusted for the rows (Holm)."""
    cases: int
    """With two attempts or more: those that were split."""
    left_out: int
    """With fewer."""

    @property
    def wolves(self) -> Interval:
        """Return the share of splits called regressed with its exact interval, which takes splits for independent."""
        return clopper_pearson_interval(self.regressed, n=self.splits)

    @property
    def cried_wolf(self) -> bool:
        """Return whether that is more often than alpha allows, by more than chance."""
        return self.regressed > ALPHA * self.splits and self.p < CHANCE


def cry_wolf(runs: Sequence[Run], *, seed: int, splits: int = SPLITS) -> tuple[WolfCount, ...]:
    """Return how often the gate would have cried wolf over the arms of stored runs, by run, arm and profile.

    Args:
        runs: Each on its own: attempts of different runs are never put together.
        seed: Of the splits.
        splits: Of each arm.

    Raises:
        ConfigurationError: no arm has two cases with two attempts.
    """
    counts = [count for run in runs for arm in arms_of(run) for count in _counts(run.id, arm, seed=seed, splits=splits)]
    if not counts:
        raise ConfigurationError(
            "nothing can be split in halves: no arm has two cases with two attempts or more. "
            "Place the calls again with more of them: harness run suites/ --trials 4"
        )
    adjusted = holm([count.p for count in counts])
    return tuple(replace(count, p=p) for count, p in zip(counts, adjusted, strict=True))


def _counts(run: str, arm: ArmFacts, *, seed: int, splits: int) -> Iterator[WolfCount]:
    known = arm.by_id
    cases = {name: known[name] for name in sorted(known) if len(known[name].trials) > 1}
    if len(cases) < 2:
        return
    random = Random(f"{seed}/{arm.label}")
    found = [_split(cases, random) for _ in range(splits)]
    for profile in PROFILES:
        margin = policy_of(profile).gated[0].margin
        words = Counter(gate_verdict(each.interval, margin=margin, doubts=each.doubts) for each in found)
        regressed = words[GateWord.REGRESSED]
        yield WolfCount(
            run=run,
            arm=arm.label,
            profile=profile,
            margin=margin,
            splits=splits,
            regressed=regressed,
            improved=words[GateWord.IMPROVED],
            decided=splits - words[GateWord.INCONCLUSIVE],
            p=threshold_binomial_test(splits - regressed, n=splits, threshold=1 - ALPHA),
            cases=len(cases),
            left_out=len(known) - len(cases),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Halves:
    interval: Interval
    doubts: tuple[str, ...]


def _split(cases: Mapping[str, CaseFacts], random: Random) -> _Halves:
    """Lay one half of every case's attempts beside the other, as the gate sees them."""
    first: dict[str, CaseCounts] = {}
    second: dict[str, CaseCounts] = {}
    for name, case in cases.items():
        trials = random.sample(case.trials, len(case.trials))
        # Of an odd number either half may have one more.
        middle = (len(trials) + random.randrange(2)) // 2
        first[name] = replace(case, trials=tuple(trials[:middle])).counts
        second[name] = replace(case, trials=tuple(trials[middle:])).counts
    both, lost, theirs = pairing(first, second), invalid_counts(first), invalid_counts(second)
    found = adjusted_paired_interval(
        [(each.baseline.passes, each.baseline.valid) for each in both.matched],
        [(each.candidate.passes, each.candidate.valid) for each in both.matched],
        confidence=look_confidence(),
    )
    fisher_p = fisher_exact((lost.invalid, lost.trials), (theirs.invalid, theirs.trials))
    return _Halves(
        interval=found.interval, doubts=data_doubts(both, baseline=lost, candidate=theirs, fisher_p=fisher_p)
    )
