"""The caller's end of the line: utterances put on it when their moves come due."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from harness.errors import CallError
from harness.interfaces import Utterance
from harness.model.call import EventKind, Role, TurnLabel
from harness.simulator.line.lines import Lines
from harness.telephone.clock import Due, VirtualClock
from harness.telephone.log import EventLog

OnSpeech: TypeAlias = Callable[[Utterance, int], Awaitable[None]]
"""Given what arrived at the platform and its number in the call, the moment it begins."""


class CallerLeg:
    """Speaks for the caller, one utterance at a time."""

    def __init__(self, *, clock: VirtualClock, log: EventLog, lines: Lines, on_speech: OnSpeech) -> None:
        """Take the line; `on_speech` is the platform's end of it."""
        self._clock = clock
        self._log = log
        self._lines = lines
        self._on_speech = on_speech
        self._spoken = 0
        self._stop: Due | None = None

    async def say(
        self,
        utterance: Utterance,
        *,
        label: TurnLabel = TurnLabel.TURN,
        planned_ms: int | None = None,
        late: bool = False,
        over_agent: bool = False,
    ) -> None:
        """Begin to speak now.

        Args:
            utterance: The words or the sound.
            label: What it is to the agent.
            planned_ms: When it was to begin; None: now.
            late: The moment it waited for did not come.
            over_agent: The agent is audible.

        Raises:
            CallError: the caller is still speaking.
        """
        if self._stop is not None:
            raise CallError("the caller is still speaking; the next utterance has to wait for its SPEECH_STOPPED")
        number = self._spoken
        self._spoken += 1
        self._log.add(
            EventKind.SPEECH_STARTED,
            role=Role.CALLER,
            text=utterance.shown,
            data={
                "late": late,
                "planned_ms": self._clock.now_ms() if planned_ms is None else planned_ms,
                "label": label.value,
                "over_agent": over_agent,
                "utterance": number,
            },
        )
        arrived = self._lines.from_caller(
            utterance, number=number, at_ms=self._clock.now_ms(), is_voice=label is not TurnLabel.NOISE
        )
        self._stop = self._clock.after(
            arrived.duration_ms, lambda: self._stopped(utterance.shown, interrupted=False, utterance=number)
        )
        await self._on_speech(arrived, number)

    def cut(self) -> None:
        """Fall silent now: the call is over."""
        if self._stop is not None:
            self._stop.cancel()
            self._lines.cut(Role.CALLER, at_ms=self._clock.now_ms())
            self._stopped("", interrupted=True, utterance=self._spoken - 1)

    def _stopped(self, text: str, *, interrupted: bool, utterance: int) -> None:
        self._stop = None
        self._log.add(
            EventKind.SPEECH_STOPPED,
            role=Role.CALLER,
            text=text,
            data={"interrupted": interrupted, "utterance": utterance},
        )
