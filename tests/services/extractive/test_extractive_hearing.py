from collections.abc import Callable

import pytest

from harness.services.extractive.numbers import numerals
from harness.services.extractive.values import Slot, caller_text, find
from harness.services.extractive.words import plain

Talk = Callable[..., list[str]]

FACTS = """
We are open Tuesday to Sunday from five to ten.
We are closed on Mondays.
You can return a lamp within thirty days.
Every lamp has a guarantee of two years.
A room costs fifty euros.
Dogs are welcome on the terrace.
"""


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        ("are you open on wednesday", "We are open Tuesday to Sunday from five to ten."),
        ("Are you open on Monday's?", "We are closed on Mondays."),
        ("ARE YOU CLOSED ON MONDAY?!", "We are closed on Mondays."),
        ("Um, so, can I, uh, return a lamp?", "You can return a lamp within thirty days."),
        ("Can I send back the lamps?", "You can return a lamp within thirty days."),
        ("How long is the garantee?", "Every lamp has a guarantee of two years."),
        ("How much is a room?", "A room costs fifty euros."),
        ("What's the price of a room?", "A room costs fifty euros."),
        ("Can I bring my dog?", "Dogs are welcome on the terrace."),
        ("Do you have a pool?", "I am sorry, I do not know that."),
        ("Do you sell tables?", "I am sorry, I do not know that."),
    ],
)
def test_a_question_finds_its_fact_however_it_is_put(heard: str, answer: str, talk: Talk) -> None:
    assert talk(FACTS, heard)[-1] == answer


COUNT, TIME, DAY = Slot("number of people"), Slot("time"), Slot("day")
NAME, ORDER, EMAIL, COMPANY = Slot("name"), Slot("order number"), Slot("email address"), Slot("company")


@pytest.mark.parametrize(
    ("slot", "heard", "value"),
    [
        (COUNT, "a table for two tonight", "2"),
        (COUNT, "Table for to, please.", "2"),
        (COUNT, "we're 12 people", "12"),
        (COUNT, "A party of four at 7:30", "4"),
        (COUNT, "for 8 o'clock", ""),
        (TIME, "tonight at eight.", "8"),
        (TIME, "tonight at 8th", "8"),
        (TIME, "tonight ate", "8"),
        (TIME, "At 7:30 p.m., please", "7:30 p.m."),
        (TIME, "seven thirty at the latest, at seven thirty", "7:30"),
        (TIME, "half past seven", "half past 7"),
        (TIME, "Sorry, make that nine o 'clock.", "9 o'clock"),
        (TIME, "at 8 people's request", ""),
        (DAY, "next Friday evening", "next Friday evening"),
        (DAY, "on the twelfth of June", "the 12th of June"),
        (DAY, "June 3rd", "June 3rd"),
        (DAY, "one second, please", ""),
        (NAME, "My name is Emma Carter and I am hungry", "Emma Carter"),
        (NAME, "it's under the name of miller.", "Miller"),
        (NAME, "My name is M, E, I, E, R.", "Meier"),
        (NAME, "My name is M-E-I-E-R, and my number is 555.", "Meier"),
        (NAME, "My name is Meyer, M E I E R. I am outside.", "Meier"),
        (NAME, "I spell it Mike, Echo, India, Echo, Romeo.", "Meier"),
        (NAME, "Can I have A, B or C?", ""),
        (NAME, "My name is Carter, no, sorry, Miller.", "Miller"),
        (COUNT, "A table for, uh, two, um, people", "2"),
        (COUNT, "A table for two, not for three", "2"),
        (DAY, "the tenth, no, sorry, the twelfth", "the 12th"),
        (DAY, "on the twelfth, not on the tenth", "the 12th"),
        (DAY, "not on Friday, please", "Friday"),
        (TIME, "at nine instead of at eight", "9"),
        (ORDER, "four seven one nine two, no, sorry, four seven one nine three", "47193"),
        (ORDER, "My order number is 47192.", "47192"),
        (ORDER, "four, seven, one, nine, two", "47192"),
        (ORDER, "4-7-1-9-2", "47192"),
        (ORDER, "four, 7192", "47192"),
        (ORDER, "double four oh one two", "44012"),
        (ORDER, "double 4193", "44193"),
        (EMAIL, "My email is Emma at example.com.", "emma at example.com"),
        (EMAIL, "emma@example.co.uk", "emma at example.co.uk"),
        (EMAIL, "emma at example dot com", "emma at example.com"),
    ],
)
def test_a_value_is_found_as_a_recogniser_writes_it(slot: Slot, heard: str, value: str) -> None:
    found = find(caller_text(heard), slot, asked=False)

    assert (found[-1].value if found else "") == value


@pytest.mark.parametrize(
    ("slot", "heard", "value"),
    [
        (COUNT, "To.", "2"),
        (COUNT, "Just me.", "1"),
        (TIME, "Eight.", "8"),
        (NAME, "Carter, C-A-R-T-E-R.", "Carter"),
        (NAME, "M. E. I. E. R.", "Meier"),
        (NAME, "Lima, Echo, Echo.", "Lee"),
        (NAME, "Carter, no, sorry, Miller.", "Miller"),
        (NAME, "It's Paul Miller, please", "Paul Miller"),
        (NAME, "Why do you need that?", ""),
        (NAME, "My wife is allergic to nuts.", ""),
        (COMPANY, "We are called Northwind Trading.", "Northwind Trading"),
        (ORDER, "I do not have it.", ""),
    ],
)
def test_an_answer_to_a_question_may_be_bare(slot: Slot, heard: str, value: str) -> None:
    found = find(caller_text(heard), slot, asked=True)

    assert (found[-1].value if found else "") == value


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("twenty-five guests", "25 guests"),
        ("the twenty first of May", "the 21st of May"),
        ("First of all, one second", "First of all, 1 second"),
        ("nothing here", "nothing here"),
    ],
)
def test_number_words_become_digits(text: str, digits: str) -> None:
    assert numerals(text) == digits


def test_spaced_digits_are_one_number_and_a_time_is_two() -> None:
    assert plain("Order 4 7 1 9 2, at 7:30!") == "order 47192 at 7 30"
