"""What pages and terminal say about who judged."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.model.call import Tier
from harness.model.judge_card import JudgeCard, LabelledVerdict, SelfTest
from harness.model.outcome import Outcome
from harness.model.rubric import Criterion, Level, Rubric
from harness.model.run import Run, TrialResult
from harness.model.score import Better, Score, Scored, Unscored
from harness.model.snapshots import CaseSnapshot, PromptSnapshot, Provenance
from harness.model.suite import ArmRole, Planned
from harness.regression.rubric_figures import CriterionFigures, criterion_figures
from harness.report.pages import write_report
from harness.report.text import summarise_run
from harness.runner.outcome import fold_case
from harness.testing.builders import make_arm, make_case, make_prompt, make_result
from tests.report.reading import trials_of

JUDGE = "openai.gpt-4o/0123456789abcdef"
POLITE = Criterion(id="polite", question="Is it polite?")
WARM = Criterion(
    id="warm", question="How warm?", required=False, levels=(Level(at=0, means="cold"), Level(at=5, means="kind"))
)
RUBRIC = Rubric(name="manners", criteria=(POLITE, WARM))


def polite(*, passed: bool, **fields: str | tuple[str, ...]) -> Score:
    made = Score(name="rubric.polite", value=float(passed), better=Better.HIGHER, passed=passed, reason="so", by=JUDGE)
    return replace(made, required=True, **fields)  # type: ignore[arg-type]


def warm(mark: float) -> Score:
    return Score(name="rubric.warm", value=mark, better=Better.HIGHER, reason="a mark", by=JUDGE)


def run_of(*trials: tuple[Scored, ...]) -> Run:
    """Return a run in which every trial has a case of its own."""
    results, cases = [], []
    for number, scores in enumerate(trials):
        planned = Planned(suite="desk", case=make_case(id=f"case{number}", rubric=RUBRIC), arm=make_arm())
        trial: TrialResult = make_result(Outcome.PASSED, planned=planned, scores=scores)
        results.append(fold_case(planned, [trial]))
        cases.append(
            CaseSnapshot(
                suite="desk",
                id=f"case{number}",
                description="",
                persona="",
                manner="",
                tags=(),
                source="",
                rubric=RUBRIC,
            )
        )
    prompt = make_prompt()
    snapshot = PromptSnapshot(
        name=prompt.name, version=prompt.version, digest=prompt.digest, source=prompt.source, role=ArmRole.CANDIDATE
    )
    return Run(
        id="r",
        started_at="2026-01-01T00:00:00Z",
        provenance=Provenance(
            harness_version="0", transport="simulated", tier=Tier.TEXT, latency="modelled", seed=1, judge=JUDGE
        ),
        prompts=(snapshot,),
        cases=tuple(cases),
        results=tuple(results),
        planned=len(results),
    )


def labelled(human: str, judge: str, number: int) -> LabelledVerdict:
    return LabelledVerdict(
        call=str(number),
        criterion="polite",
        question=POLITE.question,
        graded=False,
        human=human,
        judge=judge,
        second=human,
    )


CARD = JudgeCard(
    fingerprint=JUDGE,
    labels="labels.csv 1234",
    calibrated_at="2026-01-01T00:00:00Z",
    verdicts=(
        *(labelled("pass", "pass" if number else "fail", number) for number in range(40)),
        *(labelled("fail", "fail" if number else "pass", number + 40) for number in range(40)),
        *(
            LabelledVerdict(
                call=f"w{n}", criterion="warm", question="How warm?", graded=True, human=str(n % 6), judge=str(n % 5)
            )
            for n in range(30)
        ),
    ),
    self_test=SelfTest(attacked=832, attacked_fails=416, changed=3, clean=8),
)


def page_of(run: Run, folder: Path, *cards: JudgeCard) -> str:
    front = write_report(
        run, run_folder=folder, pages=folder / "html", cards={card.fingerprint: card for card in cards}
    )
    return " ".join(front.read_text(encoding="utf-8").split())


JUDGED = run_of(*[(polite(passed=number > 1), warm(4.0)) for number in range(10)])


def test_card_of_the_judge_stands_in_the_report(tmp_path: Path) -> None:
    page = page_of(JUDGED, tmp_path, CARD)
    assert "The judge" in page
    assert JUDGE in page
    assert "calibrated with labels.csv 1234" in page
    assert "0 of 416 fails turned into passes by attacks, 0.00 [0.00, 0.01]" in page
    assert "<td>0.97 [0.87, 1.00], n = 40</td><td>0.97 [0.87, 1.00], n = 40</td>" in page
    assert "<td>1.00 [1.00, 1.00]</td></tr>" in page
    assert '<span class="tag">may decide</span>' in page
    assert "graded, never decides" in page


def test_corrected_rate_stands_beside_the_raw_one_and_a_mean_beside_its_own(tmp_path: Path) -> None:
    page = page_of(JUDGED, tmp_path, CARD)
    assert "<td>8 passed, 2 failed</td><td>0.80 [0.49, 0.94] over 10 cases</td><td>0.82 [0.48, 1.00]</td>" in page
    assert "<td>10 marked</td><td>4.00 of 5, n = 10</td><td>" in page


def test_judge_that_nobody_calibrated_is_called_that(tmp_path: Path) -> None:
    page = page_of(JUDGED, tmp_path)
    assert "not calibrated: harness judge calibrate" in page
    assert "not self-tested: harness judge selftest" in page
    assert "0.80 [0.49, 0.94] over 10 cases</td><td>not calibrated</td>" in page


def test_run_without_a_judge_has_no_such_section(tmp_path: Path) -> None:
    run = run_of((Unscored(name="rubric.polite", reason="no judge is configured", required=True),))
    assert "What it said" not in page_of(run, tmp_path)


def text_of(run: Run) -> str:
    return summarise_run(run, report=None, run_path=None)


def test_advisory_verdict_is_marked_with_its_reason(tmp_path: Path) -> None:
    told = "its judge is not good enough at it: it finds 1 of 40 fails"
    run = run_of((replace(polite(passed=False), required=False, advisory=told),))
    assert f"rubric.polite with receptionist@v1 is advisory and decides nothing: {told}" in text_of(run)
    assert told in page_of(run, tmp_path)
    (trial,) = trials_of(tmp_path / "html" / "receptionist" / "v1.html")
    (check,) = trial["checks"]
    assert check["advisory_because"] == told
    assert check["by"].startswith("openai.gpt-4o/")


def test_calls_that_may_talk_to_the_judge_are_listed(tmp_path: Path) -> None:
    suspicion = Score(name="tampering_suspected", value=1.0, better=Better.LOWER, reason="read it yourself")
    run = run_of((polite(passed=True), suspicion), (polite(passed=True),))
    line = "somebody may have talked to it in 1 call; a pass takes 3 votes there: desk::case0"
    assert line in text_of(run)
    assert line in page_of(run, tmp_path)


@pytest.mark.parametrize(("withheld", "warned"), [(1, False), (2, True)])
def test_arm_with_more_than_a_twentieth_of_open_questions_is_warned_about(withheld: int, warned: bool) -> None:
    nothing = Unscored(name="rubric.polite", reason="it abstained", required=True, by=JUDGE)
    run = run_of(*[(nothing,)] * withheld, *[(polite(passed=True),)] * (20 - withheld))
    assert ("The judge: no verdict on" in text_of(run)) is warned


def test_what_does_not_apply_is_counted_apart_and_is_not_missing(tmp_path: Path) -> None:
    away = Unscored(name="rubric.polite", reason="not applicable: no talk", applicable=False, by=JUDGE)
    run = run_of((polite(passed=True),), (away,))
    assert "1 passed, 1 not applicable" in page_of(run, tmp_path)
    assert "Not measured" not in text_of(run)
    assert "no verdict" not in text_of(run)


def only(run: Run) -> CriterionFigures:
    (figures,) = criterion_figures(run)
    return figures


def test_agreement_of_a_panel_is_the_mean_over_its_questions() -> None:
    run = run_of(
        (polite(passed=True, votes=("pass", "pass", "pass")),), (polite(passed=False, votes=("fail", "pass", "fail")),)
    )
    assert only(run).vote_agreement == pytest.approx(5 / 6)
    assert only(run_of((polite(passed=True),))).vote_agreement is None
