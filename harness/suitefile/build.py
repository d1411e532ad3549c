"""Checked shapes become values of the model: personas, rubrics, expectations, moves."""

from typing import assert_never

from harness.model.case import (
    Entity,
    EntityKind,
    Expectation,
    Hangup,
    Limit,
    Move,
    Press,
    Say,
    Trigger,
    TriggerKind,
    Wait,
)
from harness.model.persona import Codec, Echo, Persona, Surroundings, Voice
from harness.model.rubric import Criterion, Rubric
from harness.suitefile.document import (
    EntityShape,
    ExpectShape,
    HangupShape,
    LimitsShape,
    PersonaShape,
    PressShape,
    RubricShape,
    SayShape,
    SurroundingsShape,
    TurnShape,
    WaitShape,
)


def build_persona(name: str, shape: PersonaShape) -> Persona:
    """Return a caller."""
    return Persona(
        name=name,
        voice=Voice(name=shape.voice, language=shape.language, rate=shape.rate),
        manner=shape.manner,
        surroundings=_build_surroundings(shape.surroundings),
        reaction_ms=shape.reaction_ms,
        patience_ms=shape.patience_ms,
    )


def _build_surroundings(shape: SurroundingsShape) -> Surroundings:
    return Surroundings(
        codec=Codec(shape.codec),
        snr_db=shape.snr_db,
        noise=shape.noise,
        lost_frames=shape.lost_frames,
        burst_frames=shape.burst_frames,
        jitter_ms=shape.jitter_ms,
        gain_db=shape.gain_db,
        clip_db=shape.clip_db,
        echo=Echo(delay_ms=shape.echo.delay_ms, level_db=shape.echo.level_db) if shape.echo else None,
        comfort_noise_db=shape.comfort_noise_db,
    )


def build_rubric(name: str, shape: RubricShape) -> Rubric:
    """Return a list of criteria."""
    criteria = (
        Criterion(id=item.id, question=item.question, required=item.required, passes=item.passes, fails=item.fails)
        for item in shape.criteria
    )
    return Rubric(name=name, criteria=tuple(criteria))


def build_expectations(shape: ExpectShape | tuple[ExpectShape, ...] | None) -> tuple[Expectation, ...]:
    """Return expectations from one mapping, a list of them, or nothing."""
    shapes = shape if isinstance(shape, tuple) else (shape,) if shape else ()
    return tuple(
        Expectation(
            says=tuple(said if isinstance(said, tuple) else (said,) for said in item.says),
            never_says=item.never_says,
            within_ms=item.within_ms,
            because=item.because,
        )
        for item in shapes
    )


def build_entities(shapes: tuple[EntityShape, ...]) -> tuple[Entity, ...]:
    """Return the values a call depends on."""
    return tuple(Entity(kind=EntityKind(item.type), value=item.value, accept=item.accept) for item in shapes)


def build_limits(*layers: LimitsShape) -> tuple[Limit, ...]:
    """Return limits by name; a later layer goes before an earlier one."""
    merged: dict[str, float] = {}
    for layer in layers:
        merged |= layer.model_dump(exclude_unset=True)
    return tuple(Limit(score=name, at_most=merged[name]) for name in sorted(merged))


def build_moves(turns: tuple[TurnShape, ...], *, persona: Persona) -> tuple[Move, ...]:
    """Return what the caller does, each move with the moment it waits for."""
    before: tuple[TurnShape | None, ...] = (None, *turns)
    return tuple(
        _build_move(turn, waited=isinstance(previous, WaitShape), persona=persona)
        for previous, turn in zip(before, turns, strict=False)
    )


def _build_move(turn: TurnShape, *, waited: bool, persona: Persona) -> Move:
    match turn:
        case SayShape():
            return Say(
                text=turn.say,
                trigger=_trigger(turn, waited=waited, persona=persona),
                interrupts=turn.interrupt is not None,
                expect=build_expectations(turn.expect),
                entities=build_entities(turn.entities),
            )
        case PressShape():
            return Press(
                digits=turn.press,
                trigger=_trigger(turn, waited=waited, persona=persona),
                expect=build_expectations(turn.expect),
            )
        case WaitShape():
            return Wait(trigger=Trigger(delay_ms=turn.wait, timeout_ms=persona.patience_ms))
        case HangupShape():
            return Hangup(trigger=_trigger(turn, waited=waited, persona=persona))
        case _:
            assert_never(turn)


def _trigger(turn: SayShape | PressShape | HangupShape, *, waited: bool, persona: Persona) -> Trigger:
    if isinstance(turn, SayShape | PressShape) and turn.interrupt is not None:
        return Trigger(
            after=TriggerKind.AGENT_SPEECH_START, delay_ms=turn.interrupt.after_ms, timeout_ms=persona.patience_ms
        )
    if waited and turn.after_ms is None:
        # The silence is over and the agent's turn was before it: there is nothing more to wait for. The start of the
        # call is the one moment that is always past.
        return Trigger(after=TriggerKind.CALL_START, timeout_ms=persona.patience_ms)
    delay_ms = persona.reaction_ms if turn.after_ms is None else turn.after_ms
    return Trigger(delay_ms=delay_ms, timeout_ms=persona.patience_ms)
