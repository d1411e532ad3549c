"""Actions on the sound of a call."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.framing import FRAME_MS
from harness.errors import ApiError, CallError
from harness.interfaces import MouthFactory, Utterance
from harness.model.call import EndReason
from harness.model.persona import Voice
from harness.simulator.calls.announce import announce
from harness.simulator.calls.bridge import Relay
from harness.simulator.calls.leg import Digit, Leg
from harness.simulator.calls.legs import Legs
from harness.simulator.calls.recordings import Recordings
from harness.simulator.exchange.executors.waiting import milliseconds, wait
from harness.simulator.flows.flow import Activeflow, Executor, Step
from harness.simulator.line.voice import Speech
from harness.voipbin.actions import Action, ActionType
from harness.voipbin.calls import HangupCause

BEEP_MS: Final = 500
PLAY_MS: Final = 2_000
"""How long a file of a `stream_urls` is taken to be: nothing outside is fetched."""
ECHO_MS: Final = 180_000
AMD_MS: Final = 4_000
"""How long answering-machine detection listens."""
MACHINE_MS: Final = 3_000
"""A first utterance longer than this is a machine's."""


class MediaActions:
    """The executors of this module."""

    def __init__(self, *, legs: Legs, recordings: Recordings, mouth: MouthFactory) -> None:
        """Take the calls and the platform's own voice."""
        self._legs = legs
        self._recordings = recordings
        self._mouth = mouth

    @property
    def executors(self) -> Mapping[ActionType, Executor]:
        """Return what they do by action type."""
        return {
            ActionType.AMD: self._amd,
            ActionType.ANSWER: self._answer,
            ActionType.BEEP: partial(self._tone, duration_ms=BEEP_MS, hz=1_000),
            ActionType.ECHO: self._echo,
            ActionType.EXTERNAL_MEDIA_START: lambda *_: Step.DONE,
            ActionType.EXTERNAL_MEDIA_STOP: lambda *_: Step.DONE,
            ActionType.HANGUP: self._hangup,
            ActionType.PLAY: self._play,
            ActionType.RECORDING_START: self._recording_start,
            ActionType.RECORDING_STOP: self._recording_stop,
            ActionType.SLEEP: self._sleep,
            ActionType.STREAM_ECHO: self._echo,
            ActionType.TALK: self._talk,
        }

    def _answer(self, flow: Activeflow, _: Action) -> Step:
        leg = self._legs.of(flow)
        if leg.is_talking or leg.is_placed:
            return Step.DONE

        async def answered() -> None:
            if not leg.is_over:
                leg.answer()
                await flow.resume()

        leg.studio.clock.after(leg.studio.latency.answer_ms(), answered)
        return Step.BLOCKED

    async def _talk(self, flow: Activeflow, action: Action) -> Step:
        leg, option = self._legs.of(flow), action.option
        if not leg.is_placed:
            leg.answer()
        text = str(option.get("text") or "")
        language = str(option.get("language") or "en-US")
        waits = not option.get("async")
        go_on = _once(flow)
        speech = await announce(
            leg, text, mouth=self._mouth(Voice(language=language)), on_over=go_on if waits else _nothing
        )
        if speech is None:
            return Step.DONE
        leg.take_media(speech)
        if not waits:
            return Step.BLOCKED if leg.is_over else Step.DONE
        speech.then(go_on)
        if option.get("digits_handle") == "next":
            _on_key(leg, speech, go_on)
        return Step.BLOCKED

    def _play(self, flow: Activeflow, action: Action) -> Step:
        urls = action.option.get("stream_urls")
        count = len(urls) if isinstance(urls, list) else 0
        if not count:
            raise CallError("play has no stream_urls")
        return self._tone(flow, action, duration_ms=PLAY_MS * count, hz=440)

    def _tone(self, flow: Activeflow, action: Action, *, duration_ms: int, hz: int) -> Step:
        leg = self._legs.of(flow)
        go_on = _once(flow)
        speech = Speech(
            studio=leg.studio,
            lines=leg.lines,
            number=leg.next_speech(),
            text=f"[{action.type.value}]",
            on_over=go_on,
            by="flow",
        )
        clip = _sine(duration_ms, hz) if leg.lines.has_sound else None
        speech.play(f"[{action.type.value}]", Utterance(text="", duration_ms=duration_ms, clip=clip))
        speech.close()
        speech.then(go_on)
        leg.take_media(speech)
        return Step.BLOCKED

    def _sleep(self, flow: Activeflow, action: Action) -> Step:
        return wait(self._legs.of(flow), flow, milliseconds(action.option.get("duration")))

    def _echo(self, flow: Activeflow, action: Action) -> Step:
        leg = self._legs.of(flow)

        def echo(frame: bytes) -> None:
            # A frame is there once it is over; two calls that echo each other would otherwise never come to an end.
            leg.studio.clock.after(FRAME_MS, lambda: None if leg.is_over else leg.play_live(frame))

        undo = (leg.add_ear(Relay(leg, by="flow")), leg.add_frame_ear(echo))

        async def over() -> None:
            for each in undo:
                each()
            await flow.resume()

        duration_ms = milliseconds(action.option.get("duration")) or ECHO_MS
        due = leg.studio.clock.after(duration_ms, over)
        leg.on_end(due.cancel)
        return Step.BLOCKED

    def _hangup(self, flow: Activeflow, _: Action) -> Step:
        self._legs.of(flow).end(EndReason.AGENT_HANGUP, by="platform")
        return Step.BLOCKED

    def _recording_start(self, flow: Activeflow, action: Action) -> Step:
        try:
            self._recordings.start(self._legs.of(flow), option=action.option, activeflow_id=flow.id)
        except ApiError as error:
            raise CallError(error.message) from error
        if action.option.get("beep_start"):
            return self._tone(flow, action, duration_ms=BEEP_MS, hz=1_000)
        return Step.DONE

    def _recording_stop(self, flow: Activeflow, _: Action) -> Step:
        try:
            self._recordings.stop(self._legs.of(flow))
        except ApiError as error:
            raise CallError(error.message) from error
        return Step.DONE

    def _amd(self, flow: Activeflow, action: Action) -> Step:
        leg = self._legs.of(flow)
        waits = not action.option.get("async")
        detection = _MachineDetection(leg)

        async def decided() -> None:
            detection.close()
            if detection.found_machine and action.option.get("machine_handle") == "hangup":
                leg.end(EndReason.AGENT_HANGUP, by="platform", cause=HangupCause.MACHINE)
            elif waits:
                await flow.resume()

        due = leg.studio.clock.after(AMD_MS, decided)
        leg.on_end(due.cancel)
        return Step.BLOCKED if waits else Step.DONE


