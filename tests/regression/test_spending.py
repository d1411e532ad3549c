"""How alpha is shared: whatever may end a comparison, the parts come to no more than the whole."""

import pytest

from harness.errors import ConfigurationError
from harness.regression.spending import spending


@pytest.mark.parametrize("watched", [False, True], ids=["judged only", "watched too"])
@pytest.mark.parametrize("looks", [1, 2, 5])
def test_the_parts_come_to_the_whole(looks: int, watched: bool) -> None:
    shared = spending(alpha=0.05, looks=looks, watched=watched)
    assert looks * shared.look + (shared.evidence or 0.0) == pytest.approx(0.05)


def test_one_look_has_all_of_it_and_the_interval_of_the_method() -> None:
    shared = spending()
    assert shared.evidence is None
    assert shared.confidence == pytest.approx(0.90)


def test_watching_costs_the_interval_a_little_of_its_narrowness() -> None:
    watched = spending(watched=True)
    assert watched.evidence == pytest.approx(0.01)
    assert 0.90 < watched.confidence < 0.93


@pytest.mark.parametrize(("alpha", "looks"), [(0.05, 0), (0.0, 1), (0.5, 1)], ids=["no look", "nothing", "everything"])
def test_what_cannot_be_shared_is_refused(alpha: float, looks: int) -> None:
    with pytest.raises(ConfigurationError):
        spending(alpha=alpha, looks=looks)
