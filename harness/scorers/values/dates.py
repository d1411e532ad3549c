"""Days: "the third of May", `May 3rd`, `2026-05-03`, "le 3 mai", and "tomorrow" where a case says which day is today.

Figures with slashes are read the way the language's country writes them; where that is not known, only a date that
can be read in one way is one.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from harness.scorers.normalise import primary_language
from harness.scorers.values.date_words import WORDS, DateWords
from harness.scorers.values.figures import in_figures
from harness.scorers.values.reading import Day, Reading

_ISO = re.compile(r"(?<![\d/.-])(?P<y>\d{4})-(?P<mo>\d{1,2})-(?P<d>\d{1,2})(?![\d/]|-\d)")
_SLASHED = re.compile(
    r"(?<![\d/.,-])(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2})(?![\d/]|[.-]\d)"
)
_SHORT = re.compile(r"(?<![\d/.,-])(?P<a>\d{1,2})(?P<sep>/)(?P<b>\d{1,2})(?![\d/]|[.-]\d)")
_SHORT_DOTTED = re.compile(r"(?<![\d/.,-])(?P<a>\d{1,2})(?P<sep>\.)(?P<b>\d{1,2})\.(?!\d)")
_MONTH_FIRST = frozenset({"en-us", "en-ph"})
_YEAR = r"(?:,? (?:(?:in|of|de|del) )?(?P<y>(?:19|20)\d\d|20 \d\d)(?!\d|:))?"
_IN_DAYS = re.compile(r"\bin (?P<n>\d{1,2}) (?P<unit>days?|weeks?)\b")


def read_dates(text: str, *, lang: str, today: date | None = None) -> tuple[Reading, ...]:
    """Return the days in a text, in order.

    Args:
        text: Any text.
        lang: Its language, with the country where that is known.
        today: What `tomorrow` is counted from; None: such a day is known by its words alone.
    """
    flat = in_figures(text, lang)
    words = WORDS.get(primary_language(lang), WORDS["en"])
    found: dict[tuple[int, int], Reading] = {}
    for span, day in _days(flat, words, lang=lang, today=today):
        if not any(span[0] < end and start < span[1] for start, end in found):
            found[span] = Reading(value=day, text=flat[slice(*span)].strip(" ,."))
    return tuple(found[span] for span in sorted(found))


def _days(flat: str, words: DateWords, *, lang: str, today: date | None) -> Iterator[tuple[tuple[int, int], Day]]:
    for match in _ISO.finditer(flat):
        yield from _checked(match.span(), int(match["y"]), int(match["mo"]), int(match["d"]))
    for pattern in (_SLASHED, _SHORT, *((_SHORT_DOTTED,) if primary_language(lang) == "de" else ())):
        for match in pattern.finditer(flat):
            yield from _slashed(match, lang=lang)
    for form in words.named:
        for match in re.finditer(form + _YEAR, flat):
            weekday = words.weekday_before(flat, match.start())
            year = match["y"] and int(match["y"].replace(" ", ""))
            month = words.months[match["mo"].rstrip(".")]
            span = (weekday.start if weekday else match.start(), match.end())
            yield from _checked(span, year or None, month, int(match["d"]), weekday=weekday.number if weekday else None)
    for match in words.day_alone.finditer(flat) if words.day_alone else ():
        weekday = words.weekday_before(flat, match.start())
        span = (weekday.start if weekday else match.start(), match.end())
        yield from _checked(span, None, None, int(match["d"]), weekday=weekday.number if weekday else None)
    yield from _relative(flat, words, today=today)


def _slashed(match: re.Match[str], *, lang: str) -> Iterator[tuple[tuple[int, int], Day]]:
    a, b = int(match["a"]), int(match["b"])
    year = int(match["y"]) if match.groupdict().get("y") else None
    year = year + 2000 if year is not None and year < 100 else year
    orders = [(a, b)] if lang.lower() in _MONTH_FIRST and match["sep"] == "/" else [(b, a)]
    if lang.lower() == "en" and a != b:
        # Nobody said whose English it is.
        orders = [(month, day) for month, day in ((a, b), (b, a)) if month <= 12]
    if len(orders) == 1:
        yield from _checked(match.span(), year, *orders[0])


def _checked(
    span: tuple[int, int], year: int | None, month: int | None, day: int, *, weekday: int | None = None
) -> Iterator[tuple[tuple[int, int], Day]]:
    """Yield a day that the calendar has."""
    try:
        named = date(2024 if year is None else year, 1 if month is None else month, day)
    except ValueError:
        return
    if weekday is None and year is not None and month is not None:
        weekday = named.weekday()
    yield span, Day(year=year, month=month, day=day, weekday=weekday)


def _relative(flat: str, words: DateWords, *, today: date | None) -> Iterator[tuple[tuple[int, int], Day]]:
    for match in words.relative.finditer(flat) if words.relative else ():
        yield match.span(), _counted(match[0], words.offsets[match["word"]], today)
    if words.offsets and "tomorrow" in words.offsets:
        for match in _IN_DAYS.finditer(flat):
            days = int(match["n"]) * (7 if match["unit"].startswith("week") else 1)
            yield match.span(), _counted(match[0], days, today)
    for match in words.weekday.finditer(flat):
        number = words.weekdays[match["weekday"]]
        if match["other"]:
            # "Next Friday" is this week's to some and the week after's to others.
            yield match.span(), Day(words=" ".join(match[0].split()))
        elif today is None:
            yield match.span(), Day(weekday=number)
        else:
            ahead = (number - today.weekday()) % 7 or 7
            yield match.span(), _day_of(today + timedelta(days=ahead))


def _counted(words: str, days: int, today: date | None) -> Day:
    return Day(words=" ".join(words.split())) if today is None else _day_of(today + timedelta(days=days))


def _day_of(day: date) -> Day:
    return Day(year=day.year, month=day.month, day=day.day, weekday=day.weekday())
