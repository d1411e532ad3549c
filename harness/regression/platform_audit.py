"""The platform's own marks beside ours: five dimensions from 1 to 5 (contract, section 4.5), and how far the two agree.

Ours are no opinion: each is computed from scores the call already has, by the table in `docs/summaries.md`. A dimension
nothing feeds has no mark.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from statistics import fmean
from typing import Final, assert_never

from harness.model.audit import HIGHEST, LOWEST, Dimension
from harness.model.call import Call, EventKind
from harness.model.finding import Json, Resource
from harness.model.rubric import BEST_LEVEL
from harness.model.run import CaseResult, TrialResult
from harness.model.score import Score, Scored
from harness.regression.agreement import agreement_two_raters
from harness.voipbin.audits import AuditStatus
from harness.voipbin.resources import Kind

FEWEST_FOR_KAPPA: Final = 20
"""Fewer pairs make a kappa that means nothing."""

_FED_BY: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.HELPFULNESS: ("says", "response_rate", "rubric.*help*", "rubric.*answer*"),
    Dimension.ACCURACY: (
        *("entity_said_back", "entity_corrected", "never_says"),
        *("rubric.*accura*", "rubric.*correct*", "rubric.*invent*", "rubric.*fact*"),
    ),
    Dimension.TONE: tuple(
        f"rubric.*{word}*" for word in ("polite", "courte", "tone", "friend", "empath", "rude", "apolog", "calm")
    ),
}
"""Names of scores, `*` for anything; goal completion and tool usage have rules of their own."""
_NOT_THE_AGENTS = ("summary_*", "caller_*", "tampering_*")
"""Checks of what others did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMark:
    """Our mark of one dimension."""

    dimension: Dimension
    score: int | None
    """None where nothing feeds it."""
    fed_by: tuple[str, ...] = ()
    """Each score with its share, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformMark:
    """The platform's mark of one dimension."""

    score: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformAudit:
    """The platform's marks of one call, as far as they can be read."""

    marks: Mapping[Dimension, PlatformMark]
    overall: int | None
    summary: str
    trouble: str = ""
    """Why there are none: it failed, or is still running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAgreement:
    """How far the two go together in one dimension, over many calls."""

    dimension: Dimension
    calls: int
    """Calls both have marked."""
    theirs: float
    ours: float
    """Means."""
    mean_difference: float
    """Of absolute differences."""
    within_one: int
    """Calls in which they differ by one at most."""
    kappa: float | None
    """Weighted by the square of the difference; None for fewer than 20 calls, or where it is not defined."""


def own_marks(scores: Sequence[Scored], *, call: Call) -> tuple[OwnMark, ...]:
    """Return our mark of every dimension, from the scores a call has."""
    return tuple(_mark(dimension, tuple(_shares(dimension, scores, call=call))) for dimension in Dimension)


def platform_audit(resources: Iterable[Resource]) -> PlatformAudit | None:
    """Return the platform's last audit of a call; None when it made none."""
    audits = [each for each in resources if each.kind == Kind.AUDIT.value]
    return _read(audits[-1]) if audits else None


