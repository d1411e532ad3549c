"""The pieces a rule's sentence is made of: orders, conditions and the values they name."""

import re

from harness.services.extractive.rules import Condition
from harness.services.extractive.values import Slot
from harness.services.extractive.words import terms

PERSON = (
    r"(?:the |a |an |any |every |your )?"
    r"(?:caller|customer|guest|user|person|visitor|client|they|someone|anyone|somebody|people|them)s?"
)
QUOTE = re.compile(r"\"([^\"]+)\"")
_WHEN = r"if|when|whenever|in case|once|after|before|as soon as"
_BEFORE_MAIN = re.compile(
    rf"^(?P<when>{_WHEN}|to|for|with)\b\s*(?P<what>[^\"]+?),\s*(?P<main>.+)$", re.IGNORECASE | re.DOTALL
)
_BEHIND_MAIN = re.compile(rf"^(?P<main>.+?)\s+(?P<when>{_WHEN})\s+(?P<what>[^\"]+)$", re.IGNORECASE)
_BEHIND_QUOTE = re.compile(rf"^(?P<main>.*\")\s+(?P<when>{_WHEN})\s+(?P<what>[^\"]+)$", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:please|always|you must|you should|you have to|make sure (?:to|you)|be sure to|remember to|first|then|also|"
    r"and|politely|briefly|immediately|only|in that case|at once|kindly)[, ]+",
    re.IGNORECASE,
)
_ORDER_WORDS = """
always never do dont ask say greet tell offer mention keep answer end finish read repeat confirm apologise apologize be
speak use stay only please make remember refuse avoid collect get take transfer respond reply limit begin start open
explain suggest recommend connect put hand send note pass forward arrange inform let request find thank close promise
give talk write call check stick follow show treat act sound invite verify spell
"""
_ORDERS = frozenset(_ORDER_WORDS.split())
_NEXT_ORDER = re.compile(
    r"(?:\s*[,;]\s*(?:and\s+)?(?:then\s+)?|\s+and\s+(?:then\s+)?|\s+then\s+)"
    rf"(?=(?:always |also )?(?:{'|'.join(sorted(_ORDERS))})\b)",
    re.IGNORECASE,
)
_BROUGHT_UP = re.compile(
    r"\b(?:asks?|asking|mentions?|says?|wants?|reports?|requests?|requires?|sounds?|seems?|becomes?|gets?|brings up)\b",
    re.IGNORECASE,
)
_DETERMINER = re.compile(
    r"^(?:(?:the|a|an|their|his|her|your|its|all|any|every|both)\s+)*(?:(?:caller|customer|guest)(?:'s|s'|s)\s+)?"
    r"(?:full |last |first |own )?",
    re.IGNORECASE,
)
_CALLER = r"(?:caller|customer|guest)"
_VERBS = {"is": "are", "has": "have", "was": "were"}
_TO_CALLER = {"their": "your", "theirs": "yours", "they": "you", "them": "you"}


def order(sentence: str) -> tuple[str, str] | None:
    """Return a sentence's (order, condition), the latter possibly empty; None when it is a fact."""
    before = _BEFORE_MAIN.match(sentence)
    if before and is_order(before["main"]):
        return before["main"].strip(), _joined(before)
    if not is_order(sentence):
        return None
    behind = _BEHIND_QUOTE.match(sentence) if '"' in sentence else _BEHIND_MAIN.match(sentence)
    if behind:
        return behind["main"].strip(), _joined(behind)
    return sentence, ""


def is_order(text: str) -> bool:
    """Return whether a clause tells the agent to do something."""
    bare = unled(text)
    word = re.match(r"[\w'-]+", bare)
    return word is not None and (bare != text.strip() or word[0].replace("'", "").casefold() in _ORDERS)


def actions(main: str) -> list[str]:
    """Split `apologise first, and then say "…"` into its orders; quotes stay whole."""
    if re.match(r"(?:always )?(?:never|do not|don't|avoid|refuse)\b", main, re.IGNORECASE):
        return [main]
    quotes: list[str] = []

    def hide(match: re.Match[str]) -> str:
        quotes.append(match[0])
        return f"\x02{len(quotes) - 1}\x03"

    pieces = _NEXT_ORDER.split(QUOTE.sub(hide, main))
    shown = (re.sub(r"\x02(\d+)\x03", lambda m: quotes[int(m[1])], piece) for piece in pieces)
    return [unled(piece) for piece in shown if piece.strip()]


def unled(text: str) -> str:
    """Return an order without the `always`, `please`, `then` before it."""
    bare = text.strip()
    while (shorter := _LEAD.sub("", bare)) != bare:
        bare = shorter
    return bare


def condition(text: str) -> Condition:
    """Return what `if the caller asks for a manager or a supervisor` listens for."""
    bare = re.sub(rf"^(?:{_WHEN}|to|for|with)\s+", "", text, flags=re.IGNORECASE)
    bare = re.sub(rf"^{PERSON}\b", "", bare, flags=re.IGNORECASE)
    # "asks", "mentions", "wants" are how a caller brings things up, not what is brought up.
    bare = _BROUGHT_UP.sub(" ", bare)
    parts = (frozenset(terms(part)) for part in re.split(r"\s*,\s*(?:or\s+)?|\s+or\s+", bare))
    return Condition(alternatives=tuple(part for part in parts if part))


def slot(noun_phrase: str) -> Slot | None:
    """Return the slot for `the caller's name`, `how many people`, `"What time would you like?"`."""
    if quoted := QUOTE.search(noun_phrase):
        return Slot("", quoted[1])
    bare = re.sub(r"[.!?]+$", "", noun_phrase.strip())
    bare = re.sub(r"^(?:what|which|for|about)\s+(?=\w)", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"^(how many \w+|time|day|date|name|when|who)\b.*$", r"\1", bare, flags=re.IGNORECASE)
    bare = without_article(bare)
    named = terms(bare) or re.search(r"\b(?:name|day|time|when|who|how many)\b", bare)
    return Slot(bare) if named else None


def without_article(noun_phrase: str) -> str:
    """Return `the caller's full name` as `name`."""
    return _DETERMINER.sub("", noun_phrase).strip()


def to_caller(text: str) -> str:
    """Turn the prompt's `the caller is` and `their table` into the caller's `you are` and `your table`."""
    text = re.sub(rf"\b(?:the|a) {_CALLER}'s\b", "your", text, flags=re.IGNORECASE)
    text = re.sub(
        rf"\b(?:the|a) {_CALLER} (is|has|was)\b", lambda m: f"you {_VERBS[m[1].casefold()]}", text, flags=re.IGNORECASE
    )
    text = re.sub(rf"\b(?:the|a) {_CALLER}s?\b", "you", text, flags=re.IGNORECASE)
    return re.sub(r"\b(their|theirs|they|them)\b", lambda m: _TO_CALLER[m[1].casefold()], text, flags=re.IGNORECASE)


def sentence(text: str) -> str:
    """Return a clause as a sentence of its own."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _joined(match: re.Match[str]) -> str:
    return re.sub(r"[.!\s]+$", "", f"{match['when']} {match['what']}")
