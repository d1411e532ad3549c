"""The verdict file: what a run came to, in bytes that are the same for the same calls.

It holds no time of day, no run id and no path, so that two sessions with one seed can be compared with `cmp`, whether
pytest placed the calls, one worker or several, or the command line. Numbers are unrounded.
"""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.model.call import Call, Event
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.score import Score, Scored, Unscored
from harness.regression.decision import Decision
from harness.regression.safety import SafetyFigures, safety_figures
from harness.store.codec import dump
from harness.store.files import write_atomically
from harness.store.verdict_comparison import comparison_document, without_run_ids

SCHEMA = 4
"""Version of the verdict file; a stored call may change without it. 4: the comparison, and what kind of stop."""


def write_verdict(run: Run, path: Path, *, decision: Decision) -> None:
    """Write a run's verdict file, at once. Raises StoreError."""
    document = verdict_document(run, decision)
    write_atomically(path, dump(document, path=str(path), indent=1, sort_keys=True) + "\n")


def verdict_document(run: Run, decision: Decision) -> dict[str, Any]:
    """Return the verdict file's content as plain JSON values."""
    comparison = None if decision.judgement is None else comparison_document(decision.judgement)
    attacked = safety_figures(run)
    return {
        "schema": SCHEMA,
        "verdict": without_run_ids(_verdict(decision)),
        "comparison": without_run_ids(comparison),
        "prompts": [
            {"label": prompt.label, "digest": prompt.digest, "role": prompt.role.value}
            for prompt in sorted(run.prompts, key=lambda prompt: (prompt.label, prompt.digest, prompt.role))
        ],
        **({"safety": [_safety(each) for each in sorted(attacked, key=_arm_order)]} if attacked else {}),
        "cases": [_case(result) for result in sorted(run.results, key=lambda result: result.planned)],
    }


def _verdict(decision: Decision) -> dict[str, Any]:
    verdict = decision.verdict
    return {
        "outcome": decision.outcome.value,
        "exit_code": decision.exit_code.value,
        "by_cases": verdict.outcome.value,
        "sentence": decision.sentence,
        "next_step": decision.next_step,
        "warnings": list(decision.warnings),
        "unfinished": verdict.unfinished,
        "stopped": None if verdict.stop is None else {"kind": verdict.stop.kind.value, "reason": verdict.stop.reason},
        **{
            name: {word: getattr(tally, word) for word in ("passed", "failed", "inconclusive", "error")}
            for name, tally in (("gated", verdict.gated), ("excused", verdict.excused), ("baseline", verdict.baseline))
        },
    }


def _arm_order(figures: SafetyFigures) -> tuple[str, str, str]:
    return figures.prompt, figures.engine_model, figures.role.value


def _safety(figures: SafetyFigures) -> dict[str, Any]:
    return {
        "prompt": figures.prompt,
        "engine_model": figures.engine_model,
        "role": figures.role.value,
        **asdict(figures.total),
    }


def _case(result: CaseResult) -> dict[str, Any]:
    kept = result.standing.quarantine
    return {
        "id": result.planned,
        "role": result.role.value,
        "pass_rule": str(result.pass_rule),
        "excused": result.excused,
        "quarantined_until": None if kept is None else kept.until.isoformat(),
        "outcome": result.outcome.value,
        "reasons": list(result.reasons),
        "trials": [_trial(trial) for trial in sorted(result.trials, key=_call_order)],
        "discarded": [_trial(trial) for trial in sorted(result.discarded, key=_call_order)],
    }


def _call_order(result: TrialResult) -> tuple[int, int]:
    return result.trial.attempt, result.trial.repeat


def _trial(result: TrialResult) -> dict[str, Any]:
    call, validity = result.call, result.validity
    return {
        "attempt": result.trial.attempt,
        "repeat": result.trial.repeat,
        "seed": result.trial.seed,
        "outcome": result.outcome.value,
        "valid": None if validity is None else validity.valid,
        "invalid_kind": None if validity is None or validity.kind is None else validity.kind.value,
        "reasons": list(result.reasons),
        "findings": [finding.name.value for finding in result.findings],
        "failed_parts": [{"check": blame.check, "part": blame.part.value} for blame in result.blames],
        "scores": sorted((_score(score) for score in result.scores), key=_score_order),
        "call": None if call is None else _call(call),
    }


def _score(score: Scored) -> dict[str, Any]:
    about = {"name": score.name, "turn": score.turn, "required": score.required, "reason": score.reason}
    match score:
        case Score():
            return about | {"value": score.value, "passed": score.passed}
        case Unscored():
            return about | {"value": None, "passed": None}


def _score_order(score: dict[str, Any]) -> tuple[str, int, str]:
    return score["name"], -1 if score["turn"] is None else score["turn"], score["reason"]


def _call(call: Call) -> dict[str, Any]:
    return {
        "duration_ms": call.duration_ms,
        "end_reason": call.end_reason.value,
        "events_sha256": _digest(call.events),
        "prompt_digest": call.prompt_digest,
        "recording_sha256": call.recording.sha256 if call.recording else None,
    }


def _digest(events: tuple[Event, ...]) -> str:
    lines = [
        dump(
            [event.at_ms, event.kind.value, event.role and event.role.value, event.text, dict(event.data)],
            path="events",
            sort_keys=True,
        )
        for event in events
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
