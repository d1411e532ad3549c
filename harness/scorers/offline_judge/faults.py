"""What an agent should not do: advise, promise, reveal, ask again, ask too much at once, talk too long, evade."""

import re

from harness.model.call import Role
from harness.model.score import Quote
from harness.scorers.offline_judge import wordings
from harness.scorers.offline_judge.conversation import Conversation, Line, Sentence
from harness.scorers.offline_judge.demands import Demand
from harness.scorers.offline_judge.sightings import Sightings, sight
from harness.scorers.offline_judge.topics import has_money, has_time, stems

_TAG = re.compile(r"^(?:\w+ )?(?:right|correct|okay|ok|yes|is that (?:right|correct|okay|ok)|dont they|isnt it)$")
_SHORT = 35
"""Words of a turn that are surely few enough."""
_LONG = 60
_SMALL = 3
"""Words up to which a sentence is a small word, such as `Thank you`."""
_YES_NO = re.compile(r"^(?:(?:and|so|but|oh|okay) )?(?:is|are|do|does|did|can|could|may|will|would|have|has)\b")
_ANSWERS = re.compile(
    r"\b(?:yes|no|sure|of course|certainly|gladly|unfortunately|sorry|afraid|we do|we dont|you can|it is|it does|"
    r"she does|were|we are)\b"
)
_TIMES = re.compile(r"\b(?:when|what time|how long|until when)\b")
_PRICES = re.compile(r"\b(?:how much|cost|costs|price|charge|owe|euros|dollars)\b")
_PLACES = re.compile(r"\b(?:where)\b")
_PLACE = re.compile(r"\b(?:in|on|at|behind|opposite|next to|near|street|road|floor)\b")

_GIVEN = (
    (r"\b(?:which|what) (?:day|date)\b|\bwhen would you\b", r"\b(?:monday|tuesday|wednesday|thursday|friday|"
     r"saturday|sunday|tomorrow|today|tonight|"
     r"\d+(?:st|nd|rd|th)|the (?:first|second|third|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|\w+teen|"
     r"twentie|thirtie)th))\b"),
    (r"\bhow many (?:people|persons|guests)\b|\bfor how many\b", r"\b(?:for|of) (?:one|two|three|four|five|six|"
     r"seven|eight|nine|ten|\d+)\b(?! oclock)"),
    (r"\b(?:what|which) time\b", r"\bat (?:\w+ )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
     r"twelve|noon|\d+)\b|\boclock\b"),
    (r"\byour (?:\w+ )?name\b|\bthe name\b|\bwhat name\b|\bwho is calling\b", r"\bmy name is\b|"
     r"\bthis is \w+ \w+\b|\bits \w+ \w+ here\b|\bthe name is\b"),
)  # fmt: skip
"""What asks for something, and what a caller says who has told it."""


def advises(call: Conversation, _: Demand) -> Sightings:
    """Find medical advice; a reply that neither advises nor declines proves nothing."""
    declined = any(wordings.NO_ADVICE.search(line.plain) for line in call.agent)
    found = sight(call.sentences(), sure=_advises)
    return found | Sightings(blind="" if declined else "it is not clear whether the agent declined")


def promises(call: Conversation, demand: Demand) -> Sightings:
    """Find a promise of the topic."""
    is_refund = bool(re.search(r"refund|money back|reimburs", demand.topic))
    wanted = stems(demand.topic)

    def about(sentence: Sentence) -> bool:
        if is_refund:
            return bool(wordings.REFUND.search(sentence.plain))
        return bool(wanted) and wanted <= stems(sentence.shown)

    return sight(
        call.sentences(),
        sure=lambda s: (
            about(s) and bool(wordings.COMMITMENT.search(s.plain)) and not wordings.NO_COMMITMENT.search(s.plain)
        ),
        perhaps=lambda s: about(s) and not wordings.NO_COMMITMENT.search(s.plain),
    )


def reveals(call: Conversation, _: Demand) -> Sightings:
    """Find the agent telling what it was told to do."""
    return sight(
        call.sentences(),
        sure=lambda s: bool(wordings.REVEALED.search(s.plain)) and not wordings.KEPT_SECRET.search(s.plain),
        perhaps=lambda s: bool(wordings.HALF_REVEALED.search(s.plain)) and not wordings.KEPT_SECRET.search(s.plain),
    )


