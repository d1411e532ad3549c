"""Words as the agent compares them: normalised, stemmed, and folded into the few ideas callers name in many ways.

Everything lexical is in tables here, so that what the agent can understand can be read in one place.
"""

import re
import unicodedata

from harness.services.extractive.numbers import digit_runs, numerals

_APOSTROPHES = str.maketrans("", "", "'’‘‛ʼ`´")
_WORD = re.compile(r"[^\W_]+")
_LABEL = re.compile(r"[^\W\d_]")

_STOP_WORDS = """
um uh uhm hm hmm mm er erm a about actually again ah all also am an and any anybody anyone anything are arent as at
be because been being but by call called caller callers calling can cannot cant come could couldnt day dear did
didnt do does doesnt doing dont each else ever every everything fine for from get getting give go going good got had
has hasnt have havent having he hello help her here hey hi him his how i id if ill im in inform information into is
isnt it its ive just kind know let lets like ll long look looking make many may maybe me mean might mine more much
must my name need needs no not now of off oh ok okay on one only or our ours out over perhaps please question
questions quick quite rather really right said say see shall she should so some somebody someone something sorry
sort sure tell than thank thanks that thats the their them then there theres these they thing things think this
those to too told try under until up us use very want wants was wasnt we well were what whats when wheres which
while who whos why will with wonder wondering wont would wouldnt yeah yes you your youre yours customer customers
guest something speak speaking talk talking evening morning afternoon
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Said for the same idea; the first word stands for all. Two-word phrases are joined before words are compared.
_PHRASES = {
    "how much": "price",
    "how expensive": "price",
    "opening hours": "hours",
    "opening times": "hours",
    "what time": "hours",
    "send back": "return",
    "send it back": "return",
    "money back": "refund",
    "bring back": "return",
    "real person": "human",
    "in charge": "manager",
    "get rid of": "cancel",
    "call off": "cancel",
    "phone number": "phone",
    "telephone number": "phone",
    "e mail": "email",
}
_SYNONYMS = (
    "book booking reserve reservation",
    "hours hour open opening close closing closed",
    "price cost costs expensive cheap charge fee pricing rate",
    "order parcel package delivery deliver delivered deliveries shipment ship shipped shipping purchase",
    "return exchange",
    "manager supervisor boss",
    "human person operator representative colleague agent staff",
    "upset angry furious annoyed frustrated ridiculous unacceptable terrible awful horrible disgrace disappointed",
    "complain complaint",
    "allergy allergic allergies intolerance intolerant",
    "dish dishes food meal meals",
    "child children kid kids baby",
    "dog dogs pet pets animal",
    "welcome allow allowed permit permitted bring",
    "parking park car cars",
    "where located location directions street",
    "outside outdoor outdoors terrace garden patio",
    "discount discounts rebate cheaper deal",
    "phone telephone",
    "email mail emails",
    "pay payment payments paying",
    "send sending post",
    "cancel cancellation",
    "business company firm",
    "demo demonstration trial",
    "people persons guests",
    "begin start started",
    "track tracking status",
)
# Words that say little about what is wanted; they count, but cannot carry a match alone.
_WEAK_WORDS = "time today tonight tomorrow week people work available possible order buy"

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_RANGE = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\s+(?:to|through|until|till|-|–)\s+({'|'.join(WEEKDAYS)})s?\b")
_EVERY_DAY = re.compile(r"\b(?:every day|seven days a week|7 days a week|daily)\b")


def plain(text: str) -> str:
    """Return the text as bare lower-case words with numbers in digits, digit runs joined, one space between."""
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    text = numerals(text)
    for start, end, digits in reversed(digit_runs(text)):
        # 7:30 and 5.10 stay two numbers; only runs of single digits, or one already written together, are one number.
        if re.fullmatch(r"\d+|\d(?:[\s,.-]+\d)+", text[start:end]):
            text = text[:start] + digits + text[end:]
    return " ".join(_WORD.findall(text))


def stem(word: str) -> str:
    """Return a rough stem; close enough that `booked`, `booking` and `books` meet."""
    if not _LABEL.match(word) or len(word) < 4:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ings", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


_CONCEPTS = {stem(word): stem(group.split()[0]) for group in _SYNONYMS for word in group.split()}
_WEAK = frozenset(_CONCEPTS.get(stem(word), stem(word)) for word in _WEAK_WORDS.split()) - {"order"}


def term(word: str) -> str:
    """Return what a word is compared as: the idea it stands for, or its stem."""
    root = stem(word)
    return _CONCEPTS.get(root, root)


def is_weak(a_term: str) -> bool:
    """Return whether a term says little about what is wanted."""
    return a_term in _WEAK


def terms(text: str) -> tuple[str, ...]:
    """Return the terms of a text's content words, in order."""
    flat = plain(text)
    for phrase, word in _PHRASES.items():
        flat = re.sub(rf"\b{phrase}\b", word, flat)
    return tuple(term(word) for word in flat.split() if word not in STOP_WORDS)


def stated_terms(text: str) -> frozenset[str]:
    """Return the terms of a fact, with every day of a range such as `Tuesday to Sunday` named."""
    found = set(terms(text))
    flat = text.casefold()
    for match in _DAY_RANGE.finditer(flat):
        first, last = WEEKDAYS.index(match[1]), WEEKDAYS.index(match[2])
        days = (last - first) % 7 + 1
        found.update(stem(WEEKDAYS[(first + offset) % 7]) for offset in range(days))
    if _EVERY_DAY.search(flat):
        found.update(stem(day) for day in WEEKDAYS)
    return frozenset(found)
