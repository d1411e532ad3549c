"""What a request can do with a call that is going on (contract section 2.2)."""

from collections.abc import Callable
from typing import Final

from harness.interfaces import MouthFactory
from harness.model.call import EndReason, Role
from harness.model.persona import Voice
from harness.simulator.calls.announce import announce
from harness.simulator.calls.leg import Leg
from harness.simulator.calls.legs import Legs
from harness.simulator.calls.live_lines import LiveLines
from harness.simulator.calls.recordings import Recordings

_SIDES: Final = {
    "both": (Role.CALLER, Role.AGENT),
    "in": (Role.CALLER,),
    "out": (Role.AGENT,),
    "": (),
}
"""Whose sound stops arriving, by mute direction; `in` is what the far end says."""


class CallControl:
    """One call, as a request holds it. Raises ApiError for what its state does not allow."""

    def __init__(self, leg: Leg, *, legs: Legs, recordings: Recordings, mouth: MouthFactory, live: LiveLines) -> None:
        """Take the call and what acts on it."""
        self._leg = leg
        self._legs = legs
        self._recordings = recordings
        self._mouth = mouth
        self._live = live

    def hang_up(self) -> None:
        """Hang up."""
        self._leg.end(EndReason.AGENT_HANGUP, by="platform")

    async def talk(self, text: str, *, language: str, provider: str, voice_id: str) -> None:
        """Speak over the call; its flow does not wait."""
        leg = self._talking()
        await announce(
            leg, text, mouth=self._mouth(Voice(language=language or "en-US")), on_over=lambda: None, by="request"
        )

    def hold(self, on: bool) -> None:
        """Put the far end on hold: neither side hears the other."""
        self._deaden("both" if on else "", by="hold")

    def mute(self, direction: str) -> None:
        """Mute one side or both."""
        self._deaden(direction, by="mute")
        self._leg.world.change(self._leg.record, event="call_updated", mute_direction=direction)

    def unmute(self) -> None:
        """Let both sides be heard again."""
        self.mute("")

    def music(self, on: bool) -> None:
        """Play music on hold, which is silence here: what is said meanwhile does not arrive at the far end."""
        self._deaden("out" if on else "", by="moh")

    def silence(self, on: bool) -> None:
        """Let the far end hear nothing."""
        self._deaden("out" if on else "", by="silence")

    def start_recording(
        self, *, format: str, end_of_silence: int, end_of_key: str, duration: int, on_end_flow_id: str | None
    ) -> None:
        """Begin to record; the two limits in seconds, 0 for none."""
        leg = self._talking()
        option = {
            "format": format,
            "end_of_silence": end_of_silence,
            "end_of_key": end_of_key,
            "duration": duration,
            "on_end_flow_id": on_end_flow_id,
        }
        self._recordings.start(leg, option=option, activeflow_id=leg.record["activeflow_id"])

    def stop_recording(self) -> None:
        """End the recording."""
        self._recordings.stop(self._leg)

    def tap(self, on_frame: Callable[[bytes], None]) -> Callable[[], None]:
        """Hear the call, both directions mixed, in frames of 20 ms; returns how to stop."""
        return self._live.of(self._talking()).tap(on_frame)

    def inject(self, frame: bytes) -> None:
        """Play a frame of 20 ms to the far end."""
        self._live.of(self._talking()).inject(frame)

    def _talking(self) -> Leg:
        return self._legs.require_talking(self._leg.id)

    def _deaden(self, direction: str, *, by: str) -> None:
        dead, lines = _SIDES[direction], self._talking().lines
        for role in Role:
            lines.deaden(role, by=by, dead=role in dead)
