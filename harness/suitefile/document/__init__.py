"""The only door to pydantic: the shapes of the files a user writes, their checking, and their JSON Schema."""

from harness.suitefile.document.base import Shape
from harness.suitefile.document.cases import CaseSettings, CaseShape, DefaultsShape, LimitsShape
from harness.suitefile.document.check import Checked, check
from harness.suitefile.document.fields import KnownNames
from harness.suitefile.document.people import PersonaShape, RubricShape, SurroundingsShape
from harness.suitefile.document.platform import (
    ActionShape,
    CalleeShape,
    FaultShape,
    PlatformShape,
    ToolMockShape,
)
from harness.suitefile.document.schema import suite_schema
from harness.suitefile.document.suite import FrontMatterShape, SuiteShape
from harness.suitefile.document.turns import (
    EntityShape,
    ExpectShape,
    HangupShape,
    PressShape,
    SayShape,
    TurnShape,
    WaitShape,
)

__all__ = [
    "ActionShape",
    "CalleeShape",
    "CaseSettings",
    "CaseShape",
    "Checked",
    "DefaultsShape",
    "EntityShape",
    "ExpectShape",
    "FaultShape",
    "FrontMatterShape",
    "HangupShape",
    "KnownNames",
    "LimitsShape",
    "PersonaShape",
    "PlatformShape",
    "PressShape",
    "RubricShape",
    "SayShape",
    "Shape",
    "SuiteShape",
    "SurroundingsShape",
    "ToolMockShape",
    "TurnShape",
    "WaitShape",
    "check",
    "suite_schema",
]
