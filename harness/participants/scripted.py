"""The caller who follows a script: lines in order, branches by what the agent said, and lines made up in between."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from harness.errors import ConfigurationError
from harness.model.call import Role, Transcript
from harness.model.case import Case
from harness.model.moves import (
    Backchannel,
    Branch,
    Disturbance,
    Hangup,
    Improvise,
    Move,
    Press,
    Repeat,
    Say,
    Step,
    Trigger,
    TriggerKind,
    Wait,
)
from harness.model.phrases import says_any
from harness.model.script import certain_moves
from harness.participants.habits import HabitDice
from harness.participants.improvised import Improviser

FALLBACKS = 2
"""How often the caller asks again when its script has nothing for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line whose habits were rolled already."""

    move: Say | Press | Backchannel


@dataclass(frozen=True, slots=True, kw_only=True)
class _Again:
    """The rest of a Repeat: whether it is over is asked when the agent has answered."""

    repeat: Repeat
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listened:
    """A step that waits for the agent's answer, once it was heard."""

    step: Branch | Improvise | _Again
    asked_again: int = 0


_Ahead: TypeAlias = Step | _Line | _Again | _Listened


class ScriptedCaller:
    """Plays one case: makes its moves in order, then hangs up."""

    def __init__(self, case: Case, *, seed: int, improviser: Improviser | None = None) -> None:
        """Play the persona of `case`.

        Args:
            case: What is to be done.
            seed: The call's; habits are rolled with it.
            improviser: Makes lines up; needed for a script with an Improvise in it.
        """
        self._case = case
        self._habits = HabitDice(case.persona, seed=seed)
        self._improviser = improviser
        self._ahead: deque[_Ahead] = deque(case.moves)
        self._lines = 0
        self._fallbacks = 0

    async def next_move(self, transcript: Transcript) -> Move:
        """Return the move whose turn it is; after the last one, hang up once the agent has answered.

        Raises:
            ServiceError: the model that makes lines up failed.
        """
        while self._ahead and self._lines < self._case.turn_limit:
            move = await self._take(self._ahead.popleft(), transcript)
            if move is not None:
                self._lines += isinstance(move, Say)
                return move
        return Hangup(trigger=self._after_answer())

    def unmade(self) -> tuple[Move, ...]:
        """Return the moves that were certain to follow."""
        steps = (step.move if isinstance(step, _Line) else step for step in self._ahead)
        return tuple(certain_moves(step for step in steps if not isinstance(step, _Again | _Listened)))

    async def _take(self, step: _Ahead, transcript: Transcript) -> Move | None:
        """Return a step's move, or None when it only changed what lies ahead."""
        match step:
            case Say() | Press():
                before = (_Line(move=move) for move in self._habits.before(step, line=self._lines))
                spoken = self._habits.spoken(step, line=self._lines) if isinstance(step, Say) else step
                self._next(*before, _Line(move=spoken))
            case _Line():
                return step.move
            case Wait() | Backchannel() | Disturbance() | Hangup():
                return step
            case Repeat():
                self._next(*step.steps, _Again(repeat=step, left=step.at_most - 1))
            case Branch() | Improvise() | _Again():
                self._next(_Listened(step=step))
                return Wait(trigger=Trigger(timeout_ms=self._case.persona.patience_ms))
            case _Listened():
                return await self._answer(step, transcript)
            case _:
                assert_never(step)
        return None

    async def _answer(self, listened: _Listened, transcript: Transcript) -> Move | None:
        heard = _answer_in(transcript)
        match listened.step:
            case Branch() as branch:
                return self._choose(branch, heard)
            case _Again(repeat=repeat, left=left):
                if not says_any(heard, repeat.until):
                    again = (*repeat.steps, _Again(repeat=repeat, left=left - 1)) if left > 0 else repeat.otherwise
                    self._next(*self._prompt(again))
                return None
            case Improvise() as improvise:
                return await self._improvise(improvise, transcript)
            case _:
                assert_never(listened.step)

    def _choose(self, branch: Branch, heard: str) -> Move | None:
        taken = next((choice for choice in branch.choices if says_any(heard, choice.agent_says)), None)
        if taken is not None or branch.otherwise is not None:
            self._fallbacks = 0
            self._next(*self._prompt(taken.steps if taken else branch.otherwise or ()))
            return None
        if self._fallbacks == FALLBACKS:
            self._fallbacks = 0
            return None
        self._fallbacks += 1
        self._next(branch)
        return Say(text=self._case.fallback, trigger=self._at_once())

    async def _improvise(self, improvise: Improvise, transcript: Transcript) -> Move | None:
        if self._improviser is None:
            raise ConfigurationError("a script with `proceed` needs a model that makes the caller's lines up")
        line = await self._improviser.line(transcript, step=improvise, left=improvise.turns)
        if improvise.turns > 1 and not line.done:
            self._next(replace(improvise, turns=improvise.turns - 1))
        if not line.text:
            return None
        said = Say(text=line.text, trigger=self._at_once(), improvised_by=self._improviser.identity)
        return self._habits.spoken(said, line=self._lines)

    def _next(self, *steps: _Ahead) -> None:
        self._ahead.extendleft(reversed(steps))

    def _prompt(self, steps: Iterable[Step | _Again]) -> list[Step | _Again]:
        """Return steps whose first reacts to the answer that was just heard, instead of waiting for another."""
        found = list(steps)
        if found and isinstance(found[0], Say | Press | Hangup) and _waits(found[0]):
            found[0] = replace(found[0], trigger=self._at_once(found[0].trigger.delay_ms))
        return found

    def _at_once(self, delay_ms: int | None = None) -> Trigger:
        persona = self._case.persona
        return Trigger(
            after=TriggerKind.NOW,
            delay_ms=persona.reaction_ms if delay_ms is None else delay_ms,
            timeout_ms=persona.patience_ms,
        )

    def _after_answer(self) -> Trigger:
        persona = self._case.persona
        return Trigger(delay_ms=persona.reaction_ms, timeout_ms=persona.patience_ms)


def _waits(move: Say | Press | Hangup) -> bool:
    return move.trigger.after is TriggerKind.AGENT_SPEECH_END


def _answer_in(transcript: Transcript) -> str:
    """Return what the caller heard since it last said or pressed something."""
    heard: list[str] = []
    for turn in reversed(transcript.turns):
        if turn.role is Role.CALLER and turn.wants_answer:
            break
        if turn.role is Role.AGENT:
            heard.append(turn.spoken)
    return " ".join(reversed(heard))
