"""The page of one prompt version: what changed, what it did, the numbers, and every case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.snapshots import CaseSnapshot
from harness.regression.frames import ArmFigures
from harness.report.audits import AgreementRow, view_agreement
from harness.report.figures import FiguresView, view_figures
from harness.report.links import page_href
from harness.report.lostrules import LostRule, lost_rules
from harness.report.promptdiff import DiffLine
from harness.report.sentences import (
    BASELINE_NOTE,
    MOVEMENTS,
    not_measured,
    not_measured_sentences,
    tally_words,
    version_sentence,
)
from harness.report.verdict_panel import VerdictPanel
from harness.report.versions import MovedCase, PromptVersion, worst_first
from harness.report.view_case import AudioFor, CaseView, anchor_of, view_case


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
    cases: tuple[CaseView, ...]
    """Failed first."""
    attempts: tuple[int, ...]
    """The columns of the grid."""
    agreement: tuple[AgreementRow, ...] = ()
    """The platform's audits beside our marks; empty where it made none."""
    verdict: VerdictPanel | None = None
    """What its comparison came to; None where it was not compared."""


def view_prompt(
    version: PromptVersion,
    *,
    figures: Sequence[ArmFigures],
    snapshots: Mapping[tuple[str, str], CaseSnapshot],
    audio_for: AudioFor,
    outcome: Outcome,
    verdict: VerdictPanel | None,
) -> PromptPage:
    """Return the page of a prompt version.

    Args:
        version: Its results, and what it is compared with.
        figures: The numbers of every arm.
        snapshots: What is known of every case, by suite and id.
        audio_for: How to reach a trial's recording.
        outcome: What it came to, by its cases and its comparison.
        verdict: What its comparison came to.
    """
    snapshot = version.snapshot
    engines = {result.engine_model for result in version.results}
    cases = tuple(
        view_case(result, version=version, snapshots=snapshots, audio_for=audio_for, several=len(engines) > 1)
        for result in worst_first(version.results)
    )
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
        cases=cases,
        attempts=tuple(range(1, max((len(case.trials) for case in cases), default=0) + 1)),
        agreement=view_agreement(version.results),
        verdict=verdict,
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
        moved=tuple(_moved(each) for each in comparison.moved),
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
