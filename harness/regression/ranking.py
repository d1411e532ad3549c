"""Arms beside each other: which engine_model, prompt, voice or persona does better (evaluation.md, section 2.12).

Quality, latency and cost stay apart; no score blends them, and nothing here gates a run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from statistics import fmean

from harness.errors import ConfigurationError, UnknownNameError
from harness.model.run import CaseResult, Run
from harness.model.suite import ArmRole
from harness.regression.arm_table import ArmTable, Axis, CallCost, Dimension, Group, Pair
from harness.regression.best import Place, best_places, undominated
from harness.regression.exact_tests import fisher_exact, sign_flip_exact
from harness.regression.facts import VALID, arms_of
from harness.regression.frames import ArmFigures, arm_figures
from harness.regression.groups import Column, Fixed, columns_by
from harness.regression.intervals import ClusteredRate, clustered_wilson
from harness.regression.multiple import holm
from harness.regression.pairing import CaseCounts, data_doubts, invalid_counts, pairing
from harness.regression.two_arms import adjusted_paired_interval, hybrid_difference


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    column: Column
    counts: Mapping[str, CaseCounts]
    rate: ClusteredRate
    figures: ArmFigures
    cost_usd: float | None


def compare_by(
    run: Run, by: Dimension, *, reference: str = "", cost: CallCost | None = None, seed: int = 0
) -> tuple[ArmTable, ...]:
    """Return the groups of a run beside each other, a table wherever something else differs too.

    Engine models are compared within one prompt, prompts within one engine_model, case by case. Voices and personas
    are compared within one arm; their groups have different cases, and are never paired.

    Args:
        run: Measured alike throughout; several runs are put together by `groups.joined`.
        by: What is compared.
        reference: The group the others are held against; empty: the baseline, or the first.
        cost: What a call cost; None: nothing is priced.
        seed: Of the case resamples.

    Raises:
        ConfigurationError: there is nothing to compare, or no group has the reference's name.
    """
    tables = columns_by(run, by)
    if not tables:
        raise ConfigurationError(_nothing_to_compare(run, by))
    names = tuple(dict.fromkeys(column.name for fixed in tables for column in fixed.columns))
    if reference and reference not in names:
        raise UnknownNameError(kind=f"{by.value} to compare with", name=reference, known=names)
    return tuple(_table(run, fixed, by=by, reference=reference, cost=cost, seed=seed) for fixed in tables)


def _table(run: Run, fixed: Fixed, *, by: Dimension, reference: str, cost: CallCost | None, seed: int) -> ArmTable:
    measured = [_measure(run, column, cost=cost) for column in fixed.columns]
    known = sorted(set().union(*(each.counts for each in measured))) if by.paired else []
    common = [case for case in known if all(case in m.counts and m.counts[case].valid for m in measured)]
    rates = [[m.counts[case].passes / m.counts[case].valid for case in common] for m in measured]
    places: Sequence[Place | None] = best_places(rates, seed=seed) or [None] * len(measured)
    axes = tuple(axis for axis in Axis if by.paired and all(_height(m, axis) is not None for m in measured))
    marks = undominated([[height for axis in axes if (height := _height(m, axis)) is not None] for m in measured])
    first = _reference(measured, reference)
    return ArmTable(
        by=by,
        fixed=fixed.name,
        groups=tuple(
            _group(m, known, place=place, pareto=mark and Axis.QUALITY in axes)
            for m, place, mark in zip(measured, places, marks, strict=True)
        ),
        pairs=_pairs(first, [m for m in measured if m is not first], by=by),
        common=len(common),
        axes=axes,
    )


def _measure(run: Run, column: Column, *, cost: CallCost | None) -> _Measured:
    """Return a column's figures; whether an arm was the baseline changes nothing of what was measured."""
    alone = replace(run, results=tuple(_as_candidate(result) for result in column.results))
    (facts,), (figures,) = arms_of(alone), arm_figures(alone)
    counts = {case: found.counts for case, found in facts.by_id.items()}
    calls = [call for result in column.results for call in result.trials if call.outcome in VALID]
    prices = [cost(call) if cost else None for call in calls]
    known = [price for price in prices if price is not None]
    return _Measured(
        column=column,
        counts=counts,
        rate=clustered_wilson([(each.passes, each.valid) for each in counts.values()]),
        figures=figures,
        cost_usd=fmean(known) if known and len(known) == len(prices) else None,
    )


