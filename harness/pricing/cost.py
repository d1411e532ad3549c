"""What usage costs, by a price table; what has no price is named and never taken as free."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.free import is_free
from harness.model.usage import Service, Unit, Usage
from harness.pricing.table import Price, PriceTable

SOUND = (Unit.CHARACTERS, Unit.SECONDS)
"""Two measures of one thing: of speech both are counted, and one of them is charged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A sum of money, as far as there are prices."""

    usd: float | None
    """None where something has no price: the sum is not known then."""
    priced: float
    """The sum of what has a price."""
    unpriced: tuple[str, ...] = ()
    """What has none: `llm openai.gpt-9`."""


def cost_of(usages: Iterable[Usage], table: PriceTable) -> Cost:
    """Return what usage costs."""
    amounts: dict[tuple[Service, str], dict[Unit, float]] = {}
    for usage in usages:
        if usage.amount > 0 and not is_free(usage.service, usage.model):
            units = amounts.setdefault((usage.service, usage.model), {})
            units[usage.unit] = units.get(usage.unit, 0.0) + usage.amount
    sums, unpriced = [], []
    for (service, model), units in amounts.items():
        usd = _usd(units, table.price(service, model))
        if usd is None:
            unpriced.append(f"{service} {model}")
        else:
            sums.append(usd)
    priced = math.fsum(sums)
    return Cost(usd=None if unpriced else priced, priced=priced, unpriced=tuple(unpriced))


def _usd(units: dict[Unit, float], price: Price | None) -> float | None:
    if price is None:
        return None
    of_sound = [unit for unit in units if unit in SOUND]
    charged = [unit for unit in units if unit not in SOUND or price.of(unit) is not None]
    if of_sound and not any(unit in SOUND for unit in charged):
        return None
    rates = [(amount, price.of(unit)) for unit, amount in units.items() if unit in charged]
    if any(rate is None for _, rate in rates):
        return None
    return math.fsum(amount * (rate or 0.0) for amount, rate in rates)
