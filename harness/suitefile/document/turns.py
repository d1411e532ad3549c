"""Shapes of what the caller does in a case, turn by turn."""

import re
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, model_validator
from pydantic import Tag as Branch

from harness.errors import suggestion
from harness.model.moves import Sound
from harness.suitefile.document.base import Shape
from harness.suitefile.document.checks import AnswerChecks
from harness.suitefile.document.expect import EntityShape, Expect
from harness.suitefile.document.fields import (
    AsNumber,
    AsWhole,
    Duration,
    Keys,
    Milliseconds,
    ScriptName,
    Words,
    Yes,
    expected,
)
from harness.suitefile.document.moments import After, InterruptShape
from harness.suitefile.document.noise import SoundName
from harness.suitefile.document.speech import Speech


class TimedShape(Shape):
    """Something the caller does at a moment of its own."""

    misplaced: ClassVar = {"after_ms": "write delay_ms, which counts from the moment `after` (the agent's end)"}

    after: After = Field(
        default="agent_speech_end",
        description="The moment waited for: `call_start`, `agent_speech_start`, `agent_speech_end`, `tool_call`, "
        "`now`, {phrase: words}, {tool_call: name} or {silence: ms}.",
    )
    delay_ms: Milliseconds | None = Field(
        default=None,
        description="Pause after that moment; unless written the persona's reaction_ms after the agent's end, else 0.",
    )


class InterruptingShape(TimedShape):
    """Something the caller may do while the agent speaks."""

    interrupt: InterruptShape | None = Field(
        default=None, description="Go into the agent's speech instead of waiting for its end."
    )

    @model_validator(mode="after")
    def _has_one_moment(self) -> Self:
        if self.interrupt is not None and self.model_fields_set & {"after", "delay_ms"}:
            raise ValueError("a turn has after or delay_ms (it waits) or interrupt (it does not), never both")
        return self


class AnsweredShape(InterruptingShape):
    """Something the agent is to answer."""

    expect: Expect | None = Field(default=None, description="About the agent's answer to this turn.")
    checks: AnswerChecks = Field(default=(), description="More about the agent's answer, each of one kind.")


class SayShape(AnsweredShape):
    """The caller speaks."""

    say: Speech = Field(description="What the caller says: words, or a list of words and speech acts.")
    entities: tuple[EntityShape, ...] = Field(default=(), description="Values this utterance carries to the agent.")


class PressShape(AnsweredShape):
    """The caller presses keys."""

    press: Keys = Field(description="Keys to press one after the other: digits, `*`, `#` and A to D.")
    tones: Literal["rfc4733", "in_band"] = Field(
        default="rfc4733", description="Keys as events (what VoIPBIN understands), or as sound in the channel."
    )


class WaitShape(Shape):
    """The caller stays silent after the agent."""

    wait: Duration = Field(description="Silence after the agent's turn, in milliseconds.")


class SilenceShape(Shape):
    """The caller stays silent whatever the agent does."""

    silence: Duration = Field(description="Silence from now on, in milliseconds.")


class BackchannelShape(TimedShape):
    """The caller shows that it listens, and wants no answer."""

    backchannel: Words = Field(description='What the caller says into the agent\'s turn, such as "mm-hm".')
    after: After = Field(
        default="agent_speech_start", description="The moment waited for; left out when the agent is silent by then."
    )
    delay_ms: Milliseconds = Field(default=900, description="Pause after that moment.")


class NoiseShape(TimedShape):
    """A sound at the caller's end that is not meant for the agent."""

    noise: SoundName = Field(
        description="`cough`, `tv`, `music`, `beep`, `typing`, `speaker` (another person), or a sound file."
    )
    for_ms: Duration | None = Field(default=None, description="How long; the sound's own length unless written.")
    level_db: Annotated[float, Field(ge=-60, le=20), AsNumber] = Field(
        default=-10.0, description="Compared with the caller's voice."
    )
    says: Words | None = Field(default=None, description="What the other person says, for `speaker`.")
    after: After = Field(default="now", description="The moment waited for.")
    delay_ms: Milliseconds = Field(default=0, description="Pause after that moment.")

    @model_validator(mode="after")
    def _speaks(self) -> Self:
        if (self.noise is Sound.SPEAKER) != (self.says is not None):
            raise ValueError("`says` goes with noise: speaker, which needs it: the words of the other person")
        return self


