"""Shapes of a case: what the caller does, and what must come of it."""

from itertools import pairwise
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, model_validator
from pydantic import Tag as Branch

from harness.errors import suggestion
from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import (
    AsWhole,
    Duration,
    LimitMs,
    Milliseconds,
    Name,
    Pass,
    PersonaName,
    RubricName,
    Share,
    Tag,
    Text,
    Words,
    Yes,
    expected,
)
from harness.suitefile.document.people import PersonaShape


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
        if self.interrupt is not None and self.after_ms is not None:
            raise ValueError("a turn has after_ms (it waits for the agent) or interrupt (it does not), never both")
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


_KINDS = ("say", "wait", "hangup")


def _turn(value: object) -> object:
    if not isinstance(value, dict):
        raise expected("a turn such as {say: …}")
    kinds = [kind for kind in _KINDS if kind in value]
    if len(kinds) > 1:
        raise ValueError(f"a turn is one of say, wait or hangup; this one has {' and '.join(kinds)}")
    if not kinds:
        near = (suggestion(key, _KINDS) for key in value)
        raise ValueError(f"a turn needs say, wait or hangup.{next((hint for hint in near if 'mean' in hint), '')}")
    return value


def _turn_branch(value: object) -> str:
    return next((f"<{kind}>" for kind in _KINDS if isinstance(value, dict) and kind in value), "<say>")


TurnShape: TypeAlias = Annotated[
    Annotated[SayShape, Branch("<say>")]
    | Annotated[WaitShape, Branch("<wait>")]
    | Annotated[HangupShape, Branch("<hangup>")],
    Discriminator(_turn_branch),
    BeforeValidator(_turn),
]


def _conversation(turns: tuple[TurnShape, ...]) -> tuple[TurnShape, ...]:
    if not any(isinstance(turn, SayShape | WaitShape) for turn in turns):
        raise ValueError("a case needs at least one say or wait")
    if any(isinstance(turn, HangupShape) for turn in turns[:-1]):
        raise ValueError("nothing can follow a hangup; make it the last turn")
    if any(isinstance(a, WaitShape) and isinstance(b, WaitShape) for a, b in pairwise(turns)):
        raise ValueError("two waits in a row; write one wait with the sum of both")
    return turns


class LimitsShape(Shape):
    """The largest allowed value of a score over the whole call."""

    hearing_wer: Share | None = Field(default=None, description="Share of the caller's words the agent misheard.")
    speaking_wer: Share | None = Field(default=None, description="Share of the agent's words a listener misheard.")
    caller_wer: Share | None = Field(default=None, description="Share of our own caller's words a listener misheard.")
    latency_ms: LimitMs | None = Field(default=None, description="Median time to answer.")
    greeting_ms: LimitMs | None = Field(default=None, description="Time to the greeting.")
    call_ms: LimitMs | None = Field(default=None, description="Length of the call.")


def _persona_branch(value: object) -> str:
    return "<inline>" if isinstance(value, dict) else "<name>"


PersonaRef: TypeAlias = Annotated[
    Annotated[PersonaName, Branch("<name>")] | Annotated[PersonaShape, Branch("<inline>")],
    Discriminator(_persona_branch),
]


class CaseSettings(Shape):
    """What a case can say for itself, or a file for all cases."""

    persona: PersonaRef | None = Field(default=None, description="Who phones: a persona's name, or one written here.")
    trials: Annotated[int, Field(ge=1, le=1000), AsWhole] | None = Field(
        default=None, description="How often the case is tried with every prompt; 1 unless `pass` says `x of n`."
    )
    pass_: Pass | None = Field(
        default=None, alias="pass", description="How many trials must pass: `all` (the default), `any`, or `2 of 3`."
    )
    limits: LimitsShape = Field(default=LimitsShape(), description="Largest allowed values over the whole call.")
    rubric: RubricName | None = Field(default=None, description="A rubric's name; its criteria go to the judge.")
    tags: tuple[Tag, ...] = Field(default=(), description="Words to select cases by, as pytest markers.")
    max_call_s: Annotated[int, Field(ge=1, le=3600), AsWhole] | None = Field(
        default=None, description="The call is ended after so many seconds; 180 unless set."
    )


class DefaultsShape(CaseSettings):
    """What holds for every case that does not say otherwise."""


class CaseShape(CaseSettings):
    """One conversation to have."""

    id: Name = Field(description="Unique in the suite; part of the test's name.")
    description: Text = Field(default="", description="What this case is about; shown in reports.")
    greeting: Expect | None = Field(default=None, description="About the agent's first turn, before anyone else spoke.")
    turns: Annotated[tuple[TurnShape, ...], Field(min_length=1), AfterValidator(_conversation)] = Field(
        description="What the caller does, in order; after the last answer the caller hangs up."
    )
    expect: Expect | None = Field(default=None, description="About everything the agent says in the call.")
    entities: tuple[EntityShape, ...] = Field(
        default=(), description="Values the agent must say back at some point of the call."
    )
