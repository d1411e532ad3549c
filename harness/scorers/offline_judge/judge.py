"""The judge of a machine without keys (docs/judges.md): rules, entities and careful abstention, and no model.

It reads a criterion's question, looks for the act it asks about, and abstains where the question, the language or the
evidence is beyond it. Its name stands beside every score; it never passes for a language model.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import assert_never

from harness.model.call import Transcript
from harness.model.rubric import Criterion
from harness.model.score import Better, Score, Scored, Unscored
from harness.scorers.normalise import NORMALISER
from harness.scorers.offline_judge.conversation import Conversation, is_english, read_conversation
from harness.scorers.offline_judge.deciding import decide
from harness.scorers.offline_judge.demands import Act, NotUnderstood
from harness.scorers.offline_judge.examples import contradicted, opposed
from harness.scorers.offline_judge.questions import read_question
from harness.scorers.offline_judge.rulings import Ruling, abstain
from harness.scorers.verdicts import Word

NAME = "offline judge"
_MOST_LINES = 400
"""A longer call takes longer than it is worth, and looking at a part of it would miss what is in the rest."""
_SEEN_IN_A_TURN = frozenset(
    {
        Act.APOLOGISE,
        Act.ASK,
        Act.ASK_AGAIN,
        Act.ASK_SEVERAL,
        Act.BE_RUDE,
        Act.EXCEED,
        Act.GIVE_PRICE,
        Act.OFFER,
        Act.PROMISE,
        Act.REVEAL,
        Act.SAY_WORDS,
        Act.TELL,
        Act.THANK,
    }
)
"""Acts that one turn shows by itself."""


class OfflineJudge:
    """Answers binary criteria about English calls by rules, and abstains from everything else."""

    @property
    def fingerprint(self) -> str:
        """Return `offline/` and a hash of its rules and tables."""
        return f"offline/{_digest()}"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        """Return one Score or Unscored per criterion, named `rubric.<id>`, in the criteria's order."""
        call = read_conversation(transcript.turns)
        return [_scored(criterion, verdict(criterion, call)) for criterion in criteria]


def verdict(criterion: Criterion, call: Conversation) -> Ruling:
    """Return the offline judge's answer to one criterion."""
    if criterion.is_graded:
        return abstain("it gives no marks, only yes and no")
    if len(call.lines) > _MOST_LINES:
        return abstain(f"it reads calls of up to {_MOST_LINES} turns, and this one has {len(call.lines)}")
    if not is_english(" ".join(line.shown for line in call.lines)):
        return abstain("it reads only English calls")
    demand = read_question(criterion.question, applies_if=criterion.applies_if)
    if isinstance(demand, NotUnderstood):
        return abstain(demand.reason)
    if criterion.turn is not None:
        if demand.act not in _SEEN_IN_A_TURN or demand.before:
            return abstain("a single turn does not show this")
        call = call.about(criterion.turn)
    if example := contradicted(demand, criterion):
        return abstain(f"it would judge the criterion's own example the other way: {example}")
    answer = decide(demand, call)
    if answer.word in (Word.PASS, Word.FAIL) and (said := opposed(answer, criterion, call)):
        return abstain(f"its rules say {answer.word}, but the agent said nearly what stands under the other: {said}")
    return answer


def _scored(criterion: Criterion, answer: Ruling) -> Scored:
    name = criterion.score_name
    question = f'{NAME}: "{criterion.question}"'
    match answer.word:
        case Word.ABSTAIN:
            reason = f"{question}: abstained, {answer.reasoning}"
            return Unscored(name=name, turn=criterion.turn, reason=reason, required=criterion.required)
        case Word.NOT_APPLICABLE:
            reason = f"{question}: not applicable, {answer.reasoning}"
            return Unscored(name=name, turn=criterion.turn, reason=reason, applicable=False)
        case Word.PASS | Word.FAIL:
            passed = answer.word is Word.PASS
            return Score(
                name=name,
                value=float(passed),
                better=Better.HIGHER,
                turn=criterion.turn,
                passed=passed,
                required=criterion.required,
                reason=f"{question}: {'yes' if passed else 'no'}. {answer.reasoning}",
                quotes=answer.quotes,
            )
        case _:
            assert_never(answer.word)


@cache
def _digest() -> str:
    """Return a hash of what shapes a verdict: this package's files, and how words are read."""
    folder = files("harness.scorers.offline_judge")
    sources = sorted(
        (entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".py")
    )
    return hashlib.sha256("\n".join((NORMALISER, *(f"{name}\n{text}" for name, text in sources))).encode()).hexdigest()[
        :16
    ]
