"""Turns one sentence of a prompt into rules, or finds that it is a fact.

The forms are written for the sentences people really put into prompts: an order to the agent, with a condition before
(`If the caller …, …`) or behind it (`… when …`). `docs/embedded-agent.md` lists them with examples.
"""

import re
from collections.abc import Callable

from harness.services.extractive.clauses import (
    PERSON,
    QUOTE,
    actions,
    condition,
    order,
    sentence,
    slot,
    to_caller,
    without_article,
)
from harness.services.extractive.numbers import numerals
from harness.services.extractive.phrases import SORRY
from harness.services.extractive.rules import (
    Ask,
    Closing,
    Condition,
    Ending,
    Farewell,
    Greeting,
    Limit,
    Mention,
    Never,
    ReadBack,
    Respond,
    Rule,
    Unknown,
)
from harness.services.extractive.values import Slot
from harness.services.extractive.words import terms

_LABEL = re.compile(r"^(?:rule|important|note)s?\s*\d*:\s*", re.IGNORECASE)
_ALSO_IN_FACTS = "open|start|begin|close|call|check|show|stay|find|treat|sound|use|write|visit"
_DOING = "transfer|connect|put|hand|send|note|pass|forward|arrange|inform|call|take|check|invite"
_GENERIC_NOUNS = frozenset(terms("number name day date time code"))
_BOOKING = re.compile(
    r"\b(?:confirm\w*|book\w*|reserv\w*|schedul\w*|appointment\w*|plac(?:e|ing) (?:an|the) order|"
    r"order(?:ing)? (?:a|an|some)\b|sign\w* up)",
    re.IGNORECASE,
)
_ITEMS = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+as well as\s+")
_KNOWING = "have|know|got"


def parse_rules(text: str) -> list[Rule] | None:
    """Return the rules in a sentence, an empty list for an order that is not understood, None for a fact."""
    parts = order(_LABEL.sub("", text.replace("’", "'").strip()))
    if parts is None:
        return None
    main, when = parts
    rules = [rule for action in actions(main) if (rule := parse_action(action, when)) is not None]
    # "Open from nine to five" looks like an order and is none.
    return rules if rules or not _match(rf"(?:{_ALSO_IN_FACTS})\b", main) else None


def parse_action(action: str, when: str) -> Rule | None:
    """Return the rule in one order and its condition, both as `clauses` splits them; None when no form covers it."""
    for parse in _FORMS:
        rule = parse(action, when)
        if rule is not None:
            return rule
    return None


def _match(pattern: str, text: str) -> re.Match[str] | None:
    return re.match(pattern, text, re.IGNORECASE)


def _never(action: str, when: str) -> Rule | None:
    match = _match(r"(?:never|do not|don't|avoid|refuse to)\s+(.+?)[.!]*$", action)
    if not match:
        return None
    what = match[1]
    if quoted := QUOTE.search(what):
        return Never(verb="", terms=frozenset(), quoted=quoted[1])
    if needs := _match(r"(.+?) (?:without (?:asking for|knowing|having)?|until you (?:have|know))\s+(.+)", what):
        return _ask(f"ask for {needs[2]}", f"before {needs[1]}")
    wanted = frozenset(terms(re.sub(r"^\w+", "", what))) or frozenset(terms(what))
    return Never(verb=to_caller(what), terms=wanted) if wanted else None


