"""Stretches of speech of one side of a call, and how detected ones are joined (evaluation.md 5.1)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Somebody speaks without a pause, on the call's own clock."""

    start_ms: int
    end_ms: int

    @property
    def duration_ms(self) -> int:
        """Return the length."""
        return self.end_ms - self.start_ms

    def shared_ms(self, other: "Segment") -> int:
        """Return for how long both last at once."""
        return max(min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms), 0)

    def spans(self, at_ms: int) -> bool:
        """Return whether a moment lies inside; neither end does."""
        return self.start_ms < at_ms < self.end_ms


def merge_segments(
    segments: Iterable[Segment], *, merge_gap_ms: int = 300, min_speech_ms: int = 100
) -> tuple[Segment, ...]:
    """Return one speaker's segments in order of time, joined over short pauses, without what is too short for speech.

    Args:
        segments: In any order; they may overlap.
        merge_gap_ms: Pauses up to this length belong to the speech around them.
        min_speech_ms: What is shorter than this after joining is dropped.
    """
    merged: list[Segment] = []
    for segment in sorted(segments, key=lambda each: (each.start_ms, each.end_ms)):
        if merged and segment.start_ms - merged[-1].end_ms <= merge_gap_ms:
            before = merged.pop()
            segment = Segment(start_ms=before.start_ms, end_ms=max(before.end_ms, segment.end_ms))
        merged.append(segment)
    return tuple(each for each in merged if each.duration_ms >= min_speech_ms)


def union(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Return when anybody spoke, in order of time and without overlaps."""
    return merge_segments(segments, merge_gap_ms=0, min_speech_ms=0)
