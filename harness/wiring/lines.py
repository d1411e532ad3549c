"""How calls come about, by the name of the transport."""

from typing import TYPE_CHECKING

from harness.interfaces import Transport
from harness.model.call import Role
from harness.model.platform import TurnModelName
from harness.settings import REAL, Settings
from harness.wiring.engines import own
from harness.wiring.live import live_transport

if TYPE_CHECKING:
    from harness.wiring.workshop import Workshop


def make_transport(settings: Settings, workshop: "Workshop", *, run_id: str) -> Transport:
    """Return what places the calls of a session.

    Args:
        settings: Of the session.
        workshop: Makes the services behind a call.
        run_id: Marks what real calls make on the platform.

    Raises:
        ConfigurationError: nobody has a transport of that name.
    """
    match settings.transport:
        case "simulated":
            from harness.simulator.dialled import Defaults
            from harness.transports.simulated import SimulatedTransport
            from harness.voipbin.mode import Mode

            defaults = Defaults(mode=Mode(settings.platform), turn_model=TurnModelName(settings.turn_model))
            return SimulatedTransport(workshop.equipment(), defaults=defaults)
        case name if name == REAL:
            return live_transport(
                settings,
                run_id=run_id,
                ears=workshop.ears,
                mouth=lambda voice: workshop.mouth(voice, side=Role.CALLER),
            )
        case name:
            made: Transport = own(name, kind="transport", known=("simulated", REAL))(settings)
            return made
