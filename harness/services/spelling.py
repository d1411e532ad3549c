"""Ids written for the eye, rewritten for a voice: `AB7429` becomes "A, B, 7 4 2 9".

Voice engines read such an id as a word and a year ("ab seventy-four twenty-nine"), which nobody dictates and no
recogniser gets right.
"""

import re

_ID = re.compile(r"#?(?<![\w-])(?=(?:[A-Z-]*\d){2})(?=[\d-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w-])")
"""Capitals and at least two digits, perhaps in groups joined by hyphens."""
_NOT_AN_ID = re.compile(r"\d{1,2}(?:AM|PM)|[A-Z]{4,}-?\d+|\d+[A-Z]{4,}")
"""Times of day, and words with a number behind or before them."""
_RUN = re.compile(r"[A-Z]|\d+")


def spell_ids(text: str) -> str:
    """Return an English text with every id spelled letter by letter and digit by digit."""
    return _ID.sub(_spell, text)


def _spell(match: re.Match[str]) -> str:
    written = match.group().removeprefix("#")
    if _NOT_AN_ID.fullmatch(written):
        return match.group()
    # A comma behind each letter: without it "A" is read as the article.
    return ", ".join(" ".join(run) for run in _RUN.findall(written))
