"""Checked shapes become values of the model: personas, rubrics, expectations."""

from harness.model.case import Limit
from harness.model.entity import Entity, EntityKind
from harness.model.moves import Expectation
from harness.model.persona import (
    Codec,
    DigitStyle,
    Echo,
    Habits,
    Persona,
    PersonaFact,
    Reveal,
    Surroundings,
    Voice,
)
from harness.model.quarantine import Quarantine
from harness.model.rubric import Criterion, Level, Rubric, Scope
from harness.suitefile.document import (
    EntityShape,
    ExpectShape,
    FactShape,
    HabitsShape,
    LimitsShape,
    PersonaShape,
    QuarantineShape,
    RubricShape,
    SurroundingsShape,
)


def build_persona(name: str, shape: PersonaShape) -> Persona:
    """Return a caller."""
    return Persona(
        name=name,
        voice=Voice(name=shape.voice, language=shape.language, rate=shape.rate, pitch=shape.pitch),
        manner=shape.manner,
        surroundings=_build_surroundings(shape.surroundings),
        reaction_ms=shape.reaction_ms,
        patience_ms=shape.patience_ms,
        habits=_build_habits(shape.habits),
        facts=tuple(_build_fact(name, fact) for name, fact in shape.facts.items()),
    )


def _build_habits(shape: HabitsShape) -> Habits:
    values = shape.model_dump(exclude={"digits"})
    return Habits(digits=DigitStyle(shape.digits), **values)


def _build_fact(name: str, written: str | FactShape) -> PersonaFact:
    shape = FactShape(value=written) if isinstance(written, str) else written
    return PersonaFact(
        name=name,
        value=shape.value,
        kind=EntityKind(shape.type),
        accept=shape.accept,
        reveal=Reveal(shape.reveal),
        asked_by=shape.asked_by,
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
        agent_echo=(
            Echo(delay_ms=shape.agent_echo.delay_ms, level_db=shape.agent_echo.level_db) if shape.agent_echo else None
        ),
        comfort_noise_db=shape.comfort_noise_db,
    )


def build_rubric(name: str, shape: RubricShape) -> Rubric:
    """Return a list of criteria."""
    criteria = (
        Criterion(
            id=item.id,
            question=item.question,
            required=item.required and item.scale is None,
            passes=item.passes,
            fails=item.fails,
            applies_if=item.applies_if or "",
            scope=Scope(item.scope),
            levels=tuple(Level(at=each.at, means=each.means) for each in sorted(item.levels, key=lambda e: e.at)),
        )
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
            wording=item.wording or "",
            max_wer=item.max_wer or 0.0,
            because=item.because,
        )
        for item in shapes
    )


def build_entities(shapes: tuple[EntityShape, ...]) -> tuple[Entity, ...]:
    """Return the values a call depends on."""
    return tuple(
        Entity(kind=EntityKind(item.type), value=item.value, accept=item.accept, required=item.required)
        for item in shapes
    )


def build_quarantine(shape: QuarantineShape | None) -> Quarantine | None:
    """Return who has taken a case out of the gate; None where nobody has."""
    return None if shape is None else Quarantine(until=shape.until, owner=shape.owner, reason=shape.reason)


def build_limits(*layers: LimitsShape) -> tuple[Limit, ...]:
    """Return limits by name; a later layer goes before an earlier one."""
    merged: dict[str, float] = {}
    for layer in layers:
        merged |= layer.model_dump(exclude_unset=True)
    return tuple(Limit(score=name, at_most=merged[name]) for name in sorted(merged))
