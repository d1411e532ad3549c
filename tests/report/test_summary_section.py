from dataclasses import replace
from pathlib import Path

import pytest

from harness.model.finding import Resource
from harness.model.score import Better, Score, Scored, Unscored
from harness.report.pages import write_report
from harness.report.summaries import view_summary
from tests.report.conftest import Sample
from tests.report.reading import page_text

RECALL = Score(
    name="summary_recall", value=0.5, better=Better.HIGHER, passed=False, required=True, reason="1 of 2 <points>"
)
AUDIT = Resource(
    kind="aiaudit",
    fields={
        "status": "completed",
        "evaluation": {
            "overall_score": 3,
            "dimensions": {"goal_completion": {"score": 3, "reason": "half done <b>"}},
            "summary": "Fair.",
        },
    },
)


@pytest.mark.parametrize(
    ("score", "value", "tone"),
    [
        (RECALL, "50%", "failed"),
        (Score(name="summary_stt_cost", value=-0.5, better=Better.HIGHER), "+50% of the claims", ""),
        (Score(name="summary_stt_cost", value=0.0, better=Better.HIGHER), "none", ""),
        (Score(name="summary_words", value=1200.0, better=Better.LOWER, passed=True), "1,200 words", "passed"),
        (Score(name="summary_present", value=0.0, better=Better.HIGHER, passed=False), "no", "failed"),
        (Score(name="summary_contradictions", value=2.0, better=Better.LOWER, passed=False), "2", "failed"),
        (Unscored(name="summary_recall", reason="open"), "not measured", ""),
    ],
    ids=["recall", "cost", "no cost", "words", "present", "contradictions", "unscored"],
)
def test_each_question_has_its_value_in_words(score: Scored, value: str, tone: str) -> None:
    view = view_summary([score])

    assert view is not None
    assert (view.rows[0].value, view.rows[0].tone) == (value, tone)


def test_nothing_is_shown_where_nobody_asked() -> None:
    assert view_summary([Score(name="says", value=1.0, better=Better.HIGHER)]) is None


def test_the_pages_show_summary_audit_and_agreement(green: Sample, tmp_path: Path) -> None:
    first, *others = green.run.results
    trial = first.trials[0]
    assert trial.call is not None
    told = replace(trial, scores=(*trial.scores, RECALL), call=replace(trial.call, resources=(AUDIT,)))
    run = replace(green.run, results=(replace(first, trials=(told, *first.trials[1:])), *others))

    write_report(run, run_folder=green.folder, pages=tmp_path / "pages")

    pages = "".join(page_text(page) for page in (tmp_path / "pages").glob("*/*.html"))
    assert "1 of 2 <points>" in pages
    assert "half done <b>" in pages
    assert "The platform&#39;s own audits, beside ours" in pages or "The platform's own audits, beside ours" in pages
