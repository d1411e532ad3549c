"""What may stand under a kind of check: one word or several, a name or more about it."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field
from pydantic import Tag as Branch

from harness.suitefile.document.bounds import RangeShape
from harness.suitefile.document.deeds import (
    ConfirmedShape,
    PressedShape,
    Tool,
    ToolCallShape,
    TransferShape,
    VariableShape,
)
from harness.suitefile.document.fields import AsNumber, Filled, Keys, Language, Words, Yes, expected


def _is_list(value: object) -> str:
    return "<several>" if isinstance(value, list) else "<one>"


def _is_mapping(value: object) -> str:
    return "<mapping>" if isinstance(value, dict) else "<plain>"


def _two(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(values) < 2:
        raise ValueError("an order needs two at least")
    return values


def _greeting(value: object) -> object:
    if value is not True and not isinstance(value, list):
        raise expected("true, or a list such as [hello, good evening]")
    return value


def _greets_branch(value: object) -> str:
    return "<words>" if isinstance(value, list) else "<any>"


Phrases: TypeAlias = Annotated[
    Annotated[Words, Branch("<one>")] | Annotated[tuple[Words, ...], Field(min_length=1), Branch("<several>")],
    Discriminator(_is_list),
]
Tools: TypeAlias = Annotated[
    Annotated[Tool, Branch("<one>")] | Annotated[tuple[Tool, ...], Field(min_length=1), Branch("<several>")],
    Discriminator(_is_list),
]
Languages: TypeAlias = Annotated[
    Annotated[Language, Branch("<one>")] | Annotated[tuple[Language, ...], Field(min_length=1), Branch("<several>")],
    Discriminator(_is_list),
]
Greeting: TypeAlias = Annotated[
    Annotated[Yes, Branch("<any>")] | Annotated[tuple[Words, ...], Field(min_length=1), Branch("<words>")],
    Discriminator(_greets_branch),
    BeforeValidator(_greeting),
]
Number: TypeAlias = Annotated[
    Annotated[float, AsNumber, Branch("<plain>")] | Annotated[RangeShape, Branch("<mapping>")],
    Discriminator(_is_mapping),
]
Confirmed: TypeAlias = Annotated[
    Annotated[Tool, Branch("<plain>")] | Annotated[ConfirmedShape, Branch("<mapping>")], Discriminator(_is_mapping)
]
ToolCall: TypeAlias = Annotated[
    Annotated[Tool, Branch("<plain>")] | Annotated[ToolCallShape, Branch("<mapping>")], Discriminator(_is_mapping)
]
Variable: TypeAlias = Annotated[
    Annotated[Filled, Branch("<plain>")] | Annotated[VariableShape, Branch("<mapping>")], Discriminator(_is_mapping)
]
Transfer: TypeAlias = Annotated[
    Annotated[Filled, Branch("<plain>")] | Annotated[TransferShape, Branch("<mapping>")], Discriminator(_is_mapping)
]
Pressed: TypeAlias = Annotated[
    Annotated[Keys, Branch("<plain>")] | Annotated[PressedShape, Branch("<mapping>")], Discriminator(_is_mapping)
]
SeveralWords: TypeAlias = Annotated[tuple[Words, ...], Field(min_length=1)]
WordsInOrder: TypeAlias = Annotated[tuple[Words, ...], AfterValidator(_two)]
ToolsInOrder: TypeAlias = Annotated[tuple[Tool, ...], AfterValidator(_two)]
