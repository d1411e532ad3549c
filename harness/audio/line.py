"""A seeded telephone line: what a persona's surroundings do to speech on its way to the other side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.audio.activity import NOMINAL_SPEECH_POWER, speech_power
from harness.audio.clip import Clip, Samples
from harness.audio.codec import FRAME_SAMPLES, TELEPHONE_HZ, Codec, through_codec, to_telephone_frames
from harness.audio.loss import Frames, late, lost_by_chance, lost_in_bursts
from harness.audio.noise import Noise, noise_bed
from harness.audio.wideband import Wideband, through_wideband

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One utterance on its way through the line, in layers that `measure_line` compares; all at 8 kHz."""

    sent: Clip
    speech: Values
    """After gain and clipping."""
    echo: Values
    bed: Values
    """The noise bed."""
    floor: Values
    """The comfort noise."""
    mixed: Clip
    """The sum of the layers, as it enters the codec."""
    lost: Frames
    """Frames the network lost."""
    late: Frames
    """Frames that came too late to be played."""
    arrived: Clip


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephoneLine:
    """8 kHz and eight bits, with gain, clipping, echo, noise and frames that never arrive, in this order."""

    codec: Codec = Codec.MULAW
    wideband: Wideband | None = None
    """What the sender's own network speaks before the sound is transcoded to `codec`; None for nothing else."""
    snr_db: float | None = None
    """Power of the speech, pauses left out, over the power of the noise bed; None for a quiet line."""
    noise: Noise | Clip = Noise.PINK
    """What the bed is made of; a clip is repeated."""
    lost_frames: float = 0.0
    """Share of 20 ms frames that get lost, 0 to 1. A lost frame is silence, or comfort noise where there is some."""
    burst_frames: float | None = None
    """Mean number of frames lost in a row, at an exact share; None loses each frame by its own chance."""
    jitter_ms: float = 0.0
    """Interarrival jitter; see `harness.audio.loss.late`."""
    gain_db: float = 0.0
    clip_db: float = 0.0
    """How far below its peak the speech is cut off."""
    echo_db: float | None = None
    """Level of the speech's own echo, compared with the speech; None for no echo."""
    echo_delay_ms: int = 0
    comfort_noise_db: float | None = None
    """White noise under everything, in dB below full scale; None for none. Below -55 the steps of µ-law add to it."""

    @property
    def has_noise(self) -> bool:
        """Whether anything can be heard when nothing is sent."""
        return self.snr_db is not None or self.comfort_noise_db is not None

    def carry(self, clip: Clip, *, rng: np.random.Generator) -> Clip:
        """Return the clip as it arrives: 8 kHz, whole 20 ms frames; the same generator state gives the same bytes."""
        return self.follow(clip, rng=rng).arrived

    def follow(self, clip: Clip, *, rng: np.random.Generator, bed_power: float | None = None) -> Passage:
        """Return how the clip arrives and what came over it on its way.

        Args:
            clip: What is sent.
            rng: The dice.
            bed_power: Power of the noise bed; None: as far below the speech in the clip as `snr_db` says.
        """
        sent = to_telephone_frames(clip)
        frames = len(sent.samples) // FRAME_SAMPLES
        speech = self._speak(sent)
        # The dice are thrown in one order, whatever else is asked for: another setting changes no earlier noise.
        bed = self._bed(speech, power=bed_power, rng=rng)
        lost = self._lose(frames, rng=rng)
        too_late = late(frames, jitter_ms=self.jitter_ms, rng=rng) if self.jitter_ms else np.zeros(frames, np.bool_)
        floor = self._floor(len(speech), rng=rng)
        echo = self._echo(speech)
        mixed = Clip.of_floats(speech + echo + bed + floor, TELEPHONE_HZ)
        arrived = through_codec(self.transcoded(mixed.samples), self.codec)
        missing = np.repeat(lost | too_late, FRAME_SAMPLES)
        arrived[missing] = 0
        if self.comfort_noise_db is not None:
            arrived[missing] = through_codec(Clip.of_floats(floor, TELEPHONE_HZ).samples, self.codec)[missing]
        return Passage(
            sent=sent,
            speech=speech,
            echo=echo,
            bed=bed,
            floor=floor,
            mixed=mixed,
            lost=lost,
            late=too_late,
            arrived=Clip(arrived, TELEPHONE_HZ),
        )

    def _speak(self, sent: Clip) -> Values:
        values = sent.floats.astype(np.float64) * 10 ** (self.gain_db / 20)
        if not self.clip_db or not len(values):
            return values
        peak = min(float(np.max(np.abs(values))), 1.0)
        highest = peak * 10 ** (-self.clip_db / 20)
        return np.clip(values, -highest, highest)

    def bed_power(self, speech: Values) -> float:
        """Return the power of the noise bed under speech that comes out of gain and clipping like this."""
        if self.snr_db is None:
            return 0.0
        power = speech_power(Clip.of_floats(speech, TELEPHONE_HZ)) or NOMINAL_SPEECH_POWER
        return power / 10 ** (self.snr_db / 10)

    def transcoded(self, samples: Samples) -> Samples:
        """Return sound as it leaves the sender's own network."""
        return samples if self.wideband is None else through_wideband(samples, self.wideband)

    def _bed(self, speech: Values, *, power: float | None, rng: np.random.Generator) -> Values:
        if self.snr_db is None:
            return np.zeros(len(speech))
        return noise_bed(self.noise, len(speech), power=self.bed_power(speech) if power is None else power, rng=rng)

    def _lose(self, frames: int, *, rng: np.random.Generator) -> Frames:
        if not self.lost_frames:
            return np.zeros(frames, dtype=np.bool_)
        if self.burst_frames is None:
            return lost_by_chance(frames, share=self.lost_frames, rng=rng)
        return lost_in_bursts(frames, share=self.lost_frames, burst_frames=self.burst_frames, rng=rng)

    def _floor(self, length: int, *, rng: np.random.Generator) -> Values:
        if self.comfort_noise_db is None:
            return np.zeros(length)
        return noise_bed(Noise.WHITE, length, power=10 ** (self.comfort_noise_db / 10), rng=rng)

    def _echo(self, speech: Values) -> Values:
        echo = np.zeros(len(speech))
        delay = self.echo_delay_ms * TELEPHONE_HZ // 1000
        if self.echo_db is not None and delay < len(speech):
            echo[delay:] = speech[: len(speech) - delay] * 10 ** (self.echo_db / 20)
        return echo
