"""Number words as figures, in the languages somebody taught us: the one door to text2num.

English is read with the harness's own tables, which know "double", "oh" and the way years and times are said.
"""

import re
import unicodedata
from collections.abc import Iterator

from harness.scorers.normalise import drop_bracketed, plain_apostrophes, primary_language
from harness.scorers.numbers import ONES, TENS, read_number

WORD_LANGUAGES = frozenset({"de", "fr", "es", "it", "nl", "pt", "da"})
"""Languages other than English whose number words are read."""

_MERIDIEM = re.compile(r"(?<![^\W\d_])([ap])\.?\s?m\b\.?")
_HYPHEN = re.compile(rf"\b({'|'.join((*TENS, *ONES))})-(?=[a-z])")
_FILLERS = re.compile(r"(?:,\s*)?\b(?:uh|uhm|um|er|erm|hmm)\b,?\s*")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_UNKNOWN_FORMS = {
    # A quarter is no fourth.
    "es": (("veintiún", "veintiuno"), ("treinta y un ", "treinta y uno "), (" cuarto", " quarto")),
}


def in_figures(text: str, lang: str) -> str:
    """Return a text in lower case with its number words as figures and `p.m.` as `pm`."""
    # An unpaired surrogate stands for nothing and cannot leave Python.
    whole = text.encode("utf-8", "replace").decode()
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in plain_apostrophes(whole))
    flat = drop_bracketed(unicodedata.normalize("NFKC", plain)).lower()
    flat = _MERIDIEM.sub(r"\1m", " ".join(flat.split()))
    language = primary_language(lang)
    if language == "en":
        return _english(_FILLERS.sub(" ", _HYPHEN.sub(r"\1 ", flat))).strip()
    if language in WORD_LANGUAGES:
        return _from_text2num(flat, language)
    return flat


def _from_text2num(text: str, language: str) -> str:
    from text_to_num import alpha2digit  # type: ignore[import-untyped]

    for form, known in _UNKNOWN_FORMS.get(language, ()):
        text = text.replace(form, known)
    return str(alpha2digit(text, language, threshold=0))


def _english(text: str) -> str:
    words = list(_WORD.finditer(text))
    result, end, at = "", 0, 0
    while at < len(words):
        run = list(_run(text, words, at))
        number = None if _is_decimal_part(text, words[at].start()) else read_number(run, 0)
        figures, length = (number.figures, number.length) if number else (_oh(run, result), 1)
        result += text[end : words[at].start()] + (figures or words[at][0])
        end = words[at + length - 1].end()
        at += length
    return result + text[end:]


def _run(text: str, words: list[re.Match[str]], start: int) -> Iterator[str]:
    """Yield the words from one on that only spaces set apart: a number does not reach over a comma."""
    for at in range(start, min(start + 12, len(words))):
        if at > start and text[words[at - 1].end() : words[at].start()].strip():
            return
        yield words[at][0]


def _is_decimal_part(text: str, at: int) -> bool:
    """Return whether figures go on in front of a place: the 5 of `1.5 million`."""
    return at > 1 and text[at - 1] in ".,:" and text[at - 2].isdecimal()


def _oh(run: list[str], before: str) -> str:
    """Return 0 for an `oh` beside a number."""
    clock = run[1:2] == ["clock"]
    beside = before.rstrip()[-1:].isdecimal() or (len(run) > 1 and (run[1] in ONES or run[1].isdecimal()))
    return "0" if run[0] in ("oh", "o") and beside and not clock else ""
