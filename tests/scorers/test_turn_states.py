"""Conversation states against a second way to count them: frame by frame."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from harness.scorers.turn_segments import Segment, merge_segments
from harness.scorers.turn_states import conversation_states

FRAME_MS = 10
FRAMES = st.integers(0, 60)


def segments() -> st.SearchStrategy[list[Segment]]:
    def made(pair: tuple[int, int]) -> Segment:
        start, length = pair
        return Segment(start_ms=start * FRAME_MS, end_ms=(start + length) * FRAME_MS)

    return st.lists(st.tuples(FRAMES, st.integers(1, 12)).map(made), max_size=6)


def frames(spoken: list[Segment] | tuple[Segment, ...]) -> set[int]:
    return {frame for each in spoken for frame in range(each.start_ms // FRAME_MS, each.end_ms // FRAME_MS)}


@given(caller=segments(), agent=segments())
def test_states_last_as_long_as_their_frames(caller: list[Segment], agent: list[Segment]) -> None:
    states = conversation_states(caller=caller, agent=agent)
    mine, theirs = frames(caller), frames(agent)
    anybody = sorted(mine | theirs)
    assert states.caller_ms == len(mine) * FRAME_MS
    assert states.agent_ms == len(theirs) * FRAME_MS
    assert states.double_talk_ms == len(mine & theirs) * FRAME_MS
    window = range(anybody[0], anybody[-1] + 1) if anybody else range(0)
    assert states.window_ms == len(window) * FRAME_MS
    assert states.silence_ms == (len(window) - len(anybody)) * FRAME_MS
    gaps = [after - before - 1 for before, after in pairwise(anybody)]
    assert states.longest_silence_ms == max(gaps, default=0) * FRAME_MS


@given(spoken=segments(), gap=st.integers(0, 5), shortest=st.integers(0, 8))
def test_merging_fills_short_pauses_and_drops_short_sounds(spoken: list[Segment], gap: int, shortest: int) -> None:
    merged = merge_segments(spoken, merge_gap_ms=gap * FRAME_MS, min_speech_ms=shortest * FRAME_MS)
    filled = frames(spoken)
    for before, after in pairwise(sorted(filled)):
        if after - before - 1 <= gap:
            filled |= set(range(before, after))
    lone = {frame for frame in filled if frame - 1 not in filled}
    kept = set[int]()
    for start in lone:
        end = start
        while end in filled:
            end += 1
        if end - start >= shortest:
            kept |= set(range(start, end))
    assert frames(merged) == kept
    assert all(b.start_ms > a.end_ms for a, b in pairwise(merged))
