"""From a demand and a call to a verdict: what was seen, where it had to be, and when nothing can be said."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from harness.model.score import Quote
from harness.scorers.moments import quoted
from harness.scorers.offline_judge import courtesies, dealings, faults, topics, wordings
from harness.scorers.offline_judge.conversation import Conversation
from harness.scorers.offline_judge.demands import Act, Demand, Occasion
from harness.scorers.offline_judge.rulings import Ruling, abstain
from harness.scorers.offline_judge.sightings import Finder, Sightings
from harness.scorers.verdicts import Word

_FINDERS: Mapping[Act, Finder] = {
    Act.GREET: courtesies.greets,
    Act.INTRODUCE: courtesies.introduces,
    Act.ASK: topics.asks,
    Act.ASK_FOR_MORE: courtesies.asks_for_more,
    Act.ASK_TO_CONFIRM: dealings.asks_to_confirm,
    Act.READ_BACK: dealings.reads_back,
    Act.ARRANGE: dealings.arranges,
    Act.FAREWELL: courtesies.says_farewell,
    Act.THANK: courtesies.thanks,
    Act.APOLOGISE: courtesies.apologises,
    Act.OFFER: topics.offers,
    Act.OFFER_OTHER: dealings.offers_other,
    Act.TRANSFER: dealings.transfers,
    Act.GIVE_PRICE: topics.gives_price,
    Act.TELL: topics.tells,
    Act.SAY_WORDS: topics.says_words,
    Act.EXPLAIN: dealings.explains,
    Act.VERIFY: dealings.verifies,
    Act.DISCLOSE: dealings.discloses,
    Act.ASK_TO_HOLD: dealings.asks_to_hold,
    Act.HOLD: dealings.holds,
    Act.ADVISE: faults.advises,
    Act.PROMISE: faults.promises,
    Act.REVEAL: faults.reveals,
    Act.BE_RUDE: courtesies.is_rude,
    Act.ASK_AGAIN: faults.asks_again,
    Act.ASK_SEVERAL: faults.asks_several,
    Act.EXCEED: faults.exceeds,
    Act.EVADE: faults.evades,
}
_NEEDS_ARRANGEMENT = frozenset({Act.READ_BACK})


def decide(demand: Demand, call: Conversation) -> Ruling:
    """Return the verdict on one demand, with quotes; abstain where evidence is missing or mixed."""
    if not call.agent:
        return abstain("the agent said nothing that could be read")
    occasion = _occasion(demand, call)
    if occasion is not None:
        return occasion
    seen = _FINDERS[demand.act](call, demand)
    if demand.before is not None:
        return _ordered(demand, seen, call)
    if demand.act in _NEEDS_ARRANGEMENT and not seen.sure and not seen.perhaps and seen.missed_at is None:
        return Ruling(word=Word.NOT_APPLICABLE, reasoning="nothing was booked, ordered or confirmed in this call")
    if demand.unwanted:
        return _unwanted(demand, seen)
    return _wanted(demand, seen, call)


def _wanted(demand: Demand, seen: Sightings, call: Conversation) -> Ruling:
    if seen.sure:
        return Ruling(
            word=Word.PASS, reasoning=f"seen to {demand.shown}: {quoted(seen.sure[0].text)}", quotes=seen.sure
        )
    if seen.perhaps:
        return abstain(f"whether it came to {demand.shown} is not clear from {quoted(seen.perhaps[0].text)}")
    if seen.blind:
        return abstain(seen.blind)
    turns = len(call.agent)
    return Ruling(
        word=Word.FAIL,
        reasoning=f"in none of its {turns} turns seen to {demand.shown}"
        if turns > 1
        else f"not seen to {demand.shown}",
        quotes=(_missing_at(seen, call),),
    )


def _unwanted(demand: Demand, seen: Sightings) -> Ruling:
    if seen.sure:
        return Ruling(
            word=Word.FAIL, reasoning=f"seen to {demand.shown}: {quoted(seen.sure[0].text)}", quotes=seen.sure
        )
    if seen.perhaps:
        return abstain(f"{quoted(seen.perhaps[0].text)} may be to {demand.shown}")
    if seen.blind:
        return abstain(seen.blind)
    return Ruling(word=Word.PASS, reasoning=f"nowhere seen to {demand.shown}")


def _ordered(demand: Demand, seen: Sightings, call: Conversation) -> Ruling:
    assert demand.before is not None
    later = _FINDERS[demand.before.act](call, demand.before)
    if not later.sure:
        if demand.before.act is Act.HOLD and seen.sure:
            return Ruling(word=Word.PASS, reasoning=f"seen to {demand.shown}", quotes=seen.sure)
        if later.perhaps or later.blind:
            return abstain(f"it is not clear whether and when the agent came to {demand.before.shown}")
        if seen.sure:
            return Ruling(
                word=Word.PASS, reasoning=f"seen to {demand.shown}: {quoted(seen.sure[0].text)}", quotes=seen.sure
            )
        return Ruling(word=Word.NOT_APPLICABLE, reasoning=f"nowhere seen to {demand.before.shown}")
    deadline = later.sure[0]
    early = tuple(quote for quote in seen.sure if quote.turn <= deadline.turn)
    if early:
        return Ruling(word=Word.PASS, reasoning=f"first seen to {demand.shown}: {quoted(early[0].text)}", quotes=early)
    if any(quote.turn <= deadline.turn for quote in seen.perhaps) or (seen.blind and not seen.sure):
        return abstain(f"whether it came to {demand.shown} before {quoted(deadline.text)} is not clear")
    return Ruling(
        word=Word.FAIL,
        reasoning=f"before {quoted(deadline.text)} not seen to {demand.shown}",
        quotes=(deadline,),
    )


def _occasion(demand: Demand, call: Conversation) -> Ruling | None:
    """Return what settles a demand whose occasion did not come; None when it came, or none is needed."""
    if not demand.occasions:
        return None
    seen = Sightings()
    for occasion in demand.occasions:
        seen = seen | _look_for(occasion, call)
    if seen.sure:
        return None
    acted = _FINDERS[demand.act](call, replace(demand, occasions=()))
    if seen.perhaps:
        return None if acted.sure and not demand.unwanted else abstain("it is not clear whether the question applies")
    if acted.sure:
        return None
    whether = " or ".join(occasion.value for occasion in demand.occasions)
    return Ruling(word=Word.NOT_APPLICABLE, reasoning=f"it is not seen that {whether}")


def _look_for(occasion: Occasion, call: Conversation) -> Sightings:
    match occasion:
        case Occasion.COMPLAINT:
            strong = [line.quote() for line in call.caller if wordings.COMPLAINT.search(line.plain)]
            weak = [line.quote() for line in call.caller if wordings.HALF_COMPLAINT.search(line.plain)]
            return Sightings(sure=tuple(strong), perhaps=tuple(weak))
        case Occasion.DECLINED:
            return dealings.declining(call)
        case Occasion.WANTS_HUMAN:
            return Sightings(
                sure=tuple(
                    line.quote()
                    for line in call.caller
                    if any(wordings.WANTS_HUMAN.search(s.plain) for s in line.sentences)
                ),
            )
        case Occasion.WANTS_ADVICE:
            asked = [
                line for line in call.caller if any(wordings.ADVICE_WANTED.search(s.plain) for s in line.sentences)
            ]
            return Sightings(
                sure=tuple(line.quote() for line in asked if wordings.HEALTH.search(line.plain)),
                perhaps=tuple(line.quote() for line in asked),
            )
        case _:
            assert_never(occasion)


def _missing_at(seen: Sightings, call: Conversation) -> Quote:
    """Return the turn in which the act should have been: a fail needs a quote even for what is absent."""
    place = next((line for line in call.agent if line.turn == seen.missed_at), call.agent[-1])
    return place.quote()
