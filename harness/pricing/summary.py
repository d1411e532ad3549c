"""What a run really cost, in one line for the end of its summary."""

from harness.model.run import Run
from harness.model.usage import Usage
from harness.pricing.cost import cost_of
from harness.pricing.estimate import Span
from harness.pricing.lines import FREE_CALLS, is_real
from harness.pricing.money import amount, between
from harness.pricing.table import PriceTable


def run_usage(run: Run) -> tuple[Usage, ...]:
    """Return what all calls of a run used, discarded ones too."""
    return tuple(usage for call in run.calls for usage in call.usage)


def cost_line(run: Run, *, table: PriceTable, estimated: Span | None = None, budgeted: bool = False) -> str:
    """Return what a run cost beside what its plan was to cost; empty for a free one nobody set a budget for.

    Args:
        run: Its calls, with what they used.
        table: The prices.
        estimated: What all planned calls were to cost, low and high; None: nobody has said.
        budgeted: Whether a budget was set.
    """
    if not run.calls:
        return "0.00 USD: no call was held" if budgeted else ""
    usages = run_usage(run)
    cost = cost_of(usages, table)
    if not cost.priced and not cost.unpriced:
        free = "everything was embedded, simulated or remembered"
        free = FREE_CALLS if is_real(run.provenance.transport) else free
        return f"0.00 USD: {free}" if budgeted else ""
    told = [amount(cost.priced)]
    if estimated is not None:
        told.append(f"the plan's estimate was {between(estimated)}")
    if cost.unpriced:
        has = "has" if len(cost.unpriced) == 1 else "have"
        told.append(f"without {', '.join(cost.unpriced)}, which {has} no price")
    told.append(table.dated)
    if any(usage.estimated for usage in usages):
        told.append("some of it counted by us, not by the service")
    return "; ".join(told)
