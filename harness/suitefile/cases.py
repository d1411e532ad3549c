"""The cases of all files of a suite, with the defaults laid under each."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TypeVar

from harness.errors import Fault
from harness.model.case import FALLBACK, Case
from harness.model.persona import Persona
from harness.model.rubric import Rubric
from harness.model.script import improvises
from harness.suitefile.build import (
    build_entities,
    build_expectations,
    build_limits,
    build_persona,
    build_quarantine,
    build_rubric,
)
from harness.suitefile.checks import build_checks
from harness.suitefile.document import (
    CaseSettings,
    CaseShape,
    Checked,
    DefaultsShape,
    LimitsShape,
    PersonaShape,
    PlatformShape,
    RubricShape,
    SafetyShape,
    Shape,
    SuiteShape,
)
from harness.suitefile.moves import ScriptWriter, Turns
from harness.suitefile.passing import Passing
from harness.suitefile.platform import build_platform, lay_platform
from harness.suitefile.safety import Written, build_safety, lay_safety, sibling_faults
from harness.suitefile.summaries import build_summary
from harness.suitefile.tree import Listing, Place, Table
from harness.suitefile.wordings import Variant, variants, wording_faults

DEFAULT_CALL_S = 180

AnyShape = TypeVar("AnyShape", bound=Shape)

_WORDS_FOR_PEOPLE = ("source", "description", "tags", "because")
"""Fields that can change no call and no score."""

_DECIDING = ("required", "quarantine")
"""What a case's outcome decides: neither makes two runs of it incomparable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    """What the cases of a suite refer to by name."""

    personas: Mapping[str, Persona]
    rubrics: Mapping[str, Rubric]
    scripts: Mapping[str, Turns]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Defaults:
    persona: str | PersonaShape | None = None
    passing: Passing = field(default_factory=Passing)
    required: bool = True
    limits: tuple[LimitsShape, ...] = ()
    rubric: str | None = None
    tags: tuple[str, ...] = ()
    max_call_s: int = DEFAULT_CALL_S
    today: date | None = None
    platform: PlatformShape = field(default_factory=PlatformShape)
    safety: SafetyShape = field(default_factory=SafetyShape)
    voices: tuple[str, ...] = ()


def build_cases(files: Sequence[Checked], *, faults: list[Fault]) -> tuple[Case, ...]:
    """Return the cases that have no faults, in the order of the files and as written in them.

    Args:
        files: Included files before the file that includes them: the defaults of a later file go before an earlier's.
        faults: Contradictions between the defaults and a case are added here.
    """
    personas = {name: build_persona(name, shape) for name, shape in _parts(files, "personas", PersonaShape)}
    rubrics = {rubric.name: rubric for rubric in build_rubrics(files)}
    people = _People(personas=personas, rubrics=rubrics, scripts=dict(_scripts(files)))
    defaults = _fold_defaults(files, faults)
    written: list[Written] = []
    for file in files:
        listed = file.tree.get("cases")
        for index in range(len(listed.items) if isinstance(listed, Listing) else 0):
            shape = file.part(CaseShape, "cases", index)
            if shape is not None:
                passing = defaults.passing.lay(shape, file.tree, "cases", index, faults=faults)
                place = file.tree.place("cases", index)
                faults += [place.fault(complaint) for complaint in wording_faults(shape)]
                for variant in variants(shape, voices=shape.voices or defaults.voices):
                    case = _build_case(variant, defaults, passing, people, place=place, faults=faults)
                    written += [Written(id=shape.id, place=place, case=case)] if case else []
    faults += sibling_faults(written)
    return tuple(each.case for each in written)


def build_rubrics(files: Sequence[Checked]) -> tuple[Rubric, ...]:
    """Return the rubrics that have no faults, those no case uses too."""
    return tuple(build_rubric(name, shape) for name, shape in _parts(files, "rubrics", RubricShape))


def digest_cases(cases: Sequence[Case]) -> str:
    """Return the SHA-256 of what is asked of the agent.

    The order of the cases, words for people and what the cases' outcomes decide do not count.
    """
    facts = [_without_words(_asked(case)) for case in sorted(cases, key=lambda case: case.id)]
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _asked(case: Case) -> Mapping[str, object]:
    return {name: value for name, value in asdict(case).items() if name not in _DECIDING}


