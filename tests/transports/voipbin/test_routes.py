from dataclasses import replace

import pytest

from harness.model.case import Case
from harness.model.moves import Backchannel, Expectation, Interruption, Press, Say
from harness.model.persona import Echo, Habits, Persona, Surroundings
from harness.model.platform import Callee, FaultKind, PlannedFault, PlatformSetup, ToolMock, TurnModelName, VadConfig
from harness.testing.builders import make_case
from harness.transports.voipbin.routes import Route, unsupported

PLAIN = make_case()
EVERY = frozenset(Route)


def with_setup(**setup: object) -> Case:
    return replace(PLAIN, platform=PlatformSetup(**setup))  # type: ignore[arg-type]


def with_persona(**fields: object) -> Case:
    return replace(PLAIN, persona=Persona(name="p", **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "routes"),
    [
        (PLAIN, ()),
        (with_setup(faults=(PlannedFault(kind=FaultKind.TTS_SILENT),)), EVERY),
        (with_setup(callees=(Callee(target="*"),)), EVERY),
        (with_setup(tool_mocks=(ToolMock(name="send_email"),)), EVERY),
        (with_setup(vad=VadConfig()), EVERY),
        (with_setup(turn_model=TurnModelName.VAD), EVERY),
        (
            with_persona(surroundings=Surroundings(agent_echo=Echo(delay_ms=100, level_db=-20))),
            {Route.SIP, Route.MEDIA},
        ),
        (with_persona(surroundings=Surroundings(snr_db=10)), ()),
        (with_setup(outgoing=True), {Route.MEDIA, Route.TEXT}),
        (with_setup(flow=({"type": "answer"},)), {Route.TEXT}),
        (make_case(moves=(Press(digits="1"),)), {Route.MEDIA, Route.TEXT}),
        (make_case(moves=(Say(text="No", interrupts=Interruption.STOP),)), {Route.TEXT}),
        (make_case(moves=(Backchannel(text="Mm-hm."),)), {Route.TEXT}),
        (with_persona(habits=Habits(interrupts=0.5)), {Route.TEXT}),
        (make_case(greeting=(Expectation(says=(("hello",),)),)), {Route.TEXT}),
    ],
    ids=[
        "words alone",
        "faults",
        "callees",
        "tool mocks",
        "a detector's settings",
        "a turn model",
        "an echo of the agent",
        "noise",
        "called by the platform",
        "a flow",
        "keys",
        "an interruption",
        "a backchannel",
        "a habit of interrupting",
        "a greeting",
    ],
)
def test_a_case_says_which_routes_it_cannot_go_and_what_to_do(case: Case, routes: frozenset[Route]) -> None:
    reasons = {route: unsupported(case, route) for route in Route}
    assert {route for route, why in reasons.items() if why} == set(routes)
    assert all("run it with" in why or "use route sip" in why for why in reasons.values() if why)
