"""A baseline as text that is read in a review: a fixed order and one line a case, so that a diff shows what moved."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from harness.model.outcome import Outcome
from harness.model.snapshots import PromptSnapshot, Provenance
from harness.regression.facts import ArmFacts, CaseFacts, TrialFacts
from harness.store.baseline import Baseline

SCHEMA = 1
"""Version of the file; raised whenever an older harness could not read it."""

LETTERS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.PASSED: "P",
        Outcome.FAILED: "F",
        Outcome.INCONCLUSIVE: "I",
        Outcome.ERROR: "E",
    }
)
"""One for each attempt of a case."""
NOT_MADE = "."
"""Instead of a letter: an attempt between others that was never made."""
NO_VALUE = "-"
"""Instead of a number: an attempt without that metric. TOML has no word for nothing."""
TRIALS = "trials"
QUARANTINED = "quarantined"

TomlValue: TypeAlias = "str | int | float | bool | Sequence[TomlValue]"

_HEAD = (
    "# What later runs are compared with. Written by `harness baseline bless`, read by `--against baseline:NAME`.",
    "# trials: one letter an attempt: P passed, F failed, I inconclusive, E error. latency: ln of ms. -: no value.",
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_RAW = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")
"""What may stand in a literal text as it is."""


def baseline_text(baseline: Baseline) -> str:
    """Return the text of a baseline's file; equal baselines give equal text."""
    lines = [
        *_HEAD,
        *_pairs(
            schema=SCHEMA,
            name=baseline.name,
            run=baseline.run,
            blessed_at=baseline.blessed_at,
            reason=baseline.reason,
        ),
        *_provenance(baseline.provenance),
    ]
    for prompt in baseline.prompts:
        lines += _prompt(prompt)
    for arm in baseline.arms:
        lines += _arm(arm)
    # What is half of a character can't be kept in UTF-8.
    return "\n".join(lines).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") + "\n"


def _provenance(provenance: Provenance) -> Iterator[str]:
    yield from ("", "[provenance]")
    for field in fields(provenance):
        if field.name != "suites":
            yield f"{field.name} = {_value(getattr(provenance, field.name))}"
    yield from ("", "[provenance.suites]")
    yield from (f"{_key(name)} = {_value(digest)}" for name, digest in provenance.suites)


def _prompt(prompt: PromptSnapshot) -> Iterator[str]:
    yield from ("", "[[prompts]]")
    yield from _pairs(
        name=prompt.name,
        version=prompt.version,
        digest=prompt.digest,
        description=prompt.description,
        path=prompt.path,
        line=prompt.line,
    )
    yield f"text = {_lines_of(prompt.source)}"


def _arm(arm: ArmFacts) -> Iterator[str]:
    yield from ("", "[[arms]]")
    yield from _pairs(prompt=arm.prompt, digest=arm.digest, engine_model=arm.engine_model)
    yield from ("", "[arms.cases]")
    yield from (f"{_key(case.id)} = {_case(case)}" for case in arm.cases)


def _case(case: CaseFacts) -> str:
    made = {trial.attempt: trial for trial in case.trials}
    attempts = [made.get(number) for number in range(1, max(made, default=0) + 1)]
    letters = "".join(NOT_MADE if trial is None else LETTERS[trial.outcome] for trial in attempts)
    names = sorted({name for trial in case.trials for name, _ in trial.metrics})
    parts = [f"{TRIALS} = {_value(letters)}"]
    parts += [f"{_key(name)} = {_value([_metric(trial, name) for trial in attempts])}" for name in names]
    parts += [f"{QUARANTINED} = true"] if case.quarantined else []
    return f"{{ {', '.join(parts)} }}"


def _metric(trial: TrialFacts | None, name: str) -> float | str:
    return NO_VALUE if trial is None else dict(trial.metrics).get(name, NO_VALUE)


def _pairs(**values: TomlValue) -> Iterator[str]:
    return (f"{key} = {_value(value)}" for key, value in values.items())


def _value(value: TomlValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case StrEnum():
            return _quoted(value.value)
        case str():
            return _quoted(value)
        case int() | float():
            return repr(value)
        case _:
            return f"[{', '.join(_value(item) for item in value)}]"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's but for one control character, which JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _lines_of(text: str) -> str:
    """Return a text over several lines: as it is where TOML can hold that, else with escapes."""
    if _RAW.fullmatch(text) and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}'''"
    lines = "\n".join(_quoted(line)[1:-1] for line in text.split("\n"))
    return f'"""\n{lines}"""'
