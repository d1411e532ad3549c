"""Two channels on one clock: caller left, agent right."""

from dataclasses import dataclass

from harness.audio.clip import Clip


@dataclass(frozen=True, slots=True)
class Recording:
    """What was on the line: both clips start at 0 ms of the call and have one rate and one length."""

    caller: Clip
    agent: Clip
