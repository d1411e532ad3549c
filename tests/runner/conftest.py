"""A whole simulated platform whose voices are tones and whose ears know the words."""

from collections.abc import Callable
from typing import Any

import pytest

from harness.interfaces import Agent
from harness.model.agent import AgentConfig
from harness.model.call import Tier, Transcript
from harness.model.case import Case, Hangup, Move
from harness.runner.trial import Toolbox
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent, ToneMouth
from harness.transports.simulated import SimulatedTransport


class MovesInOrder:
    """Makes a case's moves and hangs up."""

    def __init__(self, case: Case) -> None:
        self._moves = case.moves

    async def next_move(self, transcript: Transcript) -> Move:
        return self._moves[transcript.moves_made] if transcript.moves_made < len(self._moves) else Hangup()


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
            "caller": MovesInOrder,
            "mouth": lambda voice: ToneMouth(text_only=text_only),
            "listener": None,
            "scorers": (),
            "tier": tier,
            "seed": 1,
        }
        return Toolbox(**(values | parts))

    return make