def _as_candidate(result: CaseResult) -> CaseResult:
    role, arm = ArmRole.CANDIDATE, (result.prompt, result.engine_model)
    trials = tuple(
        replace(each, trial=replace(each.trial, role=role, prompt=arm[0], engine_model=arm[1]))
        for each in result.trials
    )
    return replace(result, role=role, trials=trials, discarded=())


def _group(measured: _Measured, known: Sequence[str], *, place: Place | None, pareto: bool) -> Group:
    latency = measured.figures.latency
    hearing = next((rate for rate in measured.figures.word_error_rates if rate.name == "hearing_wer"), None)
    counts = measured.counts
    return Group(
        name=measured.column.name,
        rate=measured.rate,
        invalid=sum(each.invalid for each in counts.values()),
        curtailed=sum(result.saved > 0 for result in measured.column.results),
        missing=tuple(case for case in known if case not in counts or not counts[case].valid),
        latency_p50_ms=latency.p50_ms,
        latency_p95_ms=latency.p95_ms,
        answers=latency.answers,
        hearing_wer=hearing.rate if hearing else None,
        words=hearing.words if hearing else 0,
        cost_usd=measured.cost_usd,
        best_share=place.share if place else None,
        among_best=place is not None and place.among_best,
        pareto=pareto,
    )


def _height(measured: _Measured, axis: Axis) -> float | None:
    """Return where a group stands on an axis, higher is better; None where it was not measured."""
    match axis:
        case Axis.QUALITY:
            return measured.rate.interval.estimate
        case Axis.LATENCY:
            p50 = measured.figures.latency.p50_ms
            return None if p50 is None else -p50
        case Axis.COST:
            return None if measured.cost_usd is None else -measured.cost_usd


def _reference(measured: Sequence[_Measured], name: str) -> _Measured:
    named = [each for each in measured if each.column.name == name]
    baselines = [each for each in measured if each.column.is_baseline]
    return next(chain(named, baselines, measured))


def _pairs(first: _Measured, others: Sequence[_Measured], *, by: Dimension) -> tuple[Pair, ...]:
    if not by.paired:
        return tuple(_unpaired(first, other) for other in others)
    pairs = [_paired(first, other) for other in others]
    adjusted = iter(holm([pair.p for pair in pairs if pair.p is not None]))
    return tuple(pair if pair.p is None else replace(pair, p_holm=next(adjusted)) for pair in pairs)


def _paired(first: _Measured, other: _Measured) -> Pair:
    both = pairing(first.counts, other.counts)
    matched, lost, theirs = both.matched, invalid_counts(first.counts), invalid_counts(other.counts)
    found = adjusted_paired_interval(
        [(each.baseline.passes, each.baseline.valid) for each in matched],
        [(each.candidate.passes, each.candidate.valid) for each in matched],
    )
    return Pair(
        reference=first.column.name,
        group=other.column.name,
        difference=found.interval,
        paired=True,
        cases=len(matched),
        p=sign_flip_exact([each.difference for each in matched]).p_two_sided if len(matched) > 1 else None,
        p_holm=None,
        doubts=data_doubts(
            both,
            baseline=lost,
            candidate=theirs,
            fisher_p=fisher_exact((lost.invalid, lost.trials), (theirs.invalid, theirs.trials)),
            names=(first.column.name, other.column.name),
        ),
    )


def _unpaired(first: _Measured, other: _Measured) -> Pair:
    return Pair(
        reference=first.column.name,
        group=other.column.name,
        difference=hybrid_difference(other.rate.interval, first.rate.interval),
        paired=False,
        cases=0,
        p=None,
        p_holm=None,
        doubts=(),
    )


def _nothing_to_compare(run: Run, by: Dimension) -> str:
    if not run.results:
        return f"run {run.id} has no finished call: there is nothing to compare"
    match by:
        case Dimension.ENGINE_MODEL:
            more = "put the same prompt to more of them: harness run suites/ --engine-model A --engine-model B"
        case Dimension.PROMPT:
            more = "try more versions with the same engine_model: harness run suites/ --prompt NAME@V1 --prompt NAME@V2"
        case Dimension.VOICE:
            more = "give the suite's cases voices: [A, B]"
        case Dimension.PERSONA:
            more = "give the suite's cases different personas"
    return f"run {run.id} has nothing to compare by {by.value}: no two of them met under the same conditions; {more}"
