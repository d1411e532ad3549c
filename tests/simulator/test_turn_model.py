import pytest

from harness.simulator.turns import TranscriptTurns
from harness.voipbin.parameters import TURN_STOP_GOOGLE_MS


@pytest.mark.parametrize(
    ("transcripts", "begins", "deadline_ms"),
    [
        pytest.param([(1_000, False)], [True], 6_000, id="interim begins a turn, five seconds to go"),
        pytest.param([(1_000, True)], [True], 1_350, id="so does a final, which ends it soon"),
        pytest.param([(1_000, False), (1_400, False)], [True, False], 6_400, id="interims keep it open"),
        pytest.param([(1_000, False), (1_400, True)], [True, False], 1_750, id="final sets the end"),
        pytest.param([(1_000, True), (1_200, True)], [True, False], 1_550, id="the last final counts"),
        pytest.param([(1_000, True), (1_200, False)], [True, False], 6_200, id="interim takes the end back"),
    ],
)
def test_turn_follows_the_transcripts(
    transcripts: list[tuple[int, bool]], begins: list[bool], deadline_ms: int
) -> None:
    turns = TranscriptTurns()
    assert [turns.hear(at_ms, final=final) for at_ms, final in transcripts] == begins
    assert turns.deadline_ms == deadline_ms


def test_after_its_end_the_next_transcript_begins_another_turn() -> None:
    turns = TranscriptTurns()
    turns.hear(0, final=True)
    turns.end()
    assert turns.deadline_ms is None
    assert turns.hear(500, final=False)


def test_another_recogniser_waits_longer() -> None:
    turns = TranscriptTurns(stop_ms=TURN_STOP_GOOGLE_MS)
    turns.hear(0, final=True)
    assert turns.deadline_ms == 1_570
