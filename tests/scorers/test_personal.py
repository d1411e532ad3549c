"""What is personal in a text, written, spelled or spoken, and what is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.entity import Entity, EntityKind
from harness.scorers.personal import NOTHING_KNOWN, Known, learned, masked, personal_spans


def shown(text: str, *, known: Known = NOTHING_KNOWN) -> str:
    known |= learned(text, year=2026)
    return masked(text, personal_spans(text, known=known, year=2026))


@pytest.mark.parametrize(
    ("text", "without"),
    [
        pytest.param("Call 555-0199.", "Call [phone].", id="telephone"),
        pytest.param("Call +1 (415) 555-2671, please", "Call +[phone], please", id="international"),
        pytest.param("It is five five five, oh one nine nine.", "It is [phone].", id="spoken"),
        pytest.param("It's double seven four two, uh, oh nine one.", "It's [phone].", id="double and a filler"),
        pytest.param("five-five-five-oh-one-nine-nine", "[phone]", id="hyphens"),
        pytest.param("null eins sieben sechs, drei vier fünf sechs", "[phone]", id="German"),
        pytest.param("zero six douze trente-quatre cinquante-six", "[phone]", id="French"),
        pytest.param("電話は〇九〇一二三四五六七八です", "電話は[phone]です", id="Japanese"),
        pytest.param("card 4111 1111 2222 3333", "card [number]", id="card"),
        pytest.param("My pin is 4 4 7 1.", "My pin is [number].", id="PIN"),
        pytest.param("order 47192", "order [number]", id="named by a word"),
        pytest.param("DE89 3704 0044 0532 0130 00", "[number]", id="IBAN"),
        pytest.param("your code AB74291", "your code [number]", id="code"),
        pytest.param("anna.meier@example.com", "[email]", id="mail"),
        pytest.param("It's anna dot meier at example dot com.", "It's [email].", id="spoken mail"),
        pytest.param("a n n a at example dot com", "[email]", id="spelled mail"),
        pytest.param("marta underscore kowalski nine two at gmail dot com", "[email]", id="mail with figures"),
        pytest.param("it starts with 555 and then 0199", "it starts with [phone]", id="joined by words"),
        pytest.param("five five five: oh one nine nine", "[phone]", id="set apart by a colon"),
        pytest.param("Name: Marta Kowalski", "Name: [name]", id="in a form"),
        pytest.param("My name is Marta Kowalski and", "My name is [name] and", id="name"),
        pytest.param("my name is marta kowalski", "my name is [name]", id="name in small letters"),
        pytest.param("This is Walter. Walter Grey", "This is [name]. [name] Grey", id="first name"),
        pytest.param("I was born on March third nineteen eighty four.", "I was born on [date].", id="birth spoken"),
        pytest.param("geboren am 3.5.1984", "geboren am [date]", id="birth German"),
        pytest.param("It says 1984-05-03.", "It says [date].", id="long past"),
    ],
)
def test_personal_data_is_masked(text: str, without: str) -> None:
    assert shown(text) == without


@pytest.mark.parametrize(
    "text",
    [
        "A table for two at 7:30 on May 3rd, please, for 45 dollars.",
        "We are open from ten to six, that is eight hours.",
        "That is two hundred fifty thousand dollars in 2026.",
        "Room 1204, and 12,500 euros",
        "2026-11-26T10:00:00Z of 8d7f1234-1234-1234-1234-123456789012",
        "The fair is on March third twenty twenty six.",
        "This is not my name; I'm happy to help.",
        "",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("kind", "value", "text", "without"),
    [
        (EntityKind.PHONE, "555-0199", "five five five", "[number]"),
        (EntityKind.DIGITS, "4711", "it is forty-seven eleven", "it is [number]"),
        (EntityKind.PHRASE, "Marta Kowalski", "for Kowalsky, k o w a l s k i", "for [name]"),
        (EntityKind.PHRASE, "vegetarian", "a vegetarian dish", "a vegetarian dish"),
        (EntityKind.CODE, "AB-7429", "a b seven four two nine", "[number]"),
        (EntityKind.EMAIL, "marta@example.com", "ask for Marta", "ask for [name]"),
        (EntityKind.MONEY, "$45", "for $45", "for $45"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_marked_values_are_found_where_their_look_tells_nothing(
    kind: EntityKind, value: str, text: str, without: str
) -> None:
    known = Known.entities([Entity(kind=kind, value=value)])
    found = shown(text, known=known)
    assert found == without or found.replace("[name], [name]", "[name]") == without


@settings(max_examples=60, deadline=None)
@given(
    digits=st.text("0123456789", min_size=7, max_size=16),
    words=st.sampled_from(["digit", "word", "space", "dash"]),
)
def test_no_long_number_is_left_however_it_is_told(digits: str, words: str) -> None:
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    told = {
        "digit": digits,
        "word": " ".join(names[int(digit)] for digit in digits),
        "space": " ".join(digits),
        "dash": f"{digits[:3]}-{digits[3:]}",
    }[words]
    assert shown(f"Well, {told}. Thanks") in ("Well, [phone]. Thanks", "Well, [number]. Thanks")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_places_are_in_order_and_inside_of_any_text(text: str) -> None:
    spans = personal_spans(text, known=Known(digits=frozenset({"123"}), names=frozenset({"anna"})), year=2026)
    places = [place for span in spans for place in (span.start, span.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
