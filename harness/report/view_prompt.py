"""The page of one prompt version: what changed, what it did, the numbers, and every case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.snapshots import CaseSnapshot
from harness.regression.frames import ArmFigures
from harness.report.audits import AgreementRow, view_agreement
from harness.report.blocks import PageData, page_data
from harness.report.case_rows import case_row
from harness.report.figures import FiguresView, view_figures
from harness.report.links import page_href
from harness.report.lostrules import LostRule, lost_rules
from harness.report.prompt_pictures import PromptPictures, view_prompt_pictures
from harness.report.promptdiff import DiffLine
from harness.report.sentences import (
    BASELINE_NOTE,
    MOVEMENTS,
    not_measured,
    not_measured_sentences,
    tally_words,
    version_sentence,
)
from harness.report.summary_lines import Summary
from harness.report.verdict_panel import VerdictPanel
from harness.report.versions import MovedCase, PromptVersion, worst_first
from harness.report.view_case import TrialViews, anchor_of, view_case

_MOST_MOVED = 30
"""Cases that stand beside the change of the prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedView:
    """A case whose outcome moved, beside the change of the prompt."""

    word: str
    title: str
    anchor: str
    before: Outcome
    after: Outcome
    reasons: tuple[str, ...]
    """Why it fails now, or why it failed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """What changed against the version compared with."""

    reference: str
    reference_version: str
    lines: tuple[DiffLine, ...]
    """The difference by line."""
    statements: tuple[DiffLine, ...]
    """The difference by sentence, where the lines were only moved about; else empty."""
    lost_rules: tuple[LostRule, ...]
    """Lost sentences that failed checks name."""
    moved: tuple[MovedView, ...]
    """The first of them, broken ones first; the list of cases has them all."""
    moved_cases: int
    shared_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPage:
    """The page of one prompt version."""

    label: str
    href: str
    """Relative to the pages folder."""
    description: str
    source: str
    digest: str
    is_baseline: bool
    baseline_note: str
    outcome: Outcome
    sentence: str
    tally: str
    not_measured: tuple[str, ...]
    change: ChangeView | None
    figures: tuple[FiguresView, ...]
    data: PageData
    """Its cases, failed first."""
    agreement: tuple[AgreementRow, ...] = ()
    """The platform's audits beside our marks; empty where it made none."""
    verdict: VerdictPanel | None = None
    """What its comparison came to; None where it was not compared."""
    summary: Summary
    pictures: PromptPictures


def view_prompt(
    version: PromptVersion,
    *,
    figures: Sequence[ArmFigures],
    snapshots: Mapping[tuple[str, str], CaseSnapshot],
    trials: TrialViews,
    outcome: Outcome,
    verdict: VerdictPanel | None,
    summary: Summary,
) -> PromptPage:
    """Return the page of a prompt version.

    Args:
        version: Its results, and what it is compared with.
        figures: The numbers of every arm.
        snapshots: What is known of every case, by suite and id.
        trials: The views of the run's trials.
        outcome: What it came to, by its cases and its comparison.
        verdict: What its comparison came to.
        summary: Why it came to that, what is uncertain, what to do next.
    """
    snapshot = version.snapshot
    results = worst_first(version.results)
    several = len({result.engine_model for result in results}) > 1
    before = version.before
    cases = (
        view_case(result, snapshots=snapshots, trials=trials, several=several, before=before.get(result.planned))
        for result in results
    )
    data = page_data((case, case_row(result, case)) for result, case in zip(results, cases, strict=True))
    return PromptPage(
        label=snapshot.label,
        href=page_href(snapshot),
        description=snapshot.description,
        source=snapshot.source,
        digest=snapshot.digest,
        is_baseline=version.is_baseline,
        baseline_note=BASELINE_NOTE if version.is_baseline else "",
        outcome=outcome,
        sentence=version_sentence(version),
        tally=tally_words(version.cases),
        not_measured=not_measured_sentences(not_measured(version.counted)),
        change=_change(version),
        figures=view_figures(version, figures),
        data=data,
        agreement=view_agreement(version.results),
        verdict=verdict,
        summary=summary,
        pictures=view_prompt_pictures(version),
    )


def _change(version: PromptVersion) -> ChangeView | None:
    comparison = version.comparison
    if comparison is None:
        return None
    return ChangeView(
        reference=comparison.reference.label,
        reference_version=comparison.reference.version,
        lines=comparison.diff.lines,
        statements=comparison.sentence_lines,
        lost_rules=tuple(rule for rule in lost_rules(comparison) if rule.cases),
        moved=tuple(_moved(each) for each in comparison.moved[:_MOST_MOVED]),
        moved_cases=len(comparison.moved),
        shared_cases=len(comparison.results),
    )


def _moved(each: MovedCase) -> MovedView:
    now_passes = each.result.outcome is Outcome.PASSED
    return MovedView(
        word=MOVEMENTS[each.movement],
        title=each.result.case,
        anchor=anchor_of(each.result),
        before=each.before.outcome,
        after=each.result.outcome,
        reasons=(each.before if now_passes else each.result).reasons[:1],
    )
