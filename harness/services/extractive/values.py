"""Values a caller gives: how many, when, who, which number. One extractor per kind; nothing here knows a dialogue."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from harness.services.extractive.numbers import digit_runs, numerals, spoken_digits, spoken_number
from harness.services.extractive.spelling import spelled_words
from harness.services.extractive.words import STOP_WORDS, WEEKDAYS, plain, terms


class SlotKind(StrEnum):
    """What sort of value a slot takes."""

    DIGITS = "digits"
    COUNT = "count"
    TIME = "time"
    DAY = "day"
    NAME = "name"
    EMAIL = "email"
    TEXT = "text"
    """Anything; only ever the answer to its own question."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that a rule of the prompt asks for."""

    noun: str
    """The prompt's word for it, without article: `order number`, `number of people`."""
    question: str = ""
    """The prompt's own question; empty when it names none."""

    @property
    def kind(self) -> SlotKind:
        """Return the kind its noun stands for."""
        flat = plain(self.noun or self.question)
        for pattern, kind in _KINDS:
            if re.search(pattern, flat):
                return kind
        return SlotKind.TEXT

    @property
    def key(self) -> str:
        """Return what identifies the slot: two wordings for one kind of value are one slot."""
        named = self.kind in (SlotKind.DIGITS, SlotKind.TEXT, SlotKind.COUNT)
        head = "" if self.kind is SlotKind.COUNT else " ".join(terms(self.noun or self.question))
        return f"{self.kind} {head}" if named else str(self.kind)


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where in the (numeral) text it stands."""

    start: int
    end: int
    value: str


_KINDS = (
    (r"\bmail\b|\bemail\b", SlotKind.EMAIL),
    (r"\bnumber of\b|\bhow many\b|\bparty size\b|\bquantity\b|\bgroup size\b", SlotKind.COUNT),
    (r"\bnumber\b|\bcode\b|\bphone\b|\btelephone\b|\bpin\b|\bid\b", SlotKind.DIGITS),
    (r"\btime\b|\bhour\b", SlotKind.TIME),
    (r"\bday\b|\bdate\b|\bwhen\b", SlotKind.DAY),
    (r"\bcompany\b|\bbusiness\b|\borganisation\b|\borganization\b", SlotKind.TEXT),
    (r"\bname\b|\bwho\b", SlotKind.NAME),
)
_HALF = r"(?:am|pm|a\.m\.?|p\.m\.?|o\s?'?clock)"
_PEOPLE = r"(?:people|persons?|guests?|adults?|diners|seats|of us)"
_PART = r"(?:\s+(?:morning|afternoon|evening|night))?"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DATE = r"\d{1,2}(?:st|nd|rd|th)"
_NAME = r"([^\W\d_][^\W\d_'’-]*(?:[ ][^\W\d_][^\W\d_'’-]*){0,2})"

_COUNT = (
    re.compile(rf"\b(\d{{1,3}})\s+(?:or so\s+)?{_PEOPLE}\b", re.I),
    re.compile(
        rf"\b(?:for|party of|group of|there are|there'?s|we are|we're|we'll be)\s+(\d{{1,3}})\b"
        rf"(?![:.]\d|\s*{_HALF}|\s+\d|\s+(?:minutes|hours|days|weeks|nights))",
        re.I,
    ),
)
_TIME = (
    re.compile(rf"\b(?:half|quarter) (?:past|to) \d{{1,2}}\b|\b\d{{1,2}}[:.]\d\d(?:\s*{_HALF})?(?!\d)", re.I),
    re.compile(rf"\b\d{{1,2}}(?:\s+[0-5]\d)?\s*{_HALF}(?!\w)|\b(?:noon|midday|midnight)\b", re.I),
    re.compile(
        rf"\b(?:at|around|about|by|tonight|tomorrow|evening)\s+(\d{{1,2}}(?:\s+[0-5]\d)?)(?:th)?\b"
        rf"(?!\s+{_PEOPLE}|\s+(?:minutes|hours|days)|\s+\d)",
        re.I,
    ),
)
_DAY = (
    re.compile(rf"\b(?:(?:next|this|on)\s+)?(?:{'|'.join(WEEKDAYS)}){_PART}\b", re.I),
    re.compile(rf"\btoday\b|\btonight\b|\btomorrow{_PART}\b|\bthis (?:evening|afternoon|morning|weekend)\b", re.I),
    re.compile(
        rf"\b{_MONTH}\s+(?:the\s+)?(?:{_DATE}|\d{{1,2}})\b|\b(?:the\s+)?{_DATE}(?:\s+(?:of\s+)?{_MONTH})?\b", re.I
    ),
)
_NAMED = (
    re.compile(rf"\b(?:my name is|my name's|the name is|name is|the name's|under the name(?: of)?)\s+{_NAME}", re.I),
    re.compile(rf"\b(?:this is|under|i am called|i'm called)\s+(?:mr|mrs|ms|miss)?\.?\s*{_NAME}", re.I),
)
_EMAIL = re.compile(r"\b([\w.+-]+)\s*(?:@|\bat\b)\s*([\w-]+(?:\s*(?:\.|\bdot\b)\s*[\w-]+)+)", re.I)
_LEAD = re.compile(
    r"^(?:(?:yes|no|well|oh|um|uh|sure|okay|ok|hi|hello|of course|please|sorry|it is|it's|its|that is|that's|i am|i'm|"
    r"we are|we're|my|name|is|the|called|from|i work for|i work at|at|for|a|an|our|company)\b[\s,.]*)+",
    re.I,
)
_TRAIL = re.compile(r"(?:[\s,.!]+(?:please|thanks|thank you|here|speaking))*[\s,.!]*$", re.I)
# "table for to": what a recogniser writes for "two" and "four" where only a number makes sense.
_HOMOPHONES = (
    (re.compile(r"\b((?:table|party|booking|reservation) (?:for|of)) (?:to|too)\b", re.I), r"\1 2"),
    (re.compile(r"\b((?:table|party|booking|reservation) (?:for|of)) for\b", re.I), r"\1 4"),
    (re.compile(r"^\s*(?:to|too)[\s.!]*$", re.I), "2"),
    (re.compile(r"^\s*for[\s.!]*$", re.I), "4"),
    (re.compile(r"\b(at|tonight) ate\b", re.I), r"\1 8"),
    (re.compile(r"\b(for|of) a couple\b", re.I), r"\1 2"),
)
# "For, uh, two": also what a recogniser puts around a pause in the middle of a sentence.
_FILLER = re.compile(r"[\s,]*\b(?:uh|uhm|um|er|erm|hmm)\b[\s,.]*", re.I)
_DENIED = re.compile(r"\b(?:not|instead of|rather than)(?: (?:for|at|on|under|to|a))*(?: the)?\s*$", re.I)
_CORRECTED_NAME = re.compile(rf"\b(?:(?:no|sorry|i mean|i meant|actually)\b[\s,.]+)+(?:it is |it's )?{_NAME}", re.I)


def caller_text(text: str) -> str:
    """Return a caller's words without fillers and with numbers as digits, ready for `find`."""
    text = _FILLER.sub(" ", text.replace("’", "'")).strip()
    for pattern, digits in _HOMOPHONES:
        text = pattern.sub(digits, text)
    return numerals(text)


