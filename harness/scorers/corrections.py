"""Whether the agent goes on with what the caller meant in the end, after the caller has corrected itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.model.call import Role
from harness.model.entity import Entity
from harness.model.moves import Say
from harness.model.score import Better, Evidence, Quote, Score, Scored, Unscored
from harness.scorers.entities import entity_found
from harness.scorers.moments import quoted

NAME = "entity_corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionScorer:
    """`entity_corrected`: of the value that was taken back and the one that holds, which the agent said last.

    Required. An agent that repeats neither gives no answer: whether it has to is for `entities` and `expect` to say.
    """

    name: str = "corrections"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Look at what the agent says after each correction."""
        return list(self._found(evidence))

    @staticmethod
    def _found(evidence: Evidence) -> Iterator[Scored]:
        moves = evidence.call.moves
        for index, turn in enumerate(evidence.call.turns):
            move = moves[turn.move] if turn.move is not None and turn.move < len(moves) else None
            for entity in move.entities if isinstance(move, Say) else ():
                if entity.instead_of:
                    yield _last_said(entity, evidence=evidence, corrected=index)


def _last_said(entity: Entity, *, evidence: Evidence, corrected: int) -> Scored:
    lang, today = evidence.arm.voice.language, evidence.case.today
    after = [(i, turn) for i, turn in enumerate(evidence.call.turns) if i > corrected and turn.role is Role.AGENT]
    for index, turn in reversed(after):
        right = entity_found(entity, hypothesis=turn.spoken, lang=lang, today=today)
        taken_back = (replace(entity, value=value, accept=()) for value in entity.instead_of)
        wrong = next(
            (e.value for e in taken_back if entity_found(e, hypothesis=turn.spoken, lang=lang, today=today)), None
        )
        if right or wrong:
            return _judged(entity, wrong=None if right else wrong, turn=index, text=turn.spoken)
    either = f"{quoted(entity.value)} nor {quoted(entity.instead_of[0])}"
    return Unscored(name=NAME, turn=corrected, reason=f"after the correction the agent said neither {either}")


def _judged(entity: Entity, *, wrong: str | None, turn: int, text: str) -> Score:
    held = f"after the correction the agent went on with {quoted(entity.value)}"
    lost = f"the caller corrected {quoted(wrong or '')} to {quoted(entity.value)}, and the agent went on with the first"
    return Score(
        name=NAME,
        value=float(wrong is None),
        better=Better.HIGHER,
        turn=turn,
        passed=wrong is None,
        required=True,
        reason=lost if wrong else held,
        quotes=(Quote(turn=turn, text=text),),
    )
