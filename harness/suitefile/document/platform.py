"""Shapes of what the platform does in a call: its flow, its tools, who else is phoned, what breaks."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from harness.model.platform import FaultKind
from harness.suitefile import values
from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import (
    ActionId,
    ActionName,
    AsNumber,
    AsWhole,
    CallVariable,
    FaultName,
    Filled,
    Flag,
    Json,
    Milliseconds,
    Share,
    Text,
    ToolChoice,
    ToolName,
    Words,
)
from harness.voipbin.variables import variables_fault

_Seconds = Annotated[float, Field(ge=0, le=60), AsNumber]

_SHARES = (FaultKind.STT_MISHEARS, FaultKind.PACKET_LOSS)
_AMOUNTS = (*_SHARES, FaultKind.SLOW_START)
_MOMENTS = (FaultKind.CALL_DROPS, FaultKind.PIPELINE_IDLES, FaultKind.PIPELINE_DIES)
_REPLIES = tuple(kind for kind in FaultKind if kind.value.startswith(("llm_", "tts_")))


class ActionShape(Shape):
    """One action of a flow, as the API takes it."""

    type: ActionName = Field(description="What is done, such as `answer`, `talk`, `ai_talk` or `connect`.")
    option: dict[str, Json] = Field(default={}, description="The action's options, handed on exactly as written.")
    id: ActionId | None = Field(default=None, description="A UUID other actions can name; made when left out.")
    next_id: ActionId | None = Field(default=None, description="The action to go on with, instead of the next one.")


class VadShape(Shape):
    """The voice activity detector: the AI's `vad_config`."""

    confidence: Share = Field(default=0.7, description="Least speech probability of a window with voice, 0 to 1.")
    start_secs: _Seconds = Field(default=0.2, description="How long voice must last before it is believed.")
    stop_secs: _Seconds = Field(default=0.2, description="How long silence must last before it is believed.")
    min_volume: Share = Field(default=0.6, description="Least loudness of a window with voice, 0 to 1.")


class ToolMockShape(Shape):
    """What a tool answers, in place of what it would do."""

    result: Json = Field(default=None, description="The data the language model is given: text, number, list, mapping.")
    delay_ms: Milliseconds = Field(default=0, description="How long the tool takes.")
    error: Text = Field(default="", description="What went wrong, in the tool's words.")
    times_out: Flag = Field(default=False, description="The tool never answers.")

    @model_validator(mode="after")
    def _answers_once(self) -> Self:
        if self.times_out and self.model_fields_set - {"times_out"}:
            raise ValueError("a tool that times out answers nothing; delete its other keys, or times_out")
        if self.error and self.result is not None:
            raise ValueError("a tool has a result or an error, never both")
        return self


class CalleeShape(Shape):
    """Somebody the platform can phone during a call."""

    answering: Literal["answers", "busy", "no_answer", "rejects"] = Field(
        default="answers", description="What they do when their telephone rings."
    )
    ring_ms: Milliseconds | None = Field(
        default=None, description="How long it rings before; left out: as long as it usually takes."
    )
    says: tuple[Words, ...] = Field(
        default=(),
        description="Their lines: the first when they answer, one after each turn of the caller, then they hang up.",
    )

    @model_validator(mode="after")
    def _speaks_only_when_there(self) -> Self:
        if self.says and self.answering != "answers":
            raise ValueError(f"somebody whose answering is {self.answering!r} says nothing; delete says")
        return self


class FaultShape(Shape):
    """One thing that goes wrong."""

    kind: FaultName = Field(description="What goes wrong.")
    rate: Share = Field(default=1.0, description="Chance that it happens in a trial, 0 to 1, drawn from its seed.")
    reply: Annotated[int, Field(ge=0, le=1000), AsWhole] | None = Field(
        default=None, description="Only in the agent's answer of this number, the greeting being 0; llm_* and tts_*."
    )
    at_ms: Milliseconds | None = Field(
        default=None, description="When, counted from the answered call; call_drops, pipeline_idles, pipeline_dies."
    )
    value: Annotated[float, Field(ge=0, le=600_000), AsNumber] | None = Field(
        default=None, description="Share of words (stt_mishears) or frames (packet_loss), or milliseconds (slow_start)."
    )

    @model_validator(mode="after")
    def _says_how_much_and_when(self) -> Self:
        kind = FaultKind(self.kind)
        self._want("value", kind in _AMOUNTS, what="milliseconds" if kind is FaultKind.SLOW_START else "a share")
        self._want("at_ms", kind in _MOMENTS, what="milliseconds from the answered call")
        if self.reply is not None and kind not in _REPLIES:
            raise ValueError(f"{self.kind} is not about one answer of the agent; delete reply")
        if kind in _SHARES and self.value is not None and self.value > 1:
            raise ValueError(f"the value of {self.kind} is a share from 0 to 1, found {self.value:g}")
        return self

    def _want(self, key: Literal["value", "at_ms"], wanted: bool, *, what: str) -> None:
        if wanted and getattr(self, key) is None:
            raise ValueError(f"{self.kind} needs {key}: {what}")
        if not wanted and getattr(self, key) is not None:
            raise ValueError(f"{self.kind} takes no {key}; delete it")


def _few_and_short(variables: dict[str, str]) -> dict[str, str]:
    fault = variables_fault(variables)
    if fault:
        raise ValueError(fault)
    return variables


def _unique_tools(names: tuple[str, ...]) -> tuple[str, ...]:
    values.check_unique(names, what="the tool")
    return names


class PlatformShape(Shape):
    """What the platform does in a call beside letting the agent talk."""

    flow: tuple[ActionShape, ...] = Field(
        default=(), description="What the call executes; left out: `answer`, then `ai_talk` with the agent under test."
    )
    direction: Literal["incoming", "outgoing"] = Field(
        default="incoming", description="Who phones: the persona (incoming) or the platform (outgoing)."
    )
    turn_model: Literal["transcript", "vad", "half_duplex"] | None = Field(
        default=None, description="Who decides when the caller's turn begins and ends; left out: the session's setting."
    )
    vad: VadShape | None = Field(default=None, description="Settings of the voice activity detector.")
    smart_turn: Flag = Field(default=False, description="Wait on when the caller's sentence sounds unfinished.")
    audit: Flag = Field(default=False, description="Have the platform's own evaluator mark the call once it is over.")
    stt_type: Literal["deepgram", "google"] | None = Field(
        default=None, description="The recogniser's provider, which decides how soon a turn ends."
    )
    tools: Annotated[tuple[ToolChoice, ...], AfterValidator(_unique_tools)] = Field(
        default=(), description="Tools the agent may use, by name, or `all`."
    )
    tool_mocks: dict[ToolName, ToolMockShape] = Field(default={}, description="What tools answer, by tool.")
    callees: dict[Filled, CalleeShape] = Field(
        default={}, description="Who can be phoned, by number or address; `*` for everyone not named."
    )
    faults: tuple[FaultShape, ...] = Field(default=(), description="What goes wrong.")
    variables: Annotated[dict[CallVariable, Text], AfterValidator(_few_and_short)] = Field(
        default={}, description="Variables the call starts with, for `${name}` in the flow and the prompt."
    )
