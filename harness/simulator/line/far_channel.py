"""What sounds on the far end's channel beside its words: the open line, and the agent's voice out of a loudspeaker.

Both are on the recording. Only utterances are heard by the platform's recognisers, each with the noise under it.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.audio.clip import Clip, Samples
from harness.audio.codec import FRAME_SAMPLES, TELEPHONE_HZ, through_codec
from harness.audio.line import Passage, TelephoneLine
from harness.audio.open_line import BLEND, Neighbour, OpenLine
from harness.audio.recording import Tape
from harness.model.persona import Echo

Mask = NDArray[np.bool_]

_PER_MS: Final = TELEPHONE_HZ // 1000
_LINE_DICE: Final = 2**32 - 1
"""Stands where the number of an utterance stands in a seed; no call has so many."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Said:
    """An utterance on the channel; places are samples of the call."""

    start: int
    end: int
    noise: Neighbour
    missing: Mask
    bed_power: float

    def upto(self, end: int) -> "_Said":
        length = end - self.start
        return replace(self, end=end, noise=self.noise.upto(length), missing=self.missing[:length])


class FarChannel:
    """Knows what was said when, and fills in what sounds beside it."""

    def __init__(self, line: TelephoneLine, *, agent_echo: Echo | None, seed: int) -> None:
        """Take the line, how the agent's voice comes back on it, and the call's seed."""
        self._seed = seed
        self._agent_echo = agent_echo
        self._said: list[_Said] = []
        self._opened: int | None = None
        self._dead: list[tuple[int, int | None]] = []
        self._line = line
        self._open_line: OpenLine | None = None
        """Made when it is first listened to."""

    @property
    def bed_power(self) -> float:
        """Return how loud the noise bed is now: as under the last words, and before any as under the ordinary."""
        return self._said[-1].bed_power if self._said else self._line.bed_power(np.zeros(0))

    def use(self, line: TelephoneLine) -> None:
        """Have another line from now on, with the same noise."""
        self._line, self._open_line = line, None

    def open(self, *, at_ms: int) -> None:
        """Let the line sound from now on: the call was answered."""
        if self._opened is None:
            self._opened = at_ms * _PER_MS

    def deaden(self, *, dead: bool, at_ms: int) -> None:
        """Let nothing arrive from now on, or let it again."""
        is_dead = bool(self._dead) and self._dead[-1][1] is None
        if dead and not is_dead:
            self._dead.append((at_ms * _PER_MS, None))
        elif is_dead and not dead:
            self._dead[-1] = (self._dead[-1][0], at_ms * _PER_MS)

    def said(self, passage: Passage, *, at_ms: int, bed_power: float) -> None:
        """Take note of what is said from a moment on."""
        start = at_ms * _PER_MS
        self._said.append(
            _Said(
                start=start,
                end=start + len(passage.arrived.samples),
                noise=Neighbour.of(passage),
                missing=np.repeat(passage.lost | passage.late, FRAME_SAMPLES),
                bed_power=bed_power,
            )
        )

    def cut(self, *, at_ms: int) -> None:
        """Take note that nothing more is said from a moment on."""
        end = at_ms * _PER_MS
        self._said = [said if said.end <= end else said.upto(end) for said in self._said if said.start < end]

    def window(self, tape: Tape, start_ms: int, end_ms: int) -> Clip:
        """Return the channel between two moments, from a tape that has the utterances and the agent's lane."""
        caller = tape.window(start_ms, end_ms).caller
        if self._opened is None or not (self._line.has_noise or self._agent_echo):
            return caller
        samples = self._with_noise(caller.samples, start=start_ms * _PER_MS)
        return Clip(self._with_echo(samples, tape, start_ms, end_ms), TELEPHONE_HZ)

    def echo_level_db(self, tape: Tape, *, duration_ms: int) -> float | None:
        """Return how loud the agent's voice came back, measured on the mixed channel; None where it did not."""
        if self._agent_echo is None or self._opened is None:
            return None
        clean = self._with_noise(tape.window(0, duration_ms).caller.samples, start=0)
        returned = self._with_echo(clean, tape, 0, duration_ms).astype(np.float64) - clean
        delay_ms = self._agent_echo.delay_ms
        sent = tape.window(-delay_ms, duration_ms - delay_ms).agent.samples.astype(np.float64)
        sent[self._silent(0, len(sent))] = 0
        energy, product = float(sent @ sent), float(sent @ returned)
        return 20 * float(np.log10(product / energy)) if energy and product > 0 else None

    @property
    def _noise(self) -> OpenLine:
        if self._open_line is None:
            self._open_line = OpenLine(self._line, rng=np.random.default_rng((self._seed, _LINE_DICE)))
        return self._open_line

    def _with_noise(self, samples: Samples, *, start: int) -> Samples:
        if not self._line.has_noise:
            return samples
        filled, end = samples.copy(), start + len(samples)
        for place in range(len(self._said) + 1):
            before = self._said[place - 1] if place else None
            after = self._said[place] if place < len(self._said) else None
            first = self._opened or 0 if before is None else before.end
            last = end if after is None else after.start
            begin, stop = max(first, start), min(last, end)
            if begin < stop:
                # Where it blends into an utterance it is made for the whole of that, however little of it is wanted.
                begins = first if begin - first < BLEND else begin
                stops = last if last - stop < BLEND else stop
                begins = max(first, min(begins, last - BLEND)) if stops == last else begins
                stops = min(last, max(stops, first + BLEND)) if begins == first else stops
                noise = self._noise.between(
                    begins,
                    stops,
                    bed_power=self._bed_power(before, after),
                    before=before.noise if before and begins == first else None,
                    after=after.noise if after and stops == last else None,
                )
                filled[begin - start : stop - start] = noise[begin - begins : stop - begins]
        filled[self._is_dead(start, end) & ~self._is_said(start, end)] = 0
        return filled

    def _with_echo(self, samples: Samples, tape: Tape, start_ms: int, end_ms: int) -> Samples:
        if self._agent_echo is None:
            return samples
        delay_ms, level_db = self._agent_echo.delay_ms, self._agent_echo.level_db
        agent = tape.window(start_ms - delay_ms, end_ms - delay_ms).agent
        echo = agent.floats.astype(np.float64) * 10 ** (level_db / 20)
        echo[self._silent(start_ms * _PER_MS, end_ms * _PER_MS)] = 0
        heard = np.flatnonzero(echo)
        both = Clip.of_floats(Clip(samples[heard], TELEPHONE_HZ).floats + echo[heard], TELEPHONE_HZ)
        samples = samples.copy()
        samples[heard] = through_codec(both.samples, self._line.codec)
        return samples

    def _bed_power(self, before: _Said | None, after: _Said | None) -> float:
        """Return how loud the bed is in a silence: as under the words before it, and first of all under those after."""
        neighbour = before or after
        if neighbour is not None:
            return neighbour.bed_power
        return self.bed_power

    def _silent(self, start: int, end: int) -> Mask:
        """Return where nothing that is sent arrives: no line yet, a dead one, or a frame that was lost."""
        silent = self._is_dead(start, end)
        silent[: max(0, (self._opened or 0) - start)] = True
        silent |= self._noise.missing(start, end) & ~self._is_said(start, end)
        for said in self._said:
            first, last = max(said.start, start), min(said.end, end)
            if first < last:
                silent[first - start : last - start] |= said.missing[first - said.start : last - said.start]
        return silent

    def _is_dead(self, start: int, end: int) -> Mask:
        return _mask(self._dead, start, end)

    def _is_said(self, start: int, end: int) -> Mask:
        return _mask([(said.start, said.end) for said in self._said], start, end)


def _mask(spans: "list[tuple[int, int | None]] | list[tuple[int, int]]", start: int, end: int) -> Mask:
    mask = np.zeros(end - start, dtype=np.bool_)
    for first, last in spans:
        mask[max(0, first - start) : end - start if last is None else max(0, last - start)] = True
    return mask
