import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.audio.clip import Clip


@given(st.lists(st.integers(min_value=-32768, max_value=32767)))
def test_samples_survive_the_way_through_floats(values: list[int]) -> None:
    clip = Clip(np.array(values, dtype=np.int16), 8000)
    assert Clip.of_floats(clip.floats, 8000).digest == clip.digest


def test_what_is_louder_than_full_scale_is_limited_and_does_not_wrap() -> None:
    assert Clip.of_floats(np.array([-3.0, -1.0, 1.0, 3.0]), 8000).samples.tolist() == [-32768, -32768, 32767, 32767]


def test_equal_samples_at_another_rate_are_another_sound() -> None:
    samples = np.array([1, 2, 3], dtype=np.int16)
    assert Clip(samples, 8000).digest != Clip(samples, 16_000).digest


def test_a_span_is_clipped_to_what_there_is() -> None:
    clip = Clip(np.arange(80, dtype=np.int16), 8000)
    assert clip.span(-5, 3).samples.tolist() == list(range(24))
    assert clip.span(9, 50).samples.tolist() == list(range(72, 80))
    assert len(clip.span(20, 10).samples) == 0
