"""Times of the day: "half past two", `2:30 p.m.`, `14h30`, "halb drei", "las dos y media".

A time without a half of the day is both: "ten thirty" is 10:30 and 22:30, until "in the evening" or `p.m.` says which.
"""

import re

from harness.scorers.normalise import primary_language
from harness.scorers.values.figures import in_figures
from harness.scorers.values.reading import Clock, Reading
from harness.scorers.values.time_words import FORMS, Half, TimeForms

_DAY_MINUTES = 24 * 60
_NEAR = 32
"""So many characters in front of a time are looked at for its part of the day."""
_NUMERIC = (
    # 14:30, 2:30 pm, 14:30:00, 2026-05-03T14:30:00Z
    re.compile(r"(?<![\d:.,])(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?![\d:])\s*(?P<half>[ap]m\b)?"),
    re.compile(r"(?<![\d:.,$€£])(?P<h>\d{1,2})\.(?P<m>[0-5]\d)(?!\d)\s*(?:(?P<half>[ap]m)\b|uhr\b|h\b)"),
    re.compile(r"(?<![\d:.,$€£])(?P<h>\d{1,2})(?P<m>[0-5]\d)\s?(?:(?P<half>[ap]m)\b|hours\b)"),
)
_HALVES = {"am": Half.AM, "pm": Half.PM}


def read_times(text: str, *, lang: str) -> tuple[Reading, ...]:
    """Return the times in a text, in order."""
    flat = in_figures(text, lang)
    forms = FORMS.get(primary_language(lang), TimeForms())
    found: dict[tuple[int, int], Reading] = {}
    for pattern in (*_NUMERIC, *forms.patterns):
        for match in pattern.finditer(flat):
            taken = any(match.start() < end and start < match.end() for start, end in found)
            minutes = frozenset[int]() if taken else _minutes(match, flat, forms)
            if minutes:
                found[match.span()] = Reading(value=Clock(minutes=minutes), text=match[0].strip(" ,.;"))
    if not found:
        return _bare(flat, forms)
    return tuple(found[span] for span in sorted(found))


def _bare(flat: str, forms: TimeForms) -> tuple[Reading, ...]:
    """Read an answer that is nothing but an hour: "eight, please"."""
    match = forms.answer.fullmatch(flat.strip(" .,!?")) if forms.answer else None
    minutes = _both_halves(int(match["h"]), 0) if match else frozenset()
    return (Reading(value=Clock(minutes=minutes), text=flat.strip(" .,!?")),) if minutes else ()


def _minutes(match: re.Match[str], flat: str, forms: TimeForms) -> frozenset[int]:
    groups = match.groupdict()
    if groups.get("noon") or groups.get("midnight"):
        minutes = frozenset({12 * 60 if groups.get("noon") else 0})
        return frozenset((m + _past(groups, forms)) % _DAY_MINUTES for m in minutes)
    hour = int(groups["h"])
    if hour > 24 or (groups.get("vague") is not None and not 0 < hour <= 24):
        return frozenset()
    past = _past(groups, forms)
    half = _HALVES.get(groups.get("half") or "") or _part_of_day(match, flat, forms, hour=hour)
    certain = groups["h"].startswith("0") or (match.start() > 1 and flat[match.start() - 1] == "t")
    if half is None and certain:
        return frozenset({hour * 60 + past})
    if half is None:
        return _both_halves(hour, past)
    if hour > 12 or (hour == 0 and half is Half.PM):
        return frozenset({(hour * 60 + past) % _DAY_MINUTES})
    return frozenset({(hour % 12 * 60 + (half is Half.PM) * 720 + past) % _DAY_MINUTES})


def _past(groups: dict[str, str | None], forms: TimeForms) -> int:
    """Return the minutes after the hour, below 0 for those before it."""
    offset = -30 if groups.get("of_half") else _number(groups.get("m"), forms)
    if groups.get("before"):
        return -_number(groups["before"], forms) + offset
    if groups.get("after"):
        return _number(groups["after"], forms) + offset
    return offset


def _number(written: str | None, forms: TimeForms) -> int:
    if not written:
        return 0
    compact = written.replace(" ", "")
    return int(compact) if compact.isdecimal() else forms.fractions[written.strip()]


def _both_halves(hour: int, past: int) -> frozenset[int]:
    if hour in (0, 24) or hour > 12:
        return frozenset({(hour * 60 + past) % _DAY_MINUTES})
    return frozenset({(hour % 12 * 60 + past) % _DAY_MINUTES, (hour % 12 * 60 + 720 + past) % _DAY_MINUTES})


def _part_of_day(match: re.Match[str], flat: str, forms: TimeForms, *, hour: int) -> Half | None:
    """Return the half of the day that words around a time tell: `in the evening`, `tonight at`."""
    after = forms.part_after.match(flat, match.end()) if forms.part_after else None
    before = forms.part_before.search(flat, max(match.start() - _NEAR, 0), match.start()) if forms.part_before else None
    word = after or before
    if word is None:
        return None
    half = forms.parts[word["part"]]
    if half is Half.NIGHT:
        return Half.PM if 6 <= hour < 12 else Half.AM
    return half
