"""Checked turns become the steps of a caller's script."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from harness.model.entity import EntityKind
from harness.model.moves import (
    Backchannel,
    Branch,
    Choice,
    Disturbance,
    Hangup,
    Improvise,
    Interruption,
    Press,
    Repeat,
    Say,
    Sound,
    Step,
    Tones,
    Trigger,
    TriggerKind,
    Wait,
)
from harness.model.persona import DigitStyle, Persona
from harness.model.speaking import compose
from harness.model.speech_acts import Alphabet, Correction, Digits, Foreign, Pause, SpeechPart, Spelled
from harness.suitefile.build import build_entities, build_expectations
from harness.suitefile.checks import build_checks
from harness.suitefile.document import (
    BackchannelShape,
    CorrectionShape,
    DigitsShape,
    ForeignShape,
    HangupShape,
    HoldShape,
    InterruptShape,
    MomentShape,
    NoiseShape,
    PauseShape,
    PressShape,
    ProceedShape,
    RepeatShape,
    SayShape,
    ScriptShape,
    SilenceShape,
    SpelledShape,
    TimedShape,
    TurnShape,
    WaitShape,
    WhenShape,
)

FIRST_MS = 150
"""The middle of the agent's first 300 ms."""
IN_TOOL_MS = 200
"""How long a tool has been running when the caller speaks into it."""

