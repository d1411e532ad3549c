"""Checked shapes of checks become questions about a call."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias, get_args

from harness.model.check_kinds import (
    Argument,
    Asks,
    AvoidsTool,
    Bounds,
    Confirms,
    Count,
    Greets,
    Hanger,
    HangsUp,
    Matches,
    MeasureKind,
    Measures,
    NeverSays,
    Order,
    PressesKeys,
    Reprompts,
    Says,
    SaysNumber,
    SetsVariable,
    Speaks,
    SpeaksPlainly,
    ToolOrder,
    Transfers,
    UsesTool,
)
from harness.model.checks import AtTurn, Before, Check, Eventually, Never, Question, Together, Within
from harness.suitefile.document import (
    AtTurnShape,
    BeforeShape,
    BoundsShape,
    CheckShape,
    ConfirmedShape,
    CountShape,
    PressedShape,
    QuestionShape,
    RangeShape,
    ToolCallShape,
    TransferShape,
    VariableShape,
    WithinShape,
)

Written: TypeAlias = Any
"""What stands under a kind; its shape was checked, and each kind knows its own."""

ANYBODY: Final = "any"


def build_checks(shapes: tuple[CheckShape, ...]) -> tuple[Check, ...]:
    """Return the checks of a turn or of a case."""
    return tuple(
        Check(question=build_question(shape), required=shape.required, because=shape.because) for shape in shapes
    )


def build_question(shape: QuestionShape) -> Question:
    """Return the question a shape asks."""
    kind = shape.kind
    written: Written = getattr(shape, kind if kind in type(shape).model_fields else f"{kind}_")
    return _BUILDERS[kind](written)


def _many(written: Written) -> tuple[str, ...]:
    return written if isinstance(written, tuple) else (written,)


def _bounds(shape: BoundsShape | RangeShape | CountShape) -> Bounds:
    return Bounds(at_least=shape.at_least, at_most=shape.at_most)


def _count(shape: CountShape) -> Question:
    return Count(phrase=shape.phrase or "", tool=shape.tool or "", times=_bounds(shape))


def _number(written: float | RangeShape) -> Question:
    if isinstance(written, RangeShape):
        return SaysNumber(value=_bounds(written))
    return SaysNumber(value=Bounds(at_least=written, at_most=written))


def _confirmed(written: str | ConfirmedShape) -> Question:
    shape = ConfirmedShape(tool=written) if isinstance(written, str) else written
    return Confirms(tool=shape.tool, asks=shape.asks, caller_says=shape.caller_says)


def _tool(written: str | ToolCallShape) -> Question:
    shape = ToolCallShape(name=written) if isinstance(written, str) else written
    arguments = tuple(Argument(path=path, value=value) for path, value in shape.arguments.items())
    return UsesTool(name=shape.name, arguments=arguments, succeeds=shape.succeeds)


def _variable(written: str | VariableShape) -> Question:
    shape = VariableShape(name=written) if isinstance(written, str) else written
    return SetsVariable(name=shape.name, value=shape.value)


def _transfer(written: str | TransferShape) -> Question:
    if isinstance(written, str):
        return Transfers(to="" if written == ANYBODY else written)
    return Transfers(to=written.to or "", connected=written.connected)


def _dtmf(written: str | PressedShape) -> Question:
    shape = PressedShape(keys=written) if isinstance(written, str) else written
    return PressesKeys(keys=shape.keys, by=shape.by)


def _before(shape: BeforeShape) -> Question:
    return Before(first=build_question(shape.first), then=build_question(shape.then))


def _within(shape: WithinShape) -> Question:
    return Within(of=build_question(shape.of), ms=shape.ms, turns=shape.turns)


def _turn(shape: AtTurnShape) -> Question:
    return AtTurn(index=shape.index, of=build_question(shape.of))


def _measure(kind: MeasureKind) -> Callable[[BoundsShape], Question]:
    return lambda shape: Measures(kind=kind, bounds=_bounds(shape))


_BUILDERS: Final[Mapping[str, Callable[[Written], Question]]] = MappingProxyType(
    {
        "says": lambda phrase: Says(phrases=(phrase,)),
        "one_of": lambda phrases: Says(kind="one_of", phrases=phrases),
        "never_says": lambda written: NeverSays(phrases=_many(written)),
        "regex": lambda pattern: Matches(pattern=pattern),
        "order": lambda phrases: Order(phrases=phrases),
        "count": _count,
        "number": _number,
        "language": lambda written: Speaks(languages=_many(written)),
        "asks": lambda written: Asks(phrases=_many(written)),
        "confirmed": _confirmed,
        "tool": _tool,
        "not_tool": lambda written: AvoidsTool(names=_many(written)),
        "tool_order": lambda names: ToolOrder(names=names),
        "variable": _variable,
        "transfer": _transfer,
        "hung_up_by": lambda by: HangsUp(by=Hanger(by)),
        "dtmf": _dtmf,
        "reprompt": lambda shape: Reprompts(within_ms=shape.within_ms),
        "plain_speech": lambda _: SpeaksPlainly(),
        "greets": lambda written: Greets(phrases=() if written is True else written),
        "never": lambda shape: Never(of=build_question(shape)),
        "eventually": lambda shape: Eventually(of=build_question(shape)),
        "before": _before,
        "within": _within,
        "turn": _turn,
        "all": lambda shapes: Together(kind="all", of=tuple(build_question(shape) for shape in shapes)),
        "any": lambda shapes: Together(kind="any", of=tuple(build_question(shape) for shape in shapes)),
        **{kind: _measure(kind) for kind in get_args(MeasureKind)},
    }
)
