import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scorers.numbers import ONES, TENS
from harness.scorers.spoken import atoms, find, units
from harness.scorers.word_errors import compare

ORDINARY = st.lists(st.sampled_from(["please", "order", "a", "i", "is", "the", "late"]), max_size=4)


def keys(text: str, lang: str = "en-US") -> list[str]:
    return [unit.key for unit in units(text, lang)]


def spell(value: int) -> str:
    """Write a number below a million in English words."""
    if value < 20:
        return list(ONES)[value]
    if value < 100:
        return list(TENS)[value // 10 - 2] + (f"-{spell(value % 10)}" if value % 10 else "")
    size, name = (1000, "thousand") if value >= 1000 else (100, "hundred")
    rest = f" and {spell(value % size)}" if 0 < value % size < 100 else f" {spell(value % size)}"
    return f"{spell(value // size)} {name}" + (rest if value % size else "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("47192", "four seven one nine two", id="digits one by one"),
        pytest.param("47192", "forty-seven one ninety-two", id="digits in groups"),
        pytest.param("AB7429", "A B seven four two nine", id="code"),
        pytest.param("a B7 429", "AB-7429", id="code in pieces"),
        pytest.param("555-231-8804", "five five five two three one double eight oh four", id="telephone number"),
        pytest.param("$21.50", "twenty-one dollars and fifty cents", id="price"),
        pytest.param("$1,250", "one thousand two hundred and fifty dollars", id="price with thousands"),
        pytest.param("$1.5 million", "one point five million dollars", id="price with a scale"),
        pytest.param("£8", "eight pounds", id="pounds"),
        pytest.param("7:30", "seven thirty", id="time"),
        pytest.param("3.30 pm", "three thirty p.m.", id="time with a dot"),
        pytest.param("7:00 PM", "seven p.m.", id="full hour"),
        pytest.param("7pm", "seven p m", id="hour without a space"),
        pytest.param("7:00", "seven o'clock", id="o'clock"),
        pytest.param("the 21st", "the twenty first", id="ordinal"),
        pytest.param("the 20th", "the twentieth", id="ordinal tens"),
        pytest.param("100 people", "a hundred people", id="a hundred"),
        pytest.param("7 o'clock", "seven o clock", id="o'clock in two words"),
        pytest.param("double room", "double room", id="double without a digit"),
        pytest.param("50%", "fifty per cent", id="percent"),
        pytest.param("UPS", "U P S", id="spelled letters"),
        pytest.param("Mr. Smith, OK?", "mister Smith okay", id="short forms"),
        pytest.param("20,000", "20 thousand", id="figures with a scale"),
    ],
)
def test_written_and_spoken_form_are_one(written: str, said: str) -> None:
    assert keys(written) == keys(said)


@given(value=st.integers(0, 999_999), before=ORDINARY, after=ORDINARY)
def test_number_words_and_figures_are_found_in_each_other(value: int, before: list[str], after: list[str]) -> None:
    words, figures = spell(value), f"{value:,}"
    frame = " ".join([*before, "at", "{}", "people", *after])
    for phrase, said in ((words, figures), (figures, words), (str(value), words), (words, words)):
        assert find(atoms(phrase, "en"), among=atoms(frame.format(said), "en")) is not None
    assert keys(frame.format(words)) == keys(frame.format(figures))


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        pytest.param("2", "order 4 2 1", None, id="not inside an id read digit by digit"),
        pytest.param("two", "a table for 2, 7:30 tonight", "2", id="a comma ends a number"),
        pytest.param("7:30", "a table for two, seven thirty", "seven thirty", id="a comma begins a number"),
        pytest.param("47", "number 471", None, id="not the beginning of a number"),
        pytest.param("7:00", "see you at 7:00 p.m.", "7 o'clock", id="full hour before p.m."),
        pytest.param("seven o'clock", "at 7 p.m.", "7", id="o'clock in 7 p.m."),
        pytest.param("7 pm", "seven o'clock", None, id="no p.m. in o'clock"),
        pytest.param("7:30", "we have a 7:30 table", "7 30", id="an article is no part of the number"),
        pytest.param("plan B", "plan B I think", "plan b", id="the word I is no part of the code"),
        pytest.param("B7", "code AB7", None, id="not the end of a code"),
        pytest.param("art", "a party", None, id="whole words only"),
        pytest.param("order number", "your order, number four", "order number", id="punctuation does not matter"),
    ],
)
def test_phrase_is_found_where_it_is_said(phrase: str, text: str, expected: str | None) -> None:
    assert find(atoms(phrase, "en"), among=atoms(text, "en")) == expected


def test_nothing_is_found_nowhere() -> None:
    assert find((), among=atoms("hello", "en")) is None


def test_other_languages_keep_their_words() -> None:
    assert keys("sieben Uhr, 4 7", "de-DE") == ["sieben", "uhr", "4", "7"]


def test_raw_counts_stay_available_beside_spoken_forms() -> None:
    result = compare("My number is four seven one.", hypothesis="my number is 471", lang="en-US")
    assert result.chosen.counts.errors == 0
    assert result.as_written.errors == 3


def test_alignment_shows_the_words_of_both_sides() -> None:
    steps = compare("It is four seven one.", hypothesis="it is 472", lang="en-US").chosen.steps
    assert [(step.reference, step.hypothesis) for step in steps] == [
        ("it", "it"),
        ("is", "is"),
        ("four seven one", "472"),
    ]


@given(text=st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    assert all(unit.key for unit in units(text, "en-US"))
