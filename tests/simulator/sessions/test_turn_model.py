import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnknownNameError
from harness.model.platform import TurnModelName
from harness.simulator.sessions.turns import TranscriptTurns, TurnModel, turn_model_of
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


def test_voice_alone_means_nothing_to_the_recogniser() -> None:
    turns = TranscriptTurns()
    assert not turns.voice(0, speaking=True)
    assert turns.deadline_ms is None
    turns.hear(300, text="Hello", final=True)
    turns.voice(400, speaking=True)
    assert turns.deadline_ms == 650


@pytest.mark.parametrize(
    ("name", "stt_type", "listens_to_voice", "yields", "end_ms"),
    [
        pytest.param("transcript", "deepgram", False, True, 350, id="transcript"),
        pytest.param("transcript", "", False, True, 350, id="no recogniser named is Deepgram"),
        pytest.param("transcript", "google", False, True, 1_570, id="Google takes longer"),
        pytest.param("vad", "google", True, True, 0, id="the detector waits for no recogniser's time"),
        pytest.param("half_duplex", "deepgram", False, False, 350, id="half duplex never yields"),
    ],
)
def test_a_model_is_chosen_by_name(name: str, stt_type: str, listens_to_voice: bool, yields: bool, end_ms: int) -> None:
    turns = turn_model_of(TurnModelName(name), stt_type=stt_type)
    assert (turns.listens_to_voice, turns.yields) == (listens_to_voice, yields)
    assert turns.hear(0, text="Hello.", final=True)
    assert turns.deadline_ms == end_ms


def test_a_recogniser_the_runner_cannot_start_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown stt_type 'cartesia'\. Known: deepgram, google\."):
        turn_model_of(TurnModelName.VAD, stt_type="cartesia")


@pytest.mark.parametrize(("language", "deadline_ms"), [("en-GB", 3_000), ("de-DE", 0), ("", 3_000)])
def test_smart_turn_judges_english_only(language: str, deadline_ms: int) -> None:
    turns = turn_model_of(TurnModelName.VAD, smart_turn=True, language=language)
    turns.hear(0, text="Ich rufe an", final=True)
    assert turns.deadline_ms == deadline_ms


Input = tuple[str, int, str]
"""What happens, how long after the last thing, and the words."""

inputs = st.lists(
    st.tuples(
        st.sampled_from(["interim", "final", "voice", "silence"]),
        st.integers(0, 7_000),
        st.sampled_from(["Hello.", "my name is", ""]),
    ),
    max_size=30,
)
models = st.builds(
    turn_model_of,
    st.sampled_from(TurnModelName),
    stt_type=st.sampled_from(["deepgram", "google"]),
    smart_turn=st.booleans(),
)


def tell(turns: TurnModel, happening: Input, at_ms: int) -> bool:
    what, _, text = happening
    if what in ("interim", "final"):
        return turns.hear(at_ms, text=text, final=what == "final")
    return turns.voice(at_ms, speaking=what == "voice")


@given(turns=models, happenings=inputs)
def test_every_turn_that_begins_ends_and_never_in_the_past(turns: TurnModel, happenings: list[Input]) -> None:
    now_ms, is_open = 0, False
    for happening in [*happenings, ("silence", 100, "")]:
        now_ms += happening[1]
        if turns.deadline_ms is not None and turns.deadline_ms < now_ms:
            turns.end()
            is_open = False
            assert turns.deadline_ms is None
        begins = tell(turns, happening, now_ms)
        assert not (begins and is_open), "a turn begins within a turn"
        is_open |= begins
        assert turns.deadline_ms is None or turns.deadline_ms >= now_ms
        assert is_open or turns.deadline_ms is None
    assert is_open == (turns.deadline_ms is not None)
