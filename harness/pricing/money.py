"""How sums of money are written, once for the terminal and every page."""

from harness.pricing.estimate import Span


def amount(usd: float) -> str:
    """Return a sum in US dollars: in cents, or as finely as a smaller one needs; only nothing prints as 0.00."""
    if usd == 0 or usd >= 0.095:
        return f"{usd:,.2f} USD"
    return "<0.0001 USD" if usd < 0.00005 else f"{usd:.4f} USD"


def between(span: Span) -> str:
    """Return a sum that lies between two."""
    low, high = amount(span.low), amount(span.high)
    return high if low == high else f"{low.removesuffix(' USD')} to {high}"
