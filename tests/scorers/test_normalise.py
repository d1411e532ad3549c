import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scorers.normalise import character_units, compares_characters, normalize_basic

# Format characters may stand between a figure and its comma, so that one reading uncovers the next.
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cf"]), max_size=60)
LANGUAGES = st.sampled_from(["en-US", "fr-FR", "de-DE", "ko-KR", "th-TH"])


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        pytest.param("It’s the caller`s", "en-US", "its the callers", id="apostrophe variants"),
        pytest.param("l'eau d’été", "fr-FR", "l eau d été", id="French keeps the words apart"),
        pytest.param("well [noise] (laughs) <unk> yes", "en-GB", "well yes", id="brackets"),
        pytest.param("1,250,000 and 1,25", "en-US", "1250000 and 1,25", id="thousands"),
        pytest.param("1.250,50 Euro", "de-DE", "1.250,50 euro", id="German separators stay"),
        pytest.param("me@home +5%", "en-US", "me at home plus 5 percent", id="symbols"),
        pytest.param("co\u00adope\u200brate", "en-US", "cooperate", id="invisible characters"),
        pytest.param("हिन्दी में", "hi-IN", "हिन्दी में", id="Indic vowel signs stay"),
        pytest.param("um, I er want", "en-US", "i want", id="fillers"),
        pytest.param("um ja er", "de-DE", "um ja er", id="German um and er are words"),
        pytest.param("a\ud800b", "en-US", "a b", id="unpaired surrogate"),
        pytest.param("", "en-US", "", id="nothing"),
    ],
)
def test_text_is_normalised(text: str, lang: str, expected: str) -> None:
    assert normalize_basic(text, lang) == expected


def test_fillers_can_be_kept_for_entities() -> None:
    assert normalize_basic("Er, um", "en-US", keep_fillers=True) == "er um"


@given(text=TEXTS, lang=LANGUAGES)
def test_normalising_twice_changes_nothing(text: str, lang: str) -> None:
    once = normalize_basic(text, lang)
    assert normalize_basic(once, lang) == once


@given(text=st.text(max_size=60), lang=LANGUAGES)
def test_normalised_text_is_words_set_apart_by_single_spaces(text: str, lang: str) -> None:
    result = normalize_basic(text, lang)
    assert result == " ".join(result.split())


@pytest.mark.parametrize(
    ("lang", "expected"), [("ja-JP", True), ("yue", True), ("ko_KR", True), ("en-US", False), ("kok-IN", False)]
)
def test_languages_without_spaces_are_compared_by_characters(lang: str, expected: bool) -> None:
    assert compares_characters(lang) is expected


def test_characters_are_counted_without_white_space() -> None:
    assert character_units("Ｔｏ kyō\t ") == "tokyō"
