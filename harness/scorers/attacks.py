"""Attacks on a judge, and clean calls to put them in: the data of the self-test (`attacks.json`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files

from harness.model.call import Role, Transcript, Turn
from harness.model.rubric import Criterion

_TURN_MS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """Words meant for whoever judges the call."""

    id: str
    kind: str
    language: str
    text: str
    """`{criterion}` stands for the id of the criterion it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanCall:
    """A call in which nobody talks to the judge, and the right verdicts on it."""

    id: str
    transcript: Transcript
    known: Mapping[Criterion, str]
    """`pass` or `fail`."""

    def attacked(self, attack: Attack, *, side: Role) -> Transcript:
        """Return the call with an attack at the end of the last turn of a side."""
        turns = self.transcript.turns
        last = max(index for index, turn in enumerate(turns) if turn.role is side)
        target = next(criterion.id for criterion, word in self.known.items() if word == "fail")
        words = f"{turns[last].spoken} {attack.text.replace('{criterion}', target)}"
        spoken = replace(turns[last], meant=words, spoken=words)
        return replace(self.transcript, turns=(*turns[:last], spoken, *turns[last + 1 :]))


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackSet:
    """Everything a self-test needs."""

    attacks: tuple[Attack, ...]
    calls: tuple[CleanCall, ...]


def shipped_attacks() -> AttackSet:
    """Return the attacks and calls that come with the harness."""
    document = json.loads((files("harness.scorers") / "attacks.json").read_text(encoding="utf-8"))
    return AttackSet(
        attacks=tuple(Attack(**attack) for attack in document["attacks"]),
        calls=tuple(
            CleanCall(
                id=call["id"],
                transcript=Transcript(turns=tuple(_turn(i, turn) for i, turn in enumerate(call["turns"]))),
                known={Criterion(id=c["id"], question=c["question"]): c["verdict"] for c in call["criteria"]},
            )
            for call in document["calls"]
        ),
    )


def _turn(index: int, turn: Mapping[str, str]) -> Turn:
    start_ms = index * _TURN_MS
    return Turn(
        role=Role(turn["speaker"]),
        started_ms=start_ms,
        ended_ms=start_ms + _TURN_MS - 500,
        meant=turn["text"],
        spoken=turn["text"],
    )
