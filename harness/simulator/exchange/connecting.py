"""Connecting a call with somebody else: others are phoned, the first who answers is bridged, the rest are let go."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.errors import CallError
from harness.model.call import EndReason, EventKind
from harness.simulator.calls.bridge import Bridge
from harness.simulator.calls.leg import Leg
from harness.simulator.exchange.switchboard import Order, Switchboard
from harness.voipbin.calls import CallStatus


class Connection:
    """One `connect` of a call."""

    def __init__(self, leg: Leg, *, switchboard: Switchboard, on_over: Callable[[], None]) -> None:
        """Take the call; `on_over` is told when nobody is connected any more, or nobody ever was."""
        self._leg = leg
        self._switchboard = switchboard
        self._on_over = on_over
        self._ringing: list[Leg] = []
        self._is_over = False
        self._forget = leg.on_end(self._let_go)

    def dial(self, destinations: Sequence[Mapping[str, Any]], *, source: Mapping[str, Any]) -> None:
        """Phone everybody at once.

        Raises:
            CallError: none of them can be phoned.
        """
        faults = []
        for destination in destinations:
            order = Order(
                source=source,
                destination=destination,
                actions=(),
                variables={},
                master_call_id=self._leg.id,
            )
            try:
                self._follow(self._switchboard.place_for(self._leg, order))
            except CallError as error:
                faults.append(str(error))
        if not self._ringing:
            self._is_over = True
            self._forget()
            raise CallError("; ".join(faults) or "connect has no destination")

    def _follow(self, far: Leg) -> None:
        target = str(far.record["destination"]["target"])
        self._ringing.append(far)
        self._note(EventKind.CONNECTING, target)
        chained = [*self._leg.record["chained_call_ids"], far.id]
        self._leg.world.change(self._leg.record, chained_call_ids=chained)

        def moved(status: CallStatus, facts: Mapping[str, str]) -> None:
            if status is CallStatus.PROGRESSING:
                self._bridge(far, target)
            elif status is CallStatus.HANGUP:
                self._gone(far, target, reason=facts.get("hangup_reason", ""))

        far.phone.watch(moved)

    def _bridge(self, far: Leg, target: str) -> None:
        if self._is_over or self._leg.is_over:
            far.end(EndReason.CALLER_HANGUP, by="platform")
            return
        others = [leg for leg in self._ringing if leg is not far]
        self._ringing = [far]
        for other in others:
            other.end(EndReason.CALLER_HANGUP, by="platform")
        if not self._leg.is_placed:
            # Nobody can be talked to on a telephone that still rings.
            self._leg.answer()
        self._note(EventKind.CONNECTED, target)
        Bridge(self._leg, far, on_over=lambda: None)

    def _gone(self, far: Leg, target: str, *, reason: str) -> None:
        if far not in self._ringing:
            return
        self._ringing.remove(far)
        self._note(EventKind.CONNECT_ENDED, target, reason=reason)
        if not self._ringing:
            self._finish()

    def _let_go(self) -> None:
        """Hang up on the others: the call they were phoned for is over."""
        self._is_over = True
        ringing, self._ringing = self._ringing, []
        for far in ringing:
            far.end(EndReason.CALLER_HANGUP, by="platform")

    def _finish(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._forget()
            self._on_over()

    def _note(self, kind: EventKind, target: str, *, reason: str = "") -> None:
        if not self._leg.is_over:
            data = {"target": target, **({"reason": reason} if reason else {})}
            self._leg.studio.log.add(kind, text=target, data=data)
