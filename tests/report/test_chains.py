"""The way of each value, from the scorer's answer to the call's page."""

from typing import TYPE_CHECKING

import pytest

from harness.model.call import Role
from harness.model.chain import ChainLink, EntityChain, LinkState, Stage
from harness.model.outcome import Outcome
from harness.model.score import Better, Score
from harness.model.suite import ArmRole
from harness.report.chains import view_chains
from harness.report.pages import write_report
from harness.testing.builders import make_turn
from tests.report.conftest import HOSTILE
from tests.report.reading import trials_of

if TYPE_CHECKING:
    from tests.report.conftest import RunBuilder


def link(stage: Stage, state: LinkState, **fields: object) -> ChainLink:
    return ChainLink(stage=stage, state=state, **fields)  # type: ignore[arg-type]


CHAIN = EntityChain(
    value="5551",
    links=(
        link(Stage.SAID, LinkState.HELD, found="5551", turn=1),
        link(Stage.HEARD, LinkState.BROKEN, found="5550", turn=1),
        link(Stage.STORED, LinkState.OPEN, why="no tool was called after it"),
        link(Stage.SAID_BACK, LinkState.BROKEN),
    ),
)
SCORE = Score(name="entity_chain", value=1 / 3, better=Better.HIGHER, turn=1, reason="heard as", chain=CHAIN)


def test_the_first_break_alone_is_marked() -> None:
    (row,) = view_chains([SCORE], trial_id="trial-1")
    assert (row.value, row.turn) == ("5551", 2)
    assert [cell.is_first_break for cell in row.cells] == [False, True, False, False]
    assert [cell.text for cell in row.cells] == ["5551", "5550", "no tool was called after it", "not there"]
    assert [cell.anchor for cell in row.cells] == ["trial-1-turn-2", "trial-1-turn-2", "", ""]


def test_scores_without_a_way_have_no_row() -> None:
    assert view_chains([Score(name="x", value=1, better=Better.HIGHER)], trial_id="trial-1") == ()


@pytest.mark.parametrize("value", ["5551", HOSTILE])
def test_the_page_of_a_call_shows_every_stage(builder: "RunBuilder", value: str) -> None:
    chain = EntityChain(value=value, links=CHAIN.links)
    score = Score(name="entity_chain", value=1 / 3, better=Better.HIGHER, turn=1, reason="heard as", chain=chain)
    turns = (make_turn(Role.AGENT, "Hello."), make_turn(Role.CALLER, "5551", started_ms=2500, heard="5550"))
    builder.add("told", version="v2", role=ArmRole.CANDIDATE, outcomes=(Outcome.FAILED,), turns=turns, scores=(score,))
    index = write_report(builder.run(), run_folder=builder.folder, pages=builder.folder.parent / "html")
    path = index.parent / "receptionist" / "v2.html"
    (trial,) = trials_of(path)
    (row,) = trial["chains"]
    assert row["value"] == value
    assert [cell["text"] for cell in row["cells"]] == ["5551", "5550", "no tool was called after it", "not there"]
    assert [cell.get("is_first_break", False) for cell in row["cells"]].count(True) == 1
    assert "<script>alert" not in path.read_text("utf-8")
