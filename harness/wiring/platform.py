"""A simulated platform on its own, for `harness simulate`."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from harness.model.call import Role, Tier
from harness.model.persona import Voice
from harness.model.platform import Callee, TurnModelName
from harness.settings import Settings
from harness.simulator.calls.gates import Gates
from harness.simulator.exchange.executors.control import Fetch
from harness.simulator.platform import Platform
from harness.simulator.sessions.casting import InlineAI
from harness.simulator.sessions.talk import SessionSetup
from harness.simulator.works import PlatformOptions
from harness.voipbin.mode import Mode
from harness.wiring.workshop import Workshop

SOMEBODY_SAYS: Final = (
    "Hello?",
    "I have a question. What can you tell me about your service?",
    "Thank you very much. Goodbye.",
)
"""The lines of whoever is phoned, unless told otherwise: with nobody at the far end no call is a conversation."""


GATES: Final[Mapping[str, Gates]] = MappingProxyType(
    {
        "balance": Gates(),
        "all": Gates(identity=True, countries=(), own_number=True),
        "none": Gates(balance=False),
    }
)
"""What is checked before a call is placed, by name."""


def simulated_platform(
    settings: Settings,
    *,
    engine_model: str,
    says: Sequence[str] = SOMEBODY_SAYS,
    gates: str = "balance",
    fetch: Fetch | None = None,
) -> Platform:
    """Return a platform that answers with the settings' services.

    Args:
        settings: Which platform, which voices and recogniser, which seed.
        engine_model: Answers for an AI whose own engine_model has no key here, and for inline prompts.
        says: The lines of whoever is phoned, one after each turn of the other side, before they hang up; without any
            they stay silent until the other side hangs up.
        gates: What an account must have before a call is placed for it: a name of `GATES`.
        fetch: Asks the network for the actions of the flow action `fetch`; without it, there is no network.

    Raises:
        ConfigurationError: and its children, naming the fix.
    """
    workshop = Workshop(settings)
    workshop.llm(engine_model)
    workshop.check_hearing("en-US")
    workshop.mouth(Voice(), side=Role.AGENT)
    return Platform(
        equipment=workshop.equipment(stand_in=engine_model),
        options=PlatformOptions(
            seed=settings.seed,
            mode=Mode(settings.platform),
            tier=Tier(settings.tier),
            callees=(Callee(target="*", says=tuple(says)),),
            session=SessionSetup(turn_model=TurnModelName(settings.turn_model)),
            inline=InlineAI(engine_model=engine_model),
            gates=GATES[gates],
            fetch=fetch,
        ),
    )
