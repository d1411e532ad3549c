"""The states of calls on a whole platform: as a table of endings, and as a machine nobody can lead astray."""

from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from harness.model.call import EndReason, EventKind, Role
from harness.model.platform import Answering, Callee
from harness.voipbin.calls import TRANSITIONS, CallStatus, hangup_by
from harness.voipbin.resources import Record
from tests.simulator.stage import HOUR_MS, Line, Stage, action

SLEEP = action("sleep", duration=10 * HOUR_MS)
ANSWERS, RINGS_ON = Callee(target="*", ring_ms=3_000), Callee(target="*", answering=Answering.NO_ANSWER)
REJECTS, BUSY = (Callee(target="*", answering=how, ring_ms=3_000) for how in (Answering.REJECTS, Answering.BUSY))


def statuses(stage: Stage, line: Line) -> list[str]:
    """The states a call was in, as its events tell them."""
    events = (event for event in stage.world.history if event.data.get("id") == line.record["id"])
    return [event.type.removeprefix("call_") for event in events if event.type in CALL_EVENTS]


CALL_EVENTS = frozenset(f"call_{status.value}" for status in CallStatus)


def assert_legal(stage: Stage, line: Line) -> None:
    seen = [CallStatus(status) for status in statuses(stage, line)]
    born = CallStatus.RINGING if line.record["direction"] == "incoming" else CallStatus.DIALING
    for before, after in pairwise([born, *seen]):
        assert after in TRANSITIONS[before], f"{before} became {after}"
    assert seen.count(CallStatus.HANGUP) <= 1


@pytest.mark.parametrize(
    ("callee", "remote_ms", "local_ms", "path", "by", "reason", "ended_ms"),
    [
        pytest.param(ANSWERS, 9_000, None, "ringing progressing hangup", "remote", "normal", 9_000, id="far end"),
        pytest.param(
            ANSWERS, None, 9_000, "ringing progressing terminating hangup", "local", "normal", 9_000, id="we do"
        ),
        pytest.param(ANSWERS, None, 2_000, "ringing canceling hangup", "local", "cancel", 2_000, id="we give up"),
        pytest.param(RINGS_ON, None, None, "ringing hangup", "remote", "noanswer", 60_000, id="rings out"),
        pytest.param(REJECTS, None, None, "ringing hangup", "remote", "noanswer", 3_000, id="rejected"),
        pytest.param(BUSY, None, None, "hangup", "remote", "busy", 3_000, id="busy"),
        pytest.param(
            ANSWERS, None, None, "ringing progressing hangup", "remote", "timeout", 3_000 + HOUR_MS, id="too long"
        ),
    ],
)
def test_placed_call_ends_as_the_platform_says(
    callee: Callee, remote_ms: int | None, local_ms: int | None, path: str, by: str, reason: str, ended_ms: int
) -> None:
    stage = Stage(callees=(callee,))
    line = stage.placed(SLEEP)
    if remote_ms is not None:
        stage.at(remote_ms, lambda: line.leg.end(EndReason.CALLER_HANGUP, by=Role.CALLER))
    if local_ms is not None:
        stage.at(local_ms, lambda: stage.platform.leg(line.leg.id).hang_up())
    stage.run(for_ms=2 * HOUR_MS)
    record = line.record
    assert statuses(stage, line) == path.split()
    assert (record["hangup_by"], record["hangup_reason"], record["tm_hangup"]) == (by, reason, ended_ms)
    assert [event.kind for event in line.events].count(EventKind.CALL_HANGUP) == 1
    assert line.events[-1].kind is EventKind.CALL_HANGUP


def test_call_that_is_ended_while_everybody_is_told_it_was_answered_is_ended_once() -> None:
    stage = Stage(callees=(ANSWERS,))
    line = stage.placed(SLEEP)
    seen: list[str] = []
    line.leg.phone.watch(
        lambda status, _: line.leg.end(EndReason.AGENT_HANGUP, by="platform") if status == "progressing" else None
    )
    line.leg.phone.watch(lambda status, facts: seen.append(f"{status.value} {facts.get('hangup_reason', '-')}"))
    stage.run(for_ms=2 * HOUR_MS)
    assert seen == ["ringing -", "terminating -", "hangup normal"]
    assert statuses(stage, line) == ["ringing", "progressing", "terminating", "hangup"]
    assert stage.clock.next_ms() is None


class CallMachine(RuleBasedStateMachine):
    """Calls of one platform, whatever is done to them and whenever."""

    @initialize(seed=st.integers(0, 50), callee=st.sampled_from([ANSWERS, RINGS_ON, REJECTS, BUSY]))
    def open(self, seed: int, callee: Callee) -> None:
        self.stage = Stage(callees=(callee,), seed=seed)
        self.lines: list[Line] = []

    @rule()
    def place(self) -> None:
        if len(self.lines) < 4:
            self.lines.append(self.stage.placed(action("answer"), action("talk", text="Hello"), SLEEP))

    @rule(first=st.sampled_from(["answer", "talk", "sleep"]))
    def take_in(self, first: str) -> None:
        if len(self.lines) < 4:
            self.lines.append(self.stage.incoming(action(first, text="Hello", duration=5_000), SLEEP))

    @rule(which=st.integers(0, 3))
    def far_end_hangs_up(self, which: int) -> None:
        for line in self.lines[which : which + 1]:
            line.leg.end(EndReason.CALLER_HANGUP, by=Role.CALLER)

    @rule(which=st.integers(0, 3))
    def platform_hangs_up(self, which: int) -> None:
        for line in self.lines[which : which + 1]:
            if not line.leg.is_over:
                self.stage.platform.leg(line.leg.id).hang_up()

    @rule(which=st.integers(0, 3))
    def flow_is_stopped(self, which: int) -> None:
        for line in self.lines[which : which + 1]:
            self.stage.platform.stop_activeflow(line.record["activeflow_id"])

    @rule(for_ms=st.sampled_from([0, 1, 500, 3_000, 60_000, HOUR_MS]))
    def time_passes(self, for_ms: int) -> None:
        self.stage.run(for_ms=for_ms)

    @invariant()
    def every_move_is_legal(self) -> None:
        for line in getattr(self, "lines", ()):
            assert_legal(self.stage, line)
            assert_in_order(line.record)

    def teardown(self) -> None:
        for line in getattr(self, "lines", ()):
            self.stage.run(for_ms=2 * HOUR_MS)
            assert line.leg.is_over
            assert line.kinds.count("call_hangup") == 1


def assert_in_order(record: Record) -> None:
    times = [record[name] for name in ("tm_create", "tm_ringing", "tm_progressing", "tm_hangup")]
    known = [at_ms for at_ms in times if at_ms is not None]
    assert known == sorted(known)
    if record["status"] == "hangup":
        assert record["tm_hangup"] is not None
        assert record["hangup_by"]
        assert record["hangup_reason"]
        was_answered = record["tm_progressing"] is not None
        assert (record["hangup_reason"] in ("normal", "timeout")) or not was_answered
        if record["hangup_reason"] == "cancel":
            assert record["hangup_by"] == hangup_by(CallStatus.CANCELING)
    else:
        assert (record["tm_hangup"], record["hangup_by"], record["hangup_reason"]) == (None, "", "")


TestCallMachine = CallMachine.TestCase
TestCallMachine.settings = settings(max_examples=60, stateful_step_count=20)
