"""The simulated platform over HTTP."""

from harness.simulator.server.app import build_app
from harness.simulator.server.fetching import HttpFetch
from harness.simulator.server.options import Limits, Rate, ServerOptions
from harness.simulator.server.persistence import StateFile
from harness.simulator.server.serving import serve
from harness.simulator.server.sip_door import SipDoor
from harness.simulator.server.troubles import Trouble
from harness.telephone.pacing import Pace

__all__ = [
    "HttpFetch",
    "Limits",
    "Pace",
    "Rate",
    "ServerOptions",
    "SipDoor",
    "StateFile",
    "Trouble",
    "build_app",
    "serve",
]
