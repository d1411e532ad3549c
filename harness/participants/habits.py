"""What a persona's habits make of its script: interruptions, "mm-hm", questions back, fillers and pauses.

Every habit is rolled with the call's seed and the number of the line, so that all arms of a suite meet the same caller.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from harness.model.moves import Backchannel, Interruption, Piece, Press, Say, Trigger, TriggerKind
from harness.model.persona import Habits, Persona

_BACKCHANNEL_MS = (700, 1500)
"""How far into the agent's turn a listener shows that it listens."""


class HabitDice:
    """Answers what a persona does at one line of its script."""

    def __init__(self, persona: Persona, *, seed: int) -> None:
        """Take who it is, and the call's seed."""
        self._persona = persona
        self._habits = persona.habits
        self._seed = seed

    def before(self, move: Say | Press, *, line: int) -> tuple[Backchannel | Say, ...]:
        """Return what the persona does in the agent's turn before a line that waits for its end."""
        if move.trigger.after is not TriggerKind.AGENT_SPEECH_END:
            return ()
        return tuple(self._before(line))

    def spoken(self, move: Say, *, line: int) -> Say:
        """Return a line as the persona says it: when, and with which fillers and pauses."""
        if self._chance("interrupts", line, self._habits.interrupts) and self._waits(move):
            trigger = replace(
                move.trigger, after=TriggerKind.AGENT_SPEECH_START, delay_ms=self._habits.interrupts_after_ms
            )
            move = replace(move, trigger=trigger, interrupts=Interruption.IMPATIENCE)
        return _halting(move, habits=self._habits, dice=self._dice("halting", line))

    def _before(self, line: int) -> Iterator[Backchannel | Say]:
        habits, persona = self._habits, self._persona
        if self._chance("backchannels", line, habits.backchannels):
            dice = self._dice("backchannel", line)
            trigger = Trigger(
                after=TriggerKind.AGENT_SPEECH_START,
                delay_ms=dice.randint(*_BACKCHANNEL_MS),
                timeout_ms=persona.patience_ms,
            )
            yield Backchannel(text=dice.choice(habits.backchannel), trigger=trigger)
        if self._chance("mishears", line, habits.mishears):
            text = self._dice("pardon", line).choice(habits.pardon)
            trigger = Trigger(delay_ms=persona.reaction_ms, timeout_ms=persona.patience_ms)
            yield Say(text=text, trigger=trigger)

    @staticmethod
    def _waits(move: Say) -> bool:
        return move.trigger.after is TriggerKind.AGENT_SPEECH_END and move.interrupts is None

    def _chance(self, habit: str, line: int, share: float) -> bool:
        return share > 0 and self._dice(habit, line).random() < share

    def _dice(self, habit: str, line: int) -> Random:
        return Random(f"{self._seed}/{habit}/{line}")


def _halting(move: Say, *, habits: Habits, dice: Random) -> Say:
    if not (habits.fillers or habits.pauses):
        return move
    pieces = [part for piece in move.pieces or (Piece(text=move.text),) for part in _halted(piece, habits, dice)]
    return replace(move, text=" ".join(piece.text for piece in pieces), pieces=tuple(pieces))


def _halted(piece: Piece, habits: Habits, dice: Random) -> Iterator[Piece]:
    words: list[str] = []
    pause_ms = piece.pause_ms
    texts = piece.text.split()
    for place, word in enumerate(texts):
        if dice.random() < habits.fillers:
            words.append(dice.choice(habits.filler))
        words.append(word)
        if place < len(texts) - 1 and dice.random() < habits.pauses:
            yield replace(piece, text=" ".join(words), pause_ms=pause_ms)
            words, pause_ms = [], habits.pause_ms
    yield replace(piece, text=" ".join(words), pause_ms=pause_ms)
