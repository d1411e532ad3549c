"""What was really audible in a call: our own recogniser over the finished recording, turn by turn."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from harness.audio.recording import Lane, Recording
from harness.interfaces import STT
from harness.interfaces.metering import asked_by
from harness.model.call import Turn, TurnLabel
from harness.model.usage import Side


class ReferenceListener:
    """Transcribes each turn from the channel of the side that spoke."""

    def __init__(self, stt: STT) -> None:
        self._stt = stt

    @property
    def name(self) -> str:
        """Return the recogniser's name."""
        return self._stt.name

    async def listen(self, turns: Sequence[Turn], recording: Recording, *, language: str) -> tuple[Turn, ...]:
        """Return the turns with `said` filled in; a turn without sound has said nothing.

        A turn of pressed keys or noise stays as it is: the caller says nothing in it.

        Raises:
            ServiceError: the recogniser failed.
        """
        with asked_by(Side.REFERENCE):
            said = await asyncio.gather(*(self._said(turn, recording, language=language) for turn in turns))
        return tuple(replace(turn, said=text) for turn, text in zip(turns, said, strict=True))

    async def _said(self, turn: Turn, recording: Recording, *, language: str) -> str | None:
        if turn.keys or turn.label is TurnLabel.NOISE:
            return None
        clip = recording.lane(Lane(turn.role)).span(turn.started_ms, turn.ended_ms)
        if not clip.samples.any():
            return ""
        return (await self._stt.transcribe(clip, language=language)).text