class HoldShape(Shape):
    """The caller puts the agent on hold, with music."""

    hold: Duration = Field(description="How long, in milliseconds.")


class HangupShape(InterruptingShape):
    """The caller ends the call."""

    hangup: Yes = Field(description="Hang up after the agent's turn; the default after the last turn.")


class ChoiceShape(Shape):
    """What the caller does when the agent said something."""

    agent_says: tuple[Words, ...] = Field(min_length=1, description="Any one of these in the agent's answer.")
    turns: tuple["TurnShape", ...] = Field(description="What the caller then does; may be empty.")


class WhenShape(Shape):
    """The caller listens, and goes on by what the agent said."""

    when: tuple[ChoiceShape, ...] = Field(min_length=1, description="The first that fits is taken.")
    otherwise: tuple["TurnShape", ...] | None = Field(
        default=None, description="When nothing fits; left out: the case's fallback line, twice at most."
    )


class RepeatShape(Shape):
    """The caller goes on with the same until the agent says something."""

    repeat: tuple["TurnShape", ...] = Field(min_length=1, description="What is repeated.")
    until: tuple[Words, ...] = Field(min_length=1, description="Any one of these in the agent's answer ends it.")
    at_most: Annotated[int, Field(ge=1, le=100), AsWhole] = Field(default=3, description="How often at most.")
    otherwise: tuple["TurnShape", ...] = Field(default=(), description="When the agent never said it.")


_TURNS = re.compile(r"([0-9]{1,3}) turns?")


def _count(value: object) -> object:
    match = _TURNS.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(match.group(1)) if match else value


class ProceedShape(Shape):
    """The caller makes lines up from its facts and the case's goal."""

    proceed: Annotated[int, Field(ge=1, le=40), AsWhole, BeforeValidator(_count)] = Field(
        description="So many lines at most, such as 3 or `3 turns`."
    )
    words: Annotated[int, Field(ge=3, le=200), AsWhole] = Field(default=40, description="Words a line at most.")


class ScriptShape(Shape):
    """Turns that are written once, under `scripts`."""

    script: ScriptName = Field(description="Name of the script.")


_KINDS = (
    "say",
    "press",
    "wait",
    "silence",
    "backchannel",
    "noise",
    "hold",
    "hangup",
    "when",
    "repeat",
    "proceed",
    "script",
)
_ANY_KIND = f"one of {', '.join(_KINDS)}"


def _turn(value: object) -> object:
    if not isinstance(value, dict):
        raise expected("a turn such as {say: …}")
    kinds = [kind for kind in _KINDS if kind in value]
    if len(kinds) > 1:
        raise ValueError(f"a turn is one thing; this one has {' and '.join(kinds)}")
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
    | Annotated[SilenceShape, Branch("<silence>")]
    | Annotated[BackchannelShape, Branch("<backchannel>")]
    | Annotated[NoiseShape, Branch("<noise>")]
    | Annotated[HoldShape, Branch("<hold>")]
    | Annotated[HangupShape, Branch("<hangup>")]
    | Annotated[WhenShape, Branch("<when>")]
    | Annotated[RepeatShape, Branch("<repeat>")]
    | Annotated[ProceedShape, Branch("<proceed>")]
    | Annotated[ScriptShape, Branch("<script>")],
    Discriminator(_turn_branch),
    BeforeValidator(_turn),
]

for _shape in (ChoiceShape, WhenShape, RepeatShape):
    _shape.model_rebuild()
