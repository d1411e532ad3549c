"""Shapes of the callers and of what their calls are judged by: personas and rubrics."""

from typing import Annotated

from pydantic import AfterValidator, Field

from harness.suitefile import values
from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import (
    AsNumber,
    Duration,
    Flag,
    Language,
    Milliseconds,
    Name,
    Share,
    Text,
    VoiceName,
    Words,
)


class SurroundingsShape(Shape):
    """What the caller's telephone line does to the sound, beside the telephone codec every call has."""

    snr_db: Annotated[float, Field(ge=-10, le=60), AsNumber] | None = Field(
        default=None, description="Speech to noise ratio in dB: 20 is a street, 10 is hard. Left out: a quiet room."
    )
    lost_frames: Share = Field(default=0.0, description="Share of 20 ms frames that never arrive, 0 to 1.")
    gain_db: Annotated[float, Field(ge=-40, le=20), AsNumber] = Field(
        default=0.0, description="Louder (+) or quieter (-), in dB."
    )


class PersonaShape(Shape):
    """Who phones."""

    voice: VoiceName = Field(default="auto", description="`auto`, or `<engine>:<voice>` such as `hibari:heart`.")
    language: Language = Field(default="en-US", description="BCP-47 language the caller speaks.")
    rate: Annotated[float, Field(ge=0.5, le=2), AsNumber] = Field(
        default=1.0, description="Speaking pace as a multiple of the voice's own, 0.5 to 2."
    )
    manner: Text = Field(default="", description="How they speak, in your words; shown in reports.")
    reaction_ms: Milliseconds = Field(
        default=400, description="Pause between the end of the agent's speech and the caller's own."
    )
    patience_ms: Duration = Field(
        default=10_000, description="How long the caller waits for a silent agent before speaking anyway."
    )
    surroundings: SurroundingsShape = Field(default=SurroundingsShape(), description="Noise and line quality.")


class CriterionShape(Shape):
    """One observable yes/no question about a call."""

    id: Name = Field(description="Unique within the rubric.")
    question: Words = Field(description="A question the judge can answer with yes or no.")
    required: Flag = Field(default=True, description="Whether a no fails the trial.")
    passes: tuple[Words, ...] = Field(default=(), description="Examples of what passes, shown to the judge.")
    fails: tuple[Words, ...] = Field(default=(), description="Examples of what fails, shown to the judge.")


def _unique(criteria: tuple[CriterionShape, ...]) -> tuple[CriterionShape, ...]:
    values.check_unique([criterion.id for criterion in criteria], what="the criterion")
    return criteria


class RubricShape(Shape):
    """A named list of criteria for the judge."""

    criteria: Annotated[tuple[CriterionShape, ...], Field(min_length=1), AfterValidator(_unique)] = Field(
        description="The questions asked about every call of a case with this rubric."
    )
