"""Every operation of the API; one file a group of resources."""

from harness.simulator.server.routes.table import OPERATIONS

__all__ = ["OPERATIONS"]
