"""Shapes of the callers and of what their calls are judged by: personas and rubrics."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from harness.model.persona import Codec, Noise
from harness.suitefile import values
from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import (
    AsNumber,
    AsWhole,
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
from harness.suitefile.document.noise import NoiseName


class EchoShape(Shape):
    """The caller's own voice, a second time."""

    delay_ms: Annotated[int, Field(ge=1, le=2000), AsWhole] = Field(
        default=120, description="How long after the voice it comes."
    )
    level_db: Annotated[float, Field(ge=-60, le=0), AsNumber] = Field(
        default=-20.0, description="How loud it is, compared with the voice: -60 to 0."
    )


class SurroundingsShape(Shape):
    """What the caller's telephone line does to the sound, beside the telephone codec every call has."""

    snr_db: Annotated[float, Field(ge=-10, le=60), AsNumber] | None = Field(
        default=None, description="Speech to noise ratio in dB: 20 is a street, 10 is hard. Left out: a quiet room."
    )
    noise: NoiseName = Field(
        default=Noise.PINK,
        description="`pink`, `white`, `babble`, `street`, or the path of a sound file from here on; with `snr_db`.",
    )
    lost_frames: Share = Field(default=0.0, description="Share of 20 ms frames that never arrive, 0 to 1.")
    burst_frames: Annotated[float, Field(ge=1, le=500), AsNumber] | None = Field(
        default=None,
        description="Frames lost in a row, on average; the share is then exact. Left out: each frame by chance.",
    )
    jitter_ms: Annotated[float, Field(ge=0, le=500), AsNumber] = Field(
        default=0.0, description="Interarrival jitter; frames more than 60 ms late are lost."
    )
    gain_db: Annotated[float, Field(ge=-40, le=20), AsNumber] = Field(
        default=0.0, description="Louder (+) or quieter (-), in dB."
    )
    clip_db: Annotated[float, Field(ge=0, le=40), AsNumber] = Field(
        default=0.0, description="How many dB below its peak the voice is cut off, as an overdriven microphone does."
    )
    echo: EchoShape | None = Field(default=None, description="The voice comes again, later and quieter.")
    comfort_noise_db: Annotated[float, Field(ge=-55, le=-20), AsNumber] | None = Field(
        default=None, description="Hiss under everything the caller says and in lost frames, in dB below full scale."
    )
    codec: Literal["mulaw", "alaw"] = Field(
        default=Codec.MULAW.value, description="The telephone codec: `mulaw` (North America, Japan) or `alaw`."
    )

    @model_validator(mode="after")
    def _idle_keys(self) -> Self:
        if "noise" in self.model_fields_set and self.snr_db is None:
            raise ValueError("a noise without snr_db is not heard; say how loud it is, such as snr_db: 15")
        if self.burst_frames is not None and not self.lost_frames:
            raise ValueError("burst_frames without lost_frames loses nothing; set the share, such as lost_frames: 0.05")
        return self


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