class _MachineDetection:
    """Takes a long first utterance for an answering machine's."""

    def __init__(self, leg: Leg) -> None:
        self.found_machine = False
        self._is_first = True
        self.close: Callable[[], None] = leg.add_ear(self)

    async def listen(self, utterance: Utterance, *, number: int) -> None:
        if self._is_first:
            self._is_first = False
            self.found_machine = utterance.duration_ms > MACHINE_MS

    def cut(self, at_ms: int) -> None:
        """Ignore it: what counts is how long it was meant to be."""


def _once(flow: Activeflow) -> Callable[[], None]:
    """Return what lets a flow go on, the first time it is called."""
    is_done = False

    def go_on() -> None:
        nonlocal is_done
        if not is_done:
            is_done = True
            flow.world.clock.after(0, flow.resume)

    return go_on


def _on_key(leg: Leg, speech: Speech, go_on: Callable[[], None]) -> None:
    def pressed(_: Digit) -> None:
        speech.cut()
        go_on()

    speech.then(leg.add_keypad(pressed))


def _nothing() -> None:
    """Do nothing when it is over."""


def _sine(duration_ms: int, hz: int) -> Clip:
    times = np.arange(duration_ms * TELEPHONE_HZ // 1000) / TELEPHONE_HZ
    return Clip.of_floats(0.3 * np.sin(2 * np.pi * hz * times), TELEPHONE_HZ)
