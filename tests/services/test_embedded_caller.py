"""The caller without a model: what it says to agents of every kind, in the languages it speaks."""

import asyncio
import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import ConfigurationError, ServiceRejectedError
from harness.interfaces import Message, MessageRole
from harness.model.caller_sheet import CallerSheet, write_heard, write_line
from harness.model.entity import EntityKind
from harness.model.persona import DigitStyle, PersonaFact, Reveal
from harness.services.embedded_caller import EmbeddedCaller

NAME = PersonaFact(name="name", value="Jane Carter")
ORDER = PersonaFact(name="order number", value="AB7429", kind=EntityKind.CODE)
PHONE = PersonaFact(name="phone number", value="0475556667", kind=EntityKind.DIGITS)
CARD = PersonaFact(name="card number", value="4111222233334444", kind=EntityKind.DIGITS, reveal=Reveal.NEVER)
PEOPLE = PersonaFact(name="number of people", value="two")
DAY = PersonaFact(name="day", value="Friday")
TIME = PersonaFact(name="time", value="eight", reveal=Reveal.EARLY)
DONE = " [done]"


def sheet(
    *facts: PersonaFact, goal: str = "cancel my order", language: str = "en-US", digits: DigitStyle = DigitStyle.SINGLE
) -> CallerSheet:
    return CallerSheet(name="anna", manner="", language=language, goal=goal, digits=digits, facts=facts)


def next_line(part: CallerSheet, heard: Sequence[str], own: Sequence[str]) -> str:
    messages = [Message(role=MessageRole.SYSTEM, content=f"<sheet>\n{part.write()}\n</sheet>")]
    for at, said in enumerate(heard):
        messages.append(Message(role=MessageRole.USER, content=write_heard((said,) if said else (), salt="t")))
        if at < len(own):
            messages.append(Message(role=MessageRole.ASSISTANT, content=write_line(own[at])))

    async def ask() -> str:
        return "".join([delta.text async for delta in EmbeddedCaller().stream(messages)])

    answer = json.loads(asyncio.run(ask()))
    return str(answer["say"]) + (DONE if answer["done"] else "")


def talk(part: CallerSheet, *agent: str) -> list[str]:
    """Return the caller's lines, each the answer to one of the agent's."""
    own: list[str] = []
    for at in range(len(agent)):
        own.append(next_line(part, agent[: at + 1], own).removesuffix(DONE))
    return [*own[:-1], next_line(part, agent, own[:-1])]


HELP = "Hello, this is Sam. How can I help you?"


@pytest.mark.parametrize(
    ("goal", "opening"),
    [
        ("book a table", "Hello. I would like to book a table."),
        ("to book a table.", "Hello. I would like to book a table."),
        ("wants to book a table", "Hello. I would like to book a table."),
        ("The caller wants to book a table", "Hello. I would like to book a table."),
        ("a table for two", "Hello. I would like a table for two."),
        ("needs a refund", "Hello. I would like a refund."),
        ("I need a table for two", "Hello. I need a table for two."),
        ("Do you have a pool?", "Hello. Do you have a pool?"),
    ],
)
def test_the_goal_is_said_first_however_it_was_written(goal: str, opening: str) -> None:
    assert talk(sheet(goal=goal), HELP) == [opening]


def test_early_facts_are_told_with_the_goal() -> None:
    assert talk(sheet(NAME, TIME, goal="book a table"), HELP) == ["Hello. I would like to book a table. At eight."]


