"""What was said in a call, conference, recording or transcription, oldest first, from what the platform kept of it."""

from collections.abc import Iterable, Iterator

from harness.interfaces import SpokenLine
from harness.model.call import Role
from harness.simulator.kernel.world import World
from harness.voipbin.resources import Kind, Record

_SPEAKER = {"in": Role.CALLER, "out": Role.AGENT}
_WRITER = {"user": Role.CALLER, "assistant": Role.AGENT}


def spoken_lines(world: World, *, reference_type: str, reference_id: str) -> tuple[SpokenLine, ...]:
    """Return the lines of a reference.

    A recording nobody transcribed has its call's lines; a call nobody transcribed has what its AI call stored.
    """
    if reference_type == "transcribe":
        return tuple(_transcribed(world, [world.require(Kind.TRANSCRIBE, reference_id)]))
    lines = tuple(_transcribed(world, world.records(Kind.TRANSCRIBE, reference_id=reference_id)))
    if not lines and reference_type == "recording":
        recorded = world.require(Kind.RECORDING, reference_id)
        return spoken_lines(world, reference_type="call", reference_id=recorded["reference_id"] or "")
    return lines or tuple(_stored(world, reference_id))


def _transcribed(world: World, transcribes: Iterable[Record]) -> Iterator[SpokenLine]:
    found: dict[tuple[int, str, str], None] = {}
    for transcribe in transcribes:
        for line in world.records(Kind.TRANSCRIPT, transcribe_id=transcribe["id"]):
            # Two transcriptions of one call hear the same words at the same moment: they count once.
            at_ms = transcribe["tm_create"] + (line["tm_transcript"] or 0)
            found[at_ms, line["direction"], line["message"]] = None
    for _, direction, message in sorted(found):
        yield SpokenLine(speaker=_SPEAKER[direction], text=message)


def _stored(world: World, reference_id: str) -> Iterator[SpokenLine]:
    for aicall in world.records(Kind.AICALL, reference_id=reference_id):
        for message in reversed(list(world.records(Kind.MESSAGE, aicall_id=aicall["id"]))):
            if message["role"] in _WRITER and message["content"].strip():
                yield SpokenLine(speaker=_WRITER[message["role"]], text=message["content"])
