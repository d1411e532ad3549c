"""A whole simulated platform whose voices are tones and whose ears know the words."""

from collections.abc import Callable
from typing import Any

import pytest

from harness.interfaces import Agent, Caller
from harness.model.agent import AgentConfig
from harness.model.call import CallRequest, Tier
from harness.participants.scripted import ScriptedCaller
from harness.runner.trial import Toolbox
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent, ToneMouth
from harness.transports.simulated import SimulatedTransport


def scripted(request: CallRequest) -> Caller:
    """Return who plays a case."""
    return ScriptedCaller(request.case, seed=request.seed)


ToolboxMaker = Callable[..., Toolbox]


@pytest.fixture
def make_toolbox() -> ToolboxMaker:
    """Return a maker of toolboxes whose agent gives the named replies; any part can be replaced by name."""

    def make(*replies: Any, tier: Tier = Tier.TEXT, **parts: Any) -> Toolbox:
        text_only = tier is Tier.TEXT

        def agent(config: AgentConfig) -> Agent:
            return ScriptedAgent(*(replies or ("Hello, this is the desk.", "Yes, until five.")))

        transport = SimulatedTransport(make_equipment(agent=agent, text_only=text_only))
        values: dict[str, Any] = {
            "transport": transport,
            "caller": scripted,
            "mouth": lambda voice: ToneMouth(text_only=text_only),
            "listener": None,
            "scorers": (),
            "tier": tier,
            "seed": 1,
        }
        return Toolbox(**(values | parts))

    return make
