"""Shapes of how much something may be, and how often."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from harness.suitefile.document.base import Shape
from harness.suitefile.document.deeds import Tool
from harness.suitefile.document.fields import AsNumber, AsWhole, Words

_AtLeast = Annotated[float, Field(ge=0), AsNumber]
_Times = Annotated[int, Field(ge=0, le=10_000), AsWhole]


def check_bounds(at_least: float | None, at_most: float | None) -> None:
    """Raise for bounds that nothing, or anything, keeps."""
    if at_least is None and at_most is None:
        raise ValueError("write at_least, at_most or both")
    if at_least is not None and at_most is not None and at_least > at_most:
        raise ValueError(f"nothing is at least {at_least:g} and at most {at_most:g}")


class RangeShape(Shape):
    """A number between two others."""

    at_least: Annotated[float, AsNumber] | None = Field(default=None, description="The smallest allowed value.")
    at_most: Annotated[float, AsNumber] | None = Field(default=None, description="The largest allowed value.")

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        check_bounds(self.at_least, self.at_most)
        return self


class BoundsShape(Shape):
    """How much something may be."""

    at_least: _AtLeast | None = Field(default=None, description="The smallest allowed value.")
    at_most: _AtLeast | None = Field(default=None, description="The largest allowed value.")

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        check_bounds(self.at_least, self.at_most)
        if not self.at_least and self.at_most is None:
            raise ValueError("at_least: 0 holds always; write a larger number, or at_most")
        return self


class CountShape(Shape):
    """How often something is said or called."""

    phrase: Words | None = Field(default=None, description="What the agent says.")
    tool: Tool | None = Field(default=None, description="What the agent calls.")
    at_least: _Times | None = Field(default=None, description="So often at least.")
    at_most: _Times | None = Field(default=None, description="So often at most.")

    @model_validator(mode="after")
    def _counts_one_thing(self) -> Self:
        if (self.phrase is None) == (self.tool is None):
            raise ValueError("count needs phrase or tool, and not both")
        check_bounds(self.at_least, self.at_most)
        if not self.at_least and self.at_most is None:
            raise ValueError("at_least: 0 holds always; write a larger number, or at_most")
        return self
