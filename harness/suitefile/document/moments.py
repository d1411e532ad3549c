"""Shapes of the moments a caller waits for."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Discriminator, Field, model_validator
from pydantic import Tag as Branch

from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import Duration, Milliseconds, Words


class MomentShape(Shape):
    """A moment that has more to it than a name."""

    phrase: Words | None = Field(default=None, description="The agent has said these words.")
    tool_call: Words | None = Field(default=None, description="The agent calls the tool of this name.")
    silence: Duration | None = Field(default=None, description="Nobody has been heard for so many milliseconds.")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        named = sorted(self.model_fields_set)
        if len(named) != 1:
            raise ValueError(f"a moment is one of phrase, tool_call or silence; found {' and '.join(named) or 'none'}")
        return self


def _after_branch(value: object) -> str:
    return "<moment>" if isinstance(value, dict) else "<name>"


After: TypeAlias = Annotated[
    Annotated[
        Literal["call_start", "agent_speech_start", "agent_speech_end", "tool_call", "now"],
        Branch("<name>"),
    ]
    | Annotated[MomentShape, Branch("<moment>")],
    Discriminator(_after_branch),
]


class InterruptShape(Shape):
    """The caller speaks while the agent does."""

    after_ms: Milliseconds | None = Field(
        default=None, description="How long the agent has been audible when the caller begins."
    )
    at: Literal["first_300ms", "middle", "last_word", "during_tool", "during_digits"] | None = Field(
        default=None, description="The place in the agent's turn, instead of after_ms."
    )
    kind: Literal["correction", "question", "stop", "impatience"] = Field(
        default="impatience", description="Why the caller interrupts; shown in reports."
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.after_ms is None) == (self.at is None):
            raise ValueError("an interruption needs after_ms or at, and not both")
        return self
