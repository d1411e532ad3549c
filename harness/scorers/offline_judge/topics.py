"""Acts about something: asking for it, telling it, offering it. A topic is compared by its words' stems and values."""

import re
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from harness.scorers.caller_claims import ClaimKind, claims
from harness.scorers.offline_judge import wordings
from harness.scorers.offline_judge.conversation import Conversation, Line, Sentence, plain
from harness.scorers.offline_judge.demands import Demand
from harness.scorers.offline_judge.sightings import Sightings, sight
from harness.scorers.phrases import find_phrase
from harness.scorers.spoken import atoms

_EMPTY_WORDS = """
a an the of for to in on at with by from is are was were be been being it its they them their there this that these
those and or not no caller callers customer customers agent whether if how what which when where who whom why do does
did done about any some would will can could should like want wants wanted need needs has have had him her his you
your my me i we our us many much out up under so than then as into also tells tell told own right number
"""
_EMPTY = frozenset(_EMPTY_WORDS.split()) - {"number"}
_SAME = (
    "hours open opening opens close closes closed closing",
    "price prices cost costs charge charges fee fees rate",
    "phone telephone mobile",
    "email mail",
    "name surname called",
    "discount reduction rebate",
    "appointment slot",
    "book booked booking reserve reservation reserved",
    "people persons guests",
    "address street live",
    "show film movie",
    "accept accepted take",
    "card cards",
    "cleaning clean cleans",
    "start starts begin begins",
    "problem matter wrong",
    "ai bot robot virtual automated digital artificial",
)
_TELLING = 3
"""Most telling words of a topic whose absence proves that nothing was said of it; more may be said in other words."""
_NAME = frozenset({"nam", "full", "first", "last", "tabl", "book", "order"})
_MONEY = frozenset({"dollar", "pound", "euro", "cent"})
_FREE = re.compile(r"\b(?:free of charge|costs? nothing|for free|no (?:extra )?charge)\b")
_PRICE_WORD = re.compile(r"\b(?:costs?|charge|price is|comes to|pay only|free of charge|costs nothing)\b")
_NEGATION = re.compile(r"\b(?:no|not|never|cant|cannot|dont|doesnt|isnt|arent|wont|without|unavailable)\b")
_OFFERING = re.compile(
    r"\b(?:can|could|would|offer|how about|what about|instead|there (?:is|are)|we have|i have|may|shall|"
    r"if you like|free|do have|suggest|recommend)\b"
)


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """Return what a text is about: stems of its telling words, and its numbers as figures."""
    found = {_stem(word) for word in plain(text).split() if word not in _EMPTY}
    return frozenset(found) | _figures(text)


def asks(call: Conversation, demand: Demand) -> Sightings:
    """Find a question or request about the topic."""
    if " and " in demand.topic:
        return _all_asked(call, demand)
    topic = _asked_topic(demand.topic)
    wanted = stems(topic)
    if ("nam" in wanted and wanted <= _NAME) or re.search(r"\bwho is calling\b", topic):
        return sight(call.sentences(), sure=lambda s: _seeks(s) and bool(wordings.ASKS_NAME.search(s.plain)))
    if not wanted or len(wanted) > _TELLING or "question" in wanted:
        return Sightings(blind="it is not clear what is to be asked")
    return sight(
        call.sentences(),
        sure=lambda s: _seeks(s) and wanted <= _stems_of(s),
        perhaps=lambda s: _seeks(s) and bool(_kin(topic, s) or wanted & _stems_of(s)),
    )


def _all_asked(call: Conversation, demand: Demand) -> Sightings:
    """Find the questions for each of several things; the one that was not asked for decides."""
    parts = [asks(call, replace(demand, topic=part)) for part in demand.topic.split(" and ")]
    return next((part for part in parts if not part.sure), parts[0])


def tells(call: Conversation, demand: Demand) -> Sightings:
    """Find a turn that says what the topic says; a price, a time or a number where the topic asks for one."""
    topic = re.sub(r"^(?:that|to the caller|the caller|them|about|of)\b ?", "", demand.topic).strip()
    topic = re.sub(r"^(?:the caller )?(?:that|about) ", "", topic)
    if re.search(r"\badvice\b|\bpolicy\b", topic):
        return Sightings(blind="advice and policies have no words they can be known by")
    if re.search(r"\b(?:how much|costs?|prices?|fees?)\b", topic) and not _figures(topic):
        return gives_price(call, demand)
    if re.match(r"how many\b", topic):
        return _tells_number(call, stems(topic))
    if re.search(r"\b(?:opening|open) (?:hours|times)\b", topic):
        return _tells_hours(call)
    if re.match(r"(?:the )?(?:name|names?) |the doctor$", topic) or re.match(
        r"(?:when|where|who|why|what|how)\b", topic
    ):
        return _tells_something(call, stems(topic))
    found = _says_all(call, topic)
    if not demand.unwanted:
        return found
    denied = tuple(quote for quote in found.sure if _NEGATION.search(plain(quote.text)))
    return replace(
        found,
        sure=tuple(quote for quote in found.sure if quote not in denied),
        perhaps=(*found.perhaps, *denied),
        blind="not finding the words does not prove that it was not said",
    )


