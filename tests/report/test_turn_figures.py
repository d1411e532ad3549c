"""The tiles of turn-taking: counts where there are few, and nothing where nothing was measured."""

from typing import TYPE_CHECKING

import pytest

from harness.model.outcome import Outcome
from harness.model.score import Better, Score
from harness.model.suite import ArmRole
from harness.regression.frames import arm_figures
from harness.report.figures import Tile, view_figures
from harness.report.versions import prompt_versions

if TYPE_CHECKING:
    from tests.report.conftest import RunBuilder

TITLES = ("Agent gave way", "Held through mm-hm", "Agent interrupted", "Dead air", "Left unanswered")


def score(name: str, value: float, *, turn: int | None = None) -> Score:
    return Score(name=name, value=value, better=Better.LOWER, turn=turn)


def turns(*yields: float, dead_air: float = 0, unanswered: float = 0) -> tuple[Score, ...]:
    return (
        *(score("yield_rate", value, turn=turn) for turn, value in enumerate(yields)),
        score("yield_rate", 0.5),
        score("agent_interruption_rate", 2, turn=1),
        score("agent_interruption_rate", 0.7),
        score("dead_air", dead_air),
        score("unanswered_turns", 1, turn=1),
        score("unanswered_turns", unanswered),
    )


def tiles(builder: "RunBuilder", *, v2: tuple[Score, ...], v1: tuple[Score, ...] = ()) -> dict[str, Tile]:
    for version, role, scores in (("v2", ArmRole.CANDIDATE, v2), ("v1", ArmRole.BASELINE, v1)):
        outcomes = (Outcome.PASSED, Outcome.PASSED)
        builder.add("hello", version=version, role=role, outcomes=outcomes, scores=scores, with_call=False)
    run = builder.run()
    (view,) = view_figures(prompt_versions(run)[0], arm_figures(run))
    return {tile.title: tile for tile in view.tiles if tile.title in TITLES}


def test_counts_of_all_calls_are_pooled(builder: "RunBuilder") -> None:
    shown = tiles(builder, v2=turns(1, 0, dead_air=2, unanswered=1), v1=turns(1))
    assert {title: (tile.value, tile.size, tile.beside) for title, tile in shown.items()} == {
        "Agent gave way": ("2 of 4", "4 interruptions by the caller", "v1: 2 of 2"),
        "Agent interrupted": ("2 turns", "in 2 calls", "v1: 2 turns"),
        "Dead air": ("4 times", "in 2 calls", "v1: 0 times"),
        "Left unanswered": ("2 turns", "in 2 calls", "v1: 0 turns"),
    }


@pytest.mark.parametrize(("yields", "value"), [((1, 1, 1, 0), "6 of 8"), ((1, 1, 1, 1, 0), "80%")])
def test_a_rate_is_shown_from_ten_interruptions_on(
    builder: "RunBuilder", yields: tuple[float, ...], value: str
) -> None:
    assert tiles(builder, v2=turns(*yields))["Agent gave way"].value == value


def test_nobody_gives_way_where_nobody_interrupts(builder: "RunBuilder") -> None:
    shown = tiles(builder, v2=turns())
    assert tuple(shown) == TITLES[2:]
    assert shown["Dead air"].beside == "v1: not measured"


@pytest.mark.parametrize(("holds", "value"), [((1, 1, 0), "4 of 6"), ((1, 1, 1, 1, 0), "80%")])
def test_an_agent_that_is_not_disturbed_is_shown_as_one(
    builder: "RunBuilder", holds: tuple[float, ...], value: str
) -> None:
    held = tuple(score("hold_rate", each, turn=turn) for turn, each in enumerate(holds))
    tile = tiles(builder, v2=(*turns(), *held, score("hold_rate", 0.5)), v1=turns())["Held through mm-hm"]
    assert (tile.value, tile.beside) == (value, "v1: not measured")
    assert tile.size == f"{2 * len(holds)} sounds of the caller that want no answer"


def test_a_version_nobody_interrupted_has_no_rate_beside(builder: "RunBuilder") -> None:
    assert tiles(builder, v2=turns(1), v1=turns())["Agent gave way"].beside == "v1: not measured"


def test_a_run_without_scores_of_turns_has_no_such_tiles(builder: "RunBuilder") -> None:
    assert tiles(builder, v2=()) == {}
