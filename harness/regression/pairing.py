"""Which cases of two arms can be compared, and whether what is missing spoils it (evaluation.md, section 2.7).

Only valid trials count. What cannot be compared is listed, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

COVERAGE_FLOOR = 0.9
"""Least share of all cases that must be matched."""
INVALID_CEILING = 0.1
"""Largest share of invalid trials in an arm."""
INVALID_ALPHA = 0.05
"""Below this Fisher p the arms lost trials unequally, and what is left of them is not alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCounts:
    """The trials of one case in one arm."""

    passes: int
    valid: int
    invalid: int = 0
    """Trials that could not be held or measured."""

    @property
    def rate(self) -> float | None:
        """Return the share of valid trials that passed; None without any."""
        return self.passes / self.valid if self.valid else None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidCounts:
    """How many trials of an arm were lost."""

    invalid: int
    trials: int

    @property
    def share(self) -> float:
        """Return the share of lost trials; an arm without a trial lost everything."""
        return self.invalid / self.trials if self.trials else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedCase:
    """A case with a valid trial in both arms."""

    case: str
    baseline: CaseCounts
    candidate: CaseCounts

    @property
    def difference(self) -> float:
        """Return the pass rate of the candidate minus the baseline's."""
        return self.candidate.passes / self.candidate.valid - self.baseline.passes / self.baseline.valid


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Two arms, case by case; every tuple in the order of the case ids."""

    matched: tuple[MatchedCase, ...]
    unmatched: tuple[str, ...]
    """Cases without a valid trial in one of the arms, the new and the removed ones among them."""
    new: tuple[str, ...]
    """Cases the baseline does not know."""
    removed: tuple[str, ...]
    """Cases the candidate does not know."""
    coverage: float
    """Matched cases among all; 0 where there is no case."""
    usable: bool
    """Whether the coverage suffices."""
    mean_difference: float | None
    """Mean over the matched cases; None without any."""


def pairing(
    baseline: Mapping[str, CaseCounts], candidate: Mapping[str, CaseCounts], *, min_coverage: float = COVERAGE_FLOOR
) -> Pairing:
    """Return the cases of two arms, by case id, matched where both have a valid trial."""
    known = sorted({*baseline, *candidate})
    matched = tuple(
        MatchedCase(case=case, baseline=baseline[case], candidate=candidate[case])
        for case in known
        if all(case in arm and arm[case].valid for arm in (baseline, candidate))
    )
    paired = {each.case for each in matched}
    coverage = len(matched) / len(known) if known else 0.0
    return Pairing(
        matched=matched,
        unmatched=tuple(case for case in known if case not in paired),
        new=tuple(case for case in known if case not in baseline),
        removed=tuple(case for case in known if case not in candidate),
        coverage=coverage,
        usable=coverage >= min_coverage,
        mean_difference=fmean(each.difference for each in matched) if matched else None,
    )


def invalid_counts(arm: Mapping[str, CaseCounts]) -> InvalidCounts:
    """Return how many trials of an arm were lost, over all its cases."""
    lost = sum(counts.invalid for counts in arm.values())
    return InvalidCounts(invalid=lost, trials=lost + sum(counts.valid for counts in arm.values()))


def failing_invalid(arm: Mapping[str, CaseCounts]) -> Mapping[str, CaseCounts]:
    """Return the arm with every invalid trial counted as failed: the second analysis that a doubt asks for."""
    return {case: CaseCounts(passes=counts.passes, valid=counts.valid + counts.invalid) for case, counts in arm.items()}


def data_doubts(
    paired: Pairing,
    *,
    baseline: InvalidCounts,
    candidate: InvalidCounts,
    fisher_p: float,
    names: tuple[str, str] = ("the baseline", "the candidate"),
) -> tuple[str, ...]:
    """Return why the data cannot carry a verdict, one sentence each; empty where they can.

    Args:
        paired: The two arms.
        baseline: Its lost trials.
        candidate: Its lost trials.
        fisher_p: Fisher's exact two-sided p of the two counts of lost trials.
        names: What the sentences call the two.
    """
    doubts = []
    if not paired.usable:
        total = len(paired.matched) + len(paired.unmatched)
        doubts.append(f"only {len(paired.matched)} of {total} cases have a valid trial in both arms")
    for name, lost in zip(names, (baseline, candidate), strict=True):
        if not lost.trials:
            doubts.append(f"{name} has no trial")
        elif lost.share > INVALID_CEILING:
            doubts.append(f"{lost.invalid} of {lost.trials} trials of {name} are invalid")
    if not fisher_p >= INVALID_ALPHA:
        doubts.append(
            f"the arms lost trials unequally: {baseline.invalid} of {baseline.trials} in {names[0]}, "
            f"{candidate.invalid} of {candidate.trials} in {names[1]} (Fisher p = {fisher_p:.3f})"
        )
    return tuple(doubts)
