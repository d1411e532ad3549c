"""What the agent says: phrases, patterns, how often and in which order. Phrases are found as `says` finds them."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.check_kinds import Count, Matches, NeverSays, Order, Says
from harness.model.patterns import SEARCH_S, PatternTooSlowError
from harness.model.score import Quote
from harness.scorers.checks.ruling import Instant, Ruling, broken, kept, unknown
from harness.scorers.checks.scope import Scope
from harness.scorers.checks.tools import count_tool
from harness.scorers.moments import quoted
from harness.scorers.normalise import normalize_basic
from harness.scorers.phrases import phrase_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place where a phrase was said."""

    since: Instant
    end: int
    text: str

    @property
    def quote(self) -> Quote:
        """Return it as evidence."""
        return Quote(turn=self.since.turn, text=self.text)


def find_hits(phrases: Sequence[str], *, scope: Scope) -> list[Hit]:
    """Return every place where one of the phrases was said, the earliest first.

    An answer cut into several turns by a pause is also read as one; such a place stands at its first turn.
    """
    found: list[Hit] = []
    for phrase in phrases:
        for exchange in scope.exchanges:
            hits = [hit for index in exchange.answer for hit in _hits(phrase, turns=(index,), scope=scope)]
            if not hits and len(exchange.answer) > 1:
                hits = _hits(phrase, turns=exchange.answer, scope=scope)
            found += hits
    return sorted(found, key=lambda hit: hit.since)


def wordless(phrases: Sequence[str], *, scope: Scope) -> Ruling | None:
    """Return the ruling on phrases with nothing in them to look for, if any is so."""
    empty = [phrase for phrase in phrases if not normalize_basic(phrase, scope.lang)]
    return unknown(f"{quoted(empty[0])} has no words to look for") if empty else None


def rule_says(question: Says, *, scope: Scope) -> Ruling:
    """Rule on phrases of which any one is to be said."""
    wanted = " or ".join(quoted(phrase) for phrase in question.phrases)
    hits = find_hits(question.phrases, scope=scope)
    if hits:
        quotes = tuple(hit.quote for hit in hits)
        return kept(f"said {quoted(hits[0].text)} {scope.place}", quotes=quotes, since=hits[0].since)
    return broken(
        f"expected the agent to say {wanted} {scope.place}, {scope.what_it_said()}",
        quotes=_first_words(scope),
        missing=question.phrases,
        empty=scope.is_mute,
    )


def rule_never_says(question: NeverSays, *, scope: Scope) -> Ruling:
    """Rule on phrases of which none is to be said."""
    unwanted = " or ".join(quoted(phrase) for phrase in question.phrases)
    if scope.is_mute:
        return unknown(f"{unwanted} could not be checked: the agent said nothing in the whole call")
    hits = find_hits(question.phrases, scope=scope)
    if hits:
        said = quoted(scope.call.turns[hits[0].since.turn].spoken)
        reason = f"the agent must never say {quoted(hits[0].text)} {scope.place}, it said: {said}"
        return broken(reason, quotes=tuple(hit.quote for hit in hits))
    return kept(f"did not say {unwanted} {scope.place}{'' if scope.answer else ', but then it said nothing'}")


def rule_regex(question: Matches, *, scope: Scope) -> Ruling:
    """Rule on a pattern that is to be found in one turn, or in an answer as a whole."""
    pattern = question.pattern
    try:
        for exchange in scope.exchanges:
            joined = exchange.answer if len(exchange.answer) > 1 else ()
            for turns in (*((index,) for index in exchange.answer), *((joined,) if joined else ())):
                found = scope.searcher.search(pattern, " ".join(scope.call.turns[i].spoken for i in turns))
                if found is not None:
                    since = Instant(at_ms=scope.call.turns[turns[0]].started_ms, turn=turns[0], place=found.start)
                    reason = f"{pattern!r} found {quoted(found.text)} {scope.place}"
                    return kept(reason, quotes=(Quote(turn=turns[0], text=found.text),), since=since)
    except PatternTooSlowError:
        return unknown(
            f"the pattern {pattern!r} was given up after {SEARCH_S:g} s {scope.place}: it can go over the same words "
            "in too many ways; write it without a repeat inside a repeat"
        )
    reason = f"expected words that fit {pattern!r} {scope.place}, {scope.what_it_said()}"
    return broken(reason, quotes=_first_words(scope), empty=scope.is_mute)


def rule_order(question: Order, *, scope: Scope) -> Ruling:
    """Rule on phrases that are to follow each other."""
    told: list[Hit] = []
    for phrase in question.phrases:
        later = [hit for hit in find_hits((phrase,), scope=scope) if not told or _follows(hit, told[-1])]
        if not later:
            before = f"after {quoted(told[-1].text)} " if told else ""
            wanted = ", ".join(quoted(each) for each in question.phrases)
            return broken(
                f"expected {wanted} in this order {scope.place}; {quoted(phrase)} was not said {before}".rstrip(),
                quotes=tuple(hit.quote for hit in told),
                missing=(phrase,),
                empty=scope.is_mute,
            )
        told.append(later[0])
    said = ", ".join(quoted(hit.text) for hit in told)
    return kept(f"said {said} in this order", quotes=tuple(hit.quote for hit in told), since=told[-1].since)


def rule_count(question: Count, *, scope: Scope) -> Ruling:
    """Rule on how often something is said, or called."""
    if question.tool:
        return count_tool(question.tool, times=question.times, scope=scope)
    if scope.is_mute:
        return broken("the agent said nothing in the whole call", empty=True)
    hits = find_hits((question.phrase,), scope=scope)
    quotes = tuple(hit.quote for hit in hits)
    reason = f"said {quoted(question.phrase)} {len(hits)} times {scope.place}, {question.times} expected"
    return kept(reason, quotes=quotes) if question.times.hold(len(hits)) else broken(reason, quotes=quotes)


def _hits(phrase: str, *, turns: Sequence[int], scope: Scope) -> list[Hit]:
    text = " ".join(scope.call.turns[index].spoken for index in turns)
    first = scope.call.turns[turns[0]]
    return [
        Hit(
            since=Instant(at_ms=first.started_ms, turn=turns[0], place=place.start),
            end=place.end,
            text=place.text,
        )
        for place in phrase_places(phrase, text=text, lang=scope.lang)
    ]


def _follows(hit: Hit, before: Hit) -> bool:
    if hit.since.turn == before.since.turn:
        return hit.since.place >= before.end
    return hit.since > before.since


def _first_words(scope: Scope) -> tuple[Quote, ...]:
    return tuple(Quote(turn=index, text=turn.spoken) for index, turn in scope.turns())[:1]
