"""Reads a criterion's English question into a demand, or says that it cannot.

A question is peeled from outside in: occasion (`when ..., `), order (`before ...`), who does it (`does the agent`), the
negation (`avoid`, `never`), and at last the act itself, looked up in a table of verb phrases.
"""

import re
from dataclasses import replace

from harness.scorers.offline_judge.conversation import is_english, plain
from harness.scorers.offline_judge.demands import Act, Demand, NotUnderstood, Occasion
from harness.scorers.offline_judge.verb_phrases import FORMS

_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]|\bthe (?:word|phrase|words) ([\w' -]+?)\s*(?=[?.!]|$)")
_LEADING = re.compile(r"^(when|if|whenever|before|in case) (.+?), (.+)$", re.IGNORECASE | re.DOTALL)
_TRAILING = re.compile(r"^(.+?) (when|whenever|if|on (?:the caller's )?request|after)\b ?(.*)$", re.IGNORECASE)
_BEFORE = re.compile(r"^(.+?) before (.+)$", re.IGNORECASE)
_ACTIVE = re.compile(r"^(?:does|did|has|will) (?:the |this )?(?:voice )?(?:agent|assistant|it|bot|ai) (.+)$")
_IS = re.compile(r"^(?:is|was|are) (?:the )?(?:agent|assistant|it) (.+)$")
_PASSIVE = re.compile(r"^(?:is|was) the (?:caller|customer|user) (.+)$")
_ANSWERED = re.compile(
    r"^(?:is|was|are|were) (?:the|every|each|all) (?:of the )?(?:callers|customers) questions? answered"
)
_LENGTH = re.compile(r"^are (?:the )?(?:agents )?(?:answers|replies|turns) (?:always )?(.+)$")
_UNWANTED = re.compile(
    r"^(?:always )?(?:never(?: ever)?|avoids?|not|refrains? from|refuses? to|declines? to|stays? away from|"
    r"keeps? from)\b ?"
)
_REFUSES = re.compile(r"^(?:always )?(?:refus|declin)es? to\b")
_REFUSABLE = frozenset({Act.ADVISE, Act.REVEAL, Act.PROMISE})
"""What a call without it is the refusal of; refusing anything else takes somebody who asks for it."""
_UNREAD = re.compile(
    r"\b(?:only|twice|times|exactly|without|more than|less than|by name|digit by digit|slowly|within|every|each|"
    r"unless|until|except|in its (?:first|second|last|opening) \w+|in (?:german|french|spanish|english|"
    r"the callers language|\w+ words)|first name basis)\b"
)
"""Words that ask for more than the act; a verdict that passes over them would answer another question."""
_COUNTING = frozenset({Act.EVADE, Act.EXCEED, Act.ASK_SEVERAL, Act.ASK_AGAIN})
"""Acts whose forms read such words."""
_AT_THE_START = frozenset({Act.GREET, Act.INTRODUCE})
"""Acts that are looked for in the agent's first turn, and with names."""
_INNER = frozenset({Act.ARRANGE, Act.DISCLOSE, Act.HOLD})
"""Acts that are only understood as what must not come first."""
_ALWAYS = re.compile(
    r"\b(?:always|ever|at any (?:point|time)|at least once|at all times|throughout(?: the call)?|politely|clearly|"
    r"explicitly|properly|immediately|once|first|actually|proactively|during the call|in the call)\b"
)
_SENTENCES = re.compile(r"\b(one|two|three|four|five|\d) sentences?\b")
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_END_OF_CALL = re.compile(
    r"^(?:the )?(?:call|conversation)s? (?:ends?|is over)|^(?:it )?(?:end|clos|hang|finish|say(?:s|ing)? goodbye)"
)
_PASSIVES = {
    "greeted": "greet", "thanked": "thank", "asked": "ask", "told": "tell", "offered": "offer", "given": "give",
    "transferred": "transfer", "verified": "verify", "informed": "inform",
}  # fmt: skip
_OCCASIONS = (
    (
        Occasion.WANTS_HUMAN,
        r"\b(?:ask|want|request|demand|insist|like)\w*\b.*\b(?:human|person|manager|supervisor|colleague|"
        r"operator|someone|"
        r"somebody|representative)\b",
    ),
    (
        Occasion.COMPLAINT,
        r"complain|problem|upset|angry|frustrat|unhappy|something (?:goes|went|is) wrong|issue|trouble",
    ),
    (
        Occasion.DECLINED,
        r"not available|unavailable|cannot|cant|not (?:being )?able|unable|not possible|impossible|declin|refus|say no|"
        r"sold out|fully booked",
    ),
    (Occasion.WANTS_ADVICE, r"\badvice\b"),
)
_PERSONAL = re.compile(r"\b(?:information|details?|account|personal|results?|data|anything|balance|about)\b")
_NEVER_JUDGED = re.compile(
    r"\b(?:prompt says|was told,|invent|policy|policies|guidelines|tone of|accent|speed|culture|humou?r|rapport|empath|"
    r"natural|engaging|satisf|trust|comply|complies|truth|accurate|correctly answer|up to date)"
)
_IMPLIED = {
    Act.TRANSFER: (Occasion.WANTS_HUMAN,),
    Act.OFFER_OTHER: (Occasion.DECLINED,),
    Act.EXPLAIN: (Occasion.DECLINED,),
    Act.ADVISE: (Occasion.WANTS_ADVICE,),
}


def read_question(question: str, *, applies_if: str = "") -> Demand | NotUnderstood:
    """Return what a question asks for.

    Args:
        question: As it stands in the rubric.
        applies_if: When it can be asked at all, in words.
    """
    if not is_english(question):
        return NotUnderstood(reason="it reads only English questions")
    if _NEVER_JUDGED.search(question.casefold()):
        return NotUnderstood(reason="this takes knowledge or judgement that rules do not have")
    demand = _peeled(question.strip().rstrip("?").strip())
    if isinstance(demand, NotUnderstood) or not applies_if.strip():
        return demand
    occasions = _occasions(plain(applies_if))
    if not occasions:
        return NotUnderstood(reason="it does not understand when the question applies")
    return replace(demand, occasions=(*demand.occasions, *occasions))


def _peeled(text: str) -> Demand | NotUnderstood:
    quoted = _QUOTED.search(text)
    if quoted and _ACTIVE.match(plain(text)):
        return _words(text, words=(quoted[1] or quoted[2]).strip())
    occasion, earlier = "", ""
    if leading := _LEADING.match(text):
        if leading[1].casefold() == "before":
            earlier, text = leading[2], leading[3]
        else:
            occasion, text = leading[2], leading[3]
    if before := _BEFORE.match(text):
        text, earlier = before[1], before[2]
    verb_phrase = _verb_phrase(plain(text))
    if not verb_phrase:
        return NotUnderstood(reason="it does not know this form of question")
    trailing = (
        None
        if re.match(r"(?:ask|explain|say|tell|check|mention)\b", _bare(verb_phrase))
        else _TRAILING.match(verb_phrase)
    )
    if trailing:
        verb_phrase, occasion = trailing[1], f"{occasion} {trailing[2]} {trailing[3]}".strip()
    demand = _demand(verb_phrase)
    if demand is None or demand.act in _INNER:
        return NotUnderstood(reason="it does not know what the agent is asked to do")
    if _REFUSES.match(verb_phrase) and demand.act not in _REFUSABLE:
        return NotUnderstood(reason="it cannot tell refusing from not being asked")
    unread = [match[0] for match in _UNREAD.finditer(verb_phrase)]
    if demand.act in _AT_THE_START:
        unread = [words for words in unread if not words.startswith(("by name", "in its"))]
    if unread and demand.act not in _COUNTING:
        return NotUnderstood(reason=f'it cannot check "{unread[0]}"')
    return _placed(demand, occasion=plain(occasion), earlier=plain(earlier))


def _words(text: str, *, words: str) -> Demand | NotUnderstood:
    verb_phrase = _verb_phrase(plain(_QUOTED.sub(" ", text)))
    unwanted = bool(_UNWANTED.match(verb_phrase))
    rest = _UNWANTED.sub("", verb_phrase)
    if (unwanted and not rest.strip()) or re.match(r"(?:say|use|saying|using|answer|reply)\b", rest):
        return Demand(act=Act.SAY_WORDS, topic=words, unwanted=unwanted)
    return NotUnderstood(reason="it does not know what is asked about these words")


def _verb_phrase(text: str) -> str:
    if _ANSWERED.match(text):
        return "answer the callers questions"
    if match := _ACTIVE.match(text):
        return match[1]
    if match := _IS.match(text):
        return re.sub(r"^(always |never |not )?", r"\1be ", match[1])
    if match := _LENGTH.match(text):
        return match[1]
    match = _PASSIVE.match(text)
    first, _, rest = match[1].partition(" ") if match else ("", "", "")
    return f"{_PASSIVES[first]} the caller {rest}".strip() if first in _PASSIVES else ""


def _bare(verb_phrase: str) -> str:
    return _UNWANTED.sub("", verb_phrase)


def _demand(verb_phrase: str) -> Demand | None:
    unwanted = bool(_UNWANTED.match(verb_phrase))
    bare = " ".join(_ALWAYS.sub(" ", _bare(verb_phrase)).split()) or _bare(verb_phrase)
    for act, inverted, pattern in FORMS:
        if match := pattern.fullmatch(bare):
            groups = match.groupdict()
            topic = next((value for value in groups.values() if value), "").strip()
            if act is Act.READ_BACK:
                topic = re.sub(r"^\w+\b|\bback\b.*$", " ", bare).strip()
            sentences = _SENTENCES.search(bare)
            limit = int(_NUMBERS.get(sentences[1], 0) or sentences[1]) if sentences else 0
            return Demand(
                act=act, unwanted=unwanted != inverted, topic=topic, limit=limit, occasions=_IMPLIED.get(act, ())
            )
    return None


def _placed(demand: Demand, *, occasion: str, earlier: str) -> Demand | NotUnderstood:
    """Return a demand with what says when it applies."""
    if occasion and demand.act not in _IMPLIED:
        found = _occasions(occasion)
        if not found:
            return NotUnderstood(reason="it does not understand when the question applies")
        demand = replace(demand, occasions=found)
    if demand.act is Act.APOLOGISE and not demand.occasions:
        demand = replace(demand, occasions=_occasions(demand.topic))
    if not earlier or _END_OF_CALL.match(earlier):
        return demand
    if demand.act is Act.ASK_TO_HOLD or "hold" in earlier.split():
        return replace(demand, act=Act.ASK_TO_HOLD, before=Demand(act=Act.HOLD))
    later = _later(earlier)
    return replace(demand, before=later) if later else NotUnderstood(reason="it does not know what comes after")


def _later(text: str) -> Demand | None:
    bare = re.sub(r"^(?:it|the agent) ", "", text)
    bare = re.sub(r"^(\w+?)(?:e?s)\b", r"\1", bare) if not bare.startswith("discloses") else bare
    if re.match(r"(?:giv|disclos|tell|reveal|say|look|shar|provid|read)", bare) and _PERSONAL.search(bare):
        return Demand(act=Act.DISCLOSE)
    if re.match(r"(?:confirm|book|order|plac|mak|reserv|schedul|finali|submit|complet)", bare):
        return Demand(act=Act.ARRANGE)
    return _demand(bare)


def _occasions(text: str) -> tuple[Occasion, ...]:
    return tuple(occasion for occasion, pattern in _OCCASIONS if re.search(pattern, text))
