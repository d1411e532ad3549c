"""Which values a line claims, and which words only sound like one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scorers.caller_claims import claims


def found(text: str, *, lang: str = "en-US", asked_for_name: bool = False) -> list[str]:
    return [f"{claim.kind} {claim.key}" for claim in claims(text, lang=lang, asked_for_name=asked_for_name)]


@pytest.mark.parametrize(
    "text",
    [
        "One moment, please. Just a second, or two minutes.",
        "No one told me about that one.",
        "Can I ask you two quick questions?",
        "In the first place, it's the first time I call.",
        "That is one hundred percent fine, thanks a million.",
        "I called a hundred times already!",
        "Well, at one point I was told otherwise.",
        "May I ask who I am speaking to? We will march on. May I?",
        "NO! I WANT MY MONEY BACK!",
        "Oh, I see. Yes. And? Or what?",
        "Plan B then, it's open 24/7 anyway.",
        "OK, I'll hold. Is it on TV?",
        "",
        "…",
    ],
)
def test_ways_of_speaking_claim_nothing(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("four seven one nine two", ["number 47192"]),
        ("It's forty-seven one ninety-two.", ["number 47192"]),
        ("oh four seven five, one two three", ["number 0475123"]),
        ("double five oh, triple six", ["number 550666"]),
        ("two hundred and five euros", ["number 205"]),
        ("I paid $21.50.", ["number 21", "number 50"]),
        ("a table for one", ["number 1"]),
        ("our fifth anniversary", ["number 5"]),
        ("half past seven", ["number 730"]),
        ("a quarter to nine", ["number 845"]),
        ("at noon", ["number 12"]),
        ("AB7429", ["code ab7429"]),
        ("Alpha bravo seven four two nine.", ["code ab7429"]),
        ("A for alpha, B for bravo, seven four two nine", ["code ab7429"]),
        ("flight SW 100", ["code sw100"]),
        ("C A R T E R", ["name carter"]),
        ("It's Carter, with a K.", ["name carter"]),
        ("Mr. Carter's table", ["name carter"]),
        ("my name is carter", ["name carter"]),
        ("On Friday the 12th of March", ["day friday", "day march", "number 12"]),
        ("tomorrow", ["day tomorrow"]),
        ("March the twelfth.", ["day march", "number 12"]),
        ("C-A-R-T-E-R", ["name carter"]),
        ("jane dot carter at example dot com", ["email jane.carter@example.com"]),
        ("Jane.Carter@Example.com", ["email jane.carter@example.com"]),
    ],
)
def test_values_are_read_as_they_are_spoken(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_bare_word_is_a_name_only_where_one_was_asked_for() -> None:
    assert found("Miller.") == []
    assert found("Miller.", asked_for_name=True) == ["name miller"]
    assert found("Certainly.", asked_for_name=True) == []
    assert found("John Miller.") == ["name john", "name miller"]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("de-DE", "Mein Name ist Müller, ein Tisch für zwei am Freitag.", ["day freitag", "name müller", "number 2"]),
        ("de", "Um 20 Uhr, Kundennummer AB12.", ["code ab12", "number 20"]),
        ("fr-FR", "Je m'appelle Dupont, vendredi à 8h30.", ["day vendredi", "name dupont", "number 830"]),
        ("es", "Me llamo García, para tres.", ["name garcía", "number 3"]),
        ("ja", "番号は12345です。", ["number 12345"]),
    ],
)
def test_other_languages_claim_what_is_written_the_same_everywhere(lang: str, text: str, expected: list[str]) -> None:
    assert found(text, lang=lang) == expected


@settings(max_examples=300)
@given(st.text(max_size=60), st.sampled_from(["en-US", "de-DE", "ja", "xx"]), st.booleans())
def test_any_text_can_be_read(text: str, lang: str, asked: bool) -> None:
    for claim in claims(text, lang=lang, asked_for_name=asked):
        assert claim.key
