"""What a platform keeps of its calls, gathered once they are over: the same things a real one shows by its API."""

from collections.abc import Iterator
from typing import Final

from harness.model.finding import Resource
from harness.simulator.works import Works
from harness.voipbin.resources import Kind, shown

HARNESS_PREFIX: Final = "harness."
"""Variables with which the harness tells a flow of the agent under test; the run knows them already."""
_KINDS = (
    Kind.CALL,
    Kind.ACTIVEFLOW,
    Kind.AICALL,
    Kind.MESSAGE,
    Kind.TRANSCRIBE,
    Kind.TRANSCRIPT,
    Kind.SUMMARY,
    Kind.RECORDING,
    Kind.AUDIT,
)


def kept_resources(works: Works) -> tuple[Resource, ...]:
    """Return every resource the calls of a platform touched, each kind in the order it was made."""
    return tuple(_resources(works))


def _resources(works: Works) -> Iterator[Resource]:
    for kind in _KINDS:
        for record in reversed(list(works.world.records(kind))):
            yield Resource(kind=kind.value, fields=shown(record))
    for id, variables in works.activeflows.variables.items():
        own = {name: value for name, value in variables.items() if not name.startswith(HARNESS_PREFIX)}
        yield Resource(kind="variables", fields={"activeflow_id": id, **own})
    for sent in works.outbox.sent:
        yield Resource(kind=sent.kind.value, fields={"id": sent.id, "activeflow_id": sent.activeflow_id, **sent.data})
