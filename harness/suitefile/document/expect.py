"""Shapes of what is expected of an agent's answers, and of the values a call depends on."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, model_validator
from pydantic import Tag as Branch

from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import Duration, Flag, Share, Text, Words, expected


def _says_branch(value: object) -> str:
    return "<any of>" if isinstance(value, list) else "<phrase>"


SaysItem: TypeAlias = Annotated[
    Annotated[Words, Branch("<phrase>")] | Annotated[tuple[Words, ...], Field(min_length=1), Branch("<any of>")],
    Discriminator(_says_branch),
]


class ExpectShape(Shape):
    """What the agent must and must not say, and how soon."""

    says: Annotated[tuple[SaysItem, ...], Field(min_length=1)] = Field(
        default=(), description="Everything listed must be said; an inner list is satisfied by any one of its phrases."
    )
    never_says: Annotated[tuple[Words, ...], Field(min_length=1)] = Field(
        default=(), description="Nothing listed may be said."
    )
    within_ms: Duration | None = Field(
        default=None,
        description="Longest time to the answer; for `greeting` to the first sound, for a whole call to every answer.",
    )
    wording: Words | None = Field(
        default=None, description="Fixed words, such as a notice of recording: the agent must say them as they stand."
    )
    max_wer: Share | None = Field(
        default=None, description="Share of those words that may be wrong; none may, unless set."
    )
    because: Text = Field(default="", description="The rule behind it in your words; shown when it breaks.")

    @model_validator(mode="after")
    def _checks_something(self) -> Self:
        if not self.model_fields_set - {"because"}:
            reason = "'because' explains a check, and there is none" if self.because else "nothing is expected here"
            raise ValueError(f"{reason}; add says, never_says, wording or within_ms")
        if self.max_wer is not None and self.wording is None:
            raise ValueError("max_wer is about a wording, and there is none; add wording")
        return self


def _one_or_many(value: object) -> object:
    if not isinstance(value, dict | list):
        raise expected("a mapping such as {says: [eight]}, or a list of them")
    return value


def _expect_branch(value: object) -> str:
    return "<many>" if isinstance(value, list) else "<one>"


Expect: TypeAlias = Annotated[
    Annotated[ExpectShape, Branch("<one>")] | Annotated[tuple[ExpectShape, ...], Field(min_length=1), Branch("<many>")],
    Discriminator(_expect_branch),
    BeforeValidator(_one_or_many),
]


class EntityShape(Shape):
    """A value the call depends on: a name, a number, an id."""

    type: Literal["phrase", "digits", "code", "money", "date", "time", "phone", "email"] = Field(
        description="How it is compared: `phrase` word by word, `digits` digit by digit, `code` letters and digits, "
        "the others as values, however they are said."
    )
    value: Words = Field(description="The value, as the caller or the agent would write it.")
    accept: tuple[Words, ...] = Field(default=(), description="Other spellings that count as the same value.")
    required: Flag = Field(
        default=False, description="The call fails when the value is lost or changed on its way through the call."
    )

    @model_validator(mode="after")
    def _has_what_is_compared(self) -> Self:
        if self.type in ("digits", "phone") and not any(letter.isdigit() for letter in self.value):
            instead = "phrase or code" if self.type == "digits" else "phrase"
            raise ValueError(f"an entity of type {self.type} needs digits, found {self.value!r}; use {instead}")
        if self.type == "email" and "@" not in self.value:
            raise ValueError(f"an entity of type email needs an @, found {self.value!r}; write it as it is typed")
        return self
