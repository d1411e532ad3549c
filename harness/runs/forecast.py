"""What a session will take, said before its first call: calls, minutes, money, and what it can prove.

Each number is a low and a high. They follow from the cases alone; where the last run held the same calls, what those
really took stands in their place.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.model.call import Call, Tier
from harness.model.run import Run, TrialResult
from harness.model.suite import ArmRole
from harness.model.usage import Service, Side, Usage, pooled
from harness.pricing.cost import cost_of
from harness.pricing.estimate import Estimate, Services, Span, estimate
from harness.pricing.table import PriceTable
from harness.regression.design import ASSUMED, Design, Variances, design_of, variances_of
from harness.regression.facts import VALID, arms_of
from harness.runner.outcome import fold_outcomes
from harness.runs.money import price_table, services_of
from harness.runs.planning import Plan
from harness.settings import Settings
from harness.store.reading import load_run, run_ids

_NOTHING: Final = Span(low=0.0, high=0.0)
_LOOKED_AT: Final = 5
_ANSWER_S: Final = Span(low=0.5, high=4.0)
"""How long a hosted model takes for one answer."""
_SOUND_S: Final = Span(low=1.0, high=25.0)
"""Computing a minute of a simulated call's speech takes, from all of it remembered to none."""
_WORDS_S: Final = Span(low=0.05, high=1.0)
"""The same without sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one model costs for one side."""

    service: Service
    side: Side
    model: str
    usd: Span | None
    """None where there is no price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a session will take."""

    calls: Span
    """At least: as few as its pass rules may need."""
    minutes: Span
    """Of conversation."""
    wall_minutes: Span
    usd: Span
    """Of what has a price."""
    parts: tuple[Part, ...]
    """The most expensive first, those without a price before all others."""
    dated: str
    """The price table and its date."""
    known_from: str
    """The run that held some of these calls before; empty: none did."""


def last_run(settings: Settings) -> Run | None:
    """Return the latest stored run in which a call was held, of the last few; None without one. Raises StoreError."""
    latest = reversed(run_ids(settings.runs)[-_LOOKED_AT:])
    runs = (load_run(settings.runs / run_id, fold=fold_outcomes) for run_id in latest)
    return next((run for run in runs if run.calls), None)


def forecast(settings: Settings, plan: Plan, *, last: Run | None = None) -> Forecast:
    """Return what a plan will take.

    Args:
        settings: Of the session.
        plan: Its calls.
        last: What was held before.

    Raises:
        ConfigurationError: the price file cannot be read.
    """
    table, services = price_table(settings), services_of(settings)
    seen = _seen(last, tier=services.tier) if last else {}
    calls = minutes = requests = _NOTHING
    low: list[Usage] = []
    high: list[Usage] = []
    known = False
    for each in plan.planned:
        held = seen.get(_kind(each.suite, each.case.id, each.arm.engine_model), ())
        known = known or bool(held)
        one = _as_held(estimate(each, services=services), held)
        times = Span(low=max(each.at_least, each.case.pass_rule.required), high=each.trials)
        calls += times
        minutes += _by(one.minutes, times)
        requests += _by(one.requests, times)
        low += (replace(usage, amount=usage.amount * times.low) for usage in one.low)
        high += (replace(usage, amount=usage.amount * times.high) for usage in one.high)
    parts = _parts(pooled(low), pooled(high), table=table)
    return Forecast(
        calls=calls,
        minutes=minutes,
        wall_minutes=_wall(minutes, requests, services=services, concurrency=settings.concurrency),
        usd=Span(low=cost_of(low, table).priced, high=cost_of(high, table).priced),
        parts=parts,
        dated=table.dated,
        known_from=last.id if last and known else "",
    )


def design_for(plan: Plan, *, variances: Variances, power: float) -> Design:
    """Return what the smallest comparison of a plan can prove; where none is planned, what one of its size could.

    Raises:
        ConfigurationError: power is no chance, or nothing is planned.
    """
    cells = plan.compared or tuple(each for each in plan.planned if each.case.quarantine is None)
    under_test = [each for each in cells if each.arm.role is ArmRole.CANDIDATE]
    cases: dict[str, int] = {}
    for each in under_test:
        cases[each.arm.label] = cases.get(each.arm.label, 0) + 1
    trials = min((each.trials for each in cells), default=1)
    return design_of(
        min(cases.values(), default=0), trials=trials, policy=plan.asked.policy, variances=variances, power=power
    )


