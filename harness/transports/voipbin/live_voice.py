"""The caller in a real call: its utterances and keys, put on the line when their moments come.

What it says is written whole, so that a busy machine makes no hole in it. It is stamped when it leaves: when it was
written, and as long after that as the line needs to send what was written before it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final, TypeAlias

from harness.audio.clip import Clip
from harness.audio.tones import key_tones
from harness.errors import CallError
from harness.interfaces import Utterance
from harness.interfaces.carriers import Carrier
from harness.model.call import EventKind, Fact, Role, TurnLabel
from harness.model.moves import Tones
from harness.simulator.line.lines import Lines
from harness.telephone.clock import Due, VirtualClock
from harness.telephone.moves import Came
from harness.transports.voipbin.held_log import HeldLog

Spawn: TypeAlias = Callable[[Coroutine[None, None, None]], object]
"""Lets something happen beside the call, as long as the call lasts."""

_KEY_MS: Final = 160
_BETWEEN_KEYS_MS: Final = 120
_TONES: Final = 1_000_000
"""Number of the first keys pressed as sound: keeps the noise on them apart from that on what is said."""
_SENT_MS: Final = 20
"""So little that was not sent is the frame that is being sent."""
_AHEAD_MS: Final = 200
_PORTION_MS: Final = 100
"""A noisy line sounds between utterances too: so much of it is always on its way, written in portions."""


class LiveVoice:
    """Speaks and presses keys for the caller, one thing at a time."""

    def __init__(
        self,
        carrier: Carrier,
        *,
        clock: VirtualClock,
        log: HeldLog,
        lines: Lines,
        spawn: Spawn,
        on_over: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the line; `on_over` is called before anybody is told that an utterance is over."""
        self._carrier = carrier
        self._clock = clock
        self._log = log
        self._lines = lines
        self._spawn = spawn
        self._on_over = on_over
        self._spoken = self._pressed = 0
        self._stop: Due | None = None
        self._noise_ms = 0
        self._wants_answer = False
        self.started_ms = -1
        """When the last utterance began."""
        self.claimed_to_ms = -1
        """When the last utterance that was meant for the agent was over."""
        self.interrupts = False
        """Whether it began while the agent was heard."""

    @property
    def claims_the_floor(self) -> bool:
        """Whether the caller is saying something that is meant for the agent."""
        return self._stop is not None and self._wants_answer

    def say(self, utterance: Utterance, *, label: TurnLabel, came: Came, over_agent: bool) -> None:
        """Begin to speak now.

        Raises:
            CallError: the caller is still speaking.
        """
        if self._stop is not None:
            raise CallError("the caller is still speaking; the next utterance has to wait for its SPEECH_STOPPED")
        number, self._spoken = self._spoken, self._spoken + 1
        self._wants_answer = label in (TurnLabel.TURN, TurnLabel.BARGE_IN)
        self._hush()
        at_ms = self._leaves_ms()
        sent = self._lines.from_caller(utterance, number=number, at_ms=at_ms, is_voice=label is not TurnLabel.NOISE)
        self._write(sent.clip)
        self.started_ms, self.interrupts = at_ms, over_agent and self._wants_answer
        self._log.note(
            EventKind.SPEECH_STARTED,
            at_ms=at_ms,
            role=Role.CALLER,
            text=utterance.shown,
            data={
                "late": came.late,
                "planned_ms": came.planned_ms,
                "label": label.value,
                "over_agent": over_agent,
                "utterance": number,
            },
        )
        end_ms = at_ms + sent.duration_ms
        self._stop = self._clock.at(end_ms, lambda: self._over(utterance.shown))

    def lead_ms(self) -> int:
        """Return how long sound is on its way out before it leaves, as far as known."""
        return max(0, round(self._carrier.report().send_delay_ms))

    def press(self, digits: str, *, tones: Tones, came: Came) -> None:
        """Begin to press keys now."""
        late_ms = self._clock.now_ms() - came.planned_ms
        keys = self._sound(digits) if tones is Tones.IN_BAND else self._send(digits)
        self._pressed += 1
        self._spawn(self._keys(keys, digits, came=came, late_ms=late_ms, tones=tones))

    def hiss(self) -> None:
        """Keep the noise of the persona's line sounding while nothing is said."""
        if self._stop is not None or self._carrier.unsent_ms() >= _AHEAD_MS:
            return
        begin_ms = self._leaves_ms()
        # Portions follow one another in the noise too, whatever the line makes of their times.
        begin_ms = self._noise_ms if abs(begin_ms - self._noise_ms) < _PORTION_MS else begin_ms
        self._noise_ms = begin_ms + _PORTION_MS
        sound = self._lines.window(begin_ms, self._noise_ms)
        self._write(None if sound is None else sound.caller)

    def cut(self) -> None:
        """Fall silent now: the call is over."""
        self._carrier.flush()
        if self._stop is not None:
            self._stop.cancel()
            self._stop = None
            now_ms = self._clock.now_ms()
            self._lines.cut(Role.CALLER, at_ms=now_ms)
            self._stopped("", at_ms=now_ms, interrupted=True)

    def _over(self, text: str) -> None:
        unsent_ms = self._carrier.unsent_ms()
        if unsent_ms > _SENT_MS:
            # The network takes it more slowly than it is spoken.
            self._stop = self._clock.after(unsent_ms, lambda: self._over(text))
            return
        self._stop = None
        if self._wants_answer:
            self.claimed_to_ms = self._clock.now_ms()
        self._on_over()
        self._stopped(text, at_ms=self._clock.now_ms(), interrupted=False)

    def _stopped(self, text: str, *, at_ms: int, interrupted: bool) -> None:
        data: dict[str, Fact] = {"interrupted": interrupted, "utterance": self._spoken - 1}
        self._log.note(EventKind.SPEECH_STOPPED, at_ms=at_ms, role=Role.CALLER, text=text, data=data)

    def _hush(self) -> None:
        """Forget noise that is on its way: what is said has its own."""
        if self._carrier.unsent_ms():
            self._carrier.flush()

    def _leaves_ms(self) -> int:
        """Return when sound that is written now leaves."""
        return self._clock.now_ms() + self.lead_ms() + self._carrier.unsent_ms()

    def _write(self, clip: Clip | None) -> None:
        if clip is not None:
            self._carrier.write(clip.samples.astype("<i2").tobytes())

    async def _keys(
        self, keys: Callable[[str], Coroutine[None, None, None]], digits: str, *, came: Came, late_ms: int, tones: Tones
    ) -> None:
        for place, digit in enumerate(digits):
            await keys(digit)
            at_ms = self._clock.now_ms()
            data: dict[str, Fact] = {
                "late": came.late,
                "planned_ms": at_ms - late_ms,
                "last": place == len(digits) - 1,
                "tones": tones.value,
            }
            self._log.note(EventKind.DTMF, at_ms=at_ms, role=Role.CALLER, text=digit, data=data)

    def _send(self, _digits: str) -> Callable[[str], Coroutine[None, None, None]]:
        return self._carrier.press

    def _sound(self, digits: str) -> Callable[[str], Coroutine[None, None, None]]:
        """Press keys as sound, and return what waits for each of them to be over."""
        clip = key_tones(digits, tone_ms=_KEY_MS, gap_ms=_BETWEEN_KEYS_MS)
        keys = Utterance(text="", duration_ms=clip.duration_ms, clip=clip, sound="keys")
        self._hush()
        begin_ms = self._leaves_ms()
        sent = self._lines.from_caller(keys, number=_TONES + self._pressed, at_ms=begin_ms, is_voice=False)
        self._write(sent.clip)
        over_ms = [begin_ms + _KEY_MS + place * (_KEY_MS + _BETWEEN_KEYS_MS) for place in range(len(digits))]

        async def wait(_digit: str) -> None:
            await self._until(over_ms.pop(0))

        return wait

    async def _until(self, at_ms: int) -> None:
        reached = asyncio.Event()
        self._clock.at(max(at_ms, self._clock.now_ms()), reached.set)
        await reached.wait()