Turns = tuple[TurnShape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptWriter:
    """Writes the script of one persona."""

    persona: Persona
    scripts: Mapping[str, Turns]
    on_fault: Callable[[str], None]
    """Told what of a turn the persona cannot do."""
    open_scripts: tuple[str, ...] = ()

    def write(self, turns: Turns) -> tuple[Step, ...]:
        """Return what the caller does, each move with the moment it waits for."""
        return tuple(self._write(turns))

    def _write(self, turns: Turns) -> Iterator[Step]:
        waited = False
        for turn in turns:
            yield from self._steps(turn, waited=waited)
            waited = isinstance(turn, WaitShape)

    def _steps(self, turn: TurnShape, *, waited: bool) -> Iterator[Step]:
        persona = self.persona
        match turn:
            case SayShape():
                yield from self._say(turn, waited=waited)
            case PressShape():
                yield Press(
                    digits=turn.press,
                    tones=Tones(turn.tones),
                    trigger=self._moment(turn, turn.interrupt, waited=waited),
                    expect=build_expectations(turn.expect),
                    checks=build_checks(turn.checks),
                )
            case WaitShape():
                yield Wait(trigger=Trigger(delay_ms=turn.wait, timeout_ms=persona.patience_ms))
            case SilenceShape():
                yield Wait(trigger=Trigger(after=TriggerKind.NOW, delay_ms=turn.silence))
            case BackchannelShape():
                yield Backchannel(text=turn.backchannel, trigger=self._moment(turn, None, waited=False))
            case NoiseShape():
                yield Disturbance(
                    sound=turn.noise,
                    duration_ms=turn.for_ms,
                    level_db=turn.level_db,
                    text=turn.says or "",
                    trigger=self._moment(turn, None, waited=False),
                )
            case HoldShape():
                yield Disturbance(sound=Sound.MUSIC, duration_ms=turn.hold)
            case HangupShape():
                yield Hangup(trigger=self._moment(turn, turn.interrupt, waited=waited))
            case WhenShape():
                choices = (Choice(agent_says=one.agent_says, steps=self.write(one.turns)) for one in turn.when)
                otherwise = None if turn.otherwise is None else self.write(turn.otherwise)
                yield Branch(choices=tuple(choices), otherwise=otherwise)
            case RepeatShape():
                yield Repeat(
                    steps=self.write(turn.repeat),
                    until=turn.until,
                    at_most=turn.at_most,
                    otherwise=self.write(turn.otherwise),
                )
            case ProceedShape():
                yield Improvise(turns=turn.proceed, words=turn.words)
            case ScriptShape():
                yield from self._script(turn.script)
            case _:
                assert_never(turn)

    def _say(self, turn: SayShape, *, waited: bool) -> Iterator[Say]:
        parts = (turn.say,) if isinstance(turn.say, str) else tuple(_part(part) for part in turn.say)
        try:
            yield compose(
                *parts,
                persona=self.persona,
                trigger=self._moment(turn, turn.interrupt, waited=waited),
                interrupts=Interruption(turn.interrupt.kind) if turn.interrupt else None,
                expect=build_expectations(turn.expect),
                checks=build_checks(turn.checks),
                entities=build_entities(turn.entities),
            )
        except ValueError as error:
            self.on_fault(f"{error} (persona {self.persona.name})")

    def _script(self, name: str) -> Iterator[Step]:
        if name in self.open_scripts:
            circle = " uses ".join((*self.open_scripts, name))
            self.on_fault(f"the scripts go in a circle: {circle}")
            return
        inner = replace(self, open_scripts=(*self.open_scripts, name))
        yield from inner.write(self.scripts.get(name, ()))

    def _moment(self, turn: TimedShape, interrupt: InterruptShape | None, *, waited: bool) -> Trigger:
        patience_ms = self.persona.patience_ms
        if interrupt is not None:
            return replace(_interruption(interrupt), timeout_ms=patience_ms)
        if waited and not turn.model_fields_set & {"after", "delay_ms"}:
            # The silence is over and the agent's turn was before it: there is nothing more to wait for.
            return Trigger(after=TriggerKind.NOW, timeout_ms=patience_ms)
        return replace(self._after(turn), timeout_ms=patience_ms)

    def _after(self, turn: TimedShape) -> Trigger:
        written, delay_ms = turn.after, turn.delay_ms
        if isinstance(written, MomentShape):
            if written.silence is not None:
                return Trigger(after=TriggerKind.SILENCE, delay_ms=written.silence + (delay_ms or 0))
            if written.phrase is not None:
                return Trigger(after=TriggerKind.PHRASE, phrase=written.phrase, delay_ms=delay_ms or 0)
            return Trigger(after=TriggerKind.TOOL_CALL, tool=written.tool_call or "", delay_ms=delay_ms or 0)
        kind = TriggerKind(written)
        usual_ms = self.persona.reaction_ms if kind is TriggerKind.AGENT_SPEECH_END else 0
        return Trigger(after=kind, delay_ms=usual_ms if delay_ms is None else delay_ms)


def _interruption(interrupt: InterruptShape) -> Trigger:
    match interrupt.at:
        case None:
            return Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=interrupt.after_ms or 0)
        case "first_300ms":
            return Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=FIRST_MS)
        case "middle":
            return Trigger(after=TriggerKind.AGENT_SPEECH_MIDDLE)
        case "last_word":
            return Trigger(after=TriggerKind.AGENT_LAST_WORD)
        case "during_tool":
            return Trigger(after=TriggerKind.TOOL_CALL, delay_ms=IN_TOOL_MS)
        case "during_digits":
            return Trigger(after=TriggerKind.AGENT_DIGITS)
        case _:
            assert_never(interrupt.at)


def _part(
    part: str | CorrectionShape | SpelledShape | DigitsShape | ForeignShape | PauseShape,
) -> SpeechPart:
    match part:
        case str():
            return part
        case CorrectionShape():
            return Correction(
                first=part.correct, final=part.to, lead=part.lead, kind=EntityKind(part.type), accept=part.accept
            )
        case SpelledShape():
            return Spelled(value=part.spell, alphabet=Alphabet(part.alphabet))
        case DigitsShape():
            return Digits(value=part.digits, style=DigitStyle(part.style) if part.style else None)
        case ForeignShape():
            return Foreign(text=part.say, language=part.in_)
        case PauseShape():
            return Pause(pause_ms=part.pause)
        case _:
            assert_never(part)