def variances_before(plan: Plan, *, last: Run | None) -> Variances:
    """Return the variances the last run has shown of these suites; else the assumed ones."""
    if last is None:
        return ASSUMED
    suites = {each.suite for each in plan.planned}
    ours = replace(last, results=tuple(result for result in last.results if result.suite in suites))
    return variances_of(arms_of(ours), source=f"run {last.id}")


def _kind(suite: str, case: str, engine_model: str) -> tuple[str, str, str]:
    return suite, case, engine_model


def _seen(run: Run, *, tier: Tier) -> Mapping[tuple[str, str, str], Sequence[TrialResult]]:
    """Return the calls that came about in a run, by what they have in common with those of a plan."""
    found: dict[tuple[str, str, str], list[TrialResult]] = {}
    if run.provenance.tier is tier:
        for call in run.calls:
            if call.outcome in VALID and call.call is not None:
                trial = call.trial
                found.setdefault(_kind(trial.suite, trial.case, trial.engine_model), []).append(call)
    return found


def _as_held(guess: Estimate, held: Sequence[TrialResult]) -> Estimate:
    """Return an estimate with what earlier calls really took in place of what was guessed of it."""
    calls: list[Call] = [each.call for each in held if each.call is not None]
    if not calls:
        return guess
    lengths = [call.duration_ms / 60_000 for call in calls]
    used = [_amounts(each.usage) for each in held]
    # A model whose use is known is not guessed in any unit: it may count some that no guess has, as cached tokens.
    known = {_who(usage) for amounts in used for usage in amounts} & {_who(usage) for usage in guess.high}

    def taken(usages: Iterable[Usage], *, pick: Callable[[Iterable[float]], float]) -> tuple[Usage, ...]:
        kinds = dict.fromkeys(usage for amounts in used for usage in amounts if _who(usage) in known)
        seen = (replace(kind, amount=pick(amounts.get(kind, 0.0) for amounts in used)) for kind in kinds)
        return pooled([*seen, *(usage for usage in usages if _who(usage) not in known)])

    return replace(
        guess,
        low=taken(guess.low, pick=min),
        high=taken(guess.high, pick=max),
        minutes=Span(low=min(lengths), high=max(lengths)),
    )


def _who(usage: Usage) -> tuple[Service, Side, str]:
    return usage.service, usage.side, usage.model


def _amounts(usages: Iterable[Usage]) -> Mapping[Usage, float]:
    """Return the amount of each kind, whoever counted it."""
    counted = pooled(replace(usage, estimated=True) for usage in usages)
    return {replace(usage, amount=0.0): usage.amount for usage in counted}


def _parts(low: Sequence[Usage], high: Sequence[Usage], *, table: PriceTable) -> tuple[Part, ...]:
    kinds = dict.fromkeys(_who(usage) for usage in high)
    parts = []
    for service, side, model in kinds:
        least, most = (
            cost_of((usage for usage in usages if _who(usage) == (service, side, model)), table).usd
            for usages in (low, high)
        )
        usd = None if most is None else Span(low=least or 0.0, high=most)
        parts.append(Part(service=service, side=side, model=model, usd=usd))
    return tuple(sorted(parts, key=lambda part: (part.usd is not None, -(part.usd.high if part.usd else 0.0))))


def _wall(minutes: Span, requests: Span, *, services: Services, concurrency: int) -> Span:
    """Return the minutes on the clock: a simulated call takes as long as models answer and speech is computed."""
    if services.transport != "simulated":
        return minutes * (1 / concurrency)
    pace = _SOUND_S if services.tier is Tier.AUDIO else _WORDS_S
    # The machine computes one thing at a time, whatever is in flight; hosted models answer side by side.
    return (_by(minutes, pace) + _by(requests, _ANSWER_S) * (1 / concurrency)) * (1 / 60)


def _by(one: Span, times: Span) -> Span:
    return Span(low=one.low * times.low, high=one.high * times.high)
