"""Actions on the keys of a call: gathering those the far end presses, pressing some towards it."""

from collections.abc import Mapping
from functools import partial

from harness.simulator.calls.leg import Digit, Leg
from harness.simulator.calls.legs import Legs
from harness.simulator.exchange.executors.waiting import milliseconds, wait
from harness.simulator.flows.flow import Activeflow, Executor, Step
from harness.telephone.clock import Due
from harness.voipbin.actions import Action, ActionType
from harness.voipbin.variables import DIGITS


class KeyActions:
    """The executors of this module."""

    def __init__(self, legs: Legs) -> None:
        """Take the calls."""
        self._legs = legs

    @property
    def executors(self) -> Mapping[ActionType, Executor]:
        """Return what they do by action type."""
        return {
            ActionType.DIGITS_RECEIVE: self._digits_receive,
            ActionType.DIGITS_SEND: self._digits_send,
        }

    def _digits_receive(self, flow: Activeflow, action: Action) -> Step:
        option = action.option
        length = option.get("length")
        _Gathering(
            self._legs.of(flow),
            flow,
            length=length if isinstance(length, int) else 0,
            key=str(option.get("key") or ""),
            duration_ms=milliseconds(option.get("duration")),
        )
        return Step.BLOCKED

    def _digits_send(self, flow: Activeflow, action: Action) -> Step:
        leg = self._legs.of(flow)
        digits = str(action.option.get("digits") or "")
        each_ms = min(max(milliseconds(action.option.get("duration")), 100), 1_000)
        between_ms = min(milliseconds(action.option.get("interval")), 5_000)
        for place, digit in enumerate(digits if leg.takes_keys else ""):
            pressed = Digit(digit=digit, duration_ms=each_ms)
            leg.studio.clock.after(place * (each_ms + between_ms) + each_ms, partial(leg.press, pressed))
        return wait(leg, flow, len(digits) * (each_ms + between_ms))


class _Gathering:
    """Keys that add up until there are enough of them, one of them ends it, or time is up."""

    def __init__(self, leg: Leg, flow: Activeflow, *, length: int, key: str, duration_ms: int) -> None:
        self._leg = leg
        self._flow = flow
        self._length = length
        self._key = key
        flow.variables[DIGITS] = ""
        leg.collects_digits = True
        self._undo = [leg.add_keypad(self._pressed)]
        self._due: Due | None = leg.studio.clock.after(duration_ms, self._over) if duration_ms else None
        if self._due is not None:
            self._undo.append(leg.on_end(self._due.cancel))

    def _pressed(self, digit: Digit) -> None:
        if digit.digit in self._key:
            # The key that ends it is none of the digits.
            self._over()
            return
        self._flow.variables[DIGITS] += digit.digit
        if self._length and len(self._flow.variables[DIGITS]) >= self._length:
            self._over()

    def _over(self) -> None:
        for undo in self._undo:
            undo()
        if self._due is not None:
            self._due.cancel()
        # Whoever else is told of the last key must still find it being gathered.
        self._leg.studio.clock.after(0, self._go_on)

    async def _go_on(self) -> None:
        self._leg.collects_digits = False
        await self._flow.resume()
