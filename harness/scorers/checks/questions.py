"""Questions the agent asks, and whether it asked before it acted. A question is a sentence with a question mark."""

import re
from collections.abc import Iterator

from harness.model.call import Event, Role
from harness.model.check_kinds import Asks, Confirms
from harness.model.score import Quote
from harness.scorers.checks.ruling import Instant, Ruling, broken, kept, unknown
from harness.scorers.checks.scope import Scope
from harness.scorers.checks.tools import NO_LOG, called, sees_tools
from harness.scorers.moments import quoted
from harness.scorers.phrases import find_phrase

_SENTENCE = re.compile(r"[^.!?。！？؟]+[.!?。！？؟]*")
_MARKS = ("?", "？", "؟")


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions of a text."""
    sentences = (sentence.strip() for sentence in _SENTENCE.findall(text))
    return tuple(sentence for sentence in sentences if any(mark in sentence for mark in _MARKS))


def rule_asks(question: Asks, *, scope: Scope) -> Ruling:
    """Rule on a question with one of the phrases in it."""
    asked = list(_questions(scope))
    for index, sentence in asked:
        if any(find_phrase(phrase, text=sentence, lang=scope.lang) is not None for phrase in question.phrases):
            turn = scope.call.turns[index]
            since = Instant(at_ms=turn.started_ms, turn=index, place=turn.spoken.find(sentence))
            return kept(
                f"asked {quoted(sentence)} {scope.place}", quotes=(Quote(turn=index, text=sentence),), since=since
            )
    wanted = " or ".join(quoted(phrase) for phrase in question.phrases)
    other = f"it asked: {quoted(asked[0][1])}" if asked else f"it asked nothing; {scope.what_it_said()}"
    return broken(
        f"expected the agent to ask for {wanted} {scope.place}, {other}",
        quotes=tuple(Quote(turn=index, text=sentence) for index, sentence in asked[:1]),
        missing=question.phrases,
        empty=scope.is_mute,
    )


def rule_confirmed(question: Confirms, *, scope: Scope) -> Ruling:
    """Rule on a tool that may be called only after the caller has answered the agent's question."""
    if not sees_tools(scope.call):
        return unknown(NO_LOG)
    calls = called(question.tool, scope=scope)
    if not calls:
        return kept(f"{question.tool} was not called {scope.place}, so nothing had to be confirmed")
    quotes: list[Quote] = []
    for event in calls:
        ruling = _confirmed(question, event=event, scope=scope)
        if not ruling.passed:
            return ruling
        quotes += ruling.quotes
    return kept(f"asked and was answered before it called {question.tool}", quotes=tuple(quotes))


def _confirmed(question: Confirms, *, event: Event, scope: Scope) -> Ruling:
    turns = scope.call.turns
    replies = [
        i
        for i, turn in enumerate(turns)
        if turn.role is Role.CALLER and turn.wants_answer and turn.started_ms < event.at_ms
    ]
    reply = replies[-1] if replies else len(turns)
    start = next((i for i in reversed(replies) if i < reply), -1)
    asked = [
        (i, sentence)
        for i in range(start + 1, reply)
        if turns[i].role is Role.AGENT and turns[i].started_ms < event.at_ms
        for sentence in questions_in(turns[i].spoken)
    ]
    fitting = [each for each in asked if _holds(question.asks, text=each[1], lang=scope.lang)]
    what = f"{question.tool} was called at {event.at_ms} ms"
    if not fitting or not replies:
        wanted = f" for {' or '.join(quoted(phrase) for phrase in question.asks)}" if question.asks else ""
        said = f"; the question before was {quoted(asked[-1][1])}" if asked and replies else ""
        return broken(f"{what}, and the agent had not asked{wanted} and been answered before{said}")
    quotes = (Quote(turn=fitting[-1][0], text=fitting[-1][1]), Quote(turn=reply, text=turns[reply].spoken))
    if not _holds(question.caller_says, text=turns[reply].spoken, lang=scope.evidence.case.persona.language):
        wanted = " or ".join(quoted(phrase) for phrase in question.caller_says)
        return broken(f"{what}, and the caller had said {quoted(turns[reply].spoken)}, not {wanted}", quotes=quotes)
    return kept("", quotes=quotes)


def _holds(phrases: tuple[str, ...], *, text: str, lang: str) -> bool:
    return not phrases or any(find_phrase(phrase, text=text, lang=lang) is not None for phrase in phrases)


def _questions(scope: Scope) -> Iterator[tuple[int, str]]:
    for index, turn in scope.turns():
        for sentence in questions_in(turn.spoken):
            yield index, sentence
