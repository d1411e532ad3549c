"""What every shape shares."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A mapping with known keys only; descriptions are what an author reads in the editor."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        field_title_generator=lambda name, _: name.rstrip("_"),
        model_title_generator=lambda shape: shape.__name__.removesuffix("Shape").lower(),
    )

    misplaced: ClassVar[Mapping[str, str]] = {}
    """Keys an author may well look for here, and where they belong."""