def _without_words(value: object) -> object:
    match value:
        case dict():
            return {
                # In a flow's JSON the same names mean something else.
                key: item if key == "platform" else _without_words(item)
                for key, item in value.items()
                if key not in _WORDS_FOR_PEOPLE
            }
        case list() | tuple():
            return [_without_words(item) for item in value]
        case date():
            return value.isoformat()
    return value


def _fold_defaults(files: Sequence[Checked], faults: list[Fault]) -> _Defaults:
    folded = _Defaults()
    for file in files:
        head = file.part(PlatformShape, "platform") if file.tree.get("platform") else None
        if head is not None:
            folded = replace(folded, platform=lay_platform(folded.platform, head))
        shape = file.part(DefaultsShape, "defaults") if file.tree.get("defaults") else None
        if shape is not None:
            passing = folded.passing.lay(shape, file.tree, "defaults", faults=faults)
            folded = _lay(folded, shape, passing)
    return folded


def _lay(below: _Defaults, shape: CaseSettings, passing: Passing) -> _Defaults:
    return _Defaults(
        persona=shape.persona or below.persona,
        passing=passing,
        required=below.required if shape.required is None else shape.required,
        limits=(*below.limits, shape.limits),
        rubric=shape.rubric or below.rubric,
        tags=tuple(dict.fromkeys((*below.tags, *shape.tags))),
        max_call_s=shape.max_call_s or below.max_call_s,
        today=shape.today or below.today,
        platform=lay_platform(below.platform, shape.platform),
        safety=lay_safety(below.safety, shape.safety),
        voices=shape.voices or below.voices,
    )


def _build_case(
    variant: Variant,
    defaults: _Defaults,
    passing: Passing,
    people: _People,
    *,
    place: Place,
    faults: list[Fault],
) -> Case | None:
    """Return the case; None if its persona or rubric has faults of its own."""
    shape = variant.shape
    settings = _lay(defaults, shape, passing)
    persona = _persona(settings.persona, people.personas, name=shape.id if shape.persona else "caller")
    if persona is not None and variant.voice:
        persona = replace(persona, voice=replace(persona.voice, name=variant.voice))
    rubric = people.rubrics.get(settings.rubric) if settings.rubric else None
    if persona is None or (settings.rubric and rubric is None):
        return None
    complaints: list[str] = []
    writer = ScriptWriter(persona=persona, scripts=people.scripts, on_fault=complaints.append)
    moves = writer.write(shape.turns)
    if improvises(moves) and not shape.goal:
        complaints.append("a caller that makes its lines up (proceed) needs the case's goal: what it wants")
    safety = build_safety(shape.safety, defaults=defaults.safety, line=variant.line, on_fault=complaints.append)
    if complaints:
        faults += [place.fault(complaint) for complaint in dict.fromkeys(complaints)]
        return None
    return Case(
        id=shape.id,
        persona=persona,
        moves=moves,
        goal=shape.goal,
        turn_limit=shape.turn_limit,
        fallback=shape.fallback or FALLBACK,
        description=shape.description,
        greeting=build_expectations(shape.greeting),
        expect=build_expectations(shape.expect),
        checks=build_checks(shape.checks),
        entities=build_entities(shape.entities),
        limits=build_limits(*settings.limits),
        rubric=rubric,
        summary=build_summary(shape.summary),
        safety=safety,
        pass_rule=passing.pass_rule,
        required=settings.required,
        quarantine=build_quarantine(shape.quarantine),
        tags=settings.tags,
        platform=build_platform(settings.platform),
        max_call_ms=settings.max_call_s * 1000,
        today=settings.today,
        source=f"{place.file}:{place.line}",
    )


def _persona(written: str | PersonaShape | None, personas: Mapping[str, Persona], *, name: str) -> Persona | None:
    match written:
        case str():
            return personas.get(written)
        case None:
            return Persona(name=name)
        case _:
            return build_persona(name, written)


def _scripts(files: Sequence[Checked]) -> Iterator[tuple[str, Turns]]:
    for file in files:
        if file.tree.get("scripts") is not None:
            yield from file.whole(SuiteShape).scripts.items()


def _parts(files: Sequence[Checked], kind: str, shape: type[AnyShape]) -> Iterator[tuple[str, AnyShape]]:
    for file in files:
        table = file.tree.get(kind)
        for name in table.entries if isinstance(table, Table) else ():
            part = file.part(shape, kind, name)
            if part is not None:
                yield name, part
