"""The cases under test that did not pass, as the front page lists them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.run import CaseResult
from harness.report.excuses import case_notes
from harness.report.versions import worst_first
from harness.report.view_case import anchor_of

_MOST_SHOWN = 20
_MOST_REASONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRow:
    """One case that did not pass."""

    title: str
    href: str
    outcome: Outcome
    prompt: str
    engine_model: str
    rule: str
    notes: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """The worst of them, and how many there are beside."""

    rows: tuple[FailureRow, ...]
    more: int


def view_failures(results: Sequence[CaseResult], *, hrefs: Mapping[str, str]) -> Failures:
    """Return the cases that did not pass, failed ones first.

    Args:
        results: The cases under test.
        hrefs: The page of each prompt version, by its label.
    """
    bad = worst_first(result for result in results if result.outcome is not Outcome.PASSED)
    return Failures(rows=tuple(_row(result, hrefs=hrefs) for result in bad[:_MOST_SHOWN]), more=len(bad[_MOST_SHOWN:]))


def case_href(result: CaseResult, *, hrefs: Mapping[str, str]) -> str:
    """Return where a case stands, seen from the front page."""
    return f"{hrefs.get(result.prompt, '')}#{anchor_of(result)}"


def _row(result: CaseResult, *, hrefs: Mapping[str, str]) -> FailureRow:
    passed = sum(trial.outcome is Outcome.PASSED for trial in result.trials)
    return FailureRow(
        title=result.case,
        href=case_href(result, hrefs=hrefs),
        outcome=result.outcome,
        prompt=result.prompt,
        engine_model=result.engine_model,
        rule=f"{passed} of {len(result.trials)} trials passed, {result.pass_rule.required} needed",
        notes=case_notes(result),
        reasons=result.reasons[:_MOST_REASONS],
    )
