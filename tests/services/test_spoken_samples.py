import pytest

from harness.services.spoken_samples import DIGIT_GROUPS, samples_of, tried_languages


def test_ten_languages_and_more_can_be_tried() -> None:
    assert len(tried_languages()) >= 10
    assert tried_languages()[0] == "en"


def test_every_digit_is_said_once() -> None:
    assert sorted(digit for group in DIGIT_GROUPS for digit in group) == list(range(10))


@pytest.mark.parametrize("language", tried_languages())
def test_what_is_read_out_is_read_back(language: str) -> None:
    texts = samples_of(language)
    assert texts is not None
    assert all(texts.digits_in(texts.read_out(group)) == group for group in DIGIT_GROUPS)


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        pytest.param("de-DE", "4, 71 zwo.", (4, 7, 1, 2), id="figures-and-words"),
        pytest.param("nl", "een huis", (1, None), id="another-word"),
        pytest.param("pt-BR", "duas", (2,), id="region"),
        pytest.param("fr", "", (), id="nothing"),
    ],
)
def test_digits_are_words_or_figures(language: str, text: str, digits: tuple[int | None, ...]) -> None:
    texts = samples_of(language)
    assert texts is not None
    assert texts.digits_in(text) == digits
