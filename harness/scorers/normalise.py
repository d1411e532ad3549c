"""What two texts have in common before they are compared: case, punctuation and fillers taken away (evaluation.md 4.2).

`normalize_basic` serves every language. `normalize_whisper_en` is the Open ASR leaderboard's, by name only: it turns
O'Brien into "0 brien" and A1 into "a one", so it is never used for names, numbers or ids.
"""

import re
import unicodedata
from enum import StrEnum

from harness.errors import MissingExtraError

NORMALISER = "basic/1+spoken-en/1"
"""Name and version of what every error rate here was computed on; part of provenance."""

CHARACTER_LANGUAGES = frozenset({"ja", "zh", "yue", "th", "lo", "my", "km", "ko"})
"""Languages whose words are not reliably set apart by spaces: compared by characters (evaluation.md 4.3)."""


class Normalizer(StrEnum):
    """A normaliser by name."""

    BASIC = "basic"
    WHISPER_EN = "whisper_en"


_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u02b9\u0060\u00b4\uff07"), "'")
_BRACKETED = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SYMBOLS = {"%": " percent ", "&": " and ", "@": " at ", "+": " plus "}
_FILLERS = frozenset({"uh", "um", "uhm", "hmm", "mm", "mmm", "mhm", "er", "erm", "ah"})
_SPLIT_AT_APOSTROPHE = frozenset({"fr", "it", "ca"})


def primary_language(tag: str) -> str:
    """Return the language of a BCP-47 tag: `en` of `en-US`."""
    return tag.replace("_", "-").split("-")[0].lower()


def compares_characters(lang: str) -> bool:
    """Return whether texts of a language are compared by characters instead of words."""
    return primary_language(lang) in CHARACTER_LANGUAGES


def plain_apostrophes(text: str) -> str:
    """Return the text with every variant of the apostrophe as U+0027."""
    return text.translate(_APOSTROPHES)


def drop_bracketed(text: str) -> str:
    """Return the text without what stands in square, round or angle brackets: `[noise]`, `(laughs)`."""
    return _BRACKETED.sub(" ", text)


def normalize_basic(text: str, lang: str, *, keep_fillers: bool = False) -> str:
    """Return a text as words set apart by single spaces, the same way for everything that is compared.

    Args:
        text: Any text, unpaired surrogates included.
        lang: BCP-47 tag; decides about symbols, apostrophes and fillers.
        keep_fillers: Keep "um", "er" and the like, as entities need it ("er" may be a name's initials).
    """
    language = primary_language(lang)
    text = plain_apostrophes(text)
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = drop_bracketed(text)
    if language == "en":
        text = _THOUSANDS.sub("", text)
        for symbol, word in _SYMBOLS.items():
            text = text.replace(symbol, word)
    apostrophe = " " if language in _SPLIT_AT_APOSTROPHE else ""
    kept = (_kept(text, at, apostrophe=apostrophe) for at in range(len(text)))
    # What is left can compose anew where a mark or a letter lost its neighbour.
    words = unicodedata.normalize("NFKC", "".join(kept)).split()
    if language == "en" and not keep_fillers:
        words = [word for word in words if word not in _FILLERS]
    return " ".join(words)


def normalize_whisper_en(text: str) -> str:
    """Return a text as whisper-normalizer's English normaliser writes it.

    Raises:
        MissingExtraError: the optional package is not installed.
    """
    try:
        from whisper_normalizer.english import EnglishTextNormalizer
    except ImportError as error:
        raise MissingExtraError(
            what="the normaliser whisper_en", package="whisper-normalizer", extra="whisper"
        ) from error
    return str(EnglishTextNormalizer()(plain_apostrophes(text))).strip()


def normalize(text: str, lang: str, *, normalizer: Normalizer) -> str:
    """Return a text normalised by the normaliser of that name."""
    if normalizer is Normalizer.WHISPER_EN:
        return normalize_whisper_en(text)
    return normalize_basic(text, lang)


def character_units(text: str) -> str:
    """Return the code points a character error rate counts: NFKC, casefold, no white space."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(folded.split())


def _kept(text: str, at: int, *, apostrophe: str) -> str:
    """Return what becomes of one character: itself, a space, or nothing."""
    character = text[at]
    before = text[at - 1] if at else ""
    after = text[at + 1] if at + 1 < len(text) else ""
    if character == "'" and _is_letter_or_digit(before) and _is_letter_or_digit(after):
        return apostrophe
    if character in ".," and before.isdecimal() and after.isdecimal():
        return character
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category[0] in "PSZC" else character


def _is_letter_or_digit(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "LN"
