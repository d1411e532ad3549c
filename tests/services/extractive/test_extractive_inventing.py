"""The agent says nothing that it was not told: every word comes from the prompt, the caller or a fixed phrase."""

import inspect
import string
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.services.extractive import phrases
from harness.services.extractive.dialogue import Exchange
from harness.services.extractive.prompt_reader import read_prompt
from harness.services.extractive.replies import greeting, reply
from harness.services.extractive.values import Slot
from harness.services.extractive.words import plain

Talk = Callable[..., list[str]]

SENTENCES = (
    "You are Mia, the receptionist of Bella.",
    "We are open Tuesday to Sunday from five to ten.",
    "There is free parking behind the house.",
    "Order 47192 arrives on Wednesday.",
    "Dogs are welcome on the terrace.",
    "To book a table, ask for the number of people, the day and the time.",
    "Ask for the caller's name before confirming the booking.",
    "Always read the booking back before you confirm it.",
    "Always ask for the order number first.",
    "Repeat the order number back.",
    "Never promise a discount.",
    'If the caller asks for a manager, say "I will fetch Bob."',
    "If the caller is late, tell them that their table is kept for an hour.",
    "Offer the terrace when someone books a table.",
    "If the caller is angry, apologise first and offer to call them back.",
    'End every answer with "Anything else?"',
    "Keep every answer under 12 words.",
)
LINES = (
    "Hello?",
    "A table for two tonight at eight.",
    "Where is my package?",
    "47192",
    "My name is Carter.",
    "Yes, that is right.",
    "No.",
    "Actually, make it nine.",
    "Are you open on Thursday, and is there parking?",
    "Can I get a discount? I am angry!",
    "I am late. The manager, please.",
    "Do you have a swimming pool?",
    "Thank you, goodbye.",
    "the twelfth of June at half past seven for twelve people",
    "Could you repeat that?",
    "",
)

_FIXED = " ".join(value for name, value in inspect.getmembers(phrases) if name.isupper() and isinstance(value, str))
_QUESTIONS = " ".join(phrases.question(Slot(noun)) for noun in ("number of people", "time", "day", "name"))
_MADE = " ".join((phrases.confirmed(""), phrases.not_found("", ""), phrases.noted(""), phrases.refusal("")))
_JOINTS = "a an for on at under person people booking I can offer you have will We your this is Thank confirmed noted"
FIXED = frozenset(plain(f"{_FIXED} {_QUESTIONS} {_MADE} {_JOINTS}").split())


def converse(prompt: str, lines: list[str]) -> list[str]:
    reading = read_prompt(prompt)
    turns: list[Exchange] = []
    said = [greeting(reading).text]
    for line in lines:
        turns.append(Exchange(before=said[-1], said=line))
        said.append(reply(reading, turns).text)
    return said


def words(text: str) -> set[str]:
    # "47192" may be said as "4 7 1 9 2" in one breath with other figures: compare figure by figure.
    found = plain(text).split()
    return {word for word in found if not word.isdigit()} | {
        digit for word in found if word.isdigit() for digit in word
    }


@settings(max_examples=150)
@given(
    prompt=st.lists(st.sampled_from(SENTENCES), max_size=10, unique=True).map(" ".join),
    lines=st.lists(st.sampled_from(LINES), max_size=6),
)
def test_every_word_was_given(prompt: str, lines: list[str]) -> None:
    for answer in converse(prompt, lines):
        assert words(answer) - words(prompt) - words(" ".join(lines)) - words(" ".join(FIXED)) == set()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    prompt=st.text(max_size=300) | st.text(alphabet=string.ascii_letters + ' ".,:;!?-\n#*1', max_size=300),
    lines=st.lists(st.text(max_size=80), max_size=3),
)
def test_nothing_a_prompt_or_caller_may_contain_stops_it(prompt: str, lines: list[str]) -> None:
    assert all(answer.strip() for answer in converse(prompt, lines))


@pytest.mark.parametrize(
    ("prompt", "line"),
    [
        ("", "Where is my order?"),
        ("   \n\n# \n- \n", "Hello"),
        ("We open at nine. 🍕🍕", "🍕?"),
        ("Никогда не обещайте скидку.", "Сколько это стоит?"),
        ('Say "', "say what"),
        ("If the caller", "If"),
        ("Ask. Never. Say. End.", "never say ask"),
        ("We open at nine. " * 2500, "When do you open? " * 500),
        ("ask for the the the before " * 500, "a"),
        (" ".join(f"word{i}" for i in range(10_000)), "word77 word88?"),
    ],
    ids=["empty", "blank", "emoji", "cyrillic", "open quote", "half", "bare orders", "long", "odd", "one sentence"],
)
def test_odd_prompts_get_an_answer(prompt: str, line: str, talk: Talk) -> None:
    assert all(talk(prompt, line))
