"""Telephone numbers in any grouping, with or without the country's code: the one door to phonenumbers."""

import re

from harness.model.entity import EntityKind
from harness.scorers.normalise import primary_language
from harness.scorers.readout import read_out
from harness.scorers.values.figures import in_figures
from harness.scorers.values.reading import Phone, Reading

_FEWEST_DIGITS = 5
"""Fewer are an extension or a short code: write those as `digits`."""
_INTERNATIONAL = ("00", "011")
_RUN = re.compile(r"(?P<plus>(?:\+|\bplus|\bmás)[\s]*)?(?P<digits>\d(?:[\s().,/-]*\d)*)")
_OPTIONAL_TRUNK = re.compile(r"\(\s*0\s*\)")
_BRACKETS = re.compile(r"[()\[\]]")
_HUNDRED = re.compile(r"\b(one|two|three|four|five|six|seven|eight|nine) hundred\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")
_REGIONS = {"de": "DE", "fr": "FR", "es": "ES", "it": "IT", "nl": "NL", "ja": "JP", "ko": "KR"}
"""Where a language has no country: its home. English has none."""


def read_phones(text: str, *, lang: str) -> tuple[Reading, ...]:
    """Return the telephone numbers in a text, in order."""
    plain = _BRACKETS.sub(" ", _OPTIONAL_TRUNK.sub(" ", text))
    plain = _HUNDRED.sub(r"\1 oh oh", plain)
    # A full stop may end a sentence, or set groups of figures apart.
    parts = dict.fromkeys((plain, *_SENTENCE_END.split(plain)))
    english = primary_language(lang) == "en"
    runs = dict.fromkeys(
        run for part in parts for run in (_english_runs(part) if english else _runs(in_figures(part, lang)))
    )
    return tuple(
        Reading(value=Phone(digits=run.lstrip("+"), spellings=_spellings(run, lang=lang)), text=run)
        for run in runs
        if len(run.lstrip("+")) >= _FEWEST_DIGITS
    )


def _english_runs(text: str) -> list[str]:
    """Return runs of digits however they are read out, with a plus in front where one was said."""
    runs, current = [], ""
    for token in read_out(text, kind=EntityKind.DIGITS):
        if token.is_atom:
            current += token.text
            continue
        runs.append(current)
        current = "+" if token.text == "plus" else ""
    return [*filter(None, runs), *filter(None, [current])]


def _runs(flat: str) -> list[str]:
    return [("+" if match["plus"] else "") + re.sub(r"\D", "", match["digits"]) for match in _RUN.finditer(flat)]


def _spellings(run: str, *, lang: str) -> frozenset[str]:
    """Return every string of digits that dials the same number."""
    from phonenumbers import NumberParseException, country_code_for_region, national_significant_number, parse

    region = _region(lang)
    dialled = run
    for prefix in _INTERNATIONAL:
        if not run.startswith("+") and run.startswith(prefix) and len(run) > 9:
            dialled = "+" + run.removeprefix(prefix)
    try:
        number = parse(dialled, region or None)
    except NumberParseException:
        return frozenset({run.lstrip("+")})
    national, country = national_significant_number(number), str(number.country_code)
    whole = {f"{country}{national}"}
    if region and country_code_for_region(region) == number.country_code:
        whole.add(national)
    elif not dialled.startswith("+"):
        whole.add(run)
    return frozenset(whole)


def _region(lang: str) -> str:
    parts = lang.replace("_", "-").split("-")
    country = next((part.upper() for part in parts[1:] if len(part) == 2 and part.isalpha()), "")
    return country or _REGIONS.get(primary_language(lang), "")
