"""The simulated platform over HTTP."""

from harness.simulator.server.app import build_app
from harness.simulator.server.driving import Pace
from harness.simulator.server.options import Limits, Rate, ServerOptions
from harness.simulator.server.serving import serve

__all__ = ["Limits", "Pace", "Rate", "ServerOptions", "build_app", "serve"]