def find(text: str, slot: Slot, *, asked: bool) -> list[Found]:
    """Return the values for a slot in a caller's text, in order; `asked` when it answers the slot's question.

    Of "the twelfth, not the tenth" only the twelfth is one.
    """
    found = _FINDERS[slot.kind](text, asked)
    meant = [one for one in found if not _DENIED.search(text[: one.start])]
    return meant or found


def render(value: str, slot: Slot) -> str:
    """Return a value as the agent says it back within a sentence."""
    match slot.kind:
        case SlotKind.COUNT:
            return f"for {_number(value)} {'person' if value == '1' else 'people'}"
        case SlotKind.TIME:
            return f"at {_number(value)}"
        case SlotKind.DAY:
            return f"on {value}" if re.match(rf"(?:the |{_MONTH}|{'|'.join(WEEKDAYS)})", value, re.I) else value
        case SlotKind.NAME:
            return f"under the name {value}"
        case SlotKind.DIGITS:
            return f"{slot.noun} {spoken_digits(value)}".strip()
        case SlotKind.EMAIL | SlotKind.TEXT:
            return f"{slot.noun} {value}".strip()


def _number(value: str) -> str:
    return re.sub(r"\d+", lambda m: spoken_number(int(m[0])), value) if re.fullmatch(r"\D*\d{1,2}\D*", value) else value


