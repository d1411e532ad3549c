"""What the platform makes of a far end that speaks in a stream: speech is noticed, understood bit by bit, and over."""

from collections.abc import Awaitable

from harness.interfaces import EarsFactory, Utterance
from harness.model.call import EventKind, Role
from harness.simulator.calls.leg import Leg
from harness.simulator.line.hearing import Told
from harness.simulator.line.streaming import LiveSpeech


class LiveEar:
    """Hears one call's far end frame by frame, in whatever language the call's recogniser expects."""

    def __init__(self, leg: Leg, *, ears: EarsFactory) -> None:
        """Listen to a call as long as it lasts; costs nothing until there is a stream."""
        self._leg = leg
        self._ears = ears
        self._language = ""
        self._speech: LiveSpeech | None = None
        self._number = 0
        leg.add_frame_ear(self._hear)
        leg.on_end(self._close)

    def _hear(self, frame: bytes) -> None:
        if self._speech is None or self._language != self._leg.language:
            # Whoever talks to the far end now may expect another language than whoever did before.
            self._close()
            self._language = self._leg.language
            self._speech = self._listen()
        self._speech.frame(frame)

    def _close(self) -> None:
        if self._speech is not None:
            self._speech.close()

    def _listen(self) -> LiveSpeech:
        studio = self._leg.studio
        return LiveSpeech(
            clock=studio.clock,
            ears=self._ears(self._language),
            on_started=self._started,
            on_interim=lambda text: self._told(text, is_final=False),
            on_final=lambda text: self._told(text, is_final=True),
            on_stopped=self._stopped,
            on_failure=lambda failure: studio.report(failure, stage="stt"),
            timeout_s=studio.timeout_s,
        )

    def _started(self) -> None:
        data = {"utterance": self._number}
        self._leg.studio.log.add(EventKind.SPEECH_STARTED, role=Role.CALLER, data=data)
        self._leg.live_speech(None)

    def _stopped(self, utterance: Utterance) -> None:
        data = {"interrupted": False, "utterance": self._number}
        self._leg.studio.log.add(EventKind.SPEECH_STOPPED, role=Role.CALLER, text=utterance.text, data=data)
        self._leg.live_speech(utterance.text)

    def _told(self, text: str, *, is_final: bool) -> Awaitable[None] | None:
        told = Told(text=text, is_final=is_final, number=self._number, word_end_ms=self._leg.studio.clock.now_ms())
        if is_final:
            self._number += 1
        return self._leg.told_live(told)
