"""Calls in which the caller could not keep to its part: each goes on, ends, and says what was missed."""

from typing import Any

import pytest

from harness.model.call import EndReason, Event, EventKind, Role, TurnLabel
from harness.model.finding import FindingName
from harness.model.moves import (
    Backchannel,
    Interruption,
    Move,
    Press,
    Say,
    Tones,
    Trigger,
    TriggerKind,
)
from harness.runner.diagnosis import diagnose
from harness.testing.builders import make_call, make_case, make_turn
from harness.testing.speech import ScriptedAgent
from tests.calling import hold_call

N = FindingName
AFTER_PHRASE = Trigger(after=TriggerKind.PHRASE, phrase="your name", timeout_ms=3000)
AFTER_TOOL = Trigger(after=TriggerKind.TOOL_CALL, tool="send_email", timeout_ms=3000)
AFTER_DIGITS = Trigger(after=TriggerKind.AGENT_DIGITS, timeout_ms=3000)
LONG_INTO = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=8000)


def told(*moves: Move, **setup: Any) -> list[tuple[FindingName, str]]:
    """Return what is found in a call, which has to end with the caller's own hang-up."""
    agent = ScriptedAgent("Hello, what can I do?", "Certainly.", "Of course.", "Sure.")
    talk = hold_call(*moves, agent=agent, **setup)
    assert talk.end_reason is EndReason.CALLER_HANGUP
    assert [turn.move for turn in talk.turns if turn.move is not None], "the caller did nothing"
    call = make_call(
        *talk.turns,
        moves=talk.moves,
        events=talk.events,
        end_reason=talk.end_reason,
        duration_ms=talk.duration_ms,
    )
    return [(found.name, found.what) for found in diagnose(call, make_case(moves=moves))]


@pytest.mark.parametrize(
    ("move", "found"),
    [
        pytest.param(
            Say(text="Carter.", trigger=AFTER_PHRASE),
            (N.MOMENT_NEVER_CAME, 'waited in vain for the agent\'s words "your name", and went on after 3000 ms'),
            id="phrase that is never said",
        ),
        pytest.param(
            Say(text="No mail, please.", trigger=AFTER_TOOL),
            (N.MOMENT_NEVER_CAME, "the agent's use of send_email"),
            id="tool that is never used",
        ),
        pytest.param(
            Press(digits="1", trigger=AFTER_DIGITS),
            (N.MOMENT_NEVER_CAME, "a number in the agent's speech"),
            id="digits",
        ),
        pytest.param(
            Say(text="Stop!", trigger=LONG_INTO, interrupts=Interruption.STOP),
            (N.INTERRUPTION_TOO_LATE, '"Stop!" was meant to interrupt the agent, who was silent by then'),
            id="interruption of a short turn",
        ),
        pytest.param(
            Backchannel(text="Mm-hm.", trigger=LONG_INTO),
            (N.BACKCHANNEL_LEFT_OUT, 'did not say "Mm-hm."'),
            id="backchannel into silence",
        ),
        pytest.param(
            Press(digits="12", tones=Tones.IN_BAND), (N.KEYS_AS_SOUND, "the keys 12 were tones"), id="keys as sound"
        ),
    ],
)
def test_what_the_caller_missed_is_found_and_the_call_goes_on(move: Move, found: tuple[FindingName, str]) -> None:
    all_found = told(Say(text="Hi."), move, Say(text="Bye."))
    _, what = next(each for each in all_found if each[0] is found[0])
    assert found[1] in what


def test_a_caller_who_keeps_to_its_part_missed_nothing() -> None:
    over = Say(text="Wait!", trigger=Trigger(after=TriggerKind.AGENT_SPEECH_MIDDLE), interrupts=Interruption.CORRECTION)
    missed = (N.MOMENT_NEVER_CAME, N.INTERRUPTION_TOO_LATE, N.BACKCHANNEL_LEFT_OUT, N.KEYS_AS_SOUND)
    nod = Backchannel(text="Mm-hm.", trigger=Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=100))
    assert not [name for name, _ in told(nod, Say(text="Hi."), over, Press(digits="1")) if name in missed]


def test_a_caller_who_speaks_while_the_agent_works_silently_is_not_too_late() -> None:
    move = Say(text="And the price?", trigger=AFTER_TOOL, interrupts=Interruption.QUESTION)
    turn = make_turn(Role.CALLER, move.text, started_ms=2000, label=TurnLabel.BARGE_IN, move=0)
    event = Event(
        at_ms=2000,
        kind=EventKind.SPEECH_STARTED,
        role=Role.CALLER,
        text=move.text,
        data={"label": TurnLabel.BARGE_IN.value, "over_agent": False, "late": False},
    )
    call = make_call(turn, moves=(move,), events=(event,))

    assert N.INTERRUPTION_TOO_LATE not in {found.name for found in diagnose(call, make_case(moves=(move,)))}
