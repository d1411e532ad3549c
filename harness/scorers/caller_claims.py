"""What a caller's line claims that can be true or false: numbers, codes, names, days and e-mail addresses.

English is read as it is spoken (`spoken.py`); of other languages only what is written the same everywhere is looked at:
figures, small number words, codes, addresses, days and, where not every noun has a capital letter, names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.scorers.claim_words import (
    APPROXIMATE,
    DAYS,
    FIGURES_OF_SPEECH,
    NO_NAMES,
    OPENERS,
    SMALL_NUMBERS,
    spelled_out,
)
from harness.scorers.normalise import plain_apostrophes, primary_language
from harness.scorers.spoken import Atom, AtomKind, atoms, has_spoken_forms

_EMAIL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w+-]+(?:(?:\.| dot | underscore )[\w+-]+)* at [\w-]+(?: dot [\w-]+)+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|St)\.")
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_FIGURES = re.compile(r"\d+(?:[ .,:/-]\d+)*")
_CODE = re.compile(r"(?<![A-Za-z\d])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]+(?![A-Za-z\d])", re.ASCII)
_HOURS = re.compile(r"\b(\d{1,2})h(?:(\d\d)\b|\b)")
_HOUR_WORD = re.compile(r"\s*(?:uhr|heures?|horas?)\b", re.IGNORECASE)
_SPACED_CODE = re.compile(r"\b((?!OK|TV|AM|PM)[A-Z]{2,3})[ -](?=\d)")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_DECIMAL = re.compile(r"\d+\.\d+")
_NAMED = re.compile(r"\b(?:name is|name's|heiße|name ist|m'appelle|me llamo)\s+([^\W\d_]+)", re.IGNORECASE)
_MERIDIEMS = ("am", "pm")
_CLOCK = frozenset({"oclock", *_MERIDIEMS})


class ClaimKind(StrEnum):
    """How a claim is compared."""

    NUMBER = "number"
    CODE = "code"
    NAME = "name"
    DAY = "day"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One value in a line."""

    kind: ClaimKind
    pieces: tuple[str, ...]
    """As it was said; together they are the value."""
    shown: str
    is_time: bool = False
    """Said as a time of the day."""
    half: str = ""
    """Which half of the day it is: `am` or `pm`."""

    @property
    def key(self) -> str:
        """Return the value in one piece."""
        return "".join(self.pieces)


def claims(text: str, *, lang: str, asked_for_name: bool = False) -> tuple[Claim, ...]:
    """Return everything a line claims.

    Args:
        text: The line.
        lang: BCP-47 tag.
        asked_for_name: The line answers a question for a name: a bare word may be one.
    """
    text = _SPACED_CODE.sub(r"\1", _TITLE.sub(r"\1", plain_apostrophes(text)))
    found = [Claim(kind=ClaimKind.EMAIL, pieces=(_address(m[0]),), shown=m[0]) for m in _EMAIL.finditer(text)]
    rest = without_addresses(text)
    found += _days(rest, lang)
    found += _names(_CODE.sub(" , ", rest), lang, asked_for_name=asked_for_name)
    found += _spoken_values(rest) if has_spoken_forms(lang) else _written_values(rest, lang)
    return tuple(found)


def _address(text: str) -> str:
    text = re.sub(r"\s+dot\s+", ".", text.casefold())
    return re.sub(r"\s+underscore\s+", "_", text).replace(" at ", "@")


def without_addresses(text: str) -> str:
    """Return a text without its e-mail addresses: the name in one is not told."""
    return _EMAIL.sub(" , ", plain_apostrophes(text))


def _days(text: str, lang: str) -> Iterator[Claim]:
    known = DAYS.get(primary_language(lang), frozenset())
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        key = word if word in known else word.removesuffix("s")
        if key in known and (key not in {"may", "march"} or _is_month(match, text)):
            yield Claim(kind=ClaimKind.DAY, pieces=(key,), shown=match[0])


def _is_month(match: re.Match[str], text: str) -> bool:
    """Return whether `May` or `March` is a month: a name within a sentence, or with a day behind it."""
    begins = re.search(r"(?:^|[.!?])\s*$", text[: match.start()]) is not None
    return match[0][0].isupper() and (not begins or re.match(r"\s+(?:the\b|\d)", text[match.end() :]) is not None)


def _names(text: str, lang: str, *, asked_for_name: bool) -> Iterator[Claim]:
    skipped = DAYS.get(primary_language(lang), frozenset()) | NO_NAMES
    shown: set[str] = set()
    for sentence in _SENTENCE.findall(text):
        words = [] if sentence.isupper() and " " in sentence.strip() else _WORD.findall(sentence)
        for at, word in enumerate(words):
            spelled = max(map(len, word.split("-"))) == 1
            capital = word[0].isupper() and not spelled and word.casefold() not in skipped
            if capital and primary_language(lang) != "de" and (at or _is_name_alone(sentence, asked=asked_for_name)):
                shown.add(word)
    shown |= {match[1] for match in _NAMED.finditer(text) if match[1].casefold() not in skipped | OPENERS}
    for word in sorted(shown, key=text.find):
        yield Claim(kind=ClaimKind.NAME, pieces=(bare_name(word),), shown=word)


