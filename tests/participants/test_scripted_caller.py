import asyncio
from collections.abc import Sequence

import pytest

from harness.errors import ConfigurationError
from harness.model.call import Role, Transcript, Turn
from harness.model.case import Case
from harness.model.moves import (
    Branch,
    Choice,
    Hangup,
    Improvise,
    Move,
    Press,
    Repeat,
    Say,
    Trigger,
    TriggerKind,
    Wait,
)
from harness.model.persona import Persona
from harness.participants.scripted import ScriptedCaller
from harness.testing.builders import make_case, make_turn

NAME = Choice(agent_says=("your name", "who is calling"), steps=(Say(text="Carter."),))
NUMBER = Choice(agent_says=("number",), steps=(Press(digits="12"),))


def said_by(caller: ScriptedCaller, *answers: str) -> list[str]:
    """Return what a caller does against an agent who gives one answer after each thing it says or presses."""
    turns: list[Turn] = [make_turn(Role.AGENT, answers[0])]
    done: list[str] = []
    left = list(answers[1:])
    while not done or done[-1] != "hang up":
        move = asyncio.run(caller.next_move(Transcript(turns=tuple(turns))))
        match move:
            case Say(text=text):
                done.append(text)
                turns.append(make_turn(Role.CALLER, text))
            case Press(digits=digits):
                done.append(digits)
                turns.append(make_turn(Role.CALLER, f"[keys {digits}]", keys=digits))
            case Hangup():
                done.append("hang up")
            case _:
                continue
        if left:
            turns.append(make_turn(Role.AGENT, left.pop(0)))
    return done


def caller_of(*moves: Move | Branch | Repeat | Improvise, **case: object) -> ScriptedCaller:
    return ScriptedCaller(make_case(moves=moves, **case), seed=1)


def moves_of(case: Case, count: int) -> Sequence[Move]:
    caller = ScriptedCaller(case, seed=1)
    return [asyncio.run(caller.next_move(Transcript())) for _ in range(count)]


def test_the_moves_come_in_the_order_of_the_case() -> None:
    pause = Wait(trigger=Trigger(delay_ms=2000))
    case = make_case(moves=(Say(text="Hi"), pause, Say(text="Bye")))
    assert moves_of(case, 3) == [Say(text="Hi"), pause, Say(text="Bye")]


def test_after_the_last_move_the_caller_hears_the_agent_out_and_hangs_up() -> None:
    persona = Persona(name="hurried", reaction_ms=150, patience_ms=4000)
    assert moves_of(make_case("Hi", persona=persona), 2)[1] == Hangup(
        trigger=Trigger(after=TriggerKind.AGENT_SPEECH_END, delay_ms=150, timeout_ms=4000)
    )


def test_a_caller_with_nothing_to_say_only_listens_to_the_greeting() -> None:
    assert isinstance(moves_of(make_case(moves=()), 1)[0], Hangup)


@pytest.mark.parametrize(
    ("answers", "done"),
    [
        pytest.param(("Hello!", "What's your name?"), ["Hi.", "Carter.", "Bye.", "hang up"], id="the first fits"),
        pytest.param(("Hello!", "And your NUMBER, please?"), ["Hi.", "12", "Bye.", "hang up"], id="the second fits"),
        pytest.param(
            ("Hello!", "Nice weather.", "Who is calling?"),
            ["Hi.", "Pardon?", "Carter.", "Bye.", "hang up"],
            id="fallback, then it fits",
        ),
        pytest.param(
            ("Hello!", "Nice weather.", "So sunny.", "Isn't it?"),
            ["Hi.", "Pardon?", "Pardon?", "Bye.", "hang up"],
            id="two fallbacks are enough",
        ),
        pytest.param(
            ("Hello!", "The numbers are in."),
            ["Hi.", "Pardon?", "Pardon?", "Bye.", "hang up"],
            id="a word in a word is none",
        ),
    ],
)
def test_a_branch_goes_by_what_the_agent_said(answers: tuple[str, ...], done: list[str]) -> None:
    caller = caller_of(Say(text="Hi."), Branch(choices=(NAME, NUMBER)), Say(text="Bye."), fallback="Pardon?")
    assert said_by(caller, *answers) == done


def test_a_branch_has_a_way_of_its_own_when_nothing_fits() -> None:
    branch = Branch(choices=(NAME,), otherwise=(Say(text="Then no."), Hangup()))
    assert said_by(caller_of(Say(text="Hi."), branch, Say(text="Never.")), "Hello!", "Well?") == [
        "Hi.",
        "Then no.",
        "hang up",
    ]


def test_an_answer_that_was_heard_is_reacted_to_at_once() -> None:
    persona = Persona(name="quick", reaction_ms=300, patience_ms=4000)
    caller = caller_of(Branch(choices=(NAME,)), persona=persona)
    listening = asyncio.run(caller.next_move(Transcript()))
    assert listening == Wait(trigger=Trigger(timeout_ms=4000))
    heard = Transcript(turns=(make_turn(Role.AGENT, "Your name?"),))
    answer = asyncio.run(caller.next_move(heard))
    assert isinstance(answer, Say)
    assert answer.trigger.after is TriggerKind.NOW


@pytest.mark.parametrize(
    ("answers", "done"),
    [
        pytest.param(("Hello!", "It is booked."), ["Please.", "hang up"], id="at once"),
        pytest.param(("Hello!", "No.", "Booked!"), ["Please.", "Please.", "hang up"], id="at the second time"),
        pytest.param(("Hello!", "No.", "No.", "No."), ["Please.", "Please.", "Oh well.", "hang up"], id="never"),
    ],
)
def test_a_line_is_repeated_until_the_agent_says_it(answers: tuple[str, ...], done: list[str]) -> None:
    repeat = Repeat(steps=(Say(text="Please."),), until=("booked",), at_most=2, otherwise=(Say(text="Oh well."),))
    assert said_by(caller_of(repeat), *answers) == done


def test_a_caller_hangs_up_at_its_limit_of_lines() -> None:
    endless = Repeat(steps=(Say(text="Please."),), until=("booked",), at_most=100)
    assert said_by(caller_of(endless, turn_limit=3), "Hello!", *["No."] * 9) == ["Please."] * 3 + ["hang up"]


def test_a_script_to_be_made_up_needs_somebody_who_does() -> None:
    caller = caller_of(Improvise(turns=2))
    asyncio.run(caller.next_move(Transcript()))
    with pytest.raises(ConfigurationError, match="makes the caller's lines up"):
        asyncio.run(caller.next_move(Transcript()))


def test_what_is_certain_to_follow_is_known_and_what_a_branch_holds_is_not() -> None:
    caller = caller_of(Say(text="Hi."), Branch(choices=(NAME,)), Say(text="Bye."))
    asyncio.run(caller.next_move(Transcript()))
    assert caller.unmade() == (Say(text="Bye."),)
