"""How times are said in words, language by language; numbers stand as figures already.

Groups of a pattern: `h` the hour, `m` minutes or a fraction after it, `before` and `after` minutes counted from it,
`of_half` counted from half an hour before it, `half` am or pm, `noon`, `midnight`; `vague`: it may be no time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Half(StrEnum):
    """What is said about the half of the day."""

    AM = "am"
    PM = "pm"
    NIGHT = "night"
    """Before six it is the morning's half, from six on the evening's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeForms:
    """The times of one language."""

    patterns: tuple[re.Pattern[str], ...] = ()
    fractions: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, Half] = field(default_factory=dict)
    part_after: re.Pattern[str] | None = None
    part_before: re.Pattern[str] | None = None
    answer: re.Pattern[str] | None = None
    """A whole answer that is only an hour."""


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


_HOUR = r"(?<![\d:.,$€£#-])(?<!\d )(?P<h>\d{1,2})(?![\d%]|[.,:/-]\d|st\b|nd\b|rd\b|th\b)"
_NOT_COUNTED = (
    r"(?!\s?(?:people|persons?|guests?|adults?|kids|children|of us|dollars?|euros?|pounds?|cents?|percent|minutes?"
    r"|mins?|hours?|days?|weeks?|months?|years?|nights?|miles?|items?|pieces?|seats?|street|road|avenue|point|[$€£%])\b)"
)
_EN_PART = "morning|afternoon|evening|night|tonight"
_COUNTED_BEFORE = "".join(
    f"(?<!{word} )"
    for word in (
        "number",
        "code",
        "room",
        "flight",
        "order",
        "pin",
        "gate",
        "extension",
        "and",
        "suite",
        "bus",
        "page",
        "cost",
        *("costs", "pay", "total", "price"),
    )
)
_ENGLISH = TimeForms(
    patterns=_compiled(
        r"(?<![\d:.,])(?:a )?(?P<after>quarter|half|5|10|20|25|\d{1,2}(?= minutes))(?: minutes)? (?:past|after) "
        r"(?:(?P<noon>noon)|(?P<midnight>midnight)|(?P<h>\d{1,2})(?![\d:]|\.\d))(?: ?(?P<half>[ap]m)\b)?",
        r"(?<!from )(?<![\d:.,])(?:a )?(?P<before>quarter|5|10|20|25|\d{1,2}(?= minutes))(?: minutes)? "
        r"(?:to|till|before|of) (?:(?P<noon>noon)|(?P<midnight>midnight)|(?P<h>\d{1,2})(?![\d:]|\.\d))"
        rf"{_NOT_COUNTED}(?: ?(?P<half>[ap]m)\b)?",
        rf"\b(?P<after>half) (?P<h>\d{{1,2}})(?![\d:]|\.\d){_NOT_COUNTED}",
        rf"{_COUNTED_BEFORE}(?<![\d:.,$€£#-])(?<!\d )(?P<h>\d{{1,2}}) (?P<m>0 ?[1-9]|[1-5]\d)(?!\d|[.,:/-]\d| \d|st\b"
        rf"|nd\b|rd\b|th\b){_NOT_COUNTED}(?: ?(?P<half>[ap]m)\b)?",
        rf"{_HOUR}(?: ?o'?\s?clock)(?: ?(?P<half>[ap]m)\b)?",
        rf"{_HOUR} ?(?P<half>[ap]m)\b",
        r"(?<![\d:.,])(?P<h>\d{1,2})(?P<m>[0-5]\d)(?= (?:in the (?:morning|afternoon|evening)|at night|tonight)\b)",
        r"\b(?P<noon>noon|midday)\b|\b(?P<midnight>midnight)\b",
        rf"{_HOUR}(?= in the (?:morning|afternoon|evening)\b| at night\b| tonight\b)",
        r"\b(?:at|around|about|by|until|till|before|after) (?:\.\.\. )?(?P<h>\d{1,2})\.(?P<m>[0-5]\d)(?!\d|[.:]\d)"
        rf"{_NOT_COUNTED}",
        rf"\b(?:at|around|about|by|until|till|(?:later|earlier) than) {_HOUR}"
        r"(?! \d| [a-z]+ (?:street|st|road|avenue|drive|lane)\b)"
        rf"{_NOT_COUNTED}(?P<vague>)",
    ),
    fractions=MappingProxyType({"quarter": 15, "half": 30}),
    parts=MappingProxyType(
        {
            "morning": Half.AM,
            "afternoon": Half.PM,
            "evening": Half.PM,
            "night": Half.NIGHT,
            "tonight": Half.PM,
        }
    ),
    part_after=re.compile(rf",? (?:(?:in the|at|this|that|tomorrow|today|(?:on )?\w+day) )*(?P<part>{_EN_PART})\b"),
    part_before=re.compile(rf"\b(?P<part>{_EN_PART}),? (?:(?:at|around|about|by|for) )?$"),
    answer=re.compile(
        r"(?:(?:yes|oh|well|okay|sure|at|around|for|make it|let's say)[,. ]+)*(?P<h>\d{1,2})"
        r"(?:[,. ]+(?:please|thanks|thank you))*"
    ),
)
_DE_PART = "morgens|früh|vormittags?|mittags|nachmittags?|abends?|nachts?"
_DE_DATE = r"\. ?(?:\d|jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez)"
_GERMAN = TimeForms(
    patterns=_compiled(
        r"(?<!\d)(?P<before>\d{1,2}) (?:minuten )?vor (?P<of_half>halb) (?P<h>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<after>\d{1,2}) (?:minuten )?nach (?P<of_half>halb) (?P<h>\d{1,2})(?!\d)",
        r"\b(?P<of_half>halb) (?P<h>\d{1,2})(?!\d)",
        r"\b(?P<before>viertel|5|10|20|25) (?:minuten )?vor (?P<h>\d{1,2})(?![\d:]|\.\d)",
        r"\b(?P<after>viertel|5|10|20|25) (?:minuten )?nach (?P<h>\d{1,2})(?![\d:]|\.\d)",
        r"\b(?:3 ?|drei)(?P<before>viertel) (?P<h>\d{1,2})(?![\d:]|\.\d)",
        r"(?<![\d:.,])(?P<h>\d{1,2}) ?uhr(?: (?:und )?(?P<m>[0-5]?\d)(?!\d| ?(?:personen|euro|uhr))"
        rf"(?!{_DE_DATE}))?",
        r"\b(?P<noon>mittag|12 uhr mittags)\b|\b(?P<midnight>mitternacht)\b",
        r"\b(?:um|gegen|bis) (?P<h>\d{1,2})(?![\d:]|\.\d| ?(?:personen|euro|minuten|stunden|tage))"
        rf"(?!{_DE_DATE})(?P<vague>)",
    ),
    fractions=MappingProxyType({"viertel": 15}),
    parts=MappingProxyType(
        {
            "morgens": Half.AM,
            "früh": Half.AM,
            "vormittag": Half.AM,
            "vormittags": Half.AM,
            "mittags": Half.PM,
            "nachmittag": Half.PM,
            "nachmittags": Half.PM,
            "abend": Half.PM,
            "abends": Half.PM,
            "nacht": Half.NIGHT,
            "nachts": Half.NIGHT,
        }
    ),
    part_after=re.compile(rf",? (?:(?:am|in der|heute|morgen) )*(?P<part>{_DE_PART})\b"),
    part_before=re.compile(rf"\b(?P<part>{_DE_PART}),? (?:(?:um|gegen) )?$"),
    answer=re.compile(r"(?:(?:ja|um)[, ]+)*(?P<h>\d{1,2})(?:[, ]+(?:bitte|danke))*"),
)
_FR_PART = "matin|après-midi|soir|nuit"
_FRENCH = TimeForms(
    patterns=_compiled(
        r"(?<![\d:.,])(?P<h>\d{1,2}) ?(?:heures?|h) moins (?:le )?(?P<before>quart|\d{1,2})(?!\d)",
        r"(?<![\d:.,])(?P<h>\d{1,2}) ?(?:heures?|h)"
        r"(?: ?(?:et )?(?P<m>demie?|quart|[0-5]?\d)(?!\d| ?(?:euros?|personnes)))?\b",
        r"\b(?:(?P<noon>midi)|(?P<midnight>minuit))(?: et (?P<m>demie?|quart))?\b",
    ),
    fractions=MappingProxyType({"quart": 15, "demie": 30, "demi": 30}),
    parts=MappingProxyType({"matin": Half.AM, "après-midi": Half.PM, "soir": Half.PM, "nuit": Half.NIGHT}),
    part_after=re.compile(rf",? (?:(?:du|de l'|ce|cet|cette|demain|la) ?)*(?P<part>{_FR_PART})\b"),
    part_before=re.compile(rf"\b(?P<part>{_FR_PART}),? (?:(?:à|vers) )?$"),
    answer=None,
)
_ES_PART = "mañana|tarde|noche|madrugada"
_SPANISH = TimeForms(
    patterns=_compiled(
        r"\blas? (?P<h>\d{1,2}) menos (?P<before>quarto|\d{1,2})(?!\d)",
        r"\blas? (?P<h>\d{1,2})(?![\d:]|[.,]\d)(?: (?:y |con )?(?P<m>media|quarto|[0-5]?\d)(?!\d))?"
        r"(?! ?(?:personas?|euros?|entradas?|veces|mesas?|habitaci))",
        r"\b(?P<noon>mediodía)\b|\b(?P<midnight>medianoche)\b",
    ),
    fractions=MappingProxyType({"media": 30, "quarto": 15}),
    parts=MappingProxyType({"mañana": Half.AM, "tarde": Half.PM, "noche": Half.PM, "madrugada": Half.AM}),
    part_after=re.compile(rf"(?: en punto)?,? (?:de|por) la (?P<part>{_ES_PART})\b"),
    part_before=re.compile(rf"\b(?:esta|de la|por la) (?P<part>{_ES_PART}),? a $"),
    answer=None,
)

FORMS: Mapping[str, TimeForms] = MappingProxyType({"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH})
"""By the language's code; other languages have their times in figures only."""
