import pytest

from harness.simulator.line.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("Hello. How are you?", ["Hello.", "How are you?"], id="two"),
        pytest.param("Hello", ["Hello"], id="without an end"),
        pytest.param("  \n ", [], id="nothing"),
        pytest.param("It costs 3.50 a month.", ["It costs 3.50 a month."], id="decimal point"),
        pytest.param("Ask Dr. Smith at 8 p.m. please.", ["Ask Dr. Smith at 8 p.m. please."], id="abbreviations"),
        pytest.param("J. Smith is in.", ["J. Smith is in."], id="initial"),
        pytest.param("So do I. Bye.", ["So do I.", "Bye."], id="the word I"),
        pytest.param('He said "no." Then left.', ['He said "no."', "Then left."], id="closing quote"),
        pytest.param("Well... yes! Really?!", ["Well...", "yes!", "Really?!"], id="runs of marks"),
        pytest.param("We have:\n1. Tea\n2. Milk", ["We have:", "1. Tea", "2. Milk"], id="list"),
        pytest.param("你好。我是前台。", ["你好。", "我是前台。"], id="without spaces"),
    ],
)
def test_text_is_cut_into_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in split_sentences(text)] == sentences


def test_sentence_knows_where_it_ends_in_the_whole_text() -> None:
    text = " One two.  Three. "
    assert [text[: sentence.end] for sentence in split_sentences(text)] == [" One two.", " One two.  Three."]
