"""What the agent says next: the parts of an answer, in speaking order, cut to the prompt's limits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.services.extractive import phrases
from harness.services.extractive.answers import Part, facts, mentions, refusals, responses
from harness.services.extractive.dialogue import Exchange, State, follow, is_question, said_yes
from harness.services.extractive.prompt_reader import Reading, introduction
from harness.services.extractive.rules import Ending, Farewell, Greeting, Limit, Never, ToolUse, Unknown
from harness.services.extractive.task_answers import task_parts
from harness.services.extractive.words import plain, terms

_REPEAT = re.compile(
    r"\b(?:repeat|say) (?:that|it)(?: again)?\b|^(?:pardon|sorry what|what was that|come again)\b|\bsay again\b"
)
_BYE = re.compile(r"\b(?:goodbye|bye|good bye|good night|that is all|thats all|nothing else|that will be all)\b")
_SENTENCE_ENDS = re.compile(r"[.!?]+(?:\s|$)")
_THANKS = re.compile(r"\b(?:thanks|thank you|cheers)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the agent says, and the tools it uses with that."""

    text: str
    uses: tuple[ToolUse, ...] = ()


def greeting(reading: Reading) -> Answer:
    """Return what the agent opens a call with."""
    rules = [rule for rule in reading.rules if isinstance(rule, Greeting)]
    uses = tuple(use for rule in rules for use in rule.uses)
    for rule in rules:
        if rule.text:
            return Answer(text=rule.text, uses=uses)
    if reading.identity:
        text = f"{phrases.HELLO[:-1]}, this is {introduction(reading.identity)}. {phrases.HELP}"
        return Answer(text=text, uses=uses)
    return Answer(text=f"{phrases.HELLO} {phrases.HELP}", uses=uses)


def reply(reading: Reading, turns: Sequence[Exchange]) -> Answer:
    """Return the agent's answer to the last exchange, or the greeting when there is none."""
    if not turns:
        return greeting(reading)
    last = turns[-1]
    flat = plain(last.said)
    if not flat:
        return Answer(text=phrases.NOT_CAUGHT)
    if _REPEAT.search(flat):
        return Answer(text=last.before or phrases.NOTHING_SAID)
    state = follow(reading, turns)
    said_before = " ".join(turn.before for turn in turns)
    parts = _parts(reading, state, last, said_before)
    if not parts:
        return _small_talk(reading, flat)
    farewell = _farewell(reading)
    if farewell.uses and _BYE.search(flat) and not last.said.rstrip().endswith("?"):
        # Whoever leaves is let go, whatever was still to be asked.
        done = bool(state.given) or state.settled != state.was_settled
        parts = [*(parts if done else ()), Part(farewell.text, 0, farewell.uses)]
    return _within_limits(parts, reading)


def _parts(reading: Reading, state: State, last: Exchange, said_before: str) -> list[Part]:
    heard = reading.index.hear(last.said)
    apology, response = responses(reading, heard)
    first = [Part(apology.text, 1)] if apology else []
    task = [] if response and response.hands_over and not state.given else task_parts(state, reading)
    if response:
        said = [Part(response.text, 0, response.uses)]
    else:
        explained = apology.condition.terms if apology else frozenset()
        said = refusals(reading, last.said) or facts(reading, state, last.said, explained=explained)
    answered = bool(said) or bool(state.given) or state.settled != state.was_settled or state.started
    further = mentions(reading, state, heard, said_before=said_before)
    if not answered and not task and not first:
        return further
    if not answered and _asks_elsewhere(state, last.said):
        said = [_unknown(reading, rank=1)]
    elif not answered and state.asked and not first and not state.rejected and terms(last.said):
        said = [Part(phrases.NOT_CAUGHT, 3)]
    return [*first, *said, *further, *task]


def _asks_elsewhere(state: State, said: str) -> bool:
    return (
        is_question(said)
        and bool(terms(said))
        and not (state.task and state.task.condition.met(terms(said), loosely=True))
    )


def _small_talk(reading: Reading, flat: str) -> Answer:
    content = terms(flat)
    if _BYE.search(flat):
        farewell = _farewell(reading)
        return Answer(text=farewell.text, uses=farewell.uses)
    if content and not said_yes(flat):
        return _within_limits([_unknown(reading, rank=0)], reading)
    return Answer(text=phrases.WELCOME if _THANKS.search(flat) else phrases.HELP)


def _farewell(reading: Reading) -> Farewell:
    return next((rule for rule in reading.rules if isinstance(rule, Farewell)), Farewell(text=phrases.FAREWELL))


def _unknown(reading: Reading, *, rank: int) -> Part:
    rule = next((rule for rule in reading.rules if isinstance(rule, Unknown)), Unknown(text=phrases.UNKNOWN))
    return Part(rule.text, rank, rule.uses)


def _within_limits(parts: Sequence[Part], reading: Reading) -> Answer:
    words = min((rule.words for rule in reading.rules if isinstance(rule, Limit) and rule.words), default=0)
    sentences = min((rule.sentences for rule in reading.rules if isinstance(rule, Limit) and rule.sentences), default=0)
    endings = [rule.text for rule in reading.rules if isinstance(rule, Ending)]
    kept = [part for part in parts if not _banned(part.text, reading)] or [Part(phrases.UNKNOWN, 0)]

    def too_long() -> bool:
        text = " ".join([part.text for part in kept] + endings)
        over = bool(words) and len(text.split()) > words
        return over or (bool(sentences) and len(_SENTENCE_ENDS.findall(text)) > sentences)

    while len(kept) > 1 and too_long():
        least = max(kept, key=lambda part: part.rank)
        kept = [part for part in kept if part is not least]
    text = " ".join(part.text for part in kept)
    if words and len(text.split()) > words:
        text = " ".join(text.split()[:words]).rstrip(" ,;:.") + "."
    # What is done is done, even where the words for it were too many.
    return Answer(text=" ".join([text, *endings]), uses=tuple(use for part in parts for use in part.uses))


def _banned(text: str, reading: Reading) -> bool:
    return any(
        f" {plain(rule.quoted)} " in f" {plain(text)} "
        for rule in reading.rules
        if isinstance(rule, Never) and rule.quoted
    )
