"""When the caller's moves happen: each waits for a moment of the call that its trigger names.

Moments are read off the call's own events. A caller's patience runs only while the agent is silent: nobody gives up on
someone who is speaking. An agent's turn that was cut is no moment: its end was the caller's doing, and a move that was
counting from its start goes back to waiting for the next one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from harness.model.call import Event, EventKind, Role
from harness.model.case import Trigger, TriggerKind
from harness.simulator.kernel.clock import Due, VirtualClock

MakeMove: TypeAlias = Callable[[bool], Awaitable[None] | None]
"""Makes the move; told whether it comes late, that is without its moment."""


@dataclass(slots=True, eq=False)
class _Pending:
    trigger: Trigger
    make: MakeMove
    due: Due | None = None
    """The move itself, once its moment has come."""
    patience: Due | None = None

    def forget(self) -> None:
        for due in (self.due, self.patience):
            if due is not None:
                due.cancel()
        self.due = self.patience = None


class Moves:
    """The moves that were made known and have not happened yet."""

    def __init__(self, clock: VirtualClock) -> None:
        """Wait on `clock`; `notice` must be told every event."""
        self._clock = clock
        self._pending: list[_Pending] = []
        self._answered_ms: int | None = None
        self._agent_speaks = False
        self._caller_speaks = False
        self._unseen_start_ms: int | None = None

    def add(self, trigger: Trigger, make: MakeMove) -> None:
        """Make a move when its trigger's moment comes, or late when the agent stays silent for `timeout_ms`."""
        pending = _Pending(trigger=trigger, make=make)
        self._pending.append(pending)
        match trigger.after:
            case TriggerKind.CALL_START if self._answered_ms is not None:
                self._arm(pending, moment_ms=self._answered_ms)
            case TriggerKind.AGENT_SPEECH_START if self._unseen_start_ms is not None:
                self._arm(pending, moment_ms=self._unseen_start_ms)
                self._unseen_start_ms = None
            case _:
                self._lose_patience_later(pending)

    def notice(self, event: Event) -> None:
        """Take an event of the call into account."""
        match event.kind, event.role:
            case EventKind.CALL_PROGRESSING, _:
                self._answered_ms = event.at_ms
                self._moment(TriggerKind.CALL_START)
            case EventKind.SPEECH_STARTED, Role.CALLER:
                self._caller_speaks = True
            case EventKind.SPEECH_STOPPED, Role.CALLER:
                self._caller_speaks = False
            case EventKind.SPEECH_STARTED, Role.AGENT:
                self._agent_started()
            case EventKind.SPEECH_STOPPED, Role.AGENT:
                self._agent_stopped(cut=bool(event.data.get("interrupted")))
            case _:
                pass

    def forget(self) -> None:
        """Drop what has not happened: the call is over."""
        for pending in self._pending:
            pending.forget()
        self._pending.clear()

    def _agent_started(self) -> None:
        self._agent_speaks = True
        # A quick agent may answer before the caller's last sound is over. The caller's next move, which is made known
        # only then, must still be able to count from that start.
        self._unseen_start_ms = self._clock.now_ms() if self._caller_speaks else None
        for pending in self._pending:
            if pending.patience is not None:
                pending.patience.cancel()
                pending.patience = None
        self._moment(TriggerKind.AGENT_SPEECH_START)

    def _agent_stopped(self, *, cut: bool) -> None:
        self._agent_speaks = False
        self._unseen_start_ms = None
        if cut:
            for pending in self._pending:
                if pending.trigger.after is TriggerKind.AGENT_SPEECH_START:
                    pending.forget()
        else:
            self._moment(TriggerKind.AGENT_SPEECH_END)
        for pending in self._pending:
            if pending.due is None:
                self._lose_patience_later(pending)

    def _moment(self, kind: TriggerKind) -> None:
        for pending in self._pending:
            if pending.trigger.after is kind and pending.due is None:
                self._arm(pending, moment_ms=self._clock.now_ms())

    def _arm(self, pending: _Pending, *, moment_ms: int) -> None:
        pending.forget()
        at_ms = max(self._clock.now_ms(), moment_ms + pending.trigger.delay_ms)
        pending.due = self._clock.at(at_ms, lambda: self._make(pending, late=False))

    def _lose_patience_later(self, pending: _Pending) -> None:
        pending.forget()
        if not self._agent_speaks:
            pending.patience = self._clock.after(pending.trigger.timeout_ms, lambda: self._make(pending, late=True))

    def _make(self, pending: _Pending, *, late: bool) -> Awaitable[None] | None:
        pending.forget()
        self._pending.remove(pending)
        return pending.make(late)
