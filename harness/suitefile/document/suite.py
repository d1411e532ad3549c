"""Shapes of a whole suite file and of a prompt's front matter."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from harness.suitefile import values
from harness.suitefile.document.base import Shape
from harness.suitefile.document.cases import CaseShape, DefaultsShape
from harness.suitefile.document.fields import (
    EngineModel,
    Filled,
    Flag,
    Label,
    Language,
    Name,
    Text,
    Variable,
    VoiceName,
)
from harness.suitefile.document.people import PersonaShape, RubricShape
from harness.suitefile.document.platform import PlatformShape
from harness.suitefile.document.turns import TurnShape


def _unique_prompts(labels: tuple[str, ...]) -> tuple[str, ...]:
    values.check_unique(labels, what="the prompt")
    return labels


def _unique_models(models: tuple[str, ...]) -> tuple[str, ...]:
    values.check_unique(models, what="the engine_model")
    return models


class AgentShape(Shape):
    """The agent's side, where a prompt's front matter does not say otherwise."""

    voice: VoiceName = Field(default="auto", description="`auto`, or `<engine>:<voice>` such as `hibari:heart`.")
    language: Language = Field(default="en-US", description="BCP-47 language the agent speaks and listens to.")


class SuiteShape(Shape):
    """A suite: conversations to have with one or more prompts. Included files hold a part of its keys."""

    description: Text = Field(default="", description="What this suite is about; shown in reports.")
    include: tuple[Filled, ...] = Field(
        default=(),
        description="Files with personas, rubrics, defaults or cases to use here; paths are relative to this file.",
    )
    by_name: Flag = Field(
        default=False, description="Run only when this file or its own folder is named, not with the folders above."
    )
    prompts: Annotated[tuple[Label, ...], Field(min_length=1), AfterValidator(_unique_prompts)] = Field(
        default=(), description="The prompts under test, `<name>@<version>`: files in prompts/<name>/<version>.md."
    )
    baseline: Label | None = Field(
        default=None, description="A prompt to compare with: measured and shown, never fails the run."
    )
    engine_models: Annotated[tuple[EngineModel, ...], Field(min_length=1), AfterValidator(_unique_models)] = Field(
        default=("embedded.extractive",), description="Every prompt is run with each of these, `<provider>.<model>`."
    )
    variables: dict[Variable, Text] = Field(default={}, description="Values for the variables of the prompt templates.")
    agent: AgentShape = Field(default=AgentShape(), description="The agent's voice and language.")
    platform: PlatformShape = Field(
        default=PlatformShape(), description="What the platform does in every case whose own `platform` does not say."
    )
    personas: dict[Name, PersonaShape] = Field(default={}, description="Callers by name.")
    rubrics: dict[Name, RubricShape] = Field(default={}, description="Lists of questions for the judge by name.")
    scripts: dict[Name, Annotated[tuple[TurnShape, ...], Field(min_length=1)]] = Field(
        default={}, description="Turns by name, for {script: name} in any case."
    )
    defaults: DefaultsShape = Field(default=DefaultsShape(), description="For every case that does not say otherwise.")
    cases: Annotated[tuple[CaseShape, ...], Field(min_length=1)] = Field(
        default=(), description="The conversations to have."
    )

    @field_validator("baseline")
    @classmethod
    def _is_another_prompt(cls, baseline: str, info: ValidationInfo) -> str:
        if baseline in info.data.get("prompts", ()):
            raise ValueError(f"{baseline!r} is under test already (see prompts); a baseline is another version")
        return baseline


class KnownVersionShape(Shape):
    """What an AI of the platform had when the file was last pulled from it or pushed to it; kept by the harness."""

    ai: Filled = Field(description="The AI's id.")
    version: Text = Field(default="", description="Id of its prompt's version.")
    digest: Text = Field(default="", description="SHA-256 of its prompt.")
    engine_model: Text = Field(default="", description="This and the rest are for whoever reads the file.")
    tts_type: Text = ""
    tts_voice_id: Text = ""
    stt_type: Text = ""
    stt_language: Text = ""


class FrontMatterShape(Shape):
    """What may stand between the `---` lines at the top of a prompt file."""

    misplaced: ClassVar[Mapping[str, str]] = {
        "name": "a prompt is named after its folder",
        "version": "a version is named after its file",
        "engine_model": "engine_models stand in the suite file",
    }

    description: Text = Field(default="", description="What this version is or changes; shown in reports.")
    variables: dict[Variable, Text] = Field(default={}, description="Default values of the template's variables.")
    voice: VoiceName = Field(default="auto", description="The agent's voice with this prompt.")
    language: Language | None = Field(default=None, description="The agent's language with this prompt.")
    voipbin: KnownVersionShape | None = Field(
        default=None, description="Written by `harness prompts pull` and `push`: what this file was made from."
    )
