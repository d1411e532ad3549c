"""A sentence taken out of a prompt changes what the agent says: that is what the agent is for."""

from collections.abc import Callable

import pytest

from harness.services.extractive.prompt_reader import read_prompt
from harness.services.extractive.rules import Limit

Talk = Callable[..., list[str]]

BOOKING = "To book a table, ask for the number of people, the day and the time."
FACTS = "We open at nine. We sell lamps."

SENTENCES = [
    # id, sentence, rest of the prompt, what the caller says, answer with it, answer without it
    ("fact", "We open at nine.", "We sell lamps.", "When do you open?", "We open at nine.", "do not know"),
    ("greeting", 'Greet the caller with "Good day, Bella."', FACTS, "", "Good day, Bella.", "How can I help you?"),
    ("identity", "You are Mia, the receptionist of Bella.", FACTS, "", "this is Mia", "Hello. How can I help you?"),
    (
        "ask first",
        "Always ask for the order number first.",
        FACTS,
        "Where is my order?",
        "your order number",
        "do not know",
    ),
    (
        "ask last",
        "Ask for the name before confirming the booking.",
        BOOKING,
        "A table for two tonight at 8.",
        "your name",
        "confirmed",
    ),
    (
        "read back",
        "Read the booking back before you confirm it.",
        BOOKING,
        "Two people, tonight at 8.",
        "Is that right?",
        "confirmed",
    ),
    (
        "say when",
        'If the caller asks for a manager, say "I will fetch Bob."',
        FACTS,
        "The manager, please.",
        "fetch Bob",
        "do not know",
    ),
    (
        "tell that",
        "If the caller asks about parking, tell them that parking is free.",
        FACTS,
        "Can I park?",
        "Parking is free.",
        "do not know",
    ),
    (
        "apologise",
        "If the caller is angry, apologise first.",
        FACTS,
        "This is terrible! When do you open?",
        "I am sorry about that. We open",
        "We open",
    ),
    (
        "transfer",
        "If someone has an emergency, connect them with the doctor.",
        FACTS,
        "An emergency!",
        "I will connect you with the doctor.",
        "do not know",
    ),
    (
        "never",
        "Never promise a discount.",
        "Every lamp has a discount.",
        "Is there a discount on every lamp?",
        "cannot promise",
        "Every lamp has a discount.",
    ),
    (
        "withheld",
        "Never mention the owner.",
        "The owner is rich. We sell lamps.",
        "Is the owner rich?",
        "cannot mention",
        "The owner is rich.",
    ),
    (
        "withheld words",
        'Never say "rich".',
        "The owner is rich. We sell lamps.",
        "Is the owner rich?",
        "do not know",
        "The owner is rich.",
    ),
    (
        "mention",
        "Always mention the terrace when someone books a table.",
        f"{BOOKING} The terrace is heated.",
        "I want to book a table.",
        "The terrace is heated.",
        "For how many people?",
    ),
    ("ending", 'End every answer with "Anything else?"', FACTS, "When do you open?", "nine. Anything else?", "nine."),
    (
        "unknown",
        'If you do not know the answer, say "Let me ask."',
        FACTS,
        "Do you sell cars at night?",
        "Let me ask.",
        "do not know",
    ),
    ("goodbye", 'When the caller says goodbye, say "Ciao."', FACTS, "Goodbye!", "Ciao.", "Thank you for calling."),
    (
        "sentences",
        "Answer in at most one sentence.",
        FACTS,
        "When do you open? Which lamps do you sell?",
        "nine.",
        "We sell lamps.",
    ),
    (
        "closing",
        'After confirming the booking, say "See you soon."',
        BOOKING,
        "Table for two today at 8",
        "See you soon.",
        "Your booking is confirmed.",
    ),
]


@pytest.mark.parametrize(
    ("sentence", "rest", "line", "with_it", "without_it"),
    [row[1:] for row in SENTENCES],
    ids=[row[0] for row in SENTENCES],
)
def test_removing_a_sentence_changes_the_call(
    sentence: str, rest: str, line: str, with_it: str, without_it: str, talk: Talk
) -> None:
    lines = [line] if line else []
    kept, removed = talk(f"{rest} {sentence}", *lines)[-1], talk(rest, *lines)[-1]

    assert with_it in kept
    assert without_it in removed
    assert kept != removed


@pytest.mark.parametrize(
    "prompt",
    [
        "- Ask for the day and the time\n  when someone books.",
        "1. When someone books, ask for the day and the time.",
        "**When someone books**, always ask for the day\nand the time.",
        "# Booking\n\nIf a guest wants to book: politely.\n\nTo book, please ask for the day, and the time.",
        "Before you confirm a booking, ask which day and what time they want.",
        "Never confirm a booking without asking for the day and the time.",
        "Once someone wants to book, collect the day and the time.",
    ],
    ids=["bullet", "number", "bold", "heading", "before", "never without", "collect"],
)
def test_the_same_rule_in_other_layouts_and_words(prompt: str, talk: Talk) -> None:
    assert talk(prompt, "I would like to book.", "Friday.")[1:] == [
        "Which day would you like?",
        "What time would you like?",
    ]


@pytest.mark.parametrize(
    ("sentence", "limit"),
    [
        ("Keep answers under 30 words.", Limit(words=30)),
        ("Use no more than twenty words in an answer.", Limit(words=20)),
        ("Answer in at most two sentences.", Limit(sentences=2)),
        ("Keep every answer under 20 seconds.", Limit(words=50)),
    ],
    ids=["words", "number words", "sentences", "seconds"],
)
def test_length_limits_are_read(sentence: str, limit: Limit) -> None:
    assert read_prompt(sentence).rules == (limit,)


def test_a_word_limit_holds_and_keeps_the_question(talk: Talk) -> None:
    prompt = f"{BOOKING} Always mention the terrace when someone books a table. The terrace is heated in winter. "
    answer = talk(prompt + "Keep every answer under 6 words.", "I want to book a table.")[-1]

    assert answer == "For how many people?"


def test_orders_that_are_not_understood_are_listed_and_not_said(talk: Talk) -> None:
    prompt = "Be polite. Open daily from nine to six. Speak slowly."

    assert read_prompt(prompt).ignored == ("Be polite.", "Speak slowly.")
    assert talk(prompt, "Do you speak slowly?")[-1] == "I am sorry, I do not know that."
    assert talk(prompt, "When do you open?")[-1] == "Open daily from nine to six."


def test_the_platforms_own_prompt_is_not_the_agents(talk: Talk) -> None:
    assert "hello" not in talk('Greet the caller with "Bella."')[0]


def test_a_quotation_is_never_torn_apart(talk: Talk) -> None:
    prompt = (
        'If the caller asks about nuts, say "We use nuts. All dishes may hold them, and then some." We open at nine.'
    )

    assert talk(prompt, "Are there nuts?")[-1] == "We use nuts. All dishes may hold them, and then some."
