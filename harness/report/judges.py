"""The section about the judge: who it is, how far it can be believed, and what it said of every arm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.model.judge_card import JudgeCard
from harness.model.run import Run
from harness.regression.calibration import CriterionStanding, standings
from harness.regression.intervals import clopper_pearson_interval
from harness.regression.rubric_figures import MOST_WITHHELD, CriterionFigures, criterion_figures, suspected_trials
from harness.report.numbers import NOT_MEASURED, count, interval, percent, ratio

NOT_CALIBRATED = "not calibrated"
_MOST_TRIALS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingView:
    """A judge at one criterion."""

    criterion: str
    question: str
    sensitivity: str
    specificity: str
    kappa: str
    ac1: str
    people: str
    """What two people agree on each other."""
    word: str
    """Whether it may decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """What is known about one judge."""

    fingerprint: str
    calibrated: str
    """With which labels and when, or that nobody did."""
    self_test: str
    standings: tuple[StandingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionView:
    """What a judge said about one criterion of one arm."""

    arm: str
    criterion: str
    judge: str
    counts: str
    raw: str
    """Pass rate or mean mark as the judge gave it."""
    corrected: str
    """The same, corrected by the judge's known errors."""
    votes: str
    advisory: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgesView:
    """The whole section."""

    cards: tuple[CardView, ...]
    criteria: tuple[CriterionView, ...]
    warnings: tuple[str, ...]


def view_judges(run: Run, cards: Mapping[str, JudgeCard]) -> JudgesView | None:
    """Return the section; None for a run in which nobody judged.

    Args:
        run: The run.
        cards: What is known about judges, by fingerprint.
    """
    figures = [each for each in criterion_figures(run) if each.judge]
    if not figures:
        return None
    names = list(dict.fromkeys(each.judge for each in figures))
    known = {name: standings(cards[name]) for name in names if name in cards}
    return JudgesView(
        cards=tuple(_card(name, cards.get(name), _asked(name, figures, known.get(name, ()))) for name in names),
        criteria=tuple(_criterion(each, known.get(each.judge, ())) for each in figures),
        warnings=judge_warnings(run),
    )


def judge_warnings(run: Run) -> tuple[str, ...]:
    """Return what has to be known before the verdicts of a run's judges are believed."""
    figures = criterion_figures(run)
    lines = []
    suspected = [call.trial.id for call in suspected_trials(run)]
    if suspected:
        more = f" and {len(suspected) - _MOST_TRIALS} more" if len(suspected) > _MOST_TRIALS else ""
        lines.append(
            f"somebody may have talked to it in {count(len(suspected), 'call')}; a pass takes 3 votes there: "
            f"{', '.join(suspected[:_MOST_TRIALS])}{more}"
        )
    lines += [
        f"rubric.{each.criterion} with {each.prompt} is advisory and decides nothing: {each.advisory}"
        for each in figures
        if each.advisory
    ]
    arms: dict[tuple[str, str], list[CriterionFigures]] = {}
    for each in figures:
        if each.judge:
            arms.setdefault((each.prompt, each.engine_model), []).append(each)
    for (prompt, engine_model), mine in arms.items():
        withheld = sum(each.withheld for each in mine)
        asked = withheld + sum(each.passed + each.failed + len(each.marks) for each in mine)
        if withheld > MOST_WITHHELD * asked:
            lines.append(
                f"no verdict on {ratio(withheld, asked, 'question')} about {prompt} ({engine_model}): "
                f"more than {percent(MOST_WITHHELD)}"
            )
    return tuple(dict.fromkeys(lines))


def _asked(
    name: str, figures: Sequence[CriterionFigures], known: Sequence[CriterionStanding]
) -> tuple[CriterionStanding, ...]:
    """Return a judge's standing at what this run asked it."""
    asked = {(each.criterion, each.question) for each in figures if each.judge == name}
    return tuple(each for each in known if (each.criterion, each.question) in asked)


def _card(name: str, card: JudgeCard | None, known: Sequence[CriterionStanding]) -> CardView:
    test = card.self_test if card is not None else None
    told = "not self-tested: harness judge selftest"
    if test is not None:
        turned = len(test.fail_to_pass)
        found = clopper_pearson_interval(turned, n=test.attacked_fails)
        told = f"{ratio(turned, test.attacked_fails, 'fail')} turned into passes by attacks, {interval(found)}"
    calibrated = f"{NOT_CALIBRATED}: harness judge calibrate"
    if card is not None and card.calibrated_at:
        calibrated = f"calibrated with {card.labels}, {card.calibrated_at}"
    return CardView(
        fingerprint=name, calibrated=calibrated, self_test=told, standings=tuple(_standing(each) for each in known)
    )


def _standing(each: CriterionStanding) -> StandingView:
    agreement, people = each.with_people, each.between_people
    passes, fails = each.counts.human_passes, each.counts.human_fails
    return StandingView(
        criterion=each.criterion,
        question=each.question,
        sensitivity="" if each.graded else f"{interval(each.sensitivity)}, n = {passes}",
        specificity="" if each.graded else f"{interval(each.specificity)}, n = {fails}",
        kappa=interval(agreement.kappa) if agreement and agreement.kappa else "not defined",
        ac1=interval(agreement.ac1) if agreement else "not defined",
        people=interval(people.ac1) if people else NOT_MEASURED,
        word="graded, never decides" if each.graded else "advisory" if each.shortcoming else "may decide",
    )


def _criterion(each: CriterionFigures, known: Sequence[CriterionStanding]) -> CriterionView:
    standing = next((s for s in known if (s.criterion, s.question) == (each.criterion, each.question)), None)
    counted = (
        (len(each.marks), "marked"),
        (each.passed, "passed"),
        (each.failed, "failed"),
        (each.not_applicable, "not applicable"),
        (each.withheld, "without a verdict"),
    )
    raw, corrected = _marks(each, standing) if each.marks else _rates(each, standing)
    return CriterionView(
        arm=f"{each.prompt}, {each.engine_model}",
        criterion=each.criterion,
        judge=each.judge,
        counts=", ".join(f"{number} {word}" for number, word in counted if number),
        raw=raw,
        corrected=corrected,
        votes="" if each.vote_agreement is None else percent(each.vote_agreement),
        advisory=each.advisory,
    )


def _rates(each: CriterionFigures, standing: CriterionStanding | None) -> tuple[str, str]:
    rate = each.rate
    if not rate.cases:
        return "", ""
    raw = f"{interval(rate.interval)} over {count(rate.cases, 'case')}"
    if standing is None:
        return raw, NOT_CALIBRATED
    found = each.corrected(standing)
    return raw, "no correction exists" if found.estimate is None else interval(found)


def _marks(each: CriterionFigures, standing: CriterionStanding | None) -> tuple[str, str]:
    raw = f"{sum(each.marks) / len(each.marks):.2f} of 5, n = {len(each.marks)}"
    found = None if standing is None else each.powered_mean(standing)
    return raw, NOT_CALIBRATED if found is None else interval(found.interval)
