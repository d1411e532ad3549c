"""The only door to pydantic: the shapes of the files a user writes, their checking, and their JSON Schema."""

from harness.suitefile.document.base import Shape
from harness.suitefile.document.bounds import BoundsShape, CountShape, RangeShape
from harness.suitefile.document.cases import CaseSettings, CaseShape, DefaultsShape, LimitsShape, QuarantineShape
from harness.suitefile.document.check import Checked, check
from harness.suitefile.document.checks import AtTurnShape, BeforeShape, CheckShape, QuestionShape, WithinShape
from harness.suitefile.document.deeds import ConfirmedShape, PressedShape, ToolCallShape, TransferShape, VariableShape
from harness.suitefile.document.expect import EntityShape, ExpectShape
from harness.suitefile.document.fields import KnownNames
from harness.suitefile.document.moments import InterruptShape, MomentShape
from harness.suitefile.document.people import FactShape, HabitsShape, PersonaShape, RubricShape, SurroundingsShape
from harness.suitefile.document.platform import (
    ActionShape,
    CalleeShape,
    FaultShape,
    PlatformShape,
    ToolMockShape,
)
from harness.suitefile.document.safety import SafetyShape, ToolPolicyShape
from harness.suitefile.document.schema import suite_schema
from harness.suitefile.document.speech import CorrectionShape, DigitsShape, ForeignShape, PauseShape, SpelledShape
from harness.suitefile.document.suite import FrontMatterShape, SuiteShape
from harness.suitefile.document.summary import KeyPointShape, SummaryExpectShape
from harness.suitefile.document.turns import (
    BackchannelShape,
    HangupShape,
    HoldShape,
    NoiseShape,
    PressShape,
    ProceedShape,
    RepeatShape,
    SayShape,
    ScriptShape,
    SilenceShape,
    TimedShape,
    TurnShape,
    WaitShape,
    WhenShape,
)

__all__ = [
    "ActionShape",
    "AtTurnShape",
    "BackchannelShape",
    "BeforeShape",
    "BoundsShape",
    "CalleeShape",
    "CaseSettings",
    "CaseShape",
    "CheckShape",
    "Checked",
    "ConfirmedShape",
    "CorrectionShape",
    "CountShape",
    "DefaultsShape",
    "DigitsShape",
    "EntityShape",
    "ExpectShape",
    "FactShape",
    "FaultShape",
    "ForeignShape",
    "FrontMatterShape",
    "HabitsShape",
    "HangupShape",
    "HoldShape",
    "InterruptShape",
    "KeyPointShape",
    "KnownNames",
    "LimitsShape",
    "MomentShape",
    "NoiseShape",
    "PauseShape",
    "PersonaShape",
    "PlatformShape",
    "PressShape",
    "PressedShape",
    "ProceedShape",
    "QuarantineShape",
    "QuestionShape",
    "RangeShape",
    "RepeatShape",
    "RubricShape",
    "SafetyShape",
    "SayShape",
    "ScriptShape",
    "Shape",
    "SilenceShape",
    "SpelledShape",
    "SuiteShape",
    "SummaryExpectShape",
    "SurroundingsShape",
    "TimedShape",
    "ToolCallShape",
    "ToolMockShape",
    "ToolPolicyShape",
    "TransferShape",
    "TurnShape",
    "VariableShape",
    "WaitShape",
    "WhenShape",
    "WithinShape",
    "check",
    "suite_schema",
]
