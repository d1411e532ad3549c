"""Agent turns whose words nobody told: they are taken as our own recogniser heard them."""

from collections.abc import Iterable
from dataclasses import replace

from harness.model.call import Role, Turn


def as_heard(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Return the turns, those of the agent that no message was stored for with the words that were heard in them.

    A real platform tells what its agent wrote to whoever has an account, and what its flow says to nobody. What such a
    turn says is judged all the same; how well it was spoken is not, for there is nothing to compare it with.
    """
    return tuple(_taken(turn) if turn.role is Role.AGENT and not turn.meant.strip() else turn for turn in turns)


def _taken(turn: Turn) -> Turn:
    words = turn.said or turn.spoken
    return replace(turn, meant=words, spoken=words, as_heard=True) if words.strip() else turn
