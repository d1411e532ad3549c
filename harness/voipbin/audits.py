"""The words of audits and prompt proposals: where they stand, why they fail, and an evaluation's JSON.

Source: contract section 4.5.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from harness.model.audit import Dimension, Evaluation, Mark
from harness.voipbin.resources import Record


class AuditStatus(StrEnum):
    """Where an audit stands."""

    PROGRESSING = "progressing"
    COMPLETED = "completed"
    FAILED = "failed"


class AuditError(StrEnum):
    """Why an audit failed."""

    INVALID_CALL_METADATA = "invalid_call_metadata"
    PROMPT_SNAPSHOT_NOT_FOUND = "prompt_snapshot_not_found"
    PROMPT_SNAPSHOT_HAS_NO_HISTORY_ID = "prompt_snapshot_has_no_history_id"
    INVALID_EVALUATOR_RESPONSE = "invalid_evaluator_response"
    EVALUATOR_UNAVAILABLE = "evaluator_unavailable"
    CANCELLED = "cancelled"


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    PROGRESSING = "progressing"
    COMPLETED = "completed"
    """It may be accepted or rejected."""
    FAILED = "failed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"


class ProposalError(StrEnum):
    """Why a proposal failed or expired."""

    INVALID_AUDIT_SET = "invalid_audit_set"
    AUDIT_PROMPT_VERSION_MISMATCH = "audit_prompt_version_mismatch"
    PROMPT_VERSION_DRIFTED = "prompt_version_drifted"
    EVALUATOR_UNAVAILABLE = "evaluator_unavailable"
    INVALID_EVALUATOR_RESPONSE = "invalid_evaluator_response"
    CANCELLED = "cancelled"


def evaluation_document(evaluation: Evaluation) -> Record:
    """Return a sound evaluation as the API shows it: every dimension named, the missing one null."""
    marks = {dimension: evaluation.marks.get(dimension) for dimension in Dimension}
    return {
        "overall_score": evaluation.overall_score,
        "dimensions": {
            dimension.value: {"score": mark.score, "reason": mark.reason} if mark else None
            for dimension, mark in marks.items()
        },
        "summary": evaluation.summary,
    }


def read_evaluation(document: Mapping[str, Any]) -> Evaluation:
    """Return the evaluation `evaluation_document` wrote."""
    return Evaluation(
        overall_score=document["overall_score"],
        marks={
            Dimension(name): Mark(score=mark["score"], reason=mark["reason"])
            for name, mark in document["dimensions"].items()
            if mark is not None
        },
        summary=document["summary"],
    )
