"""Spelled names: `M, E, I, E, R`, `M-E-I-E-R` and `Mike, Echo, India, Echo, Romeo` are met alike."""

import re
from dataclasses import dataclass

_NATO = (
    "alfa|alpha|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett?|kilo|lima|mike|november|oscar|papa|quebec|"
    "romeo|sierra|tango|uniform|victor|whiske?y|x-?ray|yankee|zulu"
)
_BETWEEN = r"[\s,.-]{1,3}"
# "R. I am here", "R, a table": the last letter begins what comes next.
_LETTER = r"(?:(?!i(?:'|\s+(?:am|need|want|would|have|will)\b)|a\s+(?!please)\w{2})[^\W\d_](?![\w']))"
_SPELLED = (
    re.compile(rf"(?<![\w'])[^\W\d_](?:{_BETWEEN}{_LETTER}){{2,}}", re.I),
    re.compile(rf"\b(?:{_NATO})(?:{_BETWEEN}(?:{_NATO})\b){{2,}}", re.I),
)


@dataclass(frozen=True, slots=True)
class Spelled:
    """A spelled word and where in the text it stands."""

    start: int
    end: int
    word: str


def spelled_words(text: str) -> list[Spelled]:
    """Return the words a caller spells, three letters or more, in order."""
    found = []
    for pattern in _SPELLED:
        for match in pattern.finditer(text):
            parts = re.findall(r"x-ray|[^\W\d_]+", match[0], re.I)
            found.append(Spelled(match.start(), match.end(), "".join(part[0] for part in parts).capitalize()))
    return sorted(found, key=lambda one: one.start)
