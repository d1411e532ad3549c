import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.call import Transcript
from harness.model.moves import Backchannel, Hangup, Interruption, Move, Piece, Press, Say, Trigger, TriggerKind
from harness.model.persona import Habits, Persona
from harness.participants.scripted import ScriptedCaller
from harness.testing.builders import make_case

LINES = tuple(Say(text=f"This is line number {number}.") for number in range(200))


def played(habits: Habits, *, moves: tuple[Move, ...] = LINES, seed: int = 1) -> list[Move]:
    """Return every move of a caller with these habits, its hang-up left out."""
    case = make_case(moves=moves, persona=Persona(name="x", habits=habits), turn_limit=1000)
    caller, made = ScriptedCaller(case, seed=seed), list[Move]()
    while not made or not isinstance(made[-1], Hangup):
        made.append(asyncio.run(caller.next_move(Transcript())))
    return made[:-1]


def test_without_habits_the_script_is_played_as_it_is() -> None:
    assert played(Habits()) == list(LINES)


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_a_habit_shows_in_its_share_of_the_lines(share: float) -> None:
    interrupting = [move for move in played(Habits(interrupts=share)) if isinstance(move, Say) and move.interrupts]
    nodding = [move for move in played(Habits(backchannels=share)) if isinstance(move, Backchannel)]
    asking = [move for move in played(Habits(mishears=share, pardon=("Pardon?",))) if move.kind == "say"]
    for count in (len(interrupting), len(nodding), len(asking) - 200):
        # Four standard deviations of 200 throws.
        assert abs(count / 200 - share) <= 4 * (share * (1 - share) / 200) ** 0.5


def test_an_impatient_caller_does_not_wait_for_the_end() -> None:
    (move,) = played(Habits(interrupts=1.0, interrupts_after_ms=700), moves=LINES[:1])
    assert isinstance(move, Say)
    assert (move.trigger.after, move.trigger.delay_ms) == (TriggerKind.AGENT_SPEECH_START, 700)
    assert move.interrupts is Interruption.IMPATIENCE


def test_a_line_with_a_moment_of_its_own_keeps_it() -> None:
    phrase = Say(text="Now!", trigger=Trigger(after=TriggerKind.PHRASE, phrase="go"))
    assert played(Habits(interrupts=1.0, backchannels=1.0, mishears=1.0), moves=(phrase,)) == [phrase]


def test_whoever_hears_badly_asks_once_before_each_line_and_then_goes_on() -> None:
    texts = [
        move.text for move in played(Habits(mishears=1.0, pardon=("Pardon?",)), moves=LINES[:2]) if move.kind == "say"
    ]
    assert texts == ["Pardon?", LINES[0].text, "Pardon?", LINES[1].text]


def test_keys_are_pressed_after_a_nod_too() -> None:
    made = played(Habits(backchannels=1.0), moves=(Press(digits="1"),))
    assert [move.kind for move in made] == ["backchannel", "press"]


def test_every_word_gets_its_filler_and_every_gap_its_pause() -> None:
    habits = Habits(fillers=1.0, filler=("uh,",), pauses=1.0, pause_ms=500)
    (move,) = played(habits, moves=(Say(text="two for eight"),))
    assert isinstance(move, Say)
    assert move.text == "uh, two uh, for uh, eight"
    assert move.pieces == (
        Piece(text="uh, two"),
        Piece(text="uh, for", pause_ms=500),
        Piece(text="uh, eight", pause_ms=500),
    )


@given(
    seed=st.integers(0, 2**48),
    words=st.lists(st.sampled_from(["a", "table", "for", "two", "please."]), min_size=1, max_size=20),
    fillers=st.floats(0, 1),
    pauses=st.floats(0, 1),
)
def test_halting_speech_loses_no_word_and_is_the_same_for_the_same_seed(
    seed: int, words: list[str], fillers: float, pauses: float
) -> None:
    habits = Habits(fillers=fillers, filler=("uh,",), pauses=pauses)
    moves = (Say(text=" ".join(words)),)
    (move,) = made = played(habits, moves=moves, seed=seed)
    assert made == played(habits, moves=moves, seed=seed)
    assert isinstance(move, Say)
    assert [word for word in move.text.split() if word != "uh,"] == words
    assert not move.pieces or " ".join(piece.text for piece in move.pieces) == move.text
