"""How the agent holds a call: it greets, speaks up in a silence, and reads nothing aloud that belongs on a screen."""

import re
from itertools import pairwise
from typing import Final

from harness.model.call import EndReason, Role, Speaker
from harness.model.check_kinds import Greets, Reprompts
from harness.model.score import Quote
from harness.scorers.checks.ruling import Instant, Ruling, broken, kept, unknown
from harness.scorers.checks.scope import Scope
from harness.scorers.moments import greeting_turns, quoted, why_missed
from harness.scorers.phrases import find_phrase

_PAUSE_MS: Final = 1_500
"""A shorter silence between two turns of the agent is a breath."""
_SCREEN: Final = (
    ("a web address", re.compile(r"(?:https?://|\bwww\.)\S+", re.IGNORECASE)),
    ("a link of markdown", re.compile(r"\[[^\]\n]{1,200}\]\([^)\n]{1,200}\)")),
    ("a mark-up of markdown", re.compile(r"\*\*|__|~~|`|(?<!\w)\*[^\s*][^*\n]{0,200}\*(?!\w)")),
    ("a heading of markdown", re.compile(r"^\s{0,3}#{1,6}\s", re.MULTILINE)),
    ("a list of markdown", re.compile(r"^\s*(?:[*+•-]|\d{1,3}[.)])\s+\S.*\n\s*(?:[*+•-]|\d{1,3}[.)])\s", re.MULTILINE)),
    ("a bullet", re.compile(r"^\s*[*+•]\s+\S", re.MULTILINE)),
    ("a table of markdown", re.compile(r"^\s*\|.*\|", re.MULTILINE)),
    ("a tag of HTML", re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]{0,200})?/?>")),
)


def rule_greets(question: Greets, *, scope: Scope) -> Ruling:
    """Rule on an agent that speaks before the caller does."""
    call = scope.call
    if call.end_reason is EndReason.NOT_ANSWERED:
        return unknown(f"no greeting could be given: {why_missed(call).reason}")
    turns = [i for i in greeting_turns(call) if call.turns[i].speaker is Speaker.AGENT and call.turns[i].spoken.strip()]
    if not turns:
        return broken("expected the agent to greet, the caller spoke first", empty=scope.is_mute)
    text = " ".join(call.turns[index].spoken for index in turns)
    quotes = (Quote(turn=turns[0], text=text),)
    if not question.phrases or any(find_phrase(each, text=text, lang=scope.lang) for each in question.phrases):
        since = Instant(at_ms=call.turns[turns[0]].started_ms, turn=turns[0])
        return kept(f"greeted with {quoted(text)}", quotes=quotes, since=since)
    wanted = " or ".join(quoted(phrase) for phrase in question.phrases)
    return broken(f"expected {wanted} in the greeting, it was {quoted(text)}", quotes=quotes, missing=question.phrases)


def rule_reprompt(question: Reprompts, *, scope: Scope) -> Ruling:
    """Rule on silences of the caller: none may last longer than the limit, and one has to be there."""
    turns = [
        (index, turn) for index, turn in enumerate(scope.call.turns) if turn.role is Role.AGENT or turn.wants_answer
    ]
    inside = set(scope.answer)
    since: Instant | None = None
    quotes: list[Quote] = []
    for (index, turn), (later, following) in pairwise(turns):
        silence_ms = following.started_ms - turn.ended_ms
        if turn.role is not Role.AGENT or index not in inside or silence_ms < _PAUSE_MS:
            continue
        if silence_ms > question.within_ms:
            return broken(_too_long(silence_ms, after=turn.spoken, limit_ms=question.within_ms))
        if following.role is Role.AGENT:
            since = since or Instant(at_ms=following.started_ms, turn=later)
            quotes.append(Quote(turn=later, text=following.spoken))
    last = turns[-1] if turns else None
    if last is not None and last[0] in inside:
        rest_ms = scope.call.duration_ms - last[1].ended_ms
        if rest_ms > question.within_ms:
            return broken(_too_long(rest_ms, after=last[1].spoken, limit_ms=question.within_ms))
    if since is None:
        return unknown(f"the caller was never silent for long enough {scope.place}: let it `wait`")
    return kept(f"spoke again after a silence: {quoted(quotes[0].text)}", quotes=tuple(quotes), since=since)


def rule_plain_speech(*, scope: Scope) -> Ruling:
    """Rule on signs that a voice reads aloud, or swallows."""
    if scope.is_mute:
        return unknown("the agent said nothing in the whole call")
    for index, turn in scope.turns():
        for what, pattern in _SCREEN:
            match = pattern.search(turn.spoken)
            if match is not None:
                quotes = (Quote(turn=index, text=match.group().strip()),)
                return broken(f"{what} was read aloud {scope.place}: {quoted(turn.spoken)}", quotes=quotes)
    return kept(f"nothing was read aloud that belongs on a screen {scope.place}")


def _too_long(silence_ms: int, *, after: str, limit_ms: int) -> str:
    return f"after {quoted(after)} nobody spoke for {silence_ms} ms, {limit_ms} ms are allowed"
