"""One call on the simulated platform: its state, its timers, how it ends."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from harness.errors import CallError
from harness.model.call import EndReason, EventKind, Role
from harness.telephone.clock import Due, VirtualClock
from harness.telephone.log import EventLog
from harness.voipbin.calls import TRANSITIONS, CallStatus, HangupCause, hangup_by, hangup_reason
from harness.voipbin.parameters import DIAL_TIMEOUT_MS, MAX_CALL_MS

Side: TypeAlias = Role | Literal["platform"]
"""Who did something to a call."""

_EVENTS = {
    CallStatus.DIALING: EventKind.CALL_DIALING,
    CallStatus.RINGING: EventKind.CALL_RINGING,
    CallStatus.PROGRESSING: EventKind.CALL_PROGRESSING,
    CallStatus.TERMINATING: EventKind.CALL_TERMINATING,
    CallStatus.CANCELING: EventKind.CALL_CANCELING,
}


class PhoneCall:
    """Moves through the platform's call states and refuses every move they do not allow."""

    def __init__(
        self,
        *,
        clock: VirtualClock,
        log: EventLog,
        born: CallStatus,
        on_timeout: Callable[[HangupCause], None],
    ) -> None:
        """Begin in `born`; `on_timeout` is told when nobody answered, or when the longest call is over."""
        self._clock = clock
        self._log = log
        self._on_timeout = on_timeout
        self._status = born
        self._watchers: list[Callable[[CallStatus, dict[str, str]], None]] = []
        self._timer = self._limit(DIAL_TIMEOUT_MS, HangupCause.NO_ANSWER)
        log.add(_EVENTS[born])

    @property
    def status(self) -> CallStatus:
        """Return where the call stands."""
        return self._status

    def watch(self, watcher: Callable[[CallStatus, dict[str, str]], None]) -> None:
        """Call `watcher` with every state entered from now on, and what the platform says of a hang-up."""
        self._watchers.append(watcher)

    def move(self, to: CallStatus) -> None:
        """Move to a state other than `hangup`, which has a method of its own.

        Raises:
            CallError: the platform knows no such move.
        """
        self._check(to)
        self._status = to
        if to is CallStatus.PROGRESSING:
            self._timer.cancel()
            self._timer = self._limit(MAX_CALL_MS, HangupCause.MAX_DURATION)
        self._log.add(_EVENTS[to])
        self._tell({})

    def end(self, reason: EndReason, *, by: Side, cause: HangupCause = HangupCause.NORMAL, late: bool = False) -> None:
        """Hang up: the far end at once, the platform by way of `terminating` or `canceling`.

        Raises:
            CallError: the call has ended before.
        """
        # A timer ends the call where it stands; only a hang-up on purpose passes through a state of its own.
        if by != Role.CALLER and cause in (HangupCause.NORMAL, HangupCause.MACHINE):
            self.move(CallStatus.TERMINATING if self._status is CallStatus.PROGRESSING else CallStatus.CANCELING)
        self._check(CallStatus.HANGUP)
        before, self._status = self._status, CallStatus.HANGUP
        self._timer.cancel()
        facts = {
            "hangup_by": hangup_by(before).value,
            "hangup_reason": hangup_reason(before, cause=cause).value,
        }
        # Told before it is logged: whoever reads the last event finds everything else settled.
        self._tell(facts)
        self._log.add(EventKind.CALL_HANGUP, data={"reason": reason.value, "by": str(by), "late": late, **facts})

    def _tell(self, facts: dict[str, str]) -> None:
        told = self._status
        for watcher in tuple(self._watchers):
            # Whoever was told may have moved the call on, of which everybody has been told by now.
            if self._status is told:
                watcher(told, facts)

    def _check(self, to: CallStatus) -> None:
        if to not in TRANSITIONS[self._status]:
            raise CallError(f"a call that is {self._status.value} cannot become {to.value}")

    def _limit(self, after_ms: int, cause: HangupCause) -> Due:
        return self._clock.after(after_ms, lambda: self._on_timeout(cause))
