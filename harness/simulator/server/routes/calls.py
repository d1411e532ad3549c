"""Calls: placed, looked at, and everything that can be done to one while it lasts."""

from collections.abc import Callable
from typing import Final

from harness.simulator.calls.call_control import CallControl
from harness.simulator.server.answers import Answer, answer
from harness.simulator.server.fields import address, addresses, choice, integer, variables
from harness.simulator.server.operations import Handler, Operation, Reads
from harness.simulator.server.routes.plain import listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.calls import CallStatus
from harness.voipbin.resources import Kind

_RECORDING: Final = ("format", "end_of_silence", "end_of_key", "duration", "on_end_flow_id")
_PROVIDERS: Final = ("gcp", "aws")
_DONE: Final = Answer()
"""The answer of operations that say nothing."""


async def place(visit: Visit) -> Answer:
    """Place calls; the tutorial reads the first one's fields beside the arrays (contract section 8, row 5)."""
    body = visit.body
    placed = visit.platform.orders.place_request(
        source=address(body, "source"),
        destinations=addresses(body, "destinations"),
        flow_id=bodies.id_or_none(body, "flow_id") or "",
        actions=bodies.objects(body, "actions"),
        anonymous=bodies.text(body, "anonymous"),
        variables=variables(body, "variables"),
    )
    calls = [visit.public(call) for call in placed.calls]
    both = {"calls": calls, "groupcalls": [visit.public(each) for each in placed.groupcalls]}
    flat = calls[0] if calls and visit.mode.takes_seed_forms else {}
    return answer({**flat, **both})


async def delete(visit: Visit) -> Answer:
    """Hang up and delete."""
    call = visit.mine(Kind.CALL)
    if call["status"] != CallStatus.HANGUP:
        visit.platform.leg(call["id"]).hang_up()
    return visit.show(visit.world.delete(call, event="call_deleted"))


async def hang_up(visit: Visit) -> Answer:
    """Hang up."""
    call = visit.mine(Kind.CALL)
    visit.platform.leg(call["id"]).hang_up()
    return visit.show(call)


async def talk(visit: Visit) -> Answer:
    """Say something into the call; its flow does not move on."""
    body = visit.body
    leg = _leg(visit)
    await leg.talk(
        bodies.text(body, "text"),
        language=bodies.text(body, "language"),
        provider=choice(body, "provider", _PROVIDERS),
        voice_id=bodies.text(body, "voice_id"),
    )
    return _DONE


async def mute(visit: Visit) -> Answer:
    """Silence one side, or both."""
    _leg(visit).mute(choice(visit.body, "direction", ("both", "in", "out")) or "both")
    return _DONE


async def start_recording(visit: Visit) -> Answer:
    """Record the call from now on."""
    body = visit.body
    call = visit.mine(Kind.CALL)
    visit.platform.leg(call["id"]).start_recording(
        format=choice(body, "format", ("wav",)) or "wav",
        end_of_silence=integer(body, "end_of_silence"),
        end_of_key=bodies.text(body, "end_of_key"),
        duration=integer(body, "duration"),
        on_end_flow_id=bodies.id_or_none(body, "on_end_flow_id") or "",
    )
    return visit.show(call)


async def stop_recording(visit: Visit) -> Answer:
    """End the recording."""
    call = visit.mine(Kind.CALL)
    visit.platform.leg(call["id"]).stop_recording()
    return visit.show(call)


def _leg(visit: Visit) -> CallControl:
    return visit.platform.leg(visit.mine(Kind.CALL)["id"])


def _silently(act: Callable[[CallControl], None]) -> Handler:
    """Return the handler of an operation that takes nothing and says nothing."""

    async def handle(visit: Visit) -> Answer:
        act(_leg(visit))
        return _DONE

    return handle


OPERATIONS: Final = (
    Operation(method="GET", path="/calls", handler=listing(Kind.CALL)),
    Operation(method="POST", path="/calls", handler=place, reads=Reads.OBJECT),
    Operation(method="GET", path="/calls/{id}", handler=showing(Kind.CALL)),
    Operation(method="DELETE", path="/calls/{id}", handler=delete),
    Operation(method="POST", path="/calls/{id}/hangup", handler=hang_up),
    Operation(method="POST", path="/calls/{id}/talk", handler=talk, reads=Reads.MAYBE),
    Operation(method="POST", path="/calls/{id}/hold", handler=_silently(lambda leg: leg.hold(True))),
    Operation(method="DELETE", path="/calls/{id}/hold", handler=_silently(lambda leg: leg.hold(False))),
    Operation(method="POST", path="/calls/{id}/mute", handler=mute, reads=Reads.MAYBE),
    Operation(method="DELETE", path="/calls/{id}/mute", handler=_silently(lambda leg: leg.unmute())),
    Operation(method="POST", path="/calls/{id}/moh", handler=_silently(lambda leg: leg.music(True))),
    Operation(method="DELETE", path="/calls/{id}/moh", handler=_silently(lambda leg: leg.music(False))),
    Operation(method="POST", path="/calls/{id}/silence", handler=_silently(lambda leg: leg.silence(True))),
    Operation(method="DELETE", path="/calls/{id}/silence", handler=_silently(lambda leg: leg.silence(False))),
    Operation(
        method="POST",
        path="/calls/{id}/recording_start",
        handler=start_recording,
        reads=Reads.OBJECT,
        required=_RECORDING,
    ),
    Operation(method="POST", path="/calls/{id}/recording_stop", handler=stop_recording),
)
