"""The platform's own voice in a call: started, given text, stopped."""

from typing import Final

from harness.simulator.server.answers import Answer, answer
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.paging import page_size, position
from harness.simulator.server.routes.plain import showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.resources import Kind


async def start(visit: Visit) -> Answer:
    """Start speaking into a call."""
    body = visit.body
    call = visit.mine(Kind.CALL, bodies.id_or_none(body, "reference_id") or "")
    speaking = visit.platform.speakings.start(
        reference_type=bodies.text(body, "reference_type") or "call",
        reference_id=call["id"],
        language=bodies.text(body, "language"),
        provider=bodies.text(body, "provider"),
        voice_id=bodies.text(body, "voice_id"),
        direction=bodies.text(body, "direction"),
    )
    return visit.show(speaking, status=201)


async def list_speakings(visit: Visit) -> Answer:
    """List them; alone among the lists this one is a bare array."""
    records, _ = visit.service.pager.page(
        Kind.SPEAKING, wanted=visit.owns, size=page_size(visit.query), after=position(visit.query)
    )
    return answer([visit.public(record) for record in records])


async def say(visit: Visit) -> Answer:
    """Speak a text after what is being spoken."""
    speaking = visit.mine(Kind.SPEAKING)
    visit.platform.speakings.say(speaking["id"], bodies.text(visit.body, "text"))
    return visit.show(speaking)


async def flush(visit: Visit) -> Answer:
    """Forget what has not been spoken yet."""
    speaking = visit.mine(Kind.SPEAKING)
    visit.platform.speakings.flush(speaking["id"])
    return visit.show(speaking)


async def stop(visit: Visit) -> Answer:
    """Stop for good."""
    speaking = visit.mine(Kind.SPEAKING)
    visit.platform.speakings.stop(speaking["id"])
    return visit.show(speaking)


async def delete(visit: Visit) -> Answer:
    """Stop and delete."""
    speaking = visit.mine(Kind.SPEAKING)
    if speaking["status"] != "stopped":
        visit.platform.speakings.stop(speaking["id"])
    return visit.show(visit.world.delete(speaking))


OPERATIONS: Final = (
    Operation(method="GET", path="/speakings", handler=list_speakings),
    Operation(
        method="POST",
        path="/speakings",
        handler=start,
        reads=Reads.OBJECT,
        required=("reference_type", "reference_id"),
    ),
    Operation(method="GET", path="/speakings/{id}", handler=showing(Kind.SPEAKING)),
    Operation(method="DELETE", path="/speakings/{id}", handler=delete),
    Operation(method="POST", path="/speakings/{id}/say", handler=say, reads=Reads.OBJECT, required=("text",)),
    Operation(method="POST", path="/speakings/{id}/flush", handler=flush),
    Operation(method="POST", path="/speakings/{id}/stop", handler=stop),
)
