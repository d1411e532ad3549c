"""The text of a baseline's file becomes a baseline, or one sentence about what is wrong with it.

People merge these files and edit them by hand. What is not understood is an error: a case, an attempt or a value that
was skipped would be missing from a comparison, and nobody would see it.
"""

import json
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from harness.model.outcome import Outcome
from harness.model.snapshots import PromptSnapshot, Provenance
from harness.model.suite import ArmRole
from harness.regression.facts import ArmFacts, CaseFacts, TrialFacts
from harness.store.baseline import Baseline
from harness.store.baseline_text import LETTERS, NO_VALUE, NOT_MADE, QUARANTINED, SCHEMA, TRIALS
from harness.store.codec import from_plain

_OUTCOMES: Mapping[str, Outcome] = MappingProxyType({letter: outcome for outcome, letter in LETTERS.items()})

_Case: TypeAlias = dict[str, bool | str | tuple[float | str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _PromptShape:
    name: str
    version: str
    digest: str
    description: str
    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArmShape:
    prompt: str
    digest: str
    engine_model: str
    cases: dict[str, _Case]


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileShape:
    schema: int
    name: str
    run: str
    blessed_at: str
    reason: str
    provenance: Provenance
    arms: tuple[_ArmShape, ...]
    prompts: tuple[_PromptShape, ...] = ()


def parse_baseline(text: str) -> Baseline:
    """Return the baseline in a text written by `baseline_text`.

    Raises:
        ValueError: what is wrong, in words for whoever has the file before them.
    """
    document = tomllib.loads(text)
    version = document.get("schema")
    if version != SCHEMA or isinstance(version, bool):
        newer = isinstance(version, int) and version > SCHEMA
        hint = "; update with: pip install -U voipbin-harness" if newer else ""
        raise ValueError(f"it has schema {version!r}, this harness reads {SCHEMA}{hint}")
    shape = from_plain(_plain(document), as_type=_FileShape)
    if not any(arm.cases for arm in shape.arms):
        raise ValueError("it holds no case, so that there is nothing to compare with")
    return Baseline(
        name=shape.name,
        run=shape.run,
        blessed_at=shape.blessed_at,
        reason=shape.reason,
        provenance=shape.provenance,
        prompts=tuple(_prompt(each) for each in shape.prompts),
        arms=tuple(_arm(each) for each in shape.arms),
    )


def _plain(document: dict[str, Any]) -> Any:
    """Return the document as JSON has it: pairs in their order instead of a table, no dates."""
    provenance = document.get("provenance")
    if isinstance(provenance, dict) and isinstance(provenance.get("suites"), dict):
        document = document | {"provenance": provenance | {"suites": list(provenance["suites"].items())}}
    try:
        return json.loads(json.dumps(document))
    except TypeError as error:
        raise ValueError("it holds a date without quotes; all dates in it are texts") from error


def _prompt(shape: _PromptShape) -> PromptSnapshot:
    return PromptSnapshot(
        name=shape.name,
        version=shape.version,
        digest=shape.digest,
        description=shape.description,
        path=shape.path,
        line=shape.line,
        source=shape.text,
        role=ArmRole.CANDIDATE,
    )


def _arm(shape: _ArmShape) -> ArmFacts:
    return ArmFacts(
        prompt=shape.prompt,
        digest=shape.digest,
        engine_model=shape.engine_model,
        role=ArmRole.CANDIDATE,
        cases=tuple(_case(name, case) for name, case in shape.cases.items()),
    )


def _case(name: str, case: _Case) -> CaseFacts:
    letters, quarantined = case.get(TRIALS), case.get(QUARANTINED, False)
    if not isinstance(letters, str):
        raise ValueError(f'{name}: it has no {TRIALS} = "…", one letter for each attempt')
    if not isinstance(quarantined, bool):
        raise ValueError(f"{name}: {QUARANTINED} is true or false")
    unknown = [letter for letter in letters if letter not in _OUTCOMES and letter != NOT_MADE]
    if unknown or letters.endswith(NOT_MADE):
        known = ", ".join(f"{letter} {outcome}" for letter, outcome in _OUTCOMES.items())
        raise ValueError(f"{name}: {TRIALS} = {letters!r} is not made of {known}, and {NOT_MADE} between them")
    metrics = {
        metric: tuple(_values(name, metric, values, letters=letters))
        for metric, values in case.items()
        if metric not in (TRIALS, QUARANTINED)
    }
    trials = (
        TrialFacts(
            attempt=number,
            outcome=_OUTCOMES[letter],
            metrics=tuple(
                (metric, value) for metric in sorted(metrics) if (value := metrics[metric][number - 1]) is not None
            ),
        )
        for number, letter in enumerate(letters, start=1)
        if letter != NOT_MADE
    )
    return CaseFacts(id=name, trials=tuple(trials), quarantined=quarantined)


def _values(
    name: str, metric: str, values: bool | str | tuple[float | str, ...], *, letters: str
) -> Iterator[float | None]:
    if not isinstance(values, tuple):
        raise ValueError(f"{name}: {metric} is no list of numbers")
    if len(values) != len(letters):
        raise ValueError(f"{name}: {metric} has {len(values)} values for {len(letters)} attempts")
    for value, letter in zip(values, letters, strict=True):
        if value == NO_VALUE:
            yield None
        elif isinstance(value, str) or not math.isfinite(value):
            raise ValueError(f'{name}: {metric} holds {value!r}, which is neither a number nor "{NO_VALUE}"')
        elif letter == NOT_MADE:
            raise ValueError(f"{name}: {metric} has a value for an attempt that was not made")
        else:
            yield value
