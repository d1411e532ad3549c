from collections.abc import Sequence

import pytest

from harness.model.call import Tier
from harness.model.case import PassRule
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.snapshots import Provenance
from harness.model.suite import ArmRole
from harness.model.usage import Service, Side, Unit, Usage
from harness.pricing.estimate import Span
from harness.pricing.summary import cost_line
from harness.pricing.table import packaged_prices
from harness.testing.builders import make_result

TABLE = packaged_prices()
PROVENANCE = Provenance(harness_version="0", transport="simulated", tier=Tier.TEXT, latency="modelled", seed=1)


def used(model: str, *, estimated: bool = False) -> Usage:
    """Return 100,000 output tokens: a dollar's worth of gpt-4o."""
    return Usage(
        service=Service.LLM,
        side=Side.AGENT,
        model=model,
        unit=Unit.OUTPUT_TOKENS,
        amount=100_000,
        estimated=estimated,
    )


def run_of(*calls: Sequence[Usage], discarded: Sequence[TrialResult] = ()) -> Run:
    result = CaseResult(
        planned="s::hello[a]",
        suite="s",
        case="hello",
        prompt="p@v1",
        engine_model="openai.gpt-4o",
        role=ArmRole.CANDIDATE,
        pass_rule=PassRule(required=1, of=1),
        outcome=Outcome.PASSED,
        trials=tuple(make_result(usage=tuple(usages)) for usages in calls),
        discarded=tuple(discarded),
    )
    return Run(id="r", started_at="2026-01-31T00:00:00Z", provenance=PROVENANCE, results=(result,))


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (run_of([used("openai.gpt-4o")], [used("openai.gpt-4o")]), f"2.00 USD; {TABLE.dated}"),
        (
            run_of([used("openai.gpt-4o")], discarded=[make_result(usage=(used("openai.gpt-4o"),))]),
            f"2.00 USD; {TABLE.dated}",
        ),
        (
            run_of([used("openai.gpt-4o"), used("openai.gpt-9")]),
            f"1.00 USD; without llm openai.gpt-9, which has no price; {TABLE.dated}",
        ),
        (
            run_of([used("openai.gpt-9"), used("grok.grok-9")]),
            f"0.00 USD; without llm openai.gpt-9, llm grok.grok-9, which have no price; {TABLE.dated}",
        ),
        (
            run_of([used("openai.gpt-4o", estimated=True)]),
            f"1.00 USD; {TABLE.dated}; some of it counted by us, not by the service",
        ),
        (run_of([]), ""),
        (run_of(), ""),
    ],
    ids=["two calls", "one made again", "partly priced", "not priced", "counted by us", "free", "no call"],
)
def test_a_run_says_what_it_cost(run: Run, line: str) -> None:
    assert cost_line(run, table=TABLE) == line


def test_the_estimate_stands_beside_the_cost() -> None:
    run = run_of([used("openai.gpt-4o")])
    line = cost_line(run, table=TABLE, estimated=Span(low=0.5, high=3.0))
    assert line == f"1.00 USD; the plan's estimate was 0.50 to 3.00 USD; {TABLE.dated}"


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (run_of([]), "0.00 USD: everything was embedded, simulated or remembered"),
        (run_of(), "0.00 USD: no call was held"),
    ],
    ids=["free", "no call"],
)
def test_with_a_budget_even_nothing_is_told(run: Run, line: str) -> None:
    assert cost_line(run, table=TABLE, budgeted=True) == line
