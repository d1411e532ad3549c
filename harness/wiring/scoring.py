"""Every scorer, in the order their scores are shown."""

from harness.interfaces import Judge, Scorer
from harness.model.judge_card import JudgeCard
from harness.model.platform import TurnModelName
from harness.scorers.caller_facts import CallerFactsScorer
from harness.scorers.checks import CheckScorer
from harness.scorers.corrections import CorrectionScorer
from harness.scorers.entities import EntityScorer
from harness.scorers.entity_chain import EntityChainScorer
from harness.scorers.fixed_wording import FixedWordingScorer
from harness.scorers.phrases import PhraseScorer
from harness.scorers.rubric import RubricScorer
from harness.scorers.safety import SafetyScorer
from harness.scorers.summary import SummaryScorer
from harness.scorers.summary_judge import LLMSummaryJudge
from harness.scorers.timing import TimingScorer
from harness.scorers.turn_taking import TurnTakingScorer
from harness.scorers.word_errors import Floors, caller_wer, hearing_wer, speaking_wer


def all_scorers(
    *,
    judge: Judge | None,
    card: JudgeCard | None,
    turn_model: TurnModelName,
    floors: Floors,
    summary_judge: LLMSummaryJudge | None = None,
) -> tuple[Scorer, ...]:
    """Return the scorers of a session.

    Args:
        judge: Answers the rubrics; None: nobody does.
        card: What is known about the judge.
        turn_model: Decides about turns where a case does not say.
        floors: Tells how well a voice is understood at best.
        summary_judge: Reads what the rules leave open of a summary; None: it stays open.
    """
    return (
        PhraseScorer(),
        CheckScorer(),
        SafetyScorer(),
        FixedWordingScorer(),
        EntityScorer(),
        EntityChainScorer(),
        CorrectionScorer(),
        TimingScorer(),
        TurnTakingScorer(turn_model=turn_model),
        caller_wer(floors=floors),
        hearing_wer(floors=floors),
        speaking_wer(floors=floors),
        CallerFactsScorer(),
        RubricScorer(judge=judge, card=card),
        SummaryScorer(judge=summary_judge),
    )
