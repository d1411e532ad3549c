"""The telephone line of one call, both directions, and the tape that runs along.

What the far end says passes its own line before the platform hears it; what the platform says passes a clean one. What
sounds on the far end's line beside its words is on the recording. An utterance without a clip (text tier) passes
unchanged and leaves nothing on the tape.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.line import TelephoneLine
from harness.audio.measured import Tally, tally
from harness.audio.recording import Lane, Recording, Tape, mixed
from harness.interfaces import Utterance
from harness.model.call import Role, Tier
from harness.model.persona import Surroundings
from harness.model.quality import LineAchieved
from harness.simulator.line.achieved import line_achieved
from harness.simulator.line.far_channel import FarChannel
from harness.simulator.line.far_line import line_of
from harness.telephone.clock import VirtualClock

OnPlayed: TypeAlias = Callable[[Utterance, int], None]
"""Told what the platform plays and when it begins, which may be later than now."""


class Lines:
    """Carries utterances, records what arrives, and tells who listens to the platform's side."""

    def __init__(self, *, seed: int, surroundings: Surroundings, tier: Tier, clock: VirtualClock) -> None:
        """Take the call's seed, what the far end's line does to sound, and the call's clock."""
        self._seed = seed
        self._clock = clock
        self._caller_line = line_of(surroundings)
        self._far = FarChannel(self._caller_line, agent_echo=surroundings.agent_echo, seed=seed)
        self._agent_echo = surroundings.agent_echo
        self._tallies: list[tuple[TelephoneLine, Tally]] = []
        self._agent_line = TelephoneLine()
        self._tape = Tape() if tier is Tier.AUDIO else None
        self._live: Tape | None = None
        """What came in live streams, which sounds together with everything else."""
        self._agent_free_ms = 0
        self._dead: dict[Role, set[str]] = {role: set() for role in Role}
        self._on_played: list[OnPlayed] = []
        self._on_cut: list[Callable[[int], None]] = []
        self._on_live: list[Callable[[bytes], None]] = []

    @property
    def has_sound(self) -> bool:
        """Whether this is the audio tier."""
        return self._tape is not None

    @property
    def lost_frames(self) -> float:
        """Return the share of the far end's frames that get lost."""
        return self._caller_line.lost_frames

    @property
    def agent_free_ms(self) -> int:
        """When the platform's side falls silent, if nothing more is put on it."""
        return self._agent_free_ms

    def open(self) -> None:
        """Let the far end's line sound from now on: the call was answered."""
        self._far.open(at_ms=self._clock.now_ms())

    def listen(self, on_played: OnPlayed, *, on_cut: Callable[[int], None]) -> Callable[[], None]:
        """Be told what the platform plays from now on, and when it is cut; returns how to stop listening."""
        self._on_played.append(on_played)
        self._on_cut.append(on_cut)

        def stop() -> None:
            if on_played in self._on_played:
                self._on_played.remove(on_played)
                self._on_cut.remove(on_cut)

        return stop

    def deaden(self, role: Role, *, by: str, dead: bool = True) -> None:
        """Let nothing of a side arrive from now on, or let it again once nothing else keeps it from arriving.

        Args:
            role: The side.
            by: What does it, such as `mute`.
            dead: Whether it does.
        """
        if dead:
            self._dead[role].add(by)
        else:
            self._dead[role].discard(by)
        if role is Role.CALLER:
            self._far.deaden(dead=bool(self._dead[role]), at_ms=self._clock.now_ms())

    def lose_frames(self, share: float) -> None:
        """Lose this share of the far end's frames from now on."""
        self._caller_line = replace(self._caller_line, lost_frames=share)
        self._far.use(self._caller_line)

    def from_caller(self, utterance: Utterance, *, number: int, at_ms: int, is_voice: bool = True) -> Utterance:
        """Return the utterance as the platform receives it.

        Seeded by call and `number` alone, so that the same words sound the same whatever an agent said before them.

        Args:
            utterance: What is said, or a sound.
            number: Its own number in the call.
            at_ms: When.
            is_voice: Whether the far end speaks. Another sound comes over the noise there is, and is no part of what
                is measured of the line.
        """
        sent = self._sent(utterance, Role.CALLER)
        if sent.clip is None or self._tape is None or self._dead[Role.CALLER]:
            return self._lay(sent, Role.CALLER, at_ms=at_ms)
        rng = np.random.default_rng((self._seed, number))
        line, bed_power = self._caller_line, None if is_voice else self._far.bed_power
        passage = line.follow(sent.clip, rng=rng, bed_power=bed_power)
        self._far.said(
            passage, at_ms=at_ms, bed_power=line.bed_power(passage.speech) if bed_power is None else bed_power
        )
        if is_voice:
            self._tallies.append((line, tally(passage)))
        return self._lay(_with_clip(sent, passage.arrived), Role.CALLER, at_ms=at_ms)

    def from_agent(self, utterance: Utterance, *, at_ms: int) -> Utterance:
        """Return the utterance as the far end receives it."""
        sent = self._sent(utterance, Role.AGENT)
        if sent.clip is not None and self._tape is not None:
            sent = _with_clip(sent, self._agent_line.carry(sent.clip, rng=np.random.default_rng((self._seed, 0))))
        arrived = self._lay(sent, Role.AGENT, at_ms=at_ms)
        self._agent_free_ms = at_ms + arrived.duration_ms
        for on_played in tuple(self._on_played):
            on_played(arrived, at_ms)
        return arrived

    def listen_live(self, on_frame: Callable[[bytes], None]) -> None:
        """Be given what streams play to the far end, in frames, from now on."""
        self._on_live.append(on_frame)

    def carry_live(self, role: Role, frame: bytes, *, at_ms: int) -> bytes:
        """Return a frame of a live stream as it arrives; one that comes too early lies behind the one before it."""
        if self._dead[role]:
            return bytes(len(frame))
        if self._tape is None:
            return frame
        self._live = self._live or Tape()
        lane = Lane(role.value)
        clip = Clip(np.frombuffer(frame, dtype="<i2").astype(np.int16), TELEPHONE_HZ)
        self._live.lay(lane, clip, at_ms=max(at_ms, self._live.end_ms(lane)))
        if role is Role.AGENT:
            for on_frame in self._on_live:
                on_frame(frame)
        return frame

    def cut(self, role: Role, *, at_ms: int) -> None:
        """Silence a side from `at_ms` on."""
        if self._tape is not None:
            self._tape.cut(Lane(role.value), at_ms=at_ms)
            if role is Role.CALLER:
                self._far.cut(at_ms=at_ms)
        if role is Role.AGENT:
            self._agent_free_ms = min(self._agent_free_ms, at_ms)
            for on_cut in tuple(self._on_cut):
                on_cut(at_ms)

    def recording(self, *, duration_ms: int) -> Recording | None:
        """Return the whole call; None in the text tier."""
        return self.window(0, duration_ms)

    def window(self, start_ms: int, end_ms: int) -> Recording | None:
        """Return a part of the call, silence where nothing was laid yet; None in the text tier."""
        played = self._played(start_ms, end_ms)
        if played is None or self._live is None:
            return played
        return mixed(played, self._live.window(start_ms, end_ms))

    def overheard(self, start_ms: int, end_ms: int) -> Recording | None:
        """Return a part of the call as a stream of it sounds: without what streams speak into it.

        The media server feeds those who listen in before it mixes in those who speak (contract section 2.6).
        """
        played = self._played(start_ms, end_ms)
        if played is None or self._live is None:
            return played
        live = self._live.window(start_ms, end_ms)
        return mixed(played, replace(live, agent=Clip(np.zeros_like(live.agent.samples), live.rate_hz)))

    def achieved(self, *, duration_ms: int) -> LineAchieved | None:
        """Return what the far end's line did to its voice in the whole call; None in the text tier."""
        if self._tape is None:
            return None
        return line_achieved(
            self._tallies,
            agent_echo=self._agent_echo,
            agent_echo_db=self._far.echo_level_db(self._tape, duration_ms=duration_ms),
        )

    def _played(self, start_ms: int, end_ms: int) -> Recording | None:
        if self._tape is None:
            return None
        return replace(self._tape.window(start_ms, end_ms), caller=self._far.window(self._tape, start_ms, end_ms))

    def _sent(self, utterance: Utterance, role: Role) -> Utterance:
        return _silenced(utterance) if self._dead[role] else utterance

    def _lay(self, utterance: Utterance, role: Role, *, at_ms: int) -> Utterance:
        if utterance.clip is not None and self._tape is not None:
            self._tape.lay(Lane(role.value), utterance.clip, at_ms=at_ms)
        return utterance


def _with_clip(utterance: Utterance, clip: Clip) -> Utterance:
    # The line deals in whole frames: what arrives may be a few milliseconds longer than what was sent.
    return replace(utterance, clip=clip, duration_ms=clip.duration_ms)


def _silenced(utterance: Utterance) -> Utterance:
    if utterance.clip is None:
        return replace(utterance, text="")
    samples = np.zeros(utterance.duration_ms * TELEPHONE_HZ // 1000, dtype=np.int16)
    return replace(utterance, text="", clip=Clip(samples, TELEPHONE_HZ))
