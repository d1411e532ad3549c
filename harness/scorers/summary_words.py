"""English as summaries are written and calls are spoken: which words carry meaning, and which turn it round.

Only tables and lookups: a summary tells in the third person what a call said in the first, so that words are compared
by their stems, by small groups of equals, and by what denies them.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from harness.scorers.claim_words import DAYS
from harness.scorers.numbers import ONES, TENS

_FUNCTION_WORDS = """
a an the this that these those it its he she they them his her their theirs him i i'm i'd i'll i've you your yours we
us our me my mine we're we'll we've you're they're he's she's it's that's there's there here is are was were be been
being am has have had do does did done will would shall should can could may might must of for to from in on at by with
as about into until till within over after before during than then and or but so if when where which who whom whose what
how why also just very please yes okay ok well sorry thank thanks hello hi goodbye bye now still already only too again
any some more most other another each both per up out off down let us get got like fine right all one's am pm oclock
mr mrs ms dr sir madam because while since under between up around upon onto via else oh um uh ah hey not no never
n't cannot dollar dollars euro euros pound pounds cent cents pence percent
"""
_TELLING = """
say said says tell told tells ask asked asks asking mention mentioned mentions state stated states explain explained
explains inform informed informs want wanted wants wish wished wishes would request requested requests need needed needs
call called calls phone phoned phones contact contacted report reported reports confirm confirmed confirms note noted
notes give gave gives given provide provided provides express expressed agree agreed agrees suggest suggested suggests
offer offered offers promise promised promises prefer preferred prefers decide decided decides plan planned plans come
comes came take takes took make makes made go goes went turn turns turned will stay stays name names named number
numbers amount amounts day date time travel travels inquired inquire inquires enquired
"""
_PEOPLE = """
caller callers caller's customer customers customer's client clients client's guest guests guest's user user's patient
patient's agent agents agent's assistant assistant's ai bot representative receptionist operator staff employee company
business service support restaurant person people someone somebody party conversation call summary side
"""
FUNCTION_WORDS: Final = frozenset(_FUNCTION_WORDS.split())
TELLING_WORDS: Final = frozenset(_TELLING.split())
"""They say that something was said or done in a call, as every summary does; what it was stands in other words."""
PEOPLE: Final = frozenset(_PEOPLE.split())
_VALUE_WORDS = (
    frozenset(ONES) | frozenset(TENS) | DAYS["en"] | {f"{day}s" for day in DAYS["en"]} | {"hundred", "thousand"}
)
_EMPTY = FUNCTION_WORDS | TELLING_WORDS | PEOPLE | _VALUE_WORDS

CALLER_WORDS: Final = frozenset({"caller", "customer", "client", "guest", "user", "patient"})
AGENT_WORDS: Final = frozenset(
    {"agent", "assistant", "ai", "bot", "representative", "receptionist", "operator", "staff", "employee"}
)

DENIALS: Final = frozenset(
    {"not", "no", "never", "cannot", "neither", "nor", "nobody", "nothing", "none", "unable", "refused"}
    | {"declined", "failed"}
)

_GROUPS = """
book reserve reservation booking
cancel cancellation
arrange schedule appointment
deliver delivery
ship send dispatch
return bring
fee cost price charge fare
free gratis
repair fix
broken defective
arrive reach
renew renewal extend
address street
restart reboot
pay payment
refund reimburse
check inspect
technician engineer
pickup collect
email e-mail mail
phone telephone
"""
_IRREGULAR: Mapping[str, str] = {
    "sent": "send", "bought": "buy", "paid": "pay", "brought": "bring", "left": "leave", "kept": "keep", "lost": "lose",
    "broke": "break", "spoke": "speak", "met": "meet", "found": "find", "held": "hold", "sold": "sell",
    "wrote": "write",
    "children": "child", "men": "man", "women": "woman", "chose": "choose", "chosen": "choose", "built": "build",
    "reservation": "reserve", "reservations": "reserve", "cancellation": "cancel", "delivery": "deliver",
    "deliveries": "deliver", "payment": "pay", "payments": "pay", "renewal": "renew", "appointments": "appointment",
    "cancelled": "cancel", "canceled": "cancel", "cancelling": "cancel", "canceling": "cancel", "lying": "lie",
}  # fmt: skip
_OPPOSITES = (
    ("open", "closed"),
    ("cash", "card"),
    ("green", "red"),
    ("morning", "afternoon"),
    ("morning", "evening"),
    ("available", "unavailable"),
    ("delivery", "pickup"),
    ("increase", "decrease"),
    ("early", "late"),
    ("single", "double"),
    ("included", "extra"),
    ("included", "without"),
    ("confirmed", "cancelled"),
    ("accepted", "declined"),
    ("small", "large"),
    ("cheaper", "dearer"),
    ("works", "broken"),
    ("first", "last"),
    ("left", "right"),
)
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ied", "y"), ("ed", ""), ("es", ""), ("s", ""), ("ly", ""))


def stem(word: str) -> str:
    """Return a word as it is compared: `booked` and `booking` as `book`, `dispatched` as `ship`."""
    bare = _without_ending(word)
    return _SAME.get(bare, bare)


def _without_ending(word: str) -> str:
    word = word.removesuffix("'s").replace("'", "")
    word = _IRREGULAR.get(word, word)
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def content_stems(words: Iterable[str]) -> tuple[str, ...]:
    """Return the stems of the words that carry a meaning of their own, each once."""
    kept = (word for word in words if word not in _EMPTY and word[:1].isalpha())
    return tuple(dict.fromkeys(stem(word) for word in kept))


def denies(words: Iterable[str]) -> bool:
    """Return whether words deny what they are about; two denials cancel each other."""
    return sum(word in DENIALS or word.endswith("n't") for word in words) % 2 == 1


_SAME: Final[Mapping[str, str]] = {
    _without_ending(word): _without_ending(line.split()[0]) for line in _GROUPS.split("\n") for word in line.split()
}


def _both_ways() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one, other in _OPPOSITES:
        found.setdefault(stem(one), set()).add(stem(other))
        found.setdefault(stem(other), set()).add(stem(one))
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES: Final[Mapping[str, frozenset[str]]] = _both_ways()
ACCEPTING: Final = frozenset(
    stem(word) for word in ("works", "suits", "good", "great", "perfect", "better", "ideal", "lovely", "best", "that")
)
"""An answer of nothing but such words and a value takes up what was offered."""