def _is_name_alone(sentence: str, *, asked: bool) -> bool:
    """Return whether a sentence is a name and nothing else, such as `John Miller`."""
    words = _WORD.findall(sentence)
    if sentence.endswith("?") or words[0].casefold() in OPENERS or not all(word[0].isupper() for word in words):
        return False
    return len(words) in (2, 3) or asked


def bare_name(word: str) -> str:
    """Return a name as it is compared: without case and possessive."""
    return word.casefold().removesuffix("'s")


def _written_values(text: str, lang: str) -> Iterator[Claim]:
    """Yield figures and codes of a language whose spoken forms are not understood here."""
    text = _HOURS.sub(lambda hours: f"{hours[1]}:{hours[2] or '00'}", text)
    for match in _CODE.finditer(text):
        yield Claim(kind=ClaimKind.CODE, pieces=tuple(match[0].casefold()), shown=match[0])
    figures_only = _CODE.sub(" ", text)
    for match in _FIGURES.finditer(figures_only):
        is_time = ":" in match[0] or _HOUR_WORD.match(figures_only, match.end()) is not None
        pieces = tuple(re.findall(r"\d+", match[0]))
        yield Claim(kind=ClaimKind.NUMBER, pieces=pieces, shown=match[0], is_time=is_time)
    numbers = SMALL_NUMBERS.get(primary_language(lang), {})
    for word in _WORD.findall(text):
        if figures := numbers.get(word.casefold()):
            yield Claim(kind=ClaimKind.NUMBER, pieces=(figures,), shown=word)


def _spoken_values(text: str) -> Iterator[Claim]:
    """Yield numbers and codes of English, in figures or in words."""
    said = atoms(spelled_out(text), "en")
    at = 0
    while at < len(said):
        end = _run_end(said, at)
        if end == at:
            at += 1
            continue
        run = [atom for atom in said[at:end] if not _is_article(atom, said[at:end])]
        before = said[at - 1].key if at else ""
        after = [atom.key for atom in said[end : end + 2]]
        claim = _claim(run, before=before, after=after)
        if claim is not None and not (len(run) == 1 and _is_no_value(claim.key, before=before, after=after)):
            yield claim
        at = end


def _run_end(said: Sequence[Atom], start: int) -> int:
    """Return where a run of figures and spelled letters ends; a comma ends it only where letters follow figures."""
    end = start
    while end < len(said) and (_figures_of(said[end]) or _letter_of(said[end])):
        if end > start and not said[end].joined and _figures_of(said[end - 1]) and _letter_of(said[end]):
            break
        end += 1
    return end


def _figures_of(atom: Atom) -> tuple[str, ...]:
    if atom.kind is AtomKind.FIGURES:
        return (atom.key,)
    ordinal = _ORDINAL.fullmatch(atom.key)
    # "The first", "a second" and "in the third place" are words; dates in front of a month are read as figures.
    if ordinal and int(ordinal[1]) > 3:
        return (ordinal[1],)
    return tuple(atom.key.split(".")) if _DECIMAL.fullmatch(atom.key) else ()


def _letter_of(atom: Atom) -> str:
    return atom.key if atom.kind is AtomKind.LETTER else ""


def _is_article(atom: Atom, run: Sequence[Atom]) -> bool:
    """Return whether `a` or `i` is a word here: at an end of a run that has no other letter."""
    others = any(_letter_of(each) and each is not atom for each in run)
    return atom.key in {"a", "i"} and not atom.fused and not others and not any(each.fused for each in run)


def _claim(run: Sequence[Atom], *, before: str, after: Sequence[str]) -> Claim | None:
    pieces = tuple(piece for atom in run for piece in (_figures_of(atom) or (_letter_of(atom),)))
    shown = " ".join(atom.shown or atom.key for atom in run if not atom.fused or atom.shown)
    letters = sum(1 for atom in run if _letter_of(atom))
    if letters:
        if letters == len(run):
            return Claim(kind=ClaimKind.NAME, pieces=pieces, shown=shown) if letters > 2 else None
        return Claim(kind=ClaimKind.CODE, pieces=pieces, shown=shown)
    if not pieces:
        return None
    clock = [word for word in after if word in _CLOCK]
    is_time = before in APPROXIMATE or (bool(clock) and after[0] in _CLOCK)
    half = next((word for word in clock if is_time and word in _MERIDIEMS), "")
    return Claim(kind=ClaimKind.NUMBER, pieces=pieces, shown=shown, is_time=is_time, half=half)


def _is_no_value(number: str, *, before: str, after: Sequence[str]) -> bool:
    """Return whether a number is only a way of speaking: `one moment`, `no one`, `two quick questions`."""
    following = after[0] if after else ""
    if len(number) == 1 and (FIGURES_OF_SPEECH.intersection(after) or "or" in {before, following}):
        return True
    if number == "1":
        return before not in {"for", "at", "around", "about", "number", "until"} or following in {
            "of",
            "point",
            "stage",
        }
    large = number in {"100", "1000", "1000000"}
    return number == "0" or (large and following in {"percent", "times", "thanks", ""})
