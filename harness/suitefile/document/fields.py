"""The kinds of values a key can have, for the checker and for editors alike.

A value is taken as it was written: a text is never read as a number, and a number where text is meant (`says: [8]`) is
the text the author typed. Complaints of type `expected` are completed with what was found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from harness.model.platform import FaultKind
from harness.suitefile import values
from harness.voipbin.actions import accepted_types
from harness.voipbin.mode import Mode
from harness.voipbin.tools import ALL_TOOLS, TOOLS

ACTIONS = accepted_types(Mode.SEED)
FAULTS = tuple(kind.value for kind in FaultKind)
MOCKABLE = tuple(tool.name for tool in TOOLS if not tool.insight)
OFFERED = (ALL_TOOLS, *MOCKABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """The names a file may refer to."""

    personas: tuple[str, ...] = ()
    rubrics: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    folder: Path = Path()
    """Where the file stands: sound files it names are looked for from there."""
    complete: bool = True
    """Whether every file could be read; otherwise an unknown name may stand in the one that could not."""


def expected(what: str) -> PydanticCustomError:
    """Return the complaint "expected <what>, found …"."""
    return PydanticCustomError("expected", "{what}", {"what": what})


def _text(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case int() | Decimal():
            return str(value)
    raise expected("text")


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("the text is empty")
    return text.strip()


def _number(value: object) -> float:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return float(value)
    raise expected("a number")


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise expected("a whole number")


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise expected("true or false")


def _true(value: object) -> bool:
    if value is True:
        return True
    raise expected("true (or leave the line out)")


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise expected("a day such as 2026-05-02") from None


def _known(kind: Literal["persona", "rubric", "script"]) -> Callable[[str, ValidationInfo], str]:
    def check(name: str, info: ValidationInfo) -> str:
        names = info.context
        assert isinstance(names, KnownNames)
        known = {"persona": names.personas, "rubric": names.rubrics, "script": names.scripts}[kind]
        return values.check_known(name, known, kind=kind) if names.complete else name

    return check


def _one_of(known: Sequence[str], *, kind: str) -> AfterValidator:
    return AfterValidator(lambda name: values.check_known(name, known, kind=kind))


def _json(value: object) -> object:
    """Return a read value as JSON has it: numbers with a point are floats there."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {key: _json(item) for key, item in value.items()}
        case list():
            return [_json(item) for item in value]
    return value


def _spelling(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


_AsText = BeforeValidator(_text)

Text: TypeAlias = Annotated[str, _AsText, WithJsonSchema({"type": ["string", "number", "boolean"]})]
_FILLED = WithJsonSchema({"type": ["string", "number", "boolean"], "pattern": r"\S"})
Filled: TypeAlias = Annotated[str, _AsText, AfterValidator(_filled), _FILLED]
Words: TypeAlias = Annotated[str, _AsText, AfterValidator(values.check_words), _FILLED]
"""Text with at least one letter or digit."""
Name: TypeAlias = Annotated[str, _AsText, AfterValidator(values.check_name), _spelling(values.NAME)]
Tag: TypeAlias = Annotated[str, _AsText, AfterValidator(values.check_tag), _spelling(values.TAG)]
Variable: TypeAlias = Annotated[str, AfterValidator(values.check_variable), _spelling(values.VARIABLE)]
Language: TypeAlias = Annotated[str, _AsText, AfterValidator(values.check_language), _spelling(values.LANGUAGE)]
VoiceName: TypeAlias = Annotated[str, _AsText, AfterValidator(values.check_voice), _spelling(values.VOICE)]
EngineModel: TypeAlias = Annotated[
    str, _AsText, AfterValidator(values.check_engine_model), _spelling(values.ENGINE_MODEL)
]
Label: TypeAlias = Annotated[str, _AsText, AfterValidator(values.check_label), _spelling(values.LABEL)]
Pass: TypeAlias = Annotated[str, _AsText, AfterValidator(values.check_pass), _spelling(values.PASS)]
Keys: TypeAlias = Annotated[
    str,
    _AsText,
    AfterValidator(values.check_keys),
    WithJsonSchema({"type": ["string", "integer"], "pattern": f"^({values.KEYS})$"}),
]
"""Keys of a telephone."""
ActionId: TypeAlias = Annotated[str, _AsText, AfterValidator(values.check_action_id), _spelling(values.ACTION_ID)]
CallVariable: TypeAlias = Annotated[str, AfterValidator(values.check_call_variable), _spelling(values.CALL_VARIABLE)]
ActionName: TypeAlias = Annotated[str, _AsText, _one_of(ACTIONS, kind="action type"), WithJsonSchema({"enum": ACTIONS})]
FaultName: TypeAlias = Annotated[str, _AsText, _one_of(FAULTS, kind="fault"), WithJsonSchema({"enum": FAULTS})]
ToolChoice: TypeAlias = Annotated[str, _AsText, _one_of(OFFERED, kind="tool"), WithJsonSchema({"enum": OFFERED})]
ToolName: TypeAlias = Annotated[str, _one_of(MOCKABLE, kind="tool"), _spelling("|".join(MOCKABLE))]
Json: TypeAlias = Annotated[Any, BeforeValidator(_json)]
"""Any JSON value, handed on as it was written."""
PersonaName: TypeAlias = Annotated[str, _AsText, AfterValidator(_known("persona"))]
RubricName: TypeAlias = Annotated[str, _AsText, AfterValidator(_known("rubric"))]
ScriptName: TypeAlias = Annotated[str, _AsText, AfterValidator(_known("script"))]

# Bounds stand before these, so that pydantic puts them into the schema.
AsNumber = BeforeValidator(_number)
AsWhole = BeforeValidator(_whole)
Milliseconds: TypeAlias = Annotated[int, Field(ge=0, le=600_000), AsWhole]
Duration: TypeAlias = Annotated[int, Field(ge=1, le=600_000), AsWhole]
"""Milliseconds, at least one."""
LimitMs: TypeAlias = Annotated[float, Field(ge=1), AsNumber]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1), AsNumber]
Day: TypeAlias = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Flag: TypeAlias = Annotated[bool, BeforeValidator(_flag)]
Yes: TypeAlias = Annotated[bool, BeforeValidator(_true), WithJsonSchema({"const": True})]
