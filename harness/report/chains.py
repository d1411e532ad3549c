"""The way of each value through a call, as its page shows it: a row for each, a column for each stage."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.chain import ChainLink, EntityChain, LinkState
from harness.model.score import Score, Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCell:
    """One value at one stage."""

    state: LinkState
    text: str
    """The value as it stood there, or why nobody can tell."""
    is_first_break: bool
    anchor: str
    """The turn it was looked for in; empty without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRow:
    """One value."""

    value: str
    turn: int
    """The number of the turn that told it."""
    cells: tuple[ChainCell, ...]


def view_chains(scores: Sequence[Scored], *, trial_id: str) -> tuple[ChainRow, ...]:
    """Return the values that were followed through a call, in the order they were told."""
    return tuple(
        ChainRow(
            value=score.chain.value,
            turn=0 if score.turn is None else score.turn + 1,
            cells=tuple(_cell(link, score.chain, trial_id=trial_id) for link in score.chain.links),
        )
        for score in scores
        if isinstance(score, Score) and score.chain is not None
    )


def _cell(link: ChainLink, chain: EntityChain, *, trial_id: str) -> ChainCell:
    lost = link.found or "not there"
    return ChainCell(
        state=link.state,
        text=link.why if link.state is LinkState.OPEN else lost,
        is_first_break=link is chain.first_break,
        anchor="" if link.turn is None else f"{trial_id}-turn-{link.turn + 1}",
    )
