"""The keys of the caller's telephone, as events beside the sound or as tones in it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from harness.audio.tones import key_tones
from harness.interfaces import Utterance
from harness.model.call import EventKind, Fact, Role
from harness.model.moves import Tones
from harness.simulator.line.lines import Lines
from harness.telephone.clock import Due, VirtualClock
from harness.telephone.log import EventLog
from harness.telephone.moves import Came

KEY_MS: Final = 160
"""How long a key is held down."""
BETWEEN_KEYS_MS: Final = 120
_FIRST_NUMBER: Final = 1_000_000
"""Keeps the noise on tones apart from that on what is said."""


class CallerKeypad:
    """Presses keys one after the other."""

    def __init__(
        self,
        *,
        clock: VirtualClock,
        log: EventLog,
        lines: Lines,
        on_key: Callable[[str, int], Awaitable[None]],
    ) -> None:
        """Take the line; `on_key` is the platform's end of it, given a digit and how long it was held."""
        self._clock = clock
        self._log = log
        self._lines = lines
        self._on_key = on_key
        self._dues: list[Due] = []
        self._pressed = 0

    def press(self, digits: str, tones: Tones, came: Came) -> None:
        """Begin to press keys now."""
        now_ms = self._clock.now_ms()
        if tones is Tones.IN_BAND and self._lines.has_sound:
            clip = key_tones(digits, tone_ms=KEY_MS, gap_ms=BETWEEN_KEYS_MS)
            sound = Utterance(text="", duration_ms=clip.duration_ms, clip=clip, sound="keys")
            self._lines.from_caller(sound, number=_FIRST_NUMBER + self._pressed, at_ms=now_ms, is_voice=False)
        self._pressed += 1
        for place, digit in enumerate(digits):
            over_ms = KEY_MS + place * (KEY_MS + BETWEEN_KEYS_MS)
            data: dict[str, Fact] = {
                "late": came.late,
                "planned_ms": came.planned_ms + over_ms,
                "last": place == len(digits) - 1,
                "tones": tones.value,
            }
            self._dues.append(self._clock.at(now_ms + over_ms, partial(self._over, digit, data)))

    def drop(self) -> None:
        """Press nothing more: the call is over."""
        for due in self._dues:
            due.cancel()
        self._lines.cut(Role.CALLER, at_ms=self._clock.now_ms())

    async def _over(self, digit: str, data: dict[str, Fact]) -> None:
        self._log.add(EventKind.DTMF, role=Role.CALLER, text=digit, data=data)
        # The platform takes keys from events beside the sound and looks for none in it.
        if data["tones"] == Tones.RFC4733.value:
            await self._on_key(digit, KEY_MS)
