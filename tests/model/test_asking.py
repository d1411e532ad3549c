"""Which facts a question asks for."""

import pytest

from harness.model.asking import asked_facts, touches
from harness.model.persona import PersonaFact

NAMES = (
    "name",
    "phone number",
    "order number",
    "number of people",
    "date",
    "time",
    "date of birth",
    "allergy",
    "price",
)
FACTS = tuple(PersonaFact(name=name, value="x") for name in NAMES)
GERMAN = tuple(PersonaFact(name=name, value="x") for name in ("Name", "Telefonnummer", "Uhrzeit", "Personen"))


def asked(text: str, facts: tuple[PersonaFact, ...] = FACTS) -> list[str]:
    return [fact.name for fact in asked_facts(text, facts)]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What's your name, and for how many people?", ["name", "number of people"]),
        ("May I have your telephone number, please?", ["phone number"]),
        ("I need the order number.", ["order number"]),
        ("What date would you like?", ["date"]),
        ("When were you born?", ["date of birth"]),
        ("When would you like to come?", ["date", "time"]),
        ("Are there any allergies?", ["allergy"]),
        ("How much did you pay?", ["price"]),
        ("Who is calling?", ["name"]),
        ("Could I take your details?", list(NAMES)),
        ("What is the number?", ["phone number", "order number", "number of people"]),
    ],
)
def test_a_question_asks_for_what_it_names(question: str, names: list[str]) -> None:
    assert asked(question) == names


@pytest.mark.parametrize(
    "text",
    [
        "A table for two people, at eight, under the name Carter. Is that right?",
        "How can I help you?",
        "Your order has left. Thank you for your time.",
        "",
    ],
)
def test_other_sentences_ask_for_nothing(text: str) -> None:
    assert asked(text) == []


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Auf welchen Namen, bitte?", ["Name"]),
        ("Wie ist Ihre Rufnummer?", ["Telefonnummer"]),
        ("Wann möchten Sie kommen?", ["Uhrzeit"]),
        ("Für wie viele Personen?", ["Personen"]),
    ],
)
def test_questions_of_other_languages_are_understood_by_the_same_rule(question: str, names: list[str]) -> None:
    assert asked(question, GERMAN) == names


def test_the_authors_words_ask_for_a_fact_too() -> None:
    dog = PersonaFact(name="dog", value="Rex", asked_by=("any animals",))

    assert asked_facts("Will you bring any animals", (dog,)) == (dog,)


def test_a_fact_is_touched_by_any_mention_of_it() -> None:
    (name, *_, price) = FACTS

    assert touches("I have noted the name.", name)
    assert touches("Who is it?", name)
    assert not touches("Hello, this is Mia.", name)
    assert not touches("Hello.", price)
