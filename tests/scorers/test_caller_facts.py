"""The proof that a caller who improvises kept to its facts, on calls made by hand and on lines written for it."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.model.call import Role, Turn
from harness.model.entity import EntityKind
from harness.model.moves import Branch, Choice, Repeat, Say, Step
from harness.model.persona import Persona, PersonaFact, Reveal, Voice
from harness.model.score import Evidence, Score
from harness.scorers.caller_facts import CallerFactsScorer
from harness.testing.builders import make_arm, make_call, make_case, make_turn

MADE_UP = "openai.gpt-4o/0123456789ab"
DATA = json.loads((Path(__file__).parents[1] / "data" / "improvised_lines.json").read_text(encoding="utf-8"))
NAME = PersonaFact(name="name", value="Carter")
PHONE = PersonaFact(name="phone number", value="0475 123 456", kind=EntityKind.DIGITS)
PIN = PersonaFact(name="pin", value="9876", kind=EntityKind.DIGITS, reveal=Reveal.NEVER)


def check(
    *said: str,
    facts: Sequence[PersonaFact] = (NAME, PHONE, PIN),
    goal: str = "book a table for two",
    script: Sequence[Step] = (),
    language: str = "en-US",
) -> Score | None:
    """Return the score of a call: lines of the agent (`A:`), of the caller's (`C:`), and written ones (`W:`)."""
    turns: list[Turn] = []
    moves: list[Say] = []
    for line in said:
        who, text = line[0], line[2:].strip()
        if who == "A":
            turns.append(make_turn(Role.AGENT, text))
        else:
            turns.append(make_turn(Role.CALLER, text, move=len(moves)))
            moves.append(Say(text=text, improvised_by=MADE_UP if who == "C" else ""))
    persona = Persona(name="anna", voice=Voice(language=language), facts=tuple(facts))
    case = make_case(persona=persona, goal=goal, moves=tuple(script))
    evidence = Evidence(case=case, arm=make_arm(), call=make_call(*turns, moves=tuple(moves)))
    scores = asyncio.run(CallerFactsScorer().score(evidence))
    if not scores:
        return None
    (score,) = scores
    assert isinstance(score, Score)
    return score


def reason(*said: str, **fields: Any) -> str:
    score = check(*said, **fields)
    assert score is not None
    assert score.passed is (score.value == 1)
    return "" if score.passed else score.reason


def test_a_call_without_an_improvised_line_has_no_score() -> None:
    assert check("A: Hello.", "W: My name is Miller, 555 0199.") is None


def test_a_call_within_the_facts_passes_and_never_gates_by_itself() -> None:
    score = check("A: How can I help?", "C: A table for two.", "A: Your name?", "C: It's Carter.")

    assert score is not None
    assert (score.name, score.value, score.passed, score.required) == ("caller_facts", 1, True, False)
    assert score.reason == "2 improvised lines, each within the facts"


def test_the_value_is_the_share_of_lines_without_a_fault() -> None:
    score = check(
        "A: Hi.", "C: A table for two.", "A: Your name?", "C: Miller.", "A: When?", "C: On Monday.", "A: Ok.", "C: Bye."
    )

    assert score is not None
    assert score.value == 0.5
    assert [quote.turn for quote in score.quotes] == [3, 5]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("A: Your name?", "C: My name is Miller."), 'hindered: in turn 2 the caller invented "Miller"'),
        (("A: Your name?", "C: It's Karter."), 'hindered: in turn 2 the caller changed "Carter" to "Karter"'),
        (
            ("A: Your phone number?", "C: It's 0475 123 457."),
            'hindered: in turn 2 the caller changed "0475 123 456" to "0475 123 457"',
        ),
        (("A: Hello.", "C: I'm Carter."), "helped: in turn 2 the caller told the name before it was asked"),
        (
            ("A: Your pin?", "C: nine eight seven six"),
            "helped: in turn 2 the caller told the pin, which it never tells",
        ),
        (("A: Hello.", "C: How may I help you?"), "hindered: in turn 2 the caller spoke for the agent"),
        (("A: Hello.", "C: Agent: your table is booked."), "hindered: in turn 2 the caller spoke for the agent"),
        (
            ("A: Your name?", "C: I am sorry?", "A: Your name, please?", "C: I don't know that."),
            "hindered: in turn 4 the caller was asked twice for the name, which it knows, and never gave it",
        ),
    ],
    ids=["invented", "changed", "digit", "early", "never", "the agent's question", "the agent's line", "withheld"],
)
def test_a_fault_is_named_with_its_turn(said: tuple[str, ...], expected: str) -> None:
    assert reason(*said).startswith(expected)