def _patterns(patterns: tuple[re.Pattern[str], ...], text: str) -> list[Found]:
    found: list[Found] = []
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                group = 1 if pattern.groups and match[1] is not None else 0
                found.append(Found(match.start(group), match.end(group), match[group].strip()))
    return sorted(found, key=lambda one: one.start)


def _bare(text: str, pattern: str) -> list[Found]:
    return [Found(match.start(1), match.end(1), match[1]) for match in re.finditer(pattern, text, re.I)]


def _find_count(text: str, asked: bool) -> list[Found]:
    found = _patterns(_COUNT, text)
    if asked and not found:
        found = _bare(text, r"(?<![:.\d])\b(\d{1,3})\b(?![:.]\d)") or (
            [Found(0, 0, "1")] if re.search(r"\bjust me\b|\bonly me\b|\bmyself\b", text, re.I) else []
        )
    return found


def _find_time(text: str, asked: bool) -> list[Found]:
    found = _patterns(_TIME, text)
    if asked and not found:
        found = _bare(text, rf"\b(\d{{1,2}}(?:\s+[0-5]\d)?)\b(?!\s+{_PEOPLE})")
    return [Found(one.start, one.end, _time(one.value)) for one in found]


def _time(said: str) -> str:
    return re.sub(r"o\s?'?clock", "o'clock", re.sub(r"(\d)\s+(\d\d)$", r"\1:\2", said), flags=re.IGNORECASE)


def _find_day(text: str, asked: bool) -> list[Found]:
    found = _patterns(_DAY, text)
    return [Found(one.start, one.end, re.sub(r"^on\s+", "", one.value, flags=re.I)) for one in found]


def _find_digits(text: str, asked: bool) -> list[Found]:
    found = [Found(*run) for run in digit_runs(text)]
    return found or (_bare(text, r"\b(\d{1,3})\b") if asked else [])


def _find_email(text: str, asked: bool) -> list[Found]:
    return [Found(m.start(), m.end(), _email(m)) for m in _EMAIL.finditer(text)]


def _email(match: re.Match[str]) -> str:
    domain = re.sub(r"\s*(?:\.|\bdot\b)\s*", ".", match[2].strip(" ."), flags=re.I)
    return f"{match[1]} at {domain}".casefold()


def _find_name(text: str, asked: bool) -> list[Found]:
    spelled = [Found(one.start, one.end, one.word) for one in spelled_words(text)]
    if spelled and (asked or re.search(r"\b(?:name|spell|spelled|spelt|under)\b|\bthis is\b", text, re.I)):
        # Whoever spells a name wants it written like that, whatever it sounded like before.
        return spelled
    found = [one for one in map(_trimmed, _patterns(_NAMED, text)) if one]
    if asked and not found and (bare := _answer(text)):
        name = bare.value.split(",")[0]
        found = [Found(bare.start, bare.start + len(name), name)] if _could_be_name(name) else []
    if found:
        corrections = _CORRECTED_NAME.finditer(text, found[-1].end)
        found += filter(None, (_trimmed(Found(m.start(1), m.end(1), m[1])) for m in corrections))
    return [Found(one.start, one.end, " ".join(part.capitalize() for part in one.value.split())) for one in found]


def _find_text(text: str, asked: bool) -> list[Found]:
    bare = _answer(text) if asked else None
    return [bare] if bare and len(bare.value.split()) <= 12 and terms(bare.value) else []


def _answer(text: str) -> Found | None:
    if "?" in text:
        return None
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    value = _TRAIL.sub("", text[start:]).strip()
    return Found(start, start + len(value), value) if value else None


def _trimmed(one: Found) -> Found | None:
    kept: list[str] = []
    for word in one.value.split():
        if word.casefold() in STOP_WORDS:
            break
        kept.append(word)
    return Found(one.start, one.end, " ".join(kept)) if kept else None


def _could_be_name(text: str) -> bool:
    words = text.replace(".", " ").split()
    return 0 < len(words) <= 3 and all(word.isalpha() and word.casefold() not in STOP_WORDS for word in words)


_FINDERS: dict[SlotKind, Callable[[str, bool], list[Found]]] = {
    SlotKind.DIGITS: _find_digits,
    SlotKind.COUNT: _find_count,
    SlotKind.TIME: _find_time,
    SlotKind.DAY: _find_day,
    SlotKind.NAME: _find_name,
    SlotKind.EMAIL: _find_email,
    SlotKind.TEXT: _find_text,
}
