import asyncio
from itertools import product

import pytest

from harness.errors import CallError
from harness.model.call import EndReason, Event, Role
from harness.simulator.calls.phone_call import PhoneCall
from harness.telephone.clock import VirtualClock
from harness.telephone.log import EventLog
from harness.voipbin.calls import TRANSITIONS, CallStatus, HangupCause


class Desk:
    """A call with its clock and everything it reports."""

    def __init__(self, born: CallStatus = CallStatus.RINGING) -> None:
        self.clock = VirtualClock()
        self.events: list[Event] = []
        self.timeouts: list[tuple[int, HangupCause]] = []
        log = EventLog(self.clock)
        log.watch(self.events.append)
        self.call = PhoneCall(
            clock=self.clock,
            log=log,
            born=born,
            on_timeout=lambda cause: self.timeouts.append((self.clock.now_ms(), cause)),
        )


@pytest.mark.parametrize(
    ("born", "to"),
    [pair for pair in product(CallStatus, CallStatus) if CallStatus.HANGUP not in pair],
)
def test_call_makes_the_moves_the_platform_knows_and_no_other(born: CallStatus, to: CallStatus) -> None:
    desk = Desk(born)
    if to in TRANSITIONS[born]:
        desk.call.move(to)
        assert desk.call.status is to
        assert desk.events[-1].kind == f"call_{to.value}"
    else:
        with pytest.raises(CallError, match=f"{born.value} cannot become {to.value}"):
            desk.call.move(to)
        assert desk.call.status is born


@pytest.mark.parametrize(
    ("born", "by", "path", "hangup_by", "reason"),
    [
        ("ringing", "caller", ["call_hangup"], "remote", "normal"),
        ("progressing", "caller", ["call_hangup"], "remote", "normal"),
        ("progressing", "platform", ["call_terminating", "call_hangup"], "local", "normal"),
        ("ringing", "platform", ["call_canceling", "call_hangup"], "local", "cancel"),
    ],
)
def test_hang_up_takes_the_platforms_path(born: str, by: str, path: list[str], hangup_by: str, reason: str) -> None:
    desk = Desk(CallStatus(born))
    desk.call.end(EndReason.CALLER_HANGUP, by=Role.CALLER if by == "caller" else "platform")
    assert [event.kind.value for event in desk.events[1:]] == path
    assert desk.events[-1].data["hangup_by"] == hangup_by
    assert desk.events[-1].data["hangup_reason"] == reason


def test_call_ends_once() -> None:
    desk = Desk()
    desk.call.end(EndReason.CALLER_HANGUP, by=Role.CALLER)
    with pytest.raises(CallError, match="hangup cannot become hangup"):
        desk.call.end(EndReason.CALLER_HANGUP, by=Role.CALLER)


@pytest.mark.parametrize(
    ("answered", "at_ms", "cause", "reason"),
    [
        (False, 60_000, HangupCause.NO_ANSWER, "noanswer"),
        (True, 3_600_000, HangupCause.MAX_DURATION, "timeout"),
    ],
    ids=["unanswered", "too long"],
)
def test_timer_runs_out(answered: bool, at_ms: int, cause: HangupCause, reason: str) -> None:
    desk = Desk()
    if answered:
        desk.call.move(CallStatus.PROGRESSING)
    asyncio.run(_all(desk.clock))
    assert desk.timeouts == [(at_ms, cause)]
    desk.call.end(EndReason.TIME_LIMIT, by="platform", cause=cause)
    assert desk.events[-1].data["hangup_reason"] == reason


def test_no_timer_is_left_when_the_call_is_over() -> None:
    desk = Desk()
    desk.call.end(EndReason.CALLER_HANGUP, by=Role.CALLER)
    asyncio.run(_all(desk.clock))
    assert desk.timeouts == []


async def _all(clock: VirtualClock) -> None:
    while await clock.step():
        pass
