"""What a judge said of each arm, criterion by criterion: counts first, rates with their intervals after."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from harness.model.run import CaseResult, Run, TrialResult
from harness.model.score import Score, Scored
from harness.model.suite import ArmRole
from harness.regression.agreement import PoweredMean, panel_verdict, ppi_mean, rogan_gladen
from harness.regression.calibration import CriterionStanding
from harness.regression.intervals import ClusteredRate, Interval, clustered_wilson

PREFIX = "rubric."
SUSPICION = "tampering_suspected"
MOST_WITHHELD = 0.05
"""Share of questions without a verdict above which an arm is warned about (evaluation.md, section 3.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionFigures:
    """One criterion, one arm, one judge."""

    prompt: str
    engine_model: str
    role: ArmRole
    criterion: str
    question: str
    """Empty in runs of older versions."""
    judge: str
    """Its fingerprint; empty where there was none."""
    passed: int
    failed: int
    not_applicable: int
    withheld: int
    """Questions that were asked and got no verdict."""
    cases: tuple[tuple[int, int], ...]
    """(passes, verdicts) of each case."""
    marks: tuple[float, ...]
    """Of a graded criterion."""
    vote_agreement: float | None
    """How far a panel's votes agree, on average; None where no panel voted."""
    advisory: str
    """Why it does not decide although it should; empty where it does."""

    @property
    def rate(self) -> ClusteredRate:
        """Return the pass rate: every case weighs the same."""
        return clustered_wilson(self.cases)

    def corrected(self, standing: CriterionStanding) -> Interval:
        """Return the pass rate behind the judge's, corrected by what it is known to get wrong."""
        rate = self.rate
        passes = (rate.interval.estimate or 0.0) * rate.effective
        return rogan_gladen(passes, n=rate.effective, counts=standing.counts)

    def powered_mean(self, standing: CriterionStanding) -> PoweredMean | None:
        """Return the mean mark, held straight by the calls that people marked too."""
        human, judged = [h for h, _ in standing.marks], [j for _, j in standing.marks]
        return ppi_mean(human, judged, self.marks)


def criterion_figures(run: Run) -> tuple[CriterionFigures, ...]:
    """Return what judges said of every arm, in the order of the run; turns count through their call."""
    questions = {
        (case.suite, case.id, criterion.id): criterion.question
        for case in run.cases
        for criterion in (case.rubric.criteria if case.rubric else ())
    }
    groups: dict[tuple[str, str, ArmRole, str, str, str], list[tuple[CaseResult, Scored]]] = {}
    for result in run.results:
        for trial in result.trials:
            for score in trial.scores:
                if score.name.startswith(PREFIX) and score.turn is None:
                    name = score.name.removeprefix(PREFIX)
                    question = questions.get((result.suite, result.case, name), "")
                    key = (result.prompt, result.engine_model, result.role, name, question, score.by)
                    groups.setdefault(key, []).append((result, score))
    return tuple(_figures(key, answers) for key, answers in groups.items())


def suspected_trials(run: Run) -> tuple[TrialResult, ...]:
    """Return the calls in which somebody may have talked to the judge."""
    return tuple(call for call in run.calls if any(score.name == SUSPICION for score in call.scores))


def _figures(
    key: tuple[str, str, ArmRole, str, str, str], answers: Sequence[tuple[CaseResult, Scored]]
) -> CriterionFigures:
    prompt, engine_model, role, criterion, question, judge = key
    scores = [score for _, score in answers]
    verdicts = [(case.planned, score) for case, score in answers if isinstance(score, Score)]
    decided = [(case, bool(score.passed)) for case, score in verdicts if score.passed is not None]
    of_case = Counter(case for case, _ in decided)
    passes = Counter(case for case, passed in decided if passed)
    votes = [found for score in scores if score.votes and (found := panel_verdict(score.votes, quorum=1).agreement)]
    open_ones = [score for score in scores if not isinstance(score, Score)]
    return CriterionFigures(
        prompt=prompt,
        engine_model=engine_model,
        role=role,
        criterion=criterion,
        question=question,
        judge=judge,
        passed=sum(passed for _, passed in decided),
        failed=sum(not passed for _, passed in decided),
        not_applicable=sum(not score.applicable for score in open_ones),
        withheld=sum(score.applicable for score in open_ones),
        cases=tuple((passes[case], number) for case, number in of_case.items()),
        marks=tuple(score.value for _, score in verdicts if score.passed is None),
        vote_agreement=fmean(votes) if votes else None,
        advisory=next((score.advisory for score in scores if score.advisory), ""),
    )
