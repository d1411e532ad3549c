"""How days are said in words, language by language; numbers stand as figures already."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_NEAR = 24
"""So many characters in front of a date are looked at for its weekday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWeekday:
    """A weekday in front of a date."""

    number: int
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """The days of one language."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    offsets: Mapping[str, int]
    """Days from today."""
    named: tuple[str, ...]
    """Forms of a day with its month: groups `d` and `mo`."""
    weekday: re.Pattern[str]
    """Groups `weekday` and `other`, which is a word such as `next`."""
    relative: re.Pattern[str] | None = None
    day_alone: re.Pattern[str] | None = None
    """A day whose month nobody said."""

    def weekday_before(self, text: str, at: int) -> NamedWeekday | None:
        """Return the weekday in front of a place: `Sunday, ` of "Sunday, May 3rd"."""
        names = "|".join(self.weekdays)
        match = re.search(
            rf"\b(?P<name>{names})\b\.?,? (?:the |den |dem |le |el )?$", text[(begin := max(at - _NEAR, 0)) : at]
        )
        return NamedWeekday(number=self.weekdays[match["name"]], start=begin + match.start()) if match else None


def _numbered(*groups: str, start: int) -> Mapping[str, int]:
    """Return every spelling of a list with its number: `jan january` is 1."""
    return MappingProxyType({word: at for at, group in enumerate(groups, start) for word in group.split()})


def _any(words: Mapping[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_EN_MONTHS = _numbered(
    *("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug"),
    *("september sept sep", "october oct", "november nov", "december dec"),
    start=1,
)
_EN_DAYS = _numbered(
    *("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thurs", "friday fri", "saturday", "sunday"),
    start=0,
)
_EN_OFFSETS = MappingProxyType(
    {"day after tomorrow": 2, "tomorrow": 1, "today": 0, "tonight": 0, "this evening": 0, "yesterday": -1}
)
_DAY = r"(?P<d>\d{1,2})"
_ENGLISH = DateWords(
    months=_EN_MONTHS,
    weekdays=_EN_DAYS,
    offsets=_EN_OFFSETS,
    named=(
        rf"(?<![\d.,])(?:the )?{_DAY}(?:st|nd|rd|th)?(?: of)?,? (?P<mo>{_any(_EN_MONTHS)})\b\.?",
        rf"\b(?P<mo>{_any(_EN_MONTHS)})\.? (?:the )?{_DAY}(?:st|nd|rd|th)?"
        r"(?![\d:%]|[.,/]\d| ?[ap]m\b| o'?clock| people)",
    ),
    weekday=re.compile(
        rf"\b(?P<other>next |last |following |(?:a )?week (?:on |from )?)?(?P<weekday>{_any(_EN_DAYS)})\b(?! week)"
    ),
    relative=re.compile(rf"\b(?P<word>{_any(_EN_OFFSETS)})\b"),
    day_alone=re.compile(rf"\bthe {_DAY}(?:st|nd|rd|th)\b(?! (?:of|time|floor|1|street|avenue|person|line))"),
)
_DE_MONTHS = _numbered(
    *("januar jänner jan", "februar feb", "märz", "april apr", "mai", "juni", "juli", "august aug"),
    *("september sept", "oktober okt", "november nov", "dezember dez"),
    start=1,
)
_DE_DAYS = _numbered("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag sonnabend", "sonntag", start=0)
_DE_OFFSETS = MappingProxyType({"übermorgen": 2, "heute": 0, "gestern": -1})
_GERMAN = DateWords(
    months=_DE_MONTHS,
    weekdays=_DE_DAYS,
    offsets=_DE_OFFSETS,
    named=(rf"(?<![\d.,])(?:der |den |dem )?{_DAY}\.?(?:te[rnm]?)? (?P<mo>{_any(_DE_MONTHS)})\b\.?",),
    weekday=re.compile(rf"\b(?P<other>nächste[nrm]? |letzte[nrm]? |kommende[nrm]? )?(?P<weekday>{_any(_DE_DAYS)})\b"),
    relative=re.compile(rf"\b(?P<word>{_any(_DE_OFFSETS)})\b"),
    day_alone=re.compile(rf"\b(?:am|der|den|dem) {_DAY}\.(?! ?\d)"),
)
_FR_MONTHS = _numbered(
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre"),
    "décembre",
    start=1,
)
_FR_DAYS = _numbered("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", start=0)
_FR_OFFSETS = MappingProxyType({"après-demain": 2, "demain": 1, "aujourd'hui": 0, "hier": -1})
_FRENCH = DateWords(
    months=_FR_MONTHS,
    weekdays=_FR_DAYS,
    offsets=_FR_OFFSETS,
    named=(rf"(?<![\d.,])(?:le )?{_DAY}(?:er)? (?P<mo>{_any(_FR_MONTHS)})\b",),
    weekday=re.compile(rf"\b(?P<weekday>{_any(_FR_DAYS)})\b(?P<other> prochain| dernier)?"),
    relative=re.compile(rf"\b(?P<word>{_any(_FR_OFFSETS)})\b"),
)
_ES_MONTHS = _numbered(
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre setiembre", "octubre"),
    *("noviembre", "diciembre"),
    start=1,
)
_ES_DAYS = _numbered("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo", start=0)
_ES_OFFSETS = MappingProxyType({"pasado mañana": 2, "hoy": 0, "ayer": -1})
_SPANISH = DateWords(
    months=_ES_MONTHS,
    weekdays=_ES_DAYS,
    offsets=_ES_OFFSETS,
    named=(rf"(?<![\d.,])(?:el )?{_DAY}º? de (?P<mo>{_any(_ES_MONTHS)})\b",),
    weekday=re.compile(rf"\b(?P<other>próximo |pasado )?(?P<weekday>{_any(_ES_DAYS)})\b"),
    relative=re.compile(rf"\b(?P<word>{_any(_ES_OFFSETS)})\b"),
)

WORDS: Mapping[str, DateWords] = MappingProxyType({"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH})
"""By the language's code. German "morgen" and Spanish "mañana" are the morning too, so they name no day."""