def offers(call: Conversation, demand: Demand) -> Sightings:
    """Find an offer of the topic."""
    wanted = [stems(part) for part in re.split(r"\bor\b", demand.topic)]
    wanted = [part for part in wanted if part]
    if not wanted:
        return Sightings(blind="it is not clear what is to be offered")
    return sight(
        call.sentences(),
        sure=lambda s: any(w <= _stems_of(s) for w in wanted) and bool(_OFFERING.search(s.plain) or s.asks),
        perhaps=lambda s: any(w & _stems_of(s) for w in wanted),
    )


def gives_price(call: Conversation, _: Demand) -> Sightings:
    """Find an amount of money, or that something is free."""
    return sight(
        call.sentences(),
        sure=lambda s: has_money(s.shown),
        perhaps=lambda s: bool(_PRICE_WORD.search(s.plain)) and bool(_figures(s.shown)),
    )


def says_words(call: Conversation, demand: Demand) -> Sightings:
    """Find the very words."""
    return sight(call.sentences(), sure=lambda s: find_phrase(demand.topic, text=s.shown, lang="en") is not None)


def has_money(text: str) -> bool:
    """Return whether a text names an amount of money."""
    said = atoms(text, "en")
    # A price with cents is one word to `atoms`: `4.99`.
    priced = any(atom.key in _MONEY and before.key.replace(".", "").isdigit() for before, atom in pairwise(said))
    return priced or bool(_FREE.search(plain(text)))


def has_time(text: str) -> bool:
    """Return whether a text names a time, a day or a number that may be one."""
    return any(claim.kind in (ClaimKind.NUMBER, ClaimKind.DAY) for claim in claims(text, lang="en"))


def _says_all(call: Conversation, topic: str) -> Sightings:
    wanted = stems(topic)
    if not wanted:
        return Sightings(blind="it is not clear what is to be said")
    negated = bool(_NEGATION.search(topic))

    def share(line: Line) -> float:
        return len(wanted & stems(line.shown)) / len(wanted)

    sure, perhaps = [], []
    for line in call.agent:
        same_sense = bool(_NEGATION.search(line.plain)) == negated or len(wanted) == 1
        if share(line) == 1 and same_sense and not line.doubtful:
            sure.append(line.quote())
        elif share(line) > 0:
            perhaps.append(line.quote())
    blind = "so much can be said in other words" if len(wanted) > _TELLING else ""
    return Sightings(sure=tuple(sure), perhaps=tuple(perhaps), blind=blind)


def _tells_number(call: Conversation, topic: frozenset[str]) -> Sightings:
    return sight(
        call.sentences(),
        sure=lambda s: bool(_figures(s.shown)) and bool(topic & _stems_of(s)) and not s.asks,
        perhaps=lambda s: bool(_figures(s.shown)) or bool(topic & _stems_of(s)),
    )


def _tells_hours(call: Conversation) -> Sightings:
    return sight(
        call.sentences(),
        sure=lambda s: bool(re.search(r"\b(?:open|opens|close|closes|closed)\b", s.plain)) and has_time(s.shown),
        perhaps=lambda s: bool(re.search(r"\b(?:open|close[sd]?|hours)\b", s.plain)),
    )


def _tells_something(call: Conversation, topic: frozenset[str]) -> Sightings:
    return Sightings(
        perhaps=tuple(line.quote() for line in call.agent if topic & stems(line.shown)),
        blind="what would answer this cannot be told by rules",
    )


def _asked_topic(topic: str) -> str:
    topic = re.sub(r"^(?:the caller |them |a caller )", "", topic.strip())
    topic = re.sub(r"^(?:for|about|what|which|whether|if|to (?:give|tell|state|provide))\b ?", "", topic)
    topic = topic.replace("callers name", "name")
    return re.sub(r"\b(?:the|a|an|callers?|their)\b", " ", topic).strip()


def _kin(topic: str, sentence: Sentence) -> bool:
    """Return whether a question may be about a topic in other words: `where` for a place, `when` for a time."""
    pairs = (
        (r"\b(?:where|address|place|street|city)\b", r"\b(?:where|address|street)\b"),
        (r"\b(?:when|time|day|date)\b", r"\b(?:when|time|day|date)\b"),
        (r"\b(?:problem|matter|question|about)\b", r"\b(?:about|problem|help|what)\b"),
        (r"\b(?:how many|people|age|old)\b", r"\b(?:how many|how old|people|age)\b"),
        (r"\b(?:email|mail|phone|number|contact)\b", r"\b(?:mail|reach|phone|call you|number)\b"),
    )
    return any(re.search(asked, topic) and re.search(said, sentence.plain) for asked, said in pairs)


def _seeks(sentence: Sentence) -> bool:
    return sentence.asks or bool(wordings.REQUESTS.search(sentence.plain))


def _stems_of(sentence: Sentence) -> frozenset[str]:
    return stems(sentence.shown)


def _figures(text: str) -> frozenset[str]:
    return frozenset(claim.key for claim in claims(text, lang="en") if claim.kind in (ClaimKind.NUMBER, ClaimKind.CODE))


def _stem(word: str) -> str:
    word = _IDEAS.get(word, word)
    for ending in ("ings", "ing", "ied", "ed", "ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    return word.rstrip("e") if len(word) > 3 else word


_IDEAS = {word: group.split()[0] for group in _SAME for word in group.split()}