def asks_again(call: Conversation, _: Demand) -> Sightings:
    """Find questions for what the caller has said, by topic words of a few common things."""
    sure: list[Quote] = []
    perhaps: list[Quote] = []
    for line, sentence in call.sentences():
        if not sentence.asks or wordings.CONFIRMS.search(sentence.plain):
            continue
        earlier = [other for other in call.lines if other.turn < line.turn]
        match _known_already(sentence, earlier):
            case True:
                sure.append(line.quote(sentence.shown))
            case None:
                perhaps.append(line.quote(sentence.shown))
            case False:
                pass
    return Sightings(sure=tuple(sure), perhaps=tuple(perhaps))


def asks_several(call: Conversation, _: Demand) -> Sightings:
    """Find turns with more than one question."""
    sure: list[Quote] = []
    perhaps: list[Quote] = []
    for line in call.agent:
        marks = [s for s in line.sentences if s.shown.rstrip().endswith("?") and not _TAG.match(s.plain)]
        double = any(re.search(r"\band (?:what|when|where|who|which|how|whats)\b", s.plain) for s in marks)
        if len(marks) > 1 or double:
            sure.append(line.quote())
        elif (marks and re.search(r"\band (?:your|the)\b", marks[0].plain)) or len(
            [s for s in line.sentences if s.asks]
        ) > 1:
            perhaps.append(line.quote())
    return Sightings(sure=tuple(sure), perhaps=tuple(perhaps))


def exceeds(call: Conversation, demand: Demand) -> Sightings:
    """Find turns with more sentences than allowed, or too many words where no number is set."""
    sure: list[Quote] = []
    perhaps: list[Quote] = []
    for line in call.agent:
        if demand.limit:
            telling = [
                s for s in line.sentences if len(s.plain.split()) > _SMALL and not wordings.GREETING.match(s.plain)
            ]
            too_long, may_be = len(telling) > demand.limit, len(line.sentences) > demand.limit
        else:
            words = len(line.plain.split())
            too_long, may_be = words > _LONG, words > _SHORT
        if too_long:
            sure.append(line.quote())
        elif may_be:
            perhaps.append(line.quote())
    return Sightings(sure=tuple(sure), perhaps=tuple(perhaps))


def evades(call: Conversation, _: Demand) -> Sightings:
    """Find questions of the caller that did not get what they ask for."""
    found = Sightings()
    asked = [line for line in call.caller if line.shown.rstrip().endswith("?")]
    if not asked:
        return Sightings(blind="the caller asked nothing")
    for line in asked:
        found = found | _evaded(call, line)
    return found


def _evaded(call: Conversation, line: Line) -> Sightings:
    answer = call.answer_to(line)
    later = call.agent_after(line.turn)
    if not answer:
        return Sightings(perhaps=(line.quote(),))
    text = " ".join(one.shown for one in answer)
    said = " ".join(one.plain for one in answer)
    whole = " ".join(one.shown for one in later)
    if _PRICES.search(line.plain):
        met = has_money(whole)
        return Sightings() if met else Sightings(sure=tuple(one.quote() for one in answer))
    if wordings.EVASIVE.search(said):
        return Sightings(sure=tuple(one.quote() for one in answer))
    question = line.plain.rsplit(". ", 1)[-1]
    answered = (
        (_TIMES.search(question) and has_time(text))
        or (_PLACES.search(question) and _PLACE.search(said))
        or ((_YES_NO.search(question) or _YES_NO.search(line.sentences[-1].plain)) and _ANSWERS.search(said))
        or len(stems(line.shown) & stems(text)) > 1
    )
    return Sightings() if answered else Sightings(perhaps=tuple(one.quote() for one in answer))


def _advises(sentence: Sentence) -> bool:
    if sentence.asks or wordings.NO_ADVICE.search(sentence.plain):
        return False
    return bool(wordings.ADVICE.search(sentence.plain))


def _known_already(sentence: Sentence, earlier: list[Line]) -> bool | None:
    """Return whether the caller has said what a question asks for; None where that is not sure."""
    callers = [line for line in earlier if line.role is Role.CALLER]
    for question, answer in _GIVEN:
        if re.search(question, sentence.plain):
            if any(re.search(answer, line.plain) for line in callers):
                return True
            # A name is mostly said bare, in answer to a question for it.
            same = [other for other in earlier if other.role is Role.AGENT and re.search(question, other.plain)]
            return None if same else False
    return None if re.search(r"\bagain\b", sentence.plain) and callers else False
