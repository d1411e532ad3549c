"""What pages and terminal say of flaky cases, and of what to buy next to make the pass rate surer."""

from dataclasses import dataclass
from typing import assert_never

from harness.model.run import Run
from harness.regression.bootstrap import FEWEST
from harness.regression.steadiness import Buy, FlakyCase, Steadiness, steadiness
from harness.regression.variance import NestedVariance
from harness.report.numbers import count, percent, ratio

_MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadinessView:
    """One arm."""

    arm: str
    """`name@version, engine_model`."""
    flaky: str
    """How many cases came out both ways, and how often two trials of one case disagree."""
    cases: tuple[str, ...]
    """Each flaky case with its trials."""
    pass_k: str
    """What several trials of a case come to together."""
    shares: tuple[tuple[str, str], ...]
    """Whose noise it is, and how much of it; empty where nobody can tell."""
    advice: str
    """What to buy next; empty where nobody can tell."""


def view_steadiness(run: Run) -> tuple[SteadinessView, ...]:
    """Return how steady every arm is that has a case with two trials."""
    return tuple(_view(each) for each in steadiness(run))


def steadiness_lines(run: Run) -> tuple[str, ...]:
    """Return the same as lines of a terminal; none for a run in which nothing was tried twice."""
    views = view_steadiness(run)
    lines = []
    for view in views:
        head = f"{view.arm}: " if len(views) > 1 else ""
        named = list(view.cases[:_MOST_NAMED])
        named += [f"{len(view.cases) - _MOST_NAMED} more"] if len(view.cases) > _MOST_NAMED else []
        lines.append(f"{head}{view.flaky}{': ' if named else ''}{', '.join(named)}")
        lines.append(f"  {view.pass_k}")
        if view.shares:
            lines.append(f"  Noise of the pass rate: {', '.join(f'{name} {share}' for name, share in view.shares)}")
        if view.advice:
            lines.append(f"  {view.advice}")
    return tuple(lines)


def _view(found: Steadiness) -> SteadinessView:
    return SteadinessView(
        arm=f"{found.prompt}, {found.engine_model}",
        flaky=_flaky(found),
        cases=tuple(_case(each) for each in found.flaky),
        pass_k=_pass_k(found),
        shares=_shares(found.variance),
        advice=_advice(found),
    )


def _flaky(found: Steadiness) -> str:
    left_out = f", {count(found.left_out, 'case')} with fewer than 2 trials left out" if found.left_out else ""
    rate = percent(found.flakiness.suite_rate)
    return (
        f"Flaky: {ratio(found.flakiness.mixed, found.repeated, 'repeated case')}; two trials of one case disagree "
        f"{rate} of the time{left_out}"
    )


def _case(case: FlakyCase) -> str:
    kept = ", in quarantine" if case.quarantined else ""
    return f"{case.id} ({case.passes} of {case.trials} passed{kept})"


def _pass_k(found: Steadiness) -> str:
    rates, k = found.pass_k.rates, found.k
    if rates is None:
        return "No case was repeated often enough"
    used, skipped = found.pass_k.used, found.pass_k.skipped
    left_out = f", {skipped} with fewer trials left out" if skipped else ""
    return (
        f"All of {k} trials pass: {percent(rates.hat_k)} (pass^{k}); at least one: {percent(rates.at_k)} (pass@{k}); "
        f"{count(used, 'case')}{left_out}"
    )


def _shares(found: NestedVariance | None) -> tuple[tuple[str, str], ...]:
    shares = found.shares if found else None
    if found is None or shares is None:
        return ()
    named = [("cases", shares.cases), ("calls", shares.calls)]
    named += [("judge", shares.judge)] if found.judge is not None else []
    return tuple((name, percent(share)) for name, share in named)


def _advice(found: Steadiness) -> str:
    buy, variance = found.buy, found.variance
    if buy is None or variance is None:
        return ""
    on = f" ({variance.cases} cases × {variance.trials} trials{', indicative' if variance.cases < FEWEST else ''})"
    match buy:
        case Buy.CASES:
            return f"Buy cases next: most of the noise is in which cases are asked{_plan(found)}{on}"
        case Buy.TRIALS:
            return f"Buy trials next: most of the noise is from call to call of the same case{_plan(found)}{on}"
        case Buy.VOTES:
            return f"Buy votes of the judge next (--judge-votes): most of the noise is the judge's own{on}"
        case Buy.NOTHING:
            return f"There is no noise to see{on}"
        case _:
            assert_never(buy)


def _plan(found: Steadiness) -> str:
    plan = found.plan
    if plan is None:
        return "; cases differ by no more than chance"
    return f"; a case is worth {count(plan.trials, 'trial')} where a new case costs as much as a call"
