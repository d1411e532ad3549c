"""Shapes of what the agent and the platform do: tools, variables, transfers, keys."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from harness.errors import suggestion
from harness.model.json_paths import check_json_path
from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import MOCKABLE, Filled, Flag, Json, Keys, Text, Words


def _tool(name: str) -> str:
    hint = "" if name in MOCKABLE else suggestion(name, MOCKABLE)
    if "mean" in hint:
        # A team's own functions have names of their own; what is nearly a tool's name is a typing mistake, and a check
        # that it is never called would pass for ever.
        raise ValueError(f"unknown tool {name!r}.{hint}")
    return name


Tool: TypeAlias = Annotated[Words, AfterValidator(_tool)]
"""A tool of the platform, or a function of a team."""
Path: TypeAlias = Annotated[str, AfterValidator(check_json_path)]


class ConfirmedShape(Shape):
    """What is asked, and answered, before a tool is called."""

    tool: Tool = Field(description="The tool.")
    asks: tuple[Words, ...] = Field(default=(), description="Any one of them is in the question; empty: any question.")
    caller_says: tuple[Words, ...] = Field(
        default=(), description="Any one of them is in the caller's reply; empty: any reply."
    )


class ToolCallShape(Shape):
    """One call of a tool."""

    name: Tool = Field(description="The tool.")
    arguments: dict[Path, Json] = Field(default={}, description="JSON paths into the arguments, and what stands there.")
    succeeds: Flag | None = Field(default=None, description="Whether the tool has to succeed, or to fail.")


class VariableShape(Shape):
    """A variable with its value."""

    name: Filled = Field(description="Its name.")
    value: Text | None = Field(default=None, description="Its value; left out: any.")


class TransferShape(Shape):
    """Somebody who is phoned for the caller."""

    to: Filled | None = Field(default=None, description="Number or address; left out: anybody.")
    connected: Flag | None = Field(default=None, description="Whether they have to answer, or must not.")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("write to, connected or both; anybody at all is {transfer: any}")
        return self


class PressedShape(Shape):
    """Keys, and who presses them."""

    keys: Keys = Field(description="Keys one after the other: digits, `*`, `#` and A to D.")
    by: Literal["caller", "agent"] = Field(default="caller", description="Who presses them.")
