"""What a session's calls may cost: the prices its settings name, and the budget that keeps them within it."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from harness.errors import ConfigurationError
from harness.model.call import Tier
from harness.model.run import TrialResult
from harness.model.suite import Planned
from harness.pricing.cost import cost_of
from harness.pricing.estimate import Services, estimate
from harness.pricing.table import PriceTable, load_prices
from harness.runner.budget import Budget
from harness.runs.planning import Plan
from harness.settings import Settings


def price_table(settings: Settings) -> PriceTable:
    """Return the prices a session goes by. Raises ConfigurationError."""
    return load_prices(Path(settings.prices) if settings.prices else None)


def services_of(settings: Settings) -> Services:
    """Return who works in a session's calls beside the agents' own models."""
    judges = [name.strip() for name in settings.judge.split(",") if name.strip()]
    return Services(
        tier=Tier(settings.tier),
        judges=tuple(name for name in judges for _ in range(settings.judge_votes)),
        caller_model=settings.caller_model,
        stt=settings.stt,
        summariser=settings.summariser,
        transport=f"{settings.transport}-{settings.route}" if settings.is_live else settings.transport,
        replayed=settings.cassettes == "replay",
    )


def budget_of(settings: Settings, plan: Plan, *, finished: Mapping[str, TrialResult]) -> Budget | None:
    """Return what keeps a session's calls within its budget; None where none is set.

    Args:
        settings: Of the session.
        plan: Its calls.
        finished: The run's calls that are over already, by id; what they cost is spent.

    Raises:
        ConfigurationError: a call would use something without a price, so that nobody could keep the budget.
    """
    if math.isinf(settings.budget):
        return None
    table, services = price_table(settings), services_of(settings)
    spent = sum(cost_of(result.usage, table).priced for result in finished.values())
    return Budget(
        usd=settings.budget,
        table=table,
        highest={each.id: _highest(each, services=services, table=table) for each in plan.planned},
        spent=spent,
    )


def require_prices(settings: Settings, planned: Iterable[Planned]) -> None:
    """Refuse a budget nobody could keep, before the first call. Raises ConfigurationError."""
    if math.isinf(settings.budget):
        return
    table, services = price_table(settings), services_of(settings)
    for each in planned:
        _highest(each, services=services, table=table)


def _highest(planned: Planned, *, services: Services, table: PriceTable) -> float:
    cost = cost_of(estimate(planned, services=services).high, table)
    if cost.usd is None:
        raise ConfigurationError(
            f"the budget cannot be kept: there is no price for {', '.join(cost.unpriced)} ({planned.id}). "
            'Add a [[price]] to a file of yours and name it: prices = "prices.toml"'
        )
    return cost.usd
