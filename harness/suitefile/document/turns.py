"""Shapes of what the caller does in a case, turn by turn, and of what is expected of the answers."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, model_validator
from pydantic import Tag as Branch

from harness.errors import suggestion
from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import Duration, Keys, Milliseconds, Text, Words, Yes, expected


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
    because: Text = Field(default="", description="The rule behind it in your words; shown when it breaks.")

    @model_validator(mode="after")
    def _checks_something(self) -> Self:
        if not self.model_fields_set - {"because"}:
            reason = "'because' explains a check, and there is none" if self.because else "nothing is expected here"
            raise ValueError(f"{reason}; add says, never_says or within_ms")
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

    type: Literal["phrase", "digits", "code"] = Field(
        description="How it is compared: `phrase` word by word, `digits` digit by digit, `code` letters and digits."
    )
    value: Words = Field(description="The value, as the caller or the agent would write it.")
    accept: tuple[Words, ...] = Field(default=(), description="Other spellings that count as the same value.")

    @model_validator(mode="after")
    def _has_digits(self) -> Self:
        if self.type == "digits" and not any(letter.isdigit() for letter in self.value):
            raise ValueError(f"an entity of type digits needs digits, found {self.value!r}; use phrase or code")
        return self


class InterruptShape(Shape):
    """The caller speaks while the agent does."""

    after_ms: Milliseconds = Field(description="How long the agent has been audible when the caller begins.")


class SayShape(Shape):
    """The caller speaks."""

    say: Words = Field(description="What the caller says.")
    expect: Expect | None = Field(default=None, description="About the agent's answer to this turn.")
    entities: tuple[EntityShape, ...] = Field(default=(), description="Values this utterance carries to the agent.")
    after_ms: Milliseconds | None = Field(
        default=None, description="Pause after the agent's speech, instead of the persona's reaction_ms."
    )
    interrupt: InterruptShape | None = Field(
        default=None, description="Speak into the agent's answer instead of waiting for its end."
    )

    @model_validator(mode="after")
    def _has_one_moment(self) -> Self:
        _refuse_two_moments(self)
        return self


class PressShape(Shape):
    """The caller presses keys."""

    press: Keys = Field(description="Keys to press one after the other: digits, `*`, `#` and A to D.")
    expect: Expect | None = Field(default=None, description="About the agent's answer to the keys.")
    after_ms: Milliseconds | None = Field(
        default=None, description="Pause after the agent's speech, instead of the persona's reaction_ms."
    )
    interrupt: InterruptShape | None = Field(
        default=None, description="Press into the agent's speech instead of waiting for its end."
    )

    @model_validator(mode="after")
    def _has_one_moment(self) -> Self:
        _refuse_two_moments(self)
        return self


class WaitShape(Shape):
    """The caller stays silent."""

    wait: Duration = Field(description="Silence after the agent's turn, in milliseconds.")


class HangupShape(Shape):
    """The caller ends the call."""

    hangup: Yes = Field(description="Hang up after the agent's turn; the default after the last turn.")
    after_ms: Milliseconds | None = Field(
        default=None, description="Pause after the agent's speech, instead of the persona's reaction_ms."
    )


def _refuse_two_moments(turn: "SayShape | PressShape") -> None:
    if turn.interrupt is not None and turn.after_ms is not None:
        raise ValueError("a turn has after_ms (it waits for the agent) or interrupt (it does not), never both")


_KINDS = ("say", "press", "wait", "hangup")
_ANY_KIND = "say, press, wait or hangup"


def _turn(value: object) -> object:
    if not isinstance(value, dict):
        raise expected("a turn such as {say: …}")
    kinds = [kind for kind in _KINDS if kind in value]
    if len(kinds) > 1:
        raise ValueError(f"a turn is one of {_ANY_KIND}; this one has {' and '.join(kinds)}")
    if not kinds:
        near = (suggestion(key, _KINDS) for key in value)
        raise ValueError(f"a turn needs {_ANY_KIND}.{next((hint for hint in near if 'mean' in hint), '')}")
    return value


def _turn_branch(value: object) -> str:
    return next((f"<{kind}>" for kind in _KINDS if isinstance(value, dict) and kind in value), "<say>")


TurnShape: TypeAlias = Annotated[
    Annotated[SayShape, Branch("<say>")]
    | Annotated[PressShape, Branch("<press>")]
    | Annotated[WaitShape, Branch("<wait>")]
    | Annotated[HangupShape, Branch("<hangup>")],
    Discriminator(_turn_branch),
    BeforeValidator(_turn),
]
