"""Mail addresses, written or spoken: "anna dot meier at example dot com", letters spelled out, "m as in mike"."""

import re
from collections.abc import Iterator, Sequence

from harness.scorers.values.figures import in_figures
from harness.scorers.values.reading import Email, Reading

_SIGNS = {
    "dot": ".", "point": ".", "punkt": ".", "punto": ".", "period": ".",
    "at": "@", "ät": "@", "arroba": "@", "arobase": "@", "klammeraffe": "@",
    "dash": "-", "hyphen": "-", "minus": "-", "bindestrich": "-", "tiret": "-", "guion": "-", "guión": "-",
    "underscore": "_", "unterstrich": "_", "plus": "+",
}  # fmt: skip
_JOINERS = frozenset("._+-")
_MOST_WORDS = 3
"""So many words may stand for one: a recogniser writes "anna meier" where `annameier` was said."""
_PREPARED = (
    (re.compile(r"\bat[ -]sign\b"), "@"),
    (re.compile(r"\b(?:tiret bas|gui[oó]n bajo)\b"), "_"),
    (re.compile(r"\b([a-z]),? (?:as in|for|wie|comme|de) [^\W\d_]+\b,?"), r"\1"),
    (re.compile(r"\b([a-z0-9])(?:-|, )(?=[a-z0-9]\b)"), r"\1 "),
    (re.compile(r"\b(?:double|doppel) ([a-z])\b"), r"\1 \1"),
    (re.compile(r"[.,;:!?]+(?=\s|$)"), " , "),
)
_PIECE = re.compile(r",|[^\W_]+(?:'[^\W_]+)*|[.@_+-]")


def read_emails(text: str, *, lang: str) -> tuple[Reading, ...]:
    """Return the mail addresses in a text, in order."""
    flat = in_figures(text, lang)
    for pattern, plain in _PREPARED:
        flat = pattern.sub(plain, flat)
    pieces = [_SIGNS.get(piece, piece) for piece in _PIECE.findall(flat)]
    places = [at for at, piece in enumerate(pieces) if piece == "@"]
    return tuple(reading for at in places for reading in _at(pieces, at))


def _at(pieces: Sequence[str], at: int) -> Iterator[Reading]:
    start, domain = _local_start(pieces, at), _domain(pieces, at)
    local = "".join(pieces[start:at])
    if not local or not domain:
        return
    spellings = set() if start and len(pieces[start - 1]) == 1 and pieces[start - 1].isalnum() else {local}
    longer, begin = local, start
    for _ in range(_MOST_WORDS - 1):
        earlier = _local_start(pieces, begin)
        if earlier == begin:
            break
        longer, begin = "".join(pieces[earlier:begin]) + longer, earlier
        spellings.add(longer)
    addresses = frozenset(f"{each}@{domain}" for each in spellings)
    if addresses:
        yield Reading(value=Email(address=f"{local}@{domain}", spellings=addresses), text=f"{local}@{domain}")


def _local_start(pieces: Sequence[str], at: int) -> int:
    """Return where the name in front of an @ begins: words joined by signs, or letters spelled one by one."""
    start = at
    while start > 0 and pieces[start - 1] not in (",", "@") and (start == at or _one(pieces[start - 1], pieces[start])):
        start -= 1
    return start


def _domain(pieces: Sequence[str], at: int) -> str:
    """Return what follows an @, with the words before its first dot as one; empty when there is no dot."""
    dot = next((i for i in range(at + 2, min(at + 3 + _MOST_WORDS, len(pieces))) if pieces[i] == "."), 0)
    if not dot or not all(piece.isalnum() or piece in _JOINERS for piece in pieces[at + 1 : dot]):
        return ""
    end = dot + 1
    while end < len(pieces) and pieces[end] not in (",", "@") and _one(pieces[end - 1], pieces[end]):
        end += 1
    return "".join(pieces[at + 1 : end]).rstrip("._+-")


def _one(left: str, right: str) -> bool:
    """Return whether two neighbours belong to one address."""
    spelled = len(left) == len(right) == 1 and left.isalnum() and right.isalnum()
    return spelled or left in _JOINERS or right in _JOINERS
