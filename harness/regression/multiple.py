"""Many questions at once: p-values adjusted for how many were asked (evaluation.md, section 2.6)."""

from collections.abc import Sequence

from harness.regression.inputs import require_share


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's step-down adjusted p-values in the order given: for "flag any metric that got worse".

    Raises ConfigurationError for what is no probability.
    """
    order = _ascending(p_values)
    adjusted, largest = [0.0] * len(order), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[place]))
        adjusted[place] = largest
    return tuple(adjusted)


def holm_levels(p_values: Sequence[float], *, alpha: float) -> tuple[float, ...]:
    """Return the alpha at which each question is asked, in the order given, so that intervals agree with Holm's test.

    The j-th smallest of m p-values is held against alpha/(m-j+1) until one is not below it; those after it keep that
    level. Raises ConfigurationError for what is no probability.
    """
    order = _ascending(p_values)
    levels, left, level = [alpha] * len(order), len(order), alpha
    open_still = True
    for place in order:
        if open_still:
            level = alpha / left
        levels[place] = level
        open_still = open_still and p_values[place] < level
        left -= 1
    return tuple(levels)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Benjamini and Hochberg's step-up adjusted p-values in the order given: for exploratory tables.

    Raises ConfigurationError for what is no probability.
    """
    order = _ascending(p_values)
    adjusted, smallest = [0.0] * len(order), 1.0
    for rank, place in reversed(list(enumerate(order, start=1))):
        smallest = min(smallest, len(order) / rank * p_values[place])
        adjusted[place] = smallest
    return tuple(adjusted)


def _ascending(p_values: Sequence[float]) -> list[int]:
    for place, value in enumerate(p_values):
        require_share(value, what=f"p_values[{place}]")
    return sorted(range(len(p_values)), key=p_values.__getitem__)
