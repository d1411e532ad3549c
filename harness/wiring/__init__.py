"""The one place that turns settings into concrete objects.

The only room with imports inside functions: an adapter, and the heavy library behind it, is loaded when a session uses
it and not before. Names map to factories in the tables of `engines.py`; where a setting takes a name it also takes
`package.module:factory`, so that an adapter of one's own needs no change here.
"""

from harness.wiring.live import only_fit, unfit
from harness.wiring.platform import SOMEBODY_SAYS, simulated_platform
from harness.wiring.session import assemble, missing_here, provenance
from harness.wiring.workshop import Workshop

__all__ = [
    "SOMEBODY_SAYS",
    "Workshop",
    "assemble",
    "missing_here",
    "only_fit",
    "provenance",
    "simulated_platform",
    "unfit",
]
