"""The verdict file's section about the comparison: everything it rests on, unrounded, without run id or time."""

import math
import re
from typing import Any

from harness.regression.intervals import Interval
from harness.regression.judgement import ArmChange, EarlyEvidence, Judgement, MetricChange
from harness.regression.policy import Policy

_RUN = re.compile(r"\brun \d{8}-\d{6}-[0-9a-f]+")
"""How a stored run is named where it is the baseline; its id differs between sessions that are equal otherwise."""


def comparison_document(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement as plain JSON values."""
    return {
        "policy": _policy(judgement.policy),
        "standing": judgement.standing.value,
        "doubted": judgement.doubted,
        "sentence": judgement.sentence,
        "next_step": judgement.next_step,
        "changes": [
            _change(change)
            for change in sorted(judgement.changes, key=lambda each: (each.candidate, each.engine_model, each.baseline))
        ],
    }


def without_run_ids(value: Any) -> Any:
    """Return plain JSON values in whose texts a stored run has no id."""
    match value:
        case str():
            return _RUN.sub("a stored run", value)
        case dict():
            return {key: without_run_ids(each) for key, each in value.items()}
        case list():
            return [without_run_ids(each) for each in value]
        case _:
            return value


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "profile": policy.profile.value,
        "gates": policy.gates,
        "gated": [{"metric": each.metric, "margin": each.margin} for each in policy.gated],
        "alpha": policy.alpha,
        "cases": policy.cases,
        "trials": policy.trials,
        "max_trials": policy.max_trials,
        "looks": policy.looks,
        "undecided": policy.undecided.value,
    }


def _change(change: ArmChange) -> dict[str, Any]:
    least, most = change.trials
    return {
        "candidate": change.candidate,
        "baseline": change.baseline or None,
        "engine_model": change.engine_model,
        "source": change.source,
        "standing": change.standing.value,
        "doubted": change.doubted,
        "metrics": [_metric(each) for each in change.metrics],
        "matched": change.matched,
        "trials": {"least": least, "most": most},
        **{name: list(getattr(change, name)) for name in ("new", "removed", "unmatched", "worse", "better")},
        **{name: list(getattr(change, name)) for name in ("differs", "doubts", "notes")},
        "early": None if change.early is None else _early(change.early),
    }


def _metric(metric: MetricChange) -> dict[str, Any]:
    return {
        "metric": metric.metric,
        "margin": metric.margin,
        "word": metric.word.value,
        "interval": None if metric.interval is None else _interval(metric.interval),
        "confidence": metric.confidence,
        "baseline": _finite(metric.baseline),
        "candidate": _finite(metric.candidate),
        "cases": metric.cases,
        "p_two_sided": _finite(metric.p_two_sided),
        "doubts": list(metric.doubts),
        "failing_invalid": None if metric.failing_invalid is None else metric.failing_invalid.value,
        "needed_cases": metric.needed_cases,
        "sufficient_margin": metric.sufficient_margin,
    }


def _interval(found: Interval) -> dict[str, float | None]:
    return {"estimate": _finite(found.estimate), "low": _finite(found.low), "high": _finite(found.high)}


def _early(early: EarlyEvidence) -> dict[str, Any]:
    return {
        "standing": early.standing.value,
        "pairs": early.pairs,
        "e_value": _finite(early.e_value),
        "p_anytime": _finite(early.p_anytime),
    }


def _finite(value: float | None) -> float | None:
    """Return a number that JSON can hold; one that is none was not measured."""
    return value if value is not None and math.isfinite(value) else None
