"""Shapes of the callers and of what their calls are judged by: personas and rubrics."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, model_validator
from pydantic import Tag as Branch

from harness.model.persona import Codec, Noise
from harness.model.rubric import BEST_LEVEL
from harness.suitefile import values
from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import (
    AsNumber,
    AsWhole,
    Duration,
    Filled,
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


class AgentEchoShape(Shape):
    """The agent's voice, out of the caller's loudspeaker into its microphone."""

    delay_ms: Annotated[int, Field(ge=20, le=400), AsWhole] = Field(
        default=160, description="How long after the agent's voice it comes: 20 to 400."
    )
    level_db: Annotated[float, Field(ge=-40, le=0), AsNumber] = Field(
        default=-26.0, description="How loud it is, compared with the agent's voice: -40 to 0."
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
    agent_echo: AgentEchoShape | None = Field(
        default=None, description="The agent's voice comes back out of the caller's loudspeaker; on the recording only."
    )
    comfort_noise_db: Annotated[float, Field(ge=-55, le=-20), AsNumber] | None = Field(
        default=None, description="Hiss on the caller's line and in lost frames, in dB below full scale."
    )
    codec: Literal["mulaw", "alaw", "g722", "opus"] = Field(
        default=Codec.MULAW.value,
        description="The codec of the caller's network: `mulaw` (North America, Japan), `alaw`, `g722` or `opus`.",
    )

    @model_validator(mode="after")
    def _idle_keys(self) -> Self:
        if "noise" in self.model_fields_set and self.snr_db is None:
            raise ValueError("a noise without snr_db is not heard; say how loud it is, such as snr_db: 15")
        if self.burst_frames is not None and not self.lost_frames:
            raise ValueError("burst_frames without lost_frames loses nothing; set the share, such as lost_frames: 0.05")
        return self


class HabitsShape(Shape):
    """How the caller behaves beside what the script says. Shares are chances, rolled with the seed."""

    interrupts: Share = Field(default=0.0, description="Share of the agent's turns whose end they do not wait for.")
    interrupts_after_ms: Milliseconds = Field(default=900, description="How far into such a turn they begin.")
    backchannels: Share = Field(default=0.0, description='Share of the agent\'s turns they say "mm-hm" in.')
    backchannel: tuple[Words, ...] = Field(default=("Mm-hm.",), min_length=1, description="What they say then.")
    mishears: Share = Field(default=0.0, description="Share of the agent's turns they ask to hear again.")
    pardon: tuple[Words, ...] = Field(
        default=("Sorry, could you say that again?",), min_length=1, description="How they ask."
    )
    fillers: Share = Field(default=0.0, description='Share of the words with an "uh" before them.')
    filler: tuple[Words, ...] = Field(default=("uh,", "um,"), min_length=1, description="Their fillers.")
    pauses: Share = Field(default=0.0, description="Share of the words with a pause after them.")
    pause_ms: Duration = Field(default=900, description="Length of such a pause.")
    digits: Literal["single", "double", "pairs", "groups"] = Field(
        default="single", description='How they read digits: "five five", "double five", "fifty-five", in groups.'
    )


class FactShape(Shape):
    """Something the caller knows."""

    value: Filled = Field(description="The value.")
    type: Literal["phrase", "digits", "code"] = Field(default="phrase", description="How it is compared.")
    accept: tuple[Words, ...] = Field(default=(), description="Other spellings that count as the same value.")
    reveal: Literal["when_asked", "early", "never"] = Field(
        default="when_asked", description="When they tell it: when asked, without being asked, or not even when asked."
    )
    asked_by: tuple[Words, ...] = Field(default=(), description="Words that ask for it, beside its name.")


def _fact_branch(value: object) -> str:
    return "<fact>" if isinstance(value, dict) else "<value>"


FactValue: TypeAlias = Annotated[
    Annotated[Filled, Branch("<value>")] | Annotated[FactShape, Branch("<fact>")], Discriminator(_fact_branch)
]


class PersonaShape(Shape):
    """Who phones."""

    voice: VoiceName = Field(default="auto", description="`auto`, or `<engine>:<voice>` such as `hibari:heart`.")
    language: Language = Field(default="en-US", description="BCP-47 language the caller speaks.")
    rate: Annotated[float, Field(ge=0.5, le=2), AsNumber] = Field(
        default=1.0, description="Speaking pace as a multiple of the voice's own, 0.5 to 2."
    )
    pitch: Annotated[float, Field(ge=-8, le=8), AsNumber] = Field(
        default=0.0, description="Semitones above (+) or below (-) the voice's own pitch, -8 to 8."
    )
    manner: Text = Field(default="", description="How they speak, in your words; shown in reports.")
    reaction_ms: Milliseconds = Field(
        default=400, description="Pause between the end of the agent's speech and the caller's own."
    )
    patience_ms: Duration = Field(
        default=10_000, description="How long the caller waits for a silent agent before speaking anyway."
    )
    surroundings: SurroundingsShape = Field(default=SurroundingsShape(), description="Noise and line quality.")
    habits: HabitsShape = Field(default=HabitsShape(), description="How they behave beside the script.")
    facts: dict[Filled, FactValue] = Field(
        default={}, description="What they know, by name: a value, or {value, type, reveal, asked_by}."
    )


class LevelShape(Shape):
    """What a mark stands for."""

    at: Annotated[int, Field(ge=0, le=BEST_LEVEL), AsWhole] = Field(description="The mark, 0 to 5.")
    means: Words = Field(description="What a call with this mark is like.")


class CriterionShape(Shape):
    """One observable question about a call."""

    id: Name = Field(description="Unique within the rubric.")
    question: Words = Field(description="A question the judge can answer with yes or no; with a scale, with a mark.")
    required: Flag = Field(default=True, description="Whether a no fails the trial. Never with a scale.")
    passes: tuple[Words, ...] = Field(default=(), description="Examples of what passes, shown to the judge.")
    fails: tuple[Words, ...] = Field(default=(), description="Examples of what fails, shown to the judge.")
    applies_if: Words | None = Field(
        default=None, description="When the question can be asked, in words; otherwise it is not applicable."
    )
    scope: Literal["call", "turn"] = Field(
        default="call", description="`call`: asked once. `turn`: asked about each turn of the agent."
    )
    scale: Literal["0-5"] | None = Field(
        default=None, description="Marks from 0 to 5 instead of yes and no; shown, and never decides."
    )
    levels: tuple[LevelShape, ...] = Field(default=(), description="With a scale: what marks mean, 0 and 5 at least.")

    @model_validator(mode="after")
    def _graded(self) -> Self:
        if self.scale is None:
            if self.levels:
                raise ValueError("levels belong to a scale; add scale: 0-5")
            return self
        if self.required and "required" in self.model_fields_set:
            raise ValueError(
                "a criterion with a scale never decides a trial; ask a yes/no question, or take required out"
            )
        if self.passes or self.fails:
            raise ValueError("a criterion with a scale has levels instead of passes and fails")
        if self.scope == "turn":
            raise ValueError("a criterion with a scale is asked about the call; take scope: turn out")
        marks = [level.at for level in self.levels]
        values.check_unique([str(mark) for mark in marks], what="the level")
        if not {0, BEST_LEVEL} <= set(marks):
            raise ValueError(
                "a scale needs levels that say what 0 and 5 mean: levels: [{at: 0, means: …}, {at: 5, means: …}]"
            )
        return self


def _unique(criteria: tuple[CriterionShape, ...]) -> tuple[CriterionShape, ...]:
    values.check_unique([criterion.id for criterion in criteria], what="the criterion")
    return criteria


class RubricShape(Shape):
    """A named list of criteria for the judge."""

    criteria: Annotated[tuple[CriterionShape, ...], Field(min_length=1), AfterValidator(_unique)] = Field(
        description="The questions asked about every call of a case with this rubric."
    )
