from collections.abc import Callable

import pytest

from harness.interfaces import Message, MessageRole
from harness.services.extractive.dialogue import exchanges

Talk = Callable[..., list[str]]

PROMPT = """
You are Mia, the receptionist of Bella. We are closed on Mondays. There is free parking behind the house.
To book a table, ask for the number of people, the day and the time.
Ask for the caller's name before confirming the booking.
Read the booking back before you confirm it.
"""
FILLED = ("A table for two tonight at eight.", "My name is Carter.")


def test_every_slot_is_asked_for_until_it_is_given(talk: Talk) -> None:
    assert talk(PROMPT, "I'd like to book a table.", "Four.", "Hm.", "On Friday.", "Seven.", "Emma Carter.")[1:] == [
        "For how many people?",
        "Which day would you like?",
        "Which day would you like?",
        "What time would you like?",
        "May I have your name, please?",
        "Let me read that back: a booking for four people, on Friday at seven, under the name Emma Carter. "
        "Is that right?",
    ]


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        ("Actually, make it nine.", "two people, tonight at nine, under the name Carter"),
        ("No, sorry, nine.", "two people, tonight at nine, under the name Carter"),
        ("Sorry, make that 9 o'clock.", "two people, tonight at nine o'clock, under the name Carter"),
        ("No, three people.", "three people, tonight at eight, under the name Carter"),
        ("Not tonight, tomorrow.", "two people, tomorrow at eight, under the name Carter"),
        ("The name is Miller.", "two people, tonight at eight, under the name Miller"),
        ("Make it Friday at seven for four.", "four people, on Friday at seven, under the name Carter"),
    ],
)
def test_a_correction_overrides_the_value_it_is_about(correction: str, expected: str, talk: Talk) -> None:
    answer = talk(PROMPT, *FILLED, correction)[-1]

    assert answer == f"Let me read that back: a booking for {expected}. Is that right?"


def test_a_correction_within_one_utterance_wins(talk: Talk) -> None:
    assert (
        "for three people, tonight at eight"
        in talk(PROMPT, "A table for two, no, three, tonight at eight.", "Carter")[-1]
    )


def test_a_no_without_a_reason_is_asked_about(talk: Talk) -> None:
    assert talk(PROMPT, *FILLED, "No, that's wrong.", "At nine.")[-2:] == [
        "I am sorry. What should I change?",
        "Let me read that back: a booking for two people, tonight at nine, under the name Carter. Is that right?",
    ]


def test_a_change_after_confirming_is_read_back_again(talk: Talk) -> None:
    answers = talk(PROMPT, *FILLED, "Yes.", "Oh, actually, make it nine.", "Yes, correct.")

    assert answers[-3] == "Thank you. Your booking is confirmed."
    assert "tonight at nine" in answers[-2]
    assert answers[-1] == "Thank you. Your booking is confirmed."


def test_a_question_in_between_is_answered_and_the_booking_goes_on(talk: Talk) -> None:
    answers = talk(PROMPT, "A table for two tonight at eight.", "Is there parking?", "Carter.")

    assert answers[-2] == "There is free parking behind the house. May I have your name, please?"
    assert "under the name Carter" in answers[-1]


def test_a_question_about_a_day_books_nothing(talk: Talk) -> None:
    assert talk(PROMPT, "Are you open on Monday?", "Then a table for two at eight.")[1:] == [
        "We are closed on Mondays.",
        "Which day would you like?",
    ]


def test_once_settled_the_agent_answers_questions_again(talk: Talk) -> None:
    assert talk(PROMPT, *FILLED, "Yes.", "Is there parking?", "Thank you.", "Goodbye.")[-3:] == [
        "There is free parking behind the house.",
        "You are welcome.",
        "Thank you for calling. Goodbye.",
    ]


def test_it_can_be_asked_to_repeat(talk: Talk) -> None:
    answers = talk(PROMPT, "Is there parking?", "Sorry, could you repeat that?")

    assert answers[-1] == answers[-2]


def test_pieces_of_one_utterance_are_one_turn() -> None:
    user, assistant = MessageRole.USER, MessageRole.ASSISTANT
    history = [
        Message(role=assistant, content="Hello."),
        Message(role=user, content="A table for two."),
        Message(role=user, content="Tonight."),
        Message(role=assistant, content="What time would you like?"),
        Message(role=user, content="Eight."),
    ]

    assert [(turn.before, turn.said) for turn in exchanges(history)] == [
        ("Hello.", "A table for two. Tonight."),
        ("What time would you like?", "Eight."),
    ]


def test_two_tasks_do_not_mix(talk: Talk) -> None:
    prompt = PROMPT + "When someone asks about an order, ask for the order number first. Order 47192 is on its way."

    assert talk(prompt, "Where is my order?", "47192", "Now a table for two tonight at eight.")[1:] == [
        "May I have your order number, please?",
        "Order 4 7 1 9 2 is on its way.",
        "May I have your name, please?",
    ]


def test_another_callers_order_is_not_told(talk: Talk) -> None:
    prompt = "Always ask for the order number first. Order 47192 arrives on Wednesday. Order 47193 arrives on Friday."

    assert talk(prompt, "When does my order arrive?", "It's 55555")[1:] == [
        "May I have your order number, please?",
        "I am sorry, I cannot find order number 5 5 5 5 5.",
    ]


def test_two_values_of_one_kind_are_both_read_back(talk: Talk) -> None:
    prompt = "To book a visit, ask for the customer number and the phone number. Read everything back."
    answers = talk(prompt, "I want to book a visit.", "5 5 1 2", "0 1 7 2 3 4")

    assert answers[-1] == (
        "Let me read that back: a visit, customer number 5 5 1 2, phone number 0 1 7 2 3 4. Is that right?"
    )


def test_who_is_speaking_is_told(talk: Talk) -> None:
    assert talk(PROMPT, "Sorry, who am I speaking to?")[-1] == "This is Mia, the receptionist of Bella."


def test_nothing_is_asked_of_a_caller_who_is_handed_over(talk: Talk) -> None:
    prompt = PROMPT + 'If the caller asks for a human, say "I will connect you with a colleague."'

    assert (
        talk(prompt, "I want to book a table.", "Let me speak to a human.")[-1]
        == "I will connect you with a colleague."
    )
