"""Transcriptions, and the transcripts they yield."""

from typing import Final

from harness.simulator.server.answers import Answer
from harness.simulator.server.fields import choice
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.plain import showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind

_SUBJECTS: Final = {"call": Kind.CALL, "recording": Kind.RECORDING}
"""What can be written down, by the type of reference."""


async def start(visit: Visit) -> Answer:
    """Start writing down what is said."""
    body = visit.body
    reference_type = bodies.text(body, "reference_type") or "call"
    reference_id = bodies.id_or_none(body, "reference_id") or ""
    if reference_type in _SUBJECTS:
        visit.mine(_SUBJECTS[reference_type], reference_id)
    transcribe = await visit.platform.start_transcribe(
        reference_type=reference_type,
        reference_id=reference_id,
        language=bodies.text(body, "language"),
        direction=bodies.text(body, "direction"),
        provider=choice(body, "provider", ("gcp", "aws")),
        on_end_flow_id=bodies.id_or_none(body, "on_end_flow_id"),
    )
    return visit.show(transcribe)


async def list_transcribes(visit: Visit) -> Answer:
    """List transcriptions, of one reference if it is named."""
    return visit.page(Kind.TRANSCRIBE, where=visit.asked("reference_type", "reference_id"))


async def stop(visit: Visit) -> Answer:
    """Stop writing down."""
    return visit.show(visit.platform.transcribes.stop(visit.mine(Kind.TRANSCRIBE)["id"]))


async def delete(visit: Visit) -> Answer:
    """Stop and delete."""
    transcribe = visit.mine(Kind.TRANSCRIBE)
    if transcribe["status"] == "progressing":
        visit.platform.transcribes.stop(transcribe["id"])
    return visit.show(visit.world.delete(transcribe))


async def list_transcripts(visit: Visit) -> Answer:
    """List what one transcription has written down."""
    asked = visit.query.get("transcribe_id")
    if asked is None:
        raise api_error(Reason.MISSING_REQUEST_PARAMETER, "name the transcription: ?transcribe_id=")
    transcribe = visit.mine(Kind.TRANSCRIBE, bodies.usual_id(asked) or "")
    return visit.page(Kind.TRANSCRIPT, where={"transcribe_id": transcribe["id"]})


OPERATIONS: Final = (
    Operation(method="GET", path="/transcribes", handler=list_transcribes),
    Operation(
        method="POST",
        path="/transcribes",
        handler=start,
        reads=Reads.OBJECT,
        required=("reference_type", "reference_id", "language"),
    ),
    Operation(method="GET", path="/transcribes/{id}", handler=showing(Kind.TRANSCRIBE)),
    Operation(method="DELETE", path="/transcribes/{id}", handler=delete),
    Operation(method="POST", path="/transcribes/{id}/stop", handler=stop),
    Operation(method="GET", path="/transcripts", handler=list_transcripts),
)
