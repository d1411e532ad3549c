"""Which of a persona's facts somebody asks for: how a caller understands a question, and how it is checked afterwards.

Words decide, not meaning: those of the fact's name, the author's `asked_by`, and a few that ask for the same.
"""

import re
from collections.abc import Iterable

from harness.model.persona import PersonaFact
from harness.model.phrases import says_any, words_of

_SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]*")
_REQUEST = re.compile(
    r"\?\s*$|\b(?:please|tell me|give me|let me have|may i|can i have|need|require|spell|what|which|when|how many"
    r"|bitte|brauche|nennen|welche[rsn]?|wie viele|s'il vous|besoin|donnez|quel(?:le)?s?|combien"
    r"|por favor|necesito|necesitamos|d[ií]game|ind[ií]queme|cu[aá]l|cu[aá]nt[oa]s)\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"\b(?:your|some|a few) (?:details|particulars|information)\b|\bihre (?:angaben|daten)\b|\bvos coordonn[ée]es\b"
    r"|\bsus datos\b",
    re.IGNORECASE,
)
_GENERIC = frozenset({"number", "code", "id", "nummer", "numéro", "número"})
"""They say how a value looks, not which one it is."""
_IGNORED = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "your",
        "my",
        "our",
        "for",
        "full",
        "complete",
        "and",
        "or",
        "to",
        "in",
        "on",
        "der",
        "die",
        "das",
        "ihre",
        "ihr",
        "ihren",
        "von",
        "für",
        "le",
        "la",
        "les",
        "de",
        "du",
        "des",
        "votre",
        "mon",
        "ma",
        "pour",
        "el",
        "los",
        "las",
        "su",
        "mi",
        "para",
    ]
)
# Each line asks for the same; the first word stands for all of them.
_SAME = (
    "name surname called heißen heißt heisst namen nom appelez nombre llama apellido",
    "phone telephone mobile cellphone contact telefon telefonnummer handynummer rufnummer handy téléphone teléfono",
    "people persons person guests guest party diners personen leute gäste personnes personas",
    "day date tag datum jour día fecha",
    "time hour uhrzeit uhr heure hora",
    "address live adresse wohnen dirección",
    "birth born birthday dob geburtsdatum geboren geburtstag naissance nacimiento",
    "email mail e-mail correo",
    "postcode zip postal postleitzahl",
    "price cost pay paid amount total betrag preis bezahlt prix payé precio pagado",
    "booking reservation buchung reservierung réservation reserva",
    "order bestellung bestellnummer commande pedido",
    "customer client account kunde kundennummer cliente cuenta",
)
_HEADS = {word: group.split()[0] for group in _SAME for word in group.split()}
# A question word, and what it may ask for.
_QUESTION_WORDS = {
    "when": ("day", "time"),
    "wann": ("day", "time"),
    "quand": ("day", "time"),
    "cuándo": ("day", "time"),
    "who": ("name",),
    "many": ("people",),
    "much": ("price",),
    "viele": ("people",),
    "combien": ("people",),
    "cuántos": ("people",),
    "cuántas": ("people",),
}


def asked_facts(text: str, facts: Iterable[PersonaFact]) -> tuple[PersonaFact, ...]:
    """Return the facts that a text asks for, in the persona's order."""
    known = tuple(facts)
    asked = [fact for sentence in _SENTENCE.findall(text) for fact in _asked_by(sentence, known)]
    return tuple(fact for fact in known if fact in asked)


def touches(text: str, fact: PersonaFact) -> bool:
    """Return whether a text has to do with a fact at all, question or not."""
    words = words_of(text)
    wanted = _heads([*words, *_questioned(words)])
    return says_any(text, fact.asked_by) or bool(wanted & _topic(fact)) or bool(_EVERYTHING.search(text))


def _asked_by(sentence: str, facts: tuple[PersonaFact, ...]) -> list[PersonaFact]:
    named = [fact for fact in facts if says_any(sentence, fact.asked_by)]
    if not _REQUEST.search(sentence):
        return named
    if _EVERYTHING.search(sentence):
        return list(facts)
    words = words_of(sentence)
    asked = (words, _questioned(words))
    # "When were you born?" asks for the birth: what a question word may ask for counts where nothing is named.
    found = next(filter(None, (_named(_heads(each), facts) for each in asked)), [])
    generic = [fact for fact in facts if _GENERIC.intersection(words, words_of(fact.name))]
    return [*named, *(found or (() if named else generic))]


def _named(words: frozenset[str], facts: tuple[PersonaFact, ...]) -> list[PersonaFact]:
    """Return the facts that words name: all of their topic, or a part of it that no other fact has as a whole."""
    whole = [fact for fact in facts if _topic(fact) and _topic(fact) <= words]
    spoken_for = frozenset(word for fact in whole for word in _topic(fact))
    return whole + [fact for fact in facts if fact not in whole and (_topic(fact) & words) - spoken_for]


def _questioned(words: Iterable[str]) -> list[str]:
    return [wanted for word in words for wanted in _QUESTION_WORDS.get(word, ())]


def _topic(fact: PersonaFact) -> frozenset[str]:
    words = _heads(words_of(fact.name)) - _IGNORED
    return words - _GENERIC or words


def _heads(words: Iterable[str]) -> frozenset[str]:
    """Return words in the form they are compared in."""
    return frozenset(_HEADS.get(word) or _HEADS.get(_singular(word)) or _singular(word) for word in words)


def _singular(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
