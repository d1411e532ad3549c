"""Analyses of ended flow executions: accepted at once, done some time later on the platform's clock.

Source: contract section 6.5. What a verdict holds is worked out in `verdict`.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from harness.simulator.kernel.world import Published, World
from harness.simulator.records.verdict import verdict
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, Record

MAX_RUNNING: Final = 20
"""Most analyses of one customer at a time."""
COOL_DOWN_MS: Final = 60_000
"""From one analysis of an execution to the next."""
TAKES_MS: Final = 3_000
"""How long a simulated analysis takes; the simulator's own choice."""

Touched: TypeAlias = Callable[[str], Sequence[Published]]
"""Everything a flow execution touched, by its id, newest first."""


class Analyses:
    """Starts analyses; deleting one is the world's `delete`."""

    def __init__(self, world: World, *, touched: Touched, takes_ms: int = TAKES_MS) -> None:
        """Take where the resources are kept, what knows an execution's events, and how long an analysis takes."""
        self._world = world
        self._touched = touched
        self._takes_ms = takes_ms
        self._begun_ms: dict[str, int] = {}

    def start(self, activeflow_id: str, *, reanalyze: bool = False, customer_id: str | None = None) -> Record:
        """Return the analysis of an execution: the one there is, or a new one.

        Args:
            activeflow_id: the execution's.
            reanalyze: throw a finished analysis away and begin again.
            customer_id: who asks; None is whoever owns the execution.

        Raises:
            ApiError: 404 for an unknown execution, 409 for one that runs, 429 when too many analyses run or the last
                one of this execution is too young.
        """
        flow = self._world.require(Kind.ACTIVEFLOW, activeflow_id, customer_id=customer_id)
        if flow["status"] != "ended":
            raise api_error(Reason.FLOW_STATE_INVALID, f"the activeflow {activeflow_id!r} has not ended")
        existing = next(self._world.records(Kind.TIMELINE_ANALYSIS, activeflow_id=flow["id"]), None)
        if existing is not None and (existing["status"] == "progressing" or not reanalyze):
            return existing
        now_ms = self._world.clock.now_ms()
        if existing is not None and now_ms - self._begun_ms[flow["id"]] < COOL_DOWN_MS:
            raise api_error(Reason.RATE_LIMIT_EXCEEDED, f"wait {COOL_DOWN_MS // 1000} s before you analyse it again")
        running = self._world.records(Kind.TIMELINE_ANALYSIS, customer_id=flow["customer_id"], status="progressing")
        if len(list(running)) >= MAX_RUNNING:
            raise api_error(Reason.RATE_LIMIT_EXCEEDED, f"{MAX_RUNNING} analyses are running; wait for one to end")
        return self._begin(flow, existing)

    def _begin(self, flow: Record, existing: Record | None) -> Record:
        analysis = existing or self._world.create(
            Kind.TIMELINE_ANALYSIS, customer_id=flow["customer_id"], activeflow_id=flow["id"]
        )
        self._world.change(analysis, status="progressing", result=None)
        self._begun_ms[flow["id"]] = self._world.clock.now_ms()
        self._world.clock.after(self._takes_ms, lambda: self._finish(analysis, flow))
        return analysis

    def _finish(self, analysis: Record, flow: Record) -> None:
        if analysis["tm_delete"] is None:
            call = self._world.find(Kind.CALL, flow["reference_id"]) if flow["reference_type"] == "call" else None
            result = verdict(flow, call=call, touched=self._touched(flow["id"])[::-1])
            self._world.change(analysis, status="completed", result=result)
