"""Shapes of how a line is spoken: plain words, or a list of words and speech acts."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field
from pydantic import Tag as Branch

from harness.errors import suggestion
from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import Duration, Language, Text, Words, expected


class CorrectionShape(Shape):
    """The caller corrects itself."""

    correct: Words = Field(description="What the caller says first, by mistake.")
    to: Words = Field(description="What it means: the value that must win.")
    lead: Text = Field(default="no, sorry,", description="The words between the two.")
    type: Literal["phrase", "digits", "code"] = Field(default="phrase", description="How the value is compared.")
    accept: tuple[Words, ...] = Field(default=(), description="Other spellings of the right value.")


class SpelledShape(Shape):
    """The caller spells a name or a code, which must reach the agent."""

    spell: Words = Field(description="The name or code.")
    alphabet: Literal["letters", "nato"] = Field(default="letters", description='"M, E" or "Mike, Echo".')


class DigitsShape(Shape):
    """The caller reads digits out, which must reach the agent."""

    digits: Words = Field(description="The number; everything but digits in it is left out.")
    style: Literal["single", "double", "pairs", "groups"] | None = Field(
        default=None, description="How it is read; the persona's habit unless written."
    )


class ForeignShape(Shape):
    """The caller changes to another language for some words."""

    in_: Language = Field(alias="in", description="BCP-47 language.")
    say: Words = Field(description="The words.")


class PauseShape(Shape):
    """The caller stops for a moment."""

    pause: Duration = Field(description="Silence in milliseconds.")


_ACTS = {"correct": "correction", "spell": "spelled", "digits": "digits", "in": "foreign", "pause": "pause"}


def _part(value: object) -> object:
    if isinstance(value, dict):
        known = [key for key in _ACTS if key in value]
        if len(known) > 1:
            raise ValueError(f"a part of a line is one thing; this one has {' and '.join(known)}")
        if not known:
            near = (suggestion(str(key), tuple(_ACTS)) for key in value)
            hint = next((hint for hint in near if "mean" in hint), "")
            raise ValueError(f"a part of a line needs {', '.join(_ACTS)}, or is plain words.{hint}")
    elif isinstance(value, list) or value is None:
        raise expected("words, or a mapping such as {spell: Meier}")
    return value


def _part_branch(value: object) -> str:
    acts = [act for key, act in _ACTS.items() if isinstance(value, dict) and key in value]
    return f"<{acts[0]}>" if acts else "<words>"


PartShape: TypeAlias = Annotated[
    Annotated[Text, Branch("<words>")]
    | Annotated[CorrectionShape, Branch("<correction>")]
    | Annotated[SpelledShape, Branch("<spelled>")]
    | Annotated[DigitsShape, Branch("<digits>")]
    | Annotated[ForeignShape, Branch("<foreign>")]
    | Annotated[PauseShape, Branch("<pause>")],
    Discriminator(_part_branch),
    BeforeValidator(_part),
]


def _speech_branch(value: object) -> str:
    return "<parts>" if isinstance(value, list) else "<text>"


Speech: TypeAlias = Annotated[
    Annotated[Words, Branch("<text>")] | Annotated[tuple[PartShape, ...], Field(min_length=1), Branch("<parts>")],
    Discriminator(_speech_branch),
]
"""What a caller says."""
