"""The table of operations, the most used first: the router reads it from the top."""

from typing import Final

from harness.simulator.server.routes import (
    accesskeys,
    accounts,
    aicalls,
    ais,
    calls,
    evaluations,
    extensions,
    flows,
    groupcalls,
    numbers,
    recordings,
    sign_in,
    speakings,
    timelines,
    transcribes,
)

OPERATIONS: Final = (
    *calls.OPERATIONS,
    *ais.OPERATIONS,
    *aicalls.OPERATIONS,
    *flows.OPERATIONS,
    *timelines.OPERATIONS,
    *transcribes.OPERATIONS,
    *evaluations.OPERATIONS,
    *accounts.OPERATIONS,
    *sign_in.OPERATIONS,
    *recordings.OPERATIONS,
    *speakings.OPERATIONS,
    *groupcalls.OPERATIONS,
    *numbers.OPERATIONS,
    *extensions.OPERATIONS,
    *accesskeys.OPERATIONS,
)
"""All of them, whichever platform has them."""
