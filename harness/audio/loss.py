"""Which 20 ms frames of an utterance never come out of the line: lost by chance, lost in bursts, or too late.

Bursts are those of the Gilbert–Elliott channel, whose good and bad stretches have geometric lengths, given that the
asked share is lost: then every way to cut the lost frames into bursts is equally likely.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.bool_]
"""One truth value for each frame."""

PLAYOUT_MS: Final = 60
"""How much later than the fastest a frame may come and still be played."""


def lost_by_chance(frames: int, *, share: float, rng: np.random.Generator) -> Frames:
    """Return frames lost with this chance each; short utterances may lose more or less than the share."""
    return rng.random(frames) < share


def lost_in_bursts(frames: int, *, share: float, burst_frames: float, rng: np.random.Generator) -> Frames:
    """Return frames of which exactly this share is lost, to within one frame.

    Args:
        frames: How many are sent.
        share: Share to lose, 0 to 1.
        burst_frames: Mean number of frames lost in a row. Less than chance alone makes, 1 / (1 - share), can't be.
        rng: The dice.
    """
    count = min(int(share * frames + rng.random()), frames)
    lost = np.zeros(frames, dtype=np.bool_)
    if not count:
        return lost
    kept = frames - count
    mean = max(burst_frames, frames / kept) if kept else count
    bursts = min(max(round(count / mean), 1), count, kept + 1)
    lengths = _cut(count, bursts, rng=rng)
    # A gap between two bursts has a frame at least; before the first and after the last there may be none.
    gaps = _cut(kept + 2, bursts + 1, rng=rng)
    gaps[[0, -1]] -= 1
    position = 0
    for gap, length in zip(gaps.tolist(), lengths.tolist(), strict=False):
        position += gap
        lost[position : position + length] = True
        position += length
    return lost


def late(frames: int, *, jitter_ms: float, rng: np.random.Generator) -> Frames:
    """Return the frames that come after their turn to be played, `PLAYOUT_MS` after the fastest.

    The delay of each frame is exponential and independent of the others, with this mean; the interarrival jitter of
    RFC 3550 then has the same mean. The delays of an utterance are spread evenly over the distribution, so that the
    share of late frames is exp(-60 / jitter_ms) to within one frame.
    """
    chance = (rng.permutation(frames) + rng.random(frames)) / max(frames, 1)
    return -jitter_ms * np.log1p(-chance) > PLAYOUT_MS


def _cut(total: int, parts: int, *, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return lengths of at least one with a given sum, all ways to cut being equally likely."""
    cuts = np.sort(rng.choice(total - 1, size=parts - 1, replace=False)) + 1
    return np.diff(np.concatenate(([0], cuts, [total])))
