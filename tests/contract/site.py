"""A served platform for the rows that are about requests: asked without a socket, its time moved by hand."""

from collections.abc import Callable
from typing import Any

from harness.interfaces import Agent
from harness.model.call import Tier
from harness.model.platform import Answering, Callee
from harness.simulator.platform import Platform
from harness.simulator.server import ServerOptions, build_app
from harness.simulator.works import PlatformOptions
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent
from harness.voipbin.mode import Mode
from tests.simulator.server.conftest import Client, WallClock
from tests.simulator.server.stage import run

SOURCE = {"type": "tel", "target": "+15551234567"}
TEL = {"type": "tel", "target": "+15559876543"}
SIP = {"type": "sip", "target": "caller@example.com"}
AI = {"name": "desk", "engine_model": "openai.gpt-4o", "init_prompt": "You are the desk."}
PICKS_UP = Callee(target="*", answering=Answering.ANSWERS, ring_ms=1_000)
TALKS = Callee(target="*", ring_ms=1_000, says=("Hello?", "When are you open?", "Thank you, goodbye."))


def open_site(
    mode: Mode = Mode.SEED,
    *,
    agent: Callable[[], Agent] = lambda: ScriptedAgent("Hello.", "Certainly."),
    callee: Callee = PICKS_UP,
    legacy_times: bool = False,
    **options: Any,
) -> Client:
    """Serve a platform; `options` are more of its `PlatformOptions`."""
    wall = WallClock()
    equipment = make_equipment(text_only=True, agent=lambda _: agent())
    asked = PlatformOptions(mode=mode, tier=Tier.TEXT, callees=(callee,), **options)
    platform = Platform(equipment=equipment, options=asked)
    app = build_app(platform, options=ServerOptions(now=wall, limits=None, legacy_times=legacy_times))
    key = app.state.service.doorkeeper.admin.access_key
    return Client(app=app, platform=platform, wall=wall, params={"accesskey": key})


def order(*actions: object, destination: object = TEL) -> dict[str, Any]:
    """Return the body of a request for a call."""
    return {"source": SOURCE, "destinations": [destination], "actions": list(actions)}


def place(client: Client, *actions: object, destination: object = TEL, for_ms: int = 60_000) -> Any:
    """Place a call, let time pass, and return the call as it is then."""
    placed = client.done("POST", "/v1.0/calls", order(*actions, destination=destination))
    run(client.platform, for_ms=for_ms)
    return client.done("GET", f"/v1.0/calls/{placed['calls'][0]['id']}")


def listed(client: Client, path: str) -> list[Any]:
    """Return everything of a list, oldest first."""
    result: list[Any] = client.done("GET", f"/v1.0/{path}")["result"]
    return result[::-1]
