"""What the platform does in a case: the mappings of suite, defaults and case laid together, as a value of the model."""

from harness.model.platform import (
    Answering,
    Callee,
    FaultKind,
    FlowAction,
    PlannedFault,
    PlatformSetup,
    ToolMock,
    TurnModelName,
    VadConfig,
)
from harness.suitefile.document import ActionShape, CalleeShape, FaultShape, PlatformShape, ToolMockShape


def lay_platform(below: PlatformShape, written: PlatformShape) -> PlatformShape:
    """Return `below` with every key that is written in `written` replaced as a whole."""
    return below.model_copy(update={name: getattr(written, name) for name in written.model_fields_set})


def build_platform(shape: PlatformShape) -> PlatformSetup:
    """Return what the platform is to do."""
    return PlatformSetup(
        flow=tuple(_action(action) for action in shape.flow),
        outgoing=shape.direction == "outgoing",
        turn_model=TurnModelName(shape.turn_model) if shape.turn_model else None,
        vad=VadConfig(**shape.vad.model_dump()) if shape.vad else None,
        smart_turn=shape.smart_turn,
        audit=shape.audit,
        stt_type=shape.stt_type or "",
        tools=shape.tools,
        tool_mocks=tuple(_tool_mock(name, mock) for name, mock in sorted(shape.tool_mocks.items())),
        callees=tuple(_callee(target, callee) for target, callee in sorted(shape.callees.items())),
        faults=tuple(_fault(fault) for fault in shape.faults),
        variables=tuple(sorted(shape.variables.items())),
    )


def _action(shape: ActionShape) -> FlowAction:
    return shape.model_dump(exclude_unset=True)


def _tool_mock(name: str, shape: ToolMockShape) -> ToolMock:
    return ToolMock(
        name=name, result=shape.result, delay_ms=shape.delay_ms, error=shape.error, times_out=shape.times_out
    )


def _callee(target: str, shape: CalleeShape) -> Callee:
    return Callee(target=target, answering=Answering(shape.answering), ring_ms=shape.ring_ms, says=shape.says)


def _fault(shape: FaultShape) -> PlannedFault:
    return PlannedFault(
        kind=FaultKind(shape.kind), rate=shape.rate, reply=shape.reply, at_ms=shape.at_ms, value=shape.value
    )
