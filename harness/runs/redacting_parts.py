"""Numbers no single text of a call holds: keys that were pressed one by one, digits told over several turns."""

from collections.abc import Iterator, Sequence
from typing import Final

from harness.model.call import Call, Event, EventKind, Role, Turn
from harness.scorers.personal.numbers import number_runs
from harness.scorers.personal.tokens import is_numeric, tokens

FEWEST_KEYS: Final = 3
"""So many keys in a row may be a number; fewer choose from a menu."""
_TOGETHER_MS: Final = 3_000
"""Keys of one number are pressed within so long of each other."""
_DRIPPED: Final = 7
"""So many digits that are told in several turns are a number of somebody's."""


def pressed_together(events: Sequence[Event]) -> Iterator[list[int]]:
    """Yield the places of keys that one side pressed shortly one after the other."""
    for role in Role:
        group: list[int] = []
        for at, event in enumerate(events):
            if event.kind is not EventKind.DTMF or event.role is not role:
                continue
            if group and event.at_ms - events[group[-1]].at_ms > _TOGETHER_MS:
                yield group
                group = []
            group.append(at)
        yield group


def told_in_parts(call: Call) -> frozenset[str]:
    """Return the numbers of a call that were pressed as keys, or told in turns that are little else than digits."""
    pressed = {turn.keys for turn in call.turns if len(turn.keys) >= FEWEST_KEYS}
    texts = [_texts(call.turns, role) for role in Role]
    return frozenset(pressed.union(*(_joined(each) for three in texts for each in three)))


def _texts(turns: Sequence[Turn], role: Role) -> tuple[list[str], list[str], list[str]]:
    mine = [turn for turn in turns if turn.role is role]
    return (
        [turn.spoken for turn in mine],
        [turn.said or "" for turn in mine],
        [turn.heard or "" for turn in mine],
    )


def _joined(texts: Sequence[str]) -> Iterator[str]:
    told = ""
    for text in (*texts, ""):
        digits = _mostly_digits(text)
        if not digits and len(told) >= _DRIPPED:
            yield told
        told = told + digits if digits else ""


def _mostly_digits(text: str) -> str:
    """Return the digits of a turn that consists of them, by half at least; empty for any other."""
    words = tokens(text)
    digits = "".join(run.digits for run in number_runs(text, words) if not run.kept)
    enough = len(digits) >= FEWEST_KEYS and 2 * sum(is_numeric(word.text) for word in words) >= len(words)
    return digits if enough else ""
