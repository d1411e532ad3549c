"""The only door to pydantic: the shapes of the files a user writes, their checking, and their JSON Schema."""

from harness.suitefile.document.base import Shape
from harness.suitefile.document.cases import (
    CaseSettings,
    CaseShape,
    DefaultsShape,
    EntityShape,
    ExpectShape,
    HangupShape,
    LimitsShape,
    SayShape,
    TurnShape,
    WaitShape,
)
from harness.suitefile.document.check import Checked, check
from harness.suitefile.document.fields import KnownNames
from harness.suitefile.document.people import PersonaShape, RubricShape
from harness.suitefile.document.schema import suite_schema
from harness.suitefile.document.suite import FrontMatterShape, SuiteShape

__all__ = [
    "CaseSettings",
    "CaseShape",
    "Checked",
    "DefaultsShape",
    "EntityShape",
    "ExpectShape",
    "FrontMatterShape",
    "HangupShape",
    "KnownNames",
    "LimitsShape",
    "PersonaShape",
    "RubricShape",
    "SayShape",
    "Shape",
    "SuiteShape",
    "TurnShape",
    "WaitShape",
    "check",
    "suite_schema",
]
