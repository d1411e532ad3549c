"""A case's `summary` becomes a value of the model."""

from harness.model.summary import KeyPoint, SummaryExpectation
from harness.suitefile.build import build_entities
from harness.suitefile.document import SummaryExpectShape


def build_summary(shape: SummaryExpectShape | None) -> SummaryExpectation | None:
    """Return what is expected of the platform's summary; None where it is not looked at."""
    if shape is None:
        return None
    return SummaryExpectation(
        points=tuple(
            KeyPoint(text=point.text, entities=build_entities(point.entities), required=point.required)
            for point in shape.points
        ),
        max_words=shape.max_words,
        faithful=shape.faithful,
    )
