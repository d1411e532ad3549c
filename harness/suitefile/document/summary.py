"""Shapes of what is expected of the platform's summary of a call."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from harness.suitefile.document.base import Shape
from harness.suitefile.document.expect import EntityShape
from harness.suitefile.document.fields import AsWhole, Flag, Words


class KeyPointShape(Shape):
    """One thing a reader of the summary must learn."""

    text: Words = Field(description="The point as a sentence: `books a table for two`.")
    entities: tuple[EntityShape, ...] = Field(default=(), description="Values the summary must have exactly.")
    required: Flag = Field(default=True, description="A summary without it fails the trial.")


class SummaryExpectShape(Shape):
    """What the platform's summary of the call must tell, and what it may not."""

    points: tuple[KeyPointShape, ...] = Field(default=(), description="What a reader of the summary must learn.")
    max_words: Annotated[int, Field(ge=1, le=2000), AsWhole] | None = Field(
        default=None, description="Most words of the summary."
    )
    faithful: Flag = Field(default=True, description="A claim the call contradicts fails the trial.")

    @model_validator(mode="after")
    def _no_point_twice(self) -> Self:
        texts = [point.text.casefold() for point in self.points]
        twice = next((text for text in texts if texts.count(text) > 1), None)
        if twice is not None:
            raise ValueError(f"the point {twice!r} stands here twice; leave one out")
        return self