def _limit(action: str, when: str) -> Rule | None:
    match = re.search(
        r"\b(?:under|below|within|than|most|exceed|maximum of|up to|to|in|is|of) (\d+) (words?|sentences?|seconds)",
        numerals(action),
        re.IGNORECASE,
    )
    if not match:
        return None
    number, unit = int(match[1]), match[2].casefold()
    if unit.startswith("sentence"):
        return Limit(sentences=number)
    # People speak about two and a half words a second.
    return Limit(words=number if unit.startswith("word") else number * 5 // 2)


def _ending(action: str, when: str) -> Rule | None:
    match = _match(r"(?:end|finish|close) (?:every|each|all|your|the) (\w+).*?\"([^\"]+)\"", action)
    if not match:
        return None
    return (
        Farewell(text=match[2]) if match[1].casefold() in ("call", "calls", "conversation") else Ending(text=match[2])
    )


def _ask(action: str, when: str) -> Rule | None:
    match = _match(
        rf"(?P<verb>ask|collect|get|request|note|find out|take|write down)\b\s*(?:{PERSON}\s+)?(?:again\s+)?"
        rf"(?:for\s+|about\s+)?(?P<what>.+)$",
        action,
    )
    if not match or _match(r"(?:ask|find out)\b.*\b(?:if|whether)\b", action):
        return None
    if _match(r"(?:take|note|get)\s+(?!the\b|their\b|his\b|her\b)", action):
        return None
    what = re.sub(
        r"\s+(?:first|at the start|at the beginning)\b.*$|\s+in (?:this|that) order$",
        "",
        match["what"].rstrip(" .!"),
        flags=re.IGNORECASE,
    )
    items = [what] if '"' in what else _ITEMS.split(what)
    slots = tuple(found for item in items if (found := slot(item)))
    if not slots:
        return None
    return Ask(
        slots=slots,
        condition=condition(re.sub(r"\b(?:confirm\w*|you|it)\b", " ", when, flags=re.IGNORECASE))
        if when
        else _about(slots),
        to_confirm=bool(_BOOKING.search(when)),
        attached=bool(_match(r"before\b.*\bconfirm", when)),
        noun=_booking_noun(when),
    )


def _about(slots: tuple[Slot, ...]) -> Condition:
    # "Always ask for the order number": it is about orders.
    heads = (head for one in slots for head in terms(one.noun) if head not in _GENERIC_NOUNS)
    return Condition(alternatives=tuple(frozenset((head,)) for head in heads))


def _booking_noun(text: str) -> str:
    match = re.search(r"\b(booking|reservation|appointment|order|visit|meeting|demo|table)\b", text, re.IGNORECASE)
    noun = match[1].casefold() if match else ""
    return "booking" if noun == "table" else noun


def _read_back(action: str, when: str) -> Rule | None:
    match = _match(r"(?P<verb>read|repeat|confirm|say|verify)\s+(?:back\s+)?(?!\")(?P<what>.+?)[.!]*$", action)
    if not match or (match["verb"].casefold() in ("confirm", "say") and " back" not in action):
        return None
    what = re.sub(r"\s+(?:back|to (?:the )?\w+|with (?:the )?\w+)\b", "", match["what"], flags=re.IGNORECASE)
    what = without_article(what)
    found = slot(what)
    everything = r"booking|reservation|order$|appointment|details?|everything|values?|answers?|it$|request|all"
    if found and not re.search(rf"\b(?:{everything})\b", what, re.IGNORECASE):
        return ReadBack(noun=what, slot=found)
    return ReadBack(noun=_booking_noun(what) or _booking_noun(when))


def _apologise(action: str, when: str) -> Rule | None:
    if not when or not _match(r"apologi[sz]e", action):
        return None
    return Respond(condition=condition(when), text=SORRY, first=True)


def _say(action: str, when: str) -> Rule | None:
    text = _words_to_say(action)
    if not text:
        return None
    if not when and _match(r"greet|begin|start|open|answer the (?:phone|call)", action):
        return Greeting(text=text)
    return at_moment(text, when)


def at_moment(text: str, when: str) -> Respond | Closing | Greeting | Farewell | Unknown | None:
    """Return the rule that says `text` at the moment a condition describes; None without a condition."""
    if re.search(r"\b(?:call|conversation)\b.*\b(?:starts?|begins?)\b|\banswer(?:ing)? the (?:phone|call)", when):
        return Greeting(text=text)
    if not when:
        return None
    if re.search(r"\b(?:not|don't|cannot|can't) (?:know|sure|certain|find|answer|help|have (?:the|an) answer)", when):
        return Unknown(text=text)
    if re.search(r"\bgoodbye\b|\bbye\b|\bhangs? up\b|\bends? the call\b", when):
        return Farewell(text=text)
    if _match(r"(?:once|after|when|as soon as)\b.*\b(?:confirm\w*|complete\w*|done|made)\b", when):
        return Closing(text=text)
    given = _match(
        rf"(?:once|after|when|as soon as)\s+(?:you (?:{_KNOWING})|having|{PERSON} (?:has given|gave|gives))\s+(.+)",
        when,
    )
    if given:
        return Closing(text=text, slot=slot(given[1]))
    return Respond(condition=condition(when), text=text)


def _words_to_say(action: str) -> str:
    speaks = _match(
        r"(?:say|answer|reply|respond|tell|explain|greet|begin|start|open|inform|let|thank|offer|ask)\b", action
    )
    if speaks and (quoted := QUOTE.search(action)):
        return quoted[1]
    told = _match(
        rf"(?:(?:tell|inform|let) {PERSON}(?: know)?|say|explain|answer|reply|respond)(?: to {PERSON})? (?:that )?"
        rf"(?!\")(.+?)[.!]*$",
        action,
    )
    return sentence(to_caller(told[1])) if told and len(told[1].split()) > 2 else ""


def _offer(action: str, when: str) -> Rule | None:
    if match := _match(rf"(?:offer|propose)\s+(?:{PERSON} )?to\s+(.+?)[.!]*$", action):
        return Respond(condition=condition(when), text=sentence(f"I can {to_caller(match[1])}")) if when else None
    if match := _match(rf"ask\s+(?:{PERSON}\s+)?(?:if|whether)\s+{PERSON}\s+(.+?)[.!]*$", action):
        return Mention(condition=condition(when), topic=_question(match[1]), offered=True)
    match = _match(rf"(offer|suggest|recommend|mention|point out)\s+(?:{PERSON} )?(?:that )?([^\"]+?)[.!]*$", action)
    if not match:
        return None
    return Mention(condition=condition(when), topic=match[2], offered=match[1].casefold() in ("offer", "suggest"))


def _question(clause: str) -> str:
    if match := _match(r"(would|can|could|will|are)\s+(.+)$", clause):
        return f"{match[1].capitalize()} you {to_caller(match[2])}?"
    return f"Do you {to_caller(clause)}?"


def _do(action: str, when: str) -> Rule | None:
    if not when or not _match(rf"(?:{_DOING})\b", action):
        return None
    return Respond(condition=condition(when), text=sentence("I will " + to_caller(action.rstrip(" .!"))))


_FORMS: tuple[Callable[[str, str], Rule | None], ...] = (
    _never,
    _limit,
    _ending,
    _ask,
    _read_back,
    _apologise,
    _say,
    _offer,
    _do,
)
