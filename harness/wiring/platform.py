"""A simulated platform on its own, for `harness simulate`."""

from harness.model.call import Tier
from harness.model.platform import TurnModelName
from harness.settings import Settings
from harness.simulator.casting import InlineAI
from harness.simulator.executors.control import Fetch
from harness.simulator.platform import Platform
from harness.simulator.talk import SessionSetup
from harness.simulator.works import PlatformOptions
from harness.voipbin.mode import Mode
from harness.wiring.workshop import Workshop


def simulated_platform(settings: Settings, *, engine_model: str, fetch: Fetch | None = None) -> Platform:
    """Return a platform that answers with the settings' services.

    Args:
        settings: Which platform, which voices and recogniser, which seed.
        engine_model: Answers for an AI whose own engine_model has no key here, and for inline prompts.
        fetch: Asks the network for the actions of the flow action `fetch`; without it, there is no network.

    Raises:
        ConfigurationError: and its children, naming the fix.
    """
    workshop = Workshop(settings)
    workshop.llm(engine_model)
    return Platform(
        equipment=workshop.equipment(stand_in=engine_model),
        options=PlatformOptions(
            seed=settings.seed,
            mode=Mode(settings.platform),
            tier=Tier(settings.tier),
            session=SessionSetup(turn_model=TurnModelName(settings.turn_model)),
            inline=InlineAI(engine_model=engine_model),
        ),
    )
