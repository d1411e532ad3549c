"""The platform's audit of a call beside our marks, and how far they agree over an arm, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.audit import Dimension
from harness.model.call import Call
from harness.model.run import CaseResult
from harness.model.score import Scored
from harness.regression.platform_audit import (
    FEWEST_FOR_KAPPA,
    AuditAgreement,
    audit_agreement,
    own_marks,
    platform_audit,
)
from harness.report.numbers import count, ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One dimension of one call."""

    name: str
    theirs: str
    reason: str
    ours: str
    fed_by: str
    apart: bool
    """The two differ by two or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """One call's audit."""

    trouble: str
    """Why the platform has no marks; empty when it has."""
    overall: str
    summary: str
    rows: tuple[AuditRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow:
    """One dimension over the calls of an arm."""

    name: str
    calls: str
    theirs: str
    ours: str
    difference: str
    within_one: str
    kappa: str


def view_audit(call: Call, scores: Sequence[Scored]) -> AuditView | None:
    """Return a call's audit beside our marks; None when the platform made none."""
    audit = platform_audit(call.resources)
    if audit is None:
        return None
    rows = []
    for mark in own_marks(scores, call=call):
        theirs = audit.marks.get(mark.dimension)
        rows.append(
            AuditRow(
                name=_name(mark.dimension),
                theirs="–" if theirs is None else str(theirs.score),
                reason="" if theirs is None else theirs.reason,
                ours="–" if mark.score is None else str(mark.score),
                fed_by=", ".join(mark.fed_by) or "no score of this call feeds it",
                apart=theirs is not None and mark.score is not None and abs(theirs.score - mark.score) > 1,
            )
        )
    return AuditView(
        trouble=audit.trouble,
        overall="" if audit.overall is None else f"{audit.overall} of 5",
        summary=audit.summary,
        rows=tuple(rows),
    )


def view_agreement(results: Sequence[CaseResult]) -> tuple[AgreementRow, ...]:
    """Return how far the two agree over the calls of an arm; nothing where the platform audited none."""
    return tuple(_row(each) for each in audit_agreement(results))


def _row(agreement: AuditAgreement) -> AgreementRow:
    few = f"from {FEWEST_FOR_KAPPA} calls on"
    undefined = few if agreement.calls < FEWEST_FOR_KAPPA else "not defined: a side always gives one mark"
    return AgreementRow(
        name=_name(agreement.dimension),
        calls=count(agreement.calls, "call"),
        theirs=f"{agreement.theirs:.1f}",
        ours=f"{agreement.ours:.1f}",
        difference=f"{agreement.mean_difference:.2f}",
        within_one=ratio(agreement.within_one, agreement.calls, "call"),
        kappa=undefined if agreement.kappa is None else f"{agreement.kappa:.2f}",
    )


def _name(dimension: Dimension) -> str:
    return dimension.value.replace("_", " ")
