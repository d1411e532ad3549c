"""The beta distribution and Student's t, from which every exact interval here follows.

scipy has both and would be the heaviest library of the installation for two functions; these agree with it to ten
digits, which the reference cases check.
"""

import math
from functools import lru_cache
from statistics import NormalDist

_TINY = 1e-300
_TERMS = 10_000
_HALVINGS = 200


def beta_cdf(x: float, *, a: float, b: float) -> float:
    """Return P(X <= x) for X ~ Beta(a, b): the regularised incomplete beta function."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    # The fraction converges fast only on this side of the mean.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a=a, b=b) / a
    return 1 - front * _fraction(1 - x, a=b, b=a) / b


def beta_quantile(probability: float, *, a: float, b: float) -> float:
    """Return the x with P(X <= x) = probability for X ~ Beta(a, b)."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if beta_cdf(middle, a=a, b=b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def student_quantile(probability: float, *, freedom: int) -> float:
    """Return the quantile of Student's t with `freedom` degrees of freedom."""
    if probability == 0.5:
        return 0.0
    size = _student_size(min(probability, 1 - probability), freedom)
    return size if probability > 0.5 else -size


def student_cdf(t: float, *, freedom: int) -> float:
    """Return P(T <= t) for Student's t with `freedom` degrees of freedom."""
    tail = beta_cdf(freedom / (freedom + t * t), a=freedom / 2, b=0.5) / 2
    return tail if t < 0 else 1 - tail


def normal_quantile(probability: float) -> float:
    """Return the quantile of the standard normal distribution."""
    return NormalDist().inv_cdf(probability)


@lru_cache(maxsize=1024)
def _student_size(tail: float, freedom: int) -> float:
    """Return how far out a tail begins; the few that a run asks for, it asks for again and again."""
    x = beta_quantile(2 * tail, a=freedom / 2, b=0.5)
    return math.sqrt(freedom * (1 - x) / x)


def _fraction(x: float, *, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, _inverse(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = _inverse(1 + term * d)
            c = 1 + term / (c if abs(c) > _TINY else _TINY)
            step = c * d
            value *= step
        if abs(step - 1) < 1e-15:
            break
    return value


def _inverse(value: float) -> float:
    return 1 / (value if abs(value) > _TINY else _TINY)