def test_what_the_goal_says_already_is_not_told_again() -> None:
    assert talk(sheet(TIME, goal="book a table at eight"), HELP) == ["Hello. I would like to book a table at eight."]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("May I have your name, please?", "My name is Jane Carter."),
        ("What is your order number?", "My order number is A, B, seven, four, two, nine."),
        (
            "Your name and order number, please.",
            "My name is Jane Carter. My order number is A, B, seven, four, two, nine.",
        ),
        ("For how many people?", "For two people."),
        ("Which day would you like?", "On Friday."),
        ("When would you like to come?", "On Friday. At eight."),
        ("What is your card number?", "I would rather not say that."),
        ("What is your shoe size?", "I am sorry, I do not know that."),
        ("Would you like a voucher?", "No, thank you."),
        ("One moment, please.", "All right."),
        ("Sorry, I did not catch that.", "Hello. I would like to cancel my order. At eight."),
        ("How can I help you?", "I would like to cancel my order."),
        ("", "Hello, are you still there?"),
        ("I am sorry, that is not possible.", "That is a pity. Is there really no way?"),
        ("Your order is cancelled. Is there anything else?", "Thank you very much. Goodbye. [done]"),
        ("Thank you for calling. Goodbye.", "Thank you very much. Goodbye. [done]"),
    ],
)
def test_what_an_agent_says_is_answered_from_the_sheet(question: str, answer: str) -> None:
    assert talk(sheet(NAME, ORDER, PEOPLE, DAY, TIME, CARD), HELP, question)[-1] == answer


def test_other_words_that_ask_for_a_fact_are_the_authors() -> None:
    dog = PersonaFact(name="pet", value="a small dog", asked_by=("animals",))

    assert talk(sheet(dog), HELP, "Will there be any animals?")[-1] == "My pet is a small dog."


@pytest.mark.parametrize(
    ("read_back", "answer"),
    [
        ("Order A B 7 4 2 9 for Jane Carter. Is that right?", "Yes, that is right."),
        ("Order AB7429, correct?", "Yes, that is right."),
        (
            "Order A B 7 4 2 8. Is that right?",
            "No, that is not right. My order number is A, B, seven, four, two, nine.",
        ),
        ("Order AB7429 for Jane Porter. Is that right?", "No, that is not right. My name is Jane Carter."),
    ],
    ids=["right", "a part of it", "wrong number", "wrong name"],
)
def test_what_is_read_back_is_compared(read_back: str, answer: str) -> None:
    assert talk(sheet(NAME, ORDER), HELP, "Your name and order number, please?", read_back)[-1] == answer


def test_of_two_wrong_numbers_the_one_that_is_spoken_of_is_put_right() -> None:
    lines = talk(
        sheet(ORDER, PHONE), HELP, "Your order number and phone number?", "Phone number 0475 556 668, correct?"
    )

    assert lines[-1].startswith("No, that is not right. My phone number is zero four seven five")


@pytest.mark.parametrize(
    ("read_back", "answer"),
    [
        ("A table for two, on Friday at 20:00. Is that right?", "Yes, that is right."),
        ("A table for two, on Saturday at eight. Is that right?", "No, that is not right. I would like to {goal}."),
        ("A table for four, on Friday at eight. Is that right?", "No, that is not right. I would like to {goal}."),
    ],
    ids=["another clock", "another day", "another number"],
)
def test_what_the_goal_said_is_compared_as_well(read_back: str, answer: str) -> None:
    goal = "book a table for two on Friday at eight"

    assert talk(sheet(goal=goal), HELP, read_back)[-1] == answer.format(goal=goal)


def test_a_second_refusal_ends_it() -> None:
    first, second = talk(sheet(), HELP, "I am sorry, we cannot do that.", "No, that is not possible.")[1:]

    assert first == "That is a pity. Is there really no way?"
    assert second == "All right, then it cannot be helped. Thank you anyway, goodbye. [done]"


def test_a_question_is_answered_by_a_statement_about_it() -> None:
    part = sheet(PersonaFact(name="order number", value="47192"), goal="find out where my order is")
    lines = talk(part, HELP, "What is your order number?", "Order 4 7 1 9 2 arrives on Friday.")

    assert lines[-1] == "Thank you very much. Goodbye. [done]"


def test_nobody_is_asked_the_same_for_ever() -> None:
    lines = talk(sheet(), HELP, *["Please hold the line."] * 3)

    assert lines[1:] == ["All right.", "All right.", "I will call again later. Goodbye. [done]"]


