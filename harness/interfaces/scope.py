"""Which trial a service is asked for.

The services of a session are shared by its calls and are not told which call they work for. One thing has to know: a
recording of language models' answers tells the second trial of a case from the first, and the second of two equal
questions in one trial from the first, however many calls are in flight. So a trial opens a scope, and whatever is
asked from within it finds it.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from harness.model.usage import Usage


@dataclass(slots=True, kw_only=True)
class TrialScope:
    """What one trial has asked for so far."""

    trial: str
    """Its id; empty outside any trial."""
    gaps: list[str] = field(default_factory=list)
    """Why something it needs cannot be had at all, whoever went on without it: the trial is then an `error`."""
    usages: list[Usage] = field(default_factory=list)
    """What it used of services that cost money, noted by whoever asked them."""
    _asked: Counter[str] = field(default_factory=Counter)

    def take(self, question: str) -> int:
        """Count a question and return how often it has been asked now, from 1."""
        self._asked[question] += 1
        return self._asked[question]


_current: ContextVar[TrialScope | None] = ContextVar("trial_scope", default=None)


@contextmanager
def trial_scope(trial: str) -> Iterator[TrialScope]:
    """Open the scope of a trial: what is awaited inside, and every task begun inside, is asked for it."""
    scope = TrialScope(trial=trial)
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def current_scope() -> TrialScope | None:
    """Return the scope of the trial that is asking; None outside any trial."""
    return _current.get()
