"""The statistics by name, on plain JSON values: what independent cases are checked through.

Each method takes and returns exactly the fields of its group (evaluation.md, section 11).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.errors import UnknownNameError
from harness.regression import reference_agreement, reference_gate, reference_planning, reference_two_arms
from harness.regression.reference_json import Json

METHODS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        **reference_agreement.METHODS,
        **reference_two_arms.METHODS,
        **reference_planning.METHODS,
        **reference_gate.METHODS,
    }
)
"""Every method by name."""


def run(method: str, input: Json) -> Json:
    """Return what a method makes of an input. Raises UnknownNameError."""
    if method not in METHODS:
        raise UnknownNameError(kind="reference method", name=method, known=tuple(METHODS))
    return METHODS[method](input)