@pytest.mark.parametrize(
    ("style", "spoken"),
    [
        (DigitStyle.SINGLE, "zero four seven five five five six six six seven"),
        (DigitStyle.DOUBLE, "zero four seven triple five triple six seven"),
        (DigitStyle.PAIRS, "zero four seventy-five fifty-five sixty-six sixty-seven"),
        (DigitStyle.GROUPS, "zero four seven, five five five, six six six seven"),
    ],
)
def test_digits_are_read_out_as_the_persona_does(style: DigitStyle, spoken: str) -> None:
    lines = talk(sheet(PHONE, digits=style), HELP, "Your phone number, please?")

    assert lines[-1] == f"My phone number is {spoken}."


@pytest.mark.parametrize(
    ("language", "goal", "facts", "agent", "lines"),
    [
        (
            "de-DE",
            "einen Tisch reservieren",
            (PersonaFact(name="Name", value="Müller"), PersonaFact(name="Telefonnummer", value="030123")),
            (
                "Was kann ich für Sie tun?",
                "Auf welchen Namen?",
                "Tisch auf den Namen Maier. Ist das richtig?",
                "Er ist reserviert.",
            ),
            (
                "Guten Tag. Ich möchte gerne einen Tisch reservieren.",
                "Mein Name ist Müller.",
                "Nein, das stimmt nicht. Mein Name ist Müller.",
                "Vielen Dank. Auf Wiederhören. [done]",
            ),
        ),
        (
            "fr-FR",
            "réserver une table",
            (PersonaFact(name="nom", value="Dupont"),),
            (
                "Que puis-je faire pour vous ?",
                "À quel nom ?",
                "Au nom de Dupont, c'est bien ça ?",
                "Votre table est réservée.",
            ),
            (
                "Bonjour. Je voudrais réserver une table.",
                "Je m'appelle Dupont.",
                "Oui, c'est exact.",
                "Merci beaucoup. Au revoir. [done]",
            ),
        ),
        (
            "es-ES",
            "reservar una mesa",
            (PersonaFact(name="teléfono", value="612", reveal=Reveal.NEVER),),
            ("¿En qué puedo ayudarle?", "¿Su teléfono?", "Lo siento, no es posible.", "No podemos."),
            (
                "Buenos días. Quisiera reservar una mesa.",
                "Prefiero no decirlo.",
                "Qué lástima. ¿De verdad no es posible?",
                "Bueno, qué le vamos a hacer. Gracias de todos modos, adiós. [done]",
            ),
        ),
    ],
    ids=["German", "French", "Spanish"],
)
def test_it_speaks_other_languages_with_the_authors_values(
    language: str, goal: str, facts: tuple[PersonaFact, ...], agent: tuple[str, ...], lines: tuple[str, ...]
) -> None:
    assert talk(sheet(*facts, goal=goal, language=language), *agent) == list(lines)


def test_a_language_it_does_not_speak_is_refused_with_what_to_do() -> None:
    with pytest.raises(
        ConfigurationError, match=r"improvises in de, en, es, fr, not in 'ja-JP'; name a language model"
    ):
        EmbeddedCaller().require("ja-JP")
    EmbeddedCaller().require("en_GB")


def test_it_is_no_agent() -> None:
    async def ask() -> None:
        async for _ in EmbeddedCaller().stream([Message(role=MessageRole.SYSTEM, content="You are a receptionist.")]):
            pass

    with pytest.raises(ServiceRejectedError, match="cannot be an agent's engine_model"):
        asyncio.run(ask())


@settings(max_examples=150)
@given(st.lists(st.text(max_size=120), min_size=1, max_size=6), st.sampled_from(["en-US", "de-DE", "fr-FR", "es-ES"]))
def test_whatever_an_agent_says_it_has_an_answer_and_keeps_its_secret(agent: list[str], language: str) -> None:
    for line in talk(sheet(NAME, ORDER, CARD, language=language), *agent):
        assert line.strip()
        assert "four one one one" not in line
        assert "4 1 1 1" not in line
