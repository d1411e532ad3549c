import asyncio

from harness.model.call import Transcript
from harness.model.case import Hangup, Move, Say, Trigger, TriggerKind, Wait
from harness.model.persona import Persona
from harness.participants.scripted import ScriptedCaller
from harness.testing.builders import make_case


def next_move(caller: ScriptedCaller, *, moves_made: int) -> Move:
    return asyncio.run(caller.next_move(Transcript(moves_made=moves_made)))


def test_the_moves_come_in_the_order_of_the_case() -> None:
    pause = Wait(trigger=Trigger(delay_ms=2000))
    case = make_case(moves=(Say(text="Hi"), pause, Say(text="Bye")))
    caller = ScriptedCaller(case)
    assert [next_move(caller, moves_made=made) for made in range(3)] == [Say(text="Hi"), pause, Say(text="Bye")]


def test_the_transcript_alone_says_where_the_script_is() -> None:
    caller = ScriptedCaller(make_case("Hi", "Bye"))
    assert next_move(caller, moves_made=1) == next_move(caller, moves_made=1) == Say(text="Bye")
    assert next_move(caller, moves_made=0) == Say(text="Hi")


def test_after_the_last_move_the_caller_hears_the_agent_out_and_hangs_up() -> None:
    persona = Persona(name="hurried", reaction_ms=150, patience_ms=4000)
    caller = ScriptedCaller(make_case("Hi", persona=persona))
    assert next_move(caller, moves_made=1) == Hangup(
        trigger=Trigger(after=TriggerKind.AGENT_SPEECH_END, delay_ms=150, timeout_ms=4000)
    )


def test_a_caller_with_nothing_to_say_only_listens_to_the_greeting() -> None:
    assert isinstance(next_move(ScriptedCaller(make_case(moves=())), moves_made=0), Hangup)
