"""The words that tell a claim from a way of speaking, and the days that have names."""

import re
from collections.abc import Mapping

from harness.scorers.numbers import ONES

_ENGLISH_DAYS = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december tomorrow yesterday tonight
"""
_GERMAN_DAYS = """
montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai juni juli august september
oktober november dezember übermorgen
"""
_FRENCH_DAYS = """
lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août septembre octobre
novembre décembre demain hier
"""
_SPANISH_DAYS = """
lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre
octubre noviembre diciembre ayer
"""
DAYS: Mapping[str, frozenset[str]] = {
    "en": frozenset(_ENGLISH_DAYS.split()),
    "de": frozenset(_GERMAN_DAYS.split()),
    "fr": frozenset(_FRENCH_DAYS.split()),
    "es": frozenset(_SPANISH_DAYS.split()),
}
"""By language: days, months and the words that stand for a day."""

_UP_TO_TWELVE = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
}
SMALL_NUMBERS: Mapping[str, Mapping[str, str]] = {
    language: {word: str(number) for number, word in enumerate(words.split(), start=2)}
    for language, words in _UP_TO_TWELVE.items()
}
"""By language, from two to twelve: `ein`, `un` and `uno` are articles as well."""

APPROXIMATE = frozenset({"at", "around", "about", "until", "till", "before", "after", "by", "past", "from"})
"""Words that a time of the day may follow."""
_COUNTED_IN_SPEECH = """
moment moments second seconds minute minutes thing things question questions more other others last time times percent
way bit
"""
FIGURES_OF_SPEECH = frozenset(_COUNTED_IN_SPEECH.split())
"""After a small number they make it a way of speaking: `one moment`, `two things`."""
_CAPITALISED = """
i i'm i'd i'll i've ok okay tv mr mrs ms miss dr god english german french spanish christmas easter internet online sir
madam ma'am herr frau monsieur madame señor señora don doña
"""
NO_NAMES = frozenset(_CAPITALISED.split())
"""They are written with a capital letter and name nobody."""
_FIRST_WORDS = """
yes no sure okay ok hello hi hey good thanks thank please sorry right great perfect wonderful certainly well so oh ah um
uh of course not the a an it is that's it's calling speaking correct all yeah yep nope exactly goodbye bye
never nothing nobody what when where how why who alright fine lovely morning evening day on in at to from for under by
about with my we our he she they this there that and but until around pardon excuse hmm maybe definitely absolutely
"""
OPENERS = frozenset(_FIRST_WORDS.split())
"""A sentence of one to three words that begins with one of them is no name."""

_NATO = """
alpha alfa bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november oscar papa quebec
romeo sierra tango uniform victor whiskey whisky xray x-ray yankee zulu
"""
_SPELLING = re.compile(rf"\b(?:{'|'.join(_NATO.split())})\b", re.IGNORECASE)
_SPOKEN_ZERO = re.compile(rf"\boh\b(?=[\s,]+(?:oh|double|triple|{'|'.join(ONES)}|\d))", re.IGNORECASE)
_AS_IN = re.compile(r"\b([a-z])\s+(?:as in|for|like)\s+[a-z]+\b", re.IGNORECASE)
_HALF = re.compile(r"\bhalf past (\w+)", re.IGNORECASE)
_QUARTER_PAST = re.compile(r"\b(?:a )?quarter past (\w+)", re.IGNORECASE)
_QUARTER_TO = re.compile(r"\b(?:a )?quarter to (\w+)", re.IGNORECASE)
_NOON = re.compile(r"\b(?:noon|midday|midnight)\b", re.IGNORECASE)
_ROUND_THE_CLOCK = re.compile(r"\b24/7\b")


def spelled_out(text: str) -> str:
    """Return English with times and spelled letters in the form `spoken.atoms` reads: `7 30`, `a b`."""
    text = _SPOKEN_ZERO.sub("zero", _ROUND_THE_CLOCK.sub(" ", text))
    text = _HALF.sub(r"\1:30", text)
    text = _QUARTER_PAST.sub(r"\1:15", text)
    text = _QUARTER_TO.sub(lambda match: f"{_hour_before(match[1])}:45", text)
    text = re.sub(r"\b([a-z]+):(15|30)\b", r"\1, \2", text, flags=re.IGNORECASE)
    text = _AS_IN.sub(r"\1", text)
    if len(_SPELLING.findall(text)) > 1:
        text = _SPELLING.sub(lambda match: match[0][0], text)
    return _NOON.sub("12 o'clock", text)


def _hour_before(word: str) -> str:
    hour = int(word) if word.isdecimal() else ONES.get(word.casefold(), 0)
    return str((hour - 2) % 12 + 1) if hour else word
