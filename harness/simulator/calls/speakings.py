"""Speaking into a call on request, sentence by sentence (contract section 2.7)."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from harness.interfaces import MouthFactory
from harness.model.persona import Voice
from harness.simulator.calls.announce import announce
from harness.simulator.calls.leg import Leg
from harness.simulator.calls.legs import Legs
from harness.simulator.kernel.world import World
from harness.simulator.line.voice import Speech
from harness.voipbin.api_errors import Reason, api_error, untyped
from harness.voipbin.resources import Kind, Record

LONGEST_TEXT: Final = 5_000
_PROVIDERS: Final = ("elevenlabs", "gcp", "aws")
_DIRECTIONS: Final = ("", "in", "out", "both")


class Speakings:
    """The speaking sessions of a platform."""

    def __init__(
        self,
        *,
        world: World,
        legs: Legs,
        mouth: MouthFactory,
        spawn: Callable[[Callable[[], Awaitable[None]]], None],
    ) -> None:
        """Take the calls and the platform's voice."""
        self._world = world
        self._legs = legs
        self._mouth = mouth
        self._spawn = spawn
        self._speeches: dict[str, list[Speech]] = {}

    def start(
        self,
        *,
        reference_type: str,
        reference_id: str,
        language: str,
        provider: str,
        voice_id: str,
        direction: str,
    ) -> Record:
        """Open a session on a call that is answered; one at a time.

        Raises:
            ApiError: 400 for a value there is not, 404 or 409 for the call, an internal error for a second session.
        """
        if provider and provider not in _PROVIDERS:
            raise api_error(Reason.INVALID_ARGUMENT, f"provider must be one of {', '.join(_PROVIDERS)}")
        if direction not in _DIRECTIONS:
            raise api_error(Reason.INVALID_ARGUMENT, "direction must be in, out or both")
        if reference_type != "call":
            raise api_error(Reason.INVALID_ARGUMENT, "reference_type must be call")
        leg = self._legs.require_talking(reference_id)
        live = self._world.records(Kind.SPEAKING, reference_id=reference_id, status="active")
        if any(True for _ in live):
            raise untyped(f"the call {reference_id!r} has a speaking session already", mode=self._world.mode)
        record = self._world.create(
            Kind.SPEAKING,
            event="speaking_started",
            event_activeflow=leg.record["activeflow_id"],
            reference_id=reference_id,
            language=language,
            provider=provider or _PROVIDERS[0],
            voice_id=voice_id,
            direction=direction,
            status="active",
        )
        leg.on_end(lambda: self._end(record, leg))
        return record

    def say(self, id: str, text: str) -> Record:
        """Speak a text behind whatever sounds already.

        Raises:
            ApiError: 400 for a text that is empty or too long, 404, 409 when the session or the call is over.
        """
        record = self._active(id)
        leg = self._legs.require_talking(record["reference_id"])
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise api_error(Reason.INVALID_ARGUMENT, f"text must have 1 to {LONGEST_TEXT} characters")
        self._spawn(partial(self._speak, record, leg, text))
        return record

    def flush(self, id: str) -> Record:
        """Discard what is not yet spoken. Raises ApiError, as `say`."""
        record = self._active(id)
        self._silence(id)
        return record

    def stop(self, id: str) -> Record:
        """End a session; one that is over stays as it is. Raises ApiError when there is none."""
        record = self._world.require(Kind.SPEAKING, id)
        leg = self._legs.find(record["reference_id"])
        if record["status"] != "stopped":
            self._end(record, leg)
        return record

    def _active(self, id: str) -> Record:
        record = self._world.require(Kind.SPEAKING, id)
        if record["status"] == "stopped":
            raise api_error(Reason.STATE_INVALID, f"the speaking {id!r} is over")
        return record

    async def _speak(self, record: Record, leg: Leg, text: str) -> None:
        voice = self._mouth(Voice(language=record["language"] or "en-US"))
        speech = await announce(leg, text, mouth=voice, on_over=lambda: None, by="request")
        if speech is not None:
            self._speeches.setdefault(record["id"], []).append(speech)

    def _silence(self, id: str) -> None:
        for speech in self._speeches.pop(id, ()):
            speech.cut()

    def _end(self, record: Record, leg: Leg | None) -> None:
        if record["status"] == "stopped":
            return
        self._silence(record["id"])
        self._world.change(record, status="stopped")
        flow_id = leg.record["activeflow_id"] if leg is not None else None
        self._world.publish("speaking_stopped", record, activeflow_id=flow_id)