@pytest.mark.parametrize(
    "said",
    [
        ("A: We are full at eight. Would nine o'clock do?", "C: Nine o'clock is fine."),
        ("A: This is Mia. Hello.", "C: Hello Mia, a table for two, please."),
        ("A: Is it Carter?", "C: Yes, Carter."),
        ("W: This is Carter.", "A: Hello.", "C: Carter again, a table for two."),
        ("A: Your phone number?", "C: It starts with 0475.", "A: Yes?", "C: one two three, and then four five six."),
        ("A: Your pin?", "C: I would rather not say.", "A: Your pin, please?", "C: No, sorry, not my pin."),
        ("A: Is your pin 9876?", "C: I will not say whether it is 9876."),
        ("A: Can I take your details?", "C: Carter, and my number is 0475 123 456."),
        ("A: Your name?", "C: Pardon?", "A: Your name, please.", "C: Carter."),
        ("A: Who is speaking?", "C: Carter is my name."),
        ("A: Yes?", "C: Yes, that is right.", "A: And?", "C: Yes, that is right.", "A: Ok?", "C: Yes, please do."),
    ],
    ids=[
        "the agent said it",
        "the agent's name",
        "the agent's guess",
        "a written line",
        "in pieces",
        "refused twice",
        "the agent knows it",
        "everything asked",
        "given the second time",
        "who",
        "short answers",
    ],
)
def test_what_a_caller_may_well_say_is_no_fault(said: tuple[str, ...]) -> None:
    assert reason(*said) == ""


def test_a_line_cut_short_has_told_only_what_was_played() -> None:
    turns = (make_turn(Role.AGENT, "Hello."), make_turn(Role.CALLER, "Hello, I am Carter.", spoken="Hello,", move=0))
    call = make_call(*turns, moves=(Say(text="Hello, I am Carter.", improvised_by=MADE_UP),))
    case = make_case(persona=Persona(name="anna", facts=(NAME,)))

    (score,) = asyncio.run(CallerFactsScorer().score(Evidence(case=case, arm=make_arm(), call=call)))
    assert isinstance(score, Score)
    assert score.passed


def test_lines_of_the_script_may_be_said_whichever_branch_they_stand_in() -> None:
    script: tuple[Step, ...] = (
        Branch(choices=(Choice(agent_says=("yes",), steps=(Say(text="On Sunday, please."),)),)),
        Repeat(steps=(Say(text="Give me Mr. Porter."),), until=("ok",), otherwise=(Say(text="I want 50 euros."),)),
    )

    assert reason("A: Hello.", "C: Give me Porter on Sunday, or 50 euros.", script=script) == ""
    assert reason("A: Hello.", "C: Give me Porter on Sunday.").startswith("hindered")


LOOP = "C: I would like to book a table."


def test_a_caller_in_a_loop_hinders_unless_the_agent_is_in_one() -> None:
    expected = 'hindered: in turn 6 the caller said the same 3 times in a row: "I would like to book a table."'

    assert reason("A: Hello.", LOOP, "A: For whom?", LOOP, "A: I see.", LOOP) == expected
    assert reason("A: Pardon?", LOOP, "A: Pardon?", LOOP, "A: Pardon?", LOOP) == ""


def test_a_small_number_is_not_told_by_a_longer_one() -> None:
    people = PersonaFact(name="number of people", value="two")
    one = PersonaFact(name="number of people", value="one")

    assert reason("A: Your phone number?", "C: 0475, one two three, 456.", facts=(people, PHONE)) == ""
    assert reason("A: Hello.", "C: One moment, please.", facts=(one,), goal="") == ""
    assert reason("A: Hello.", "C: A table for one.", facts=(one,), goal="").startswith("helped")


def test_the_other_clock_tells_the_same_time_and_the_other_half_of_the_day_does_not() -> None:
    goal = "a table at 8 pm"

    assert reason("A: Hello.", "C: At 20:00, please.", goal=goal) == ""
    assert reason("A: Hello.", "C: At eight o'clock.", goal=goal) == ""
    assert reason("A: Hello.", "C: At 8 am, please.", goal=goal).startswith("hindered")


def test_other_languages_are_checked_by_what_is_written_the_same_everywhere() -> None:
    facts = (PersonaFact(name="Name", value="Müller"), PersonaFact(name="Personen", value="zwei"))
    checked = {"facts": facts, "goal": "einen Tisch für Freitag", "language": "de-DE"}

    assert reason("A: Wie viele Personen?", "C: Für 2 Personen.", **checked) == ""
    assert reason("A: Auf welchen Namen?", "C: Mein Name ist Maier.", **checked).startswith("hindered")
    assert reason("A: Guten Tag.", "C: Ein Tisch am Samstag.", **checked).startswith("hindered")
    assert reason("A: Guten Tag.", "C: Hier ist Müller.", **checked).startswith("helped")


def verdict(record: Mapping[str, Any]) -> str:
    sheet = DATA["sheets"][record["sheet"]]
    facts = [
        PersonaFact(
            name=fact["name"],
            value=fact["value"],
            kind=EntityKind(fact.get("kind", "phrase")),
            reveal=Reveal(fact.get("reveal", "when_asked")),
        )
        for fact in sheet["facts"]
    ]
    heard = [f"A: {text}" for text in (*record.get("before", ()), record["agent"])]
    found = reason(*heard, f"C: {record['line']}", facts=facts, goal=f"{sheet['goal']} {sheet['manner']}")
    return found.partition(":")[0]


@pytest.mark.parametrize("part", ["development", "held_out", "fresh"])
def test_every_planted_fault_is_found_but_those_no_word_gives_away(part: str) -> None:
    records = DATA[part]
    expected = {record["line"]: "" if record.get("missed") else record.get("fault", "") for record in records}

    assert {record["line"]: verdict(record) for record in records} == expected
    assert sum("fault" in record for record in records) == len(records) / 2