def audit_agreement(results: Iterable[CaseResult]) -> tuple[AuditAgreement, ...]:
    """Return how far the two agree over the counted trials, for dimensions both have marked at least once."""
    pairs: dict[Dimension, list[tuple[int, int]]] = {}
    for trial in (trial for result in results for trial in result.trials):
        for dimension, pair in _pairs(trial):
            pairs.setdefault(dimension, []).append(pair)
    return tuple(_agreement(dimension, pairs[dimension]) for dimension in Dimension if dimension in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    name: str
    value: float


def _shares(dimension: Dimension, scores: Sequence[Scored], *, call: Call) -> Iterator[_Share]:
    measured = [score for score in scores if isinstance(score, Score)]
    match dimension:
        case Dimension.HELPFULNESS | Dimension.ACCURACY | Dimension.TONE:
            for score in measured:
                if _matches(score.name, _FED_BY[dimension]) and (value := _share(score)) is not None:
                    yield _Share(name=score.name, value=value)
        case Dimension.GOAL_COMPLETION:
            for score in measured:
                if score.required and score.passed is not None and not _matches(score.name, _NOT_THE_AGENTS):
                    yield _Share(name=score.name, value=float(score.passed))
        case Dimension.TOOL_USAGE:
            for event in call.events:
                if event.kind is EventKind.TOOL_RETURNED:
                    yield _Share(name=f"the tool {event.data.get('name')}", value=float(event.data.get("ok") is True))
            for score in measured:
                if score.name.startswith("tool_") and score.passed is not None:
                    yield _Share(name=score.name, value=float(score.passed))
        case _:
            assert_never(dimension)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _share(score: Score) -> float | None:
    """Return a score as a share of what it could be; None where it has no such scale."""
    if score.passed is not None:
        return float(score.passed)
    value = score.value / BEST_LEVEL if score.name.startswith("rubric.") else score.value
    return value if 0 <= value <= 1 else None


def _mark(dimension: Dimension, shares: Sequence[_Share]) -> OwnMark:
    if not shares:
        return OwnMark(dimension=dimension, score=None)
    by_name: dict[str, list[float]] = {}
    for share in shares:
        by_name.setdefault(share.name, []).append(share.value)
    return OwnMark(
        dimension=dimension,
        # Halves are rounded up.
        score=int(LOWEST + (HIGHEST - LOWEST) * fmean(share.value for share in shares) + 0.5),
        fed_by=tuple(f"{name} {sum(values):g} of {len(values)}" for name, values in by_name.items()),
    )


def _read(audit: Resource) -> PlatformAudit:
    status, evaluation = audit.text("status"), audit.fields.get("evaluation")
    if status != AuditStatus.COMPLETED.value or not isinstance(evaluation, Mapping):
        why = audit.text("error") or (f"it is {status}" if status else "it cannot be read")
        return PlatformAudit(marks={}, overall=None, summary="", trouble=why)
    dimensions = evaluation.get("dimensions")
    written = dimensions if isinstance(dimensions, Mapping) else {}
    marks = {dimension: mark for dimension in Dimension if (mark := _platform_mark(written.get(dimension.value)))}
    return PlatformAudit(
        marks=marks,
        overall=_grade(evaluation.get("overall_score")),
        summary=str(evaluation.get("summary") or ""),
        trouble="" if marks else "it has no mark that can be read",
    )


def _platform_mark(written: Json) -> PlatformMark | None:
    grade = _grade(written.get("score")) if isinstance(written, Mapping) else None
    return None if grade is None else PlatformMark(score=grade, reason=str(written.get("reason") or ""))


def _grade(value: Json) -> int | None:
    return value if type(value) is int and LOWEST <= value <= HIGHEST else None


def _pairs(trial: TrialResult) -> Iterator[tuple[Dimension, tuple[int, int]]]:
    audit = None if trial.call is None else platform_audit(trial.call.resources)
    if trial.call is None or audit is None:
        return
    for mark in own_marks(trial.scores, call=trial.call):
        theirs = audit.marks.get(mark.dimension)
        if theirs is not None and mark.score is not None:
            yield mark.dimension, (theirs.score, mark.score)


def _agreement(dimension: Dimension, pairs: Sequence[tuple[int, int]]) -> AuditAgreement:
    size = HIGHEST - LOWEST + 1
    table = [[0] * size for _ in range(size)]
    for theirs, ours in pairs:
        table[theirs - LOWEST][ours - LOWEST] += 1
    agreement = agreement_two_raters(table) if len(pairs) >= FEWEST_FOR_KAPPA else None
    return AuditAgreement(
        dimension=dimension,
        calls=len(pairs),
        theirs=fmean(theirs for theirs, _ in pairs),
        ours=fmean(ours for _, ours in pairs),
        mean_difference=fmean(abs(theirs - ours) for theirs, ours in pairs),
        within_one=sum(abs(theirs - ours) <= 1 for theirs, ours in pairs),
        kappa=agreement.kappa_quadratic if agreement else None,
    )
