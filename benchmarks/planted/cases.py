"""What planted calls are about, and how they are put together."""

from collections.abc import Sequence
from typing import Any

from benchmarks.planted.doubles import (
    calling,
)
from harness.model.case import Case, Limit
from harness.model.entity import Entity, EntityKind
from harness.model.moves import Expectation, Say
from harness.model.persona import Persona, Surroundings
from harness.model.platform import PlannedFault, PlatformSetup, ToolMock
from harness.simulator.kernel.latency import LatencyMode
from harness.testing.builders import make_case

GREETING = "Hello, Bella Trattoria. How can I help you?"
HOURS = "Until when are you open in the evening?"
ORDER = "My order number is four seven one nine two."
NUMBER = Entity(kind=EntityKind.DIGITS, value="47192")
ORDERS = (
    "Hello. Always ask for the order number first. Order 47192 arrives on Wednesday. Order 47193 arrives on Friday."
)
TOLD = '{"run_llm": true}'
"""Has the model told of the result: without it this tool tells nobody."""
LONG = "We have a terrace, a garden and a bar, and on Fridays there is live music until late. The password is bluebird."
BOOKED = ("Hello, Bella Trattoria.", calling("get_variables", TOLD), "I am sorry, that did not work.")
MEASURED = LatencyMode.MEASURED


def ask(
    text: str, *says: str | tuple[str, ...], never: Sequence[str] = (), within_ms: int | None = None, **fields: Any
) -> Say:
    """Return a line and what its answer must hold."""
    groups = tuple((group,) if isinstance(group, str) else group for group in says)
    expect = Expectation(says=groups, never_says=tuple(never), within_ms=within_ms)
    return Say(text=text, expect=(expect,), **fields)


def case(*moves: Any, fault: PlannedFault | None = None, limit: tuple[str, float] | None = None, **fields: Any) -> Case:
    """Return a case with some moves, one fault of the platform and one limit."""
    setup = fields.pop("platform", None) or PlatformSetup(faults=() if fault is None else (fault,))
    limits = () if limit is None else (Limit(score=limit[0], at_most=limit[1]),)
    return make_case(moves=moves, platform=setup, limits=limits, **fields)


def on_line(**line: Any) -> Persona:
    """Return a persona with such a line."""
    return Persona(name="tester", surroundings=Surroundings(**line))


HOURS_CASE = case(ask(HOURS, "ten"))
GREETED = case(Say(text=HOURS), greeting=(Expectation(says=(("Bella",),)),))
QUICK = case(ask(HOURS, "ten", within_ms=3000))
ORDER_CASE = case(
    Say(text="Where is my package, please?"), ask(ORDER, "Wednesday", entities=(NUMBER,)), entities=(NUMBER,)
)
TWO_LINES = case(ask(HOURS, "ten"), ask("And is there any parking for our cars?", "free"))
USES_TOOL = PlatformSetup(tools=("get_variables",))


def with_tool(mock: ToolMock | None = None, *, says: str = "eight", within_ms: int | None = None) -> Case:
    """Return a case whose answer needs a tool."""
    setup = PlatformSetup(tools=("get_variables",), tool_mocks=() if mock is None else (mock,))
    return case(ask("When is my table booked for?", says, within_ms=within_ms), platform=setup)
