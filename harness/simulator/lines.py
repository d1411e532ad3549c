"""The telephone line of one call, both directions, and the tape that runs along.

What the caller says passes the persona's line before the platform hears it; what the agent says passes a clean one. An
utterance without a clip (text tier) passes unchanged and leaves nothing on the tape.
"""

from dataclasses import replace

import numpy as np

from harness.audio.line import TelephoneLine
from harness.audio.recording import Lane, Recording, Tape
from harness.interfaces import Utterance
from harness.model.call import Role, Tier
from harness.model.persona import Surroundings


class Lines:
    """Carries utterances and records what arrives."""

    def __init__(self, *, seed: int, surroundings: Surroundings, tier: Tier) -> None:
        """Take the call's seed and what the persona's line does to sound."""
        self._seed = seed
        self._caller_line = TelephoneLine(
            snr_db=surroundings.snr_db, lost_frames=surroundings.lost_frames, gain_db=surroundings.gain_db
        )
        self._agent_line = TelephoneLine()
        self._tape = Tape() if tier is Tier.AUDIO else None

    def from_caller(self, utterance: Utterance, *, number: int, at_ms: int) -> Utterance:
        """Return the utterance as the platform receives it.

        Seeded by call and `number` alone, so that the same words sound the same whatever an agent said before them.
        """
        return self._carry(utterance, Role.CALLER, line=self._caller_line, number=number, at_ms=at_ms)

    def from_agent(self, utterance: Utterance, *, at_ms: int) -> Utterance:
        """Return the utterance as the caller receives it."""
        return self._carry(utterance, Role.AGENT, line=self._agent_line, number=0, at_ms=at_ms)

    def cut(self, role: Role, *, at_ms: int) -> None:
        """Silence a side from `at_ms` on."""
        if self._tape is not None:
            self._tape.cut(Lane(role.value), at_ms=at_ms)

    def recording(self, *, duration_ms: int) -> Recording | None:
        """Return the whole call; None in the text tier."""
        return None if self._tape is None else self._tape.recording(duration_ms=duration_ms)

    def _carry(self, utterance: Utterance, role: Role, *, line: TelephoneLine, number: int, at_ms: int) -> Utterance:
        if utterance.clip is None or self._tape is None:
            return utterance
        clip = line.carry(utterance.clip, rng=np.random.default_rng((self._seed, number)))
        self._tape.lay(Lane(role.value), clip, at_ms=at_ms)
        # The line deals in whole frames: what arrives may be a few milliseconds longer than what was sent.
        return replace(utterance, clip=clip, duration_ms=clip.duration_ms)
