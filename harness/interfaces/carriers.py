"""A call as it crosses a network: sound in and out in real time, keys, and how it ends.

Sound is 16-bit little-endian mono PCM at 8 kHz. Times are seconds of `time.monotonic()`, so that what was sent and what
arrived stand on one clock.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

LINE: Final = "line"
"""The kind of resource that keeps with a call how it was carried: a CarrierReport's fields, with the notes of all."""


class CarrierEventKind(StrEnum):
    """What can happen to a call on the network."""

    RINGING = "ringing"
    ANSWERED = "answered"
    """Sound goes both ways from here on."""
    KEY = "key"
    """The far end pressed a key."""
    ENDED = "ended"
    """Always the last."""


class Ending(StrEnum):
    """How a call on the network ended."""

    OURS = "ours"
    """We hung up."""
    THEIRS = "theirs"
    """The far end hung up."""
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    """The far end or a server on the way said no; `detail` has its words and code."""
    LOST = "lost"
    """Nothing came any more: the network, or a program that died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEvent:
    """One thing that happened to a call on the network."""

    at_s: float
    kind: CarrierEventKind
    key: str = ""
    """KEY: the digit."""
    ending: Ending | None = None
    """ENDED: how."""
    detail: str = ""
    """ENDED: the far end's or the server's own words, such as `486 Busy Here`; without credentials."""
    error: Exception | None = None
    """ENDED: what broke it, where that was the platform's answer to a request and not the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundIn:
    """A piece of the far end's sound."""

    at_s: float
    """When its first sample could be heard here."""
    pcm: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierReport:
    """What the network did to a call; None where this carrier cannot know."""

    codec: str = ""
    transport: str = ""
    """Such as `udp`, `tls+srtp`, `websocket`."""
    sent_frames: int | None = None
    received_frames: int | None = None
    lost_frames: int | None = None
    """Of the far end's, on the way here."""
    jitter_ms: float | None = None
    round_trip_ms: float | None = None
    send_delay_ms: float = 0.0
    """From when sound was written to when it left, as far as known; times of our own sound are corrected by it."""
    uncertainty_ms: float = 0.0
    """How far a measured delay between our sound and theirs may be off, in either direction."""
    notes: tuple[str, ...] = ()
    """What makes its times less trustworthy than usual, in plain words."""


class Carrier(Protocol):
    """One call on a network."""

    async def event(self) -> CarrierEvent:
        """Return what happens next, waiting for it. ENDED is last; asking again returns it again."""
        ...

    def write(self, pcm: bytes) -> None:
        """Send sound behind what is not sent yet; takes any length. Silence is sent while nothing is queued."""
        ...

    def unsent_ms(self) -> int:
        """Return how much of what was written has not been handed to the network."""
        ...

    def flush(self) -> None:
        """Fall silent: forget what was written and not sent."""
        ...

    def read(self) -> Sequence[SoundIn]:
        """Return what arrived since the last time, oldest first; to be asked every 20 ms or more often."""
        ...

    async def press(self, digits: str) -> None:
        """Press keys one after the other (RFC 4733); returns when the last was sent.

        Raises CallError where no keys can be sent.
        """
        ...

    async def hang_up(self) -> None:
        """End the call; nothing when it is over already."""
        ...

    def report(self) -> CarrierReport:
        """Return what is known of how the call was carried, so far or at the end."""
        ...


class Dialler(Protocol):
    """Makes calls on one network."""

    def dial(self, target: str, *, trial_id: str) -> AbstractAsyncContextManager[Carrier]:
        """Call somebody; leaving the context hangs up and frees everything, whatever happened.

        Entering returns as soon as the call is on its way; whether it is answered is an event.

        Raises:
            CallError: no call came about, with cause and fix.
        """
        ...

    def answer(self, *, within_s: float) -> AbstractAsyncContextManager[Carrier]:
        """Wait for the next call that comes in, and answer it.

        Raises:
            CallError: nobody called in time.
        """
        ...
