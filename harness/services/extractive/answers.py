"""What the prompt has to say about the caller's words: responses, refusals, facts and what is to be mentioned."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.services.extractive import phrases
from harness.services.extractive.clauses import to_caller
from harness.services.extractive.dialogue import State, is_question
from harness.services.extractive.matching import identifiers
from harness.services.extractive.prompt_reader import Reading, introduction
from harness.services.extractive.rules import Mention, Never, Respond, ToolUse
from harness.services.extractive.words import plain, stated_terms, terms

_WHO = re.compile(r"\bwho (?:am i|are you|is this|is that)\b|\byour name\b")
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of an answer; under a word limit the highest `rank` goes first."""

    text: str
    rank: int
    uses: tuple[ToolUse, ...] = ()


def responses(reading: Reading, heard: Iterable[str]) -> tuple[Respond | None, Respond | None]:
    """Return the rule that goes before the answer (an apology) and the one that answers, as far as there are any."""
    said = frozenset(heard)
    met = [rule for rule in reading.rules if isinstance(rule, Respond) and rule.answers(said)]
    met.sort(key=lambda rule: -max(len(wanted & said) for wanted in rule.condition.alternatives))
    return next((rule for rule in met if rule.first), None), next((rule for rule in met if not rule.first), None)


def refusals(reading: Reading, said: str) -> list[Part]:
    """Return the refusal of what a rule forbids, when the caller asks for it."""
    asked = frozenset(terms(said))
    for rule in reading.rules:
        if isinstance(rule, Never) and rule.terms and rule.terms <= asked:
            return [Part(phrases.refusal(rule.verb), 0)]
    return []


def facts(reading: Reading, state: State, said: str, *, explained: frozenset[str]) -> list[Part]:
    """Answer each sentence of the caller that is not about the task itself, with at most two facts.

    Args:
        reading: the prompt.
        state: where the conversation stands.
        said: the caller's words.
        explained: terms that have had their answer and are no part of the question.
    """
    found: list[str] = []
    if _WHO.search(plain(said)) and reading.identity:
        found.append(f"This is {introduction(reading.identity)}.")
    for sentence in _SENTENCE.findall(said):
        asked = set(reading.index.hear(sentence)) - explained
        if not asked or (state.given and not is_question(sentence)):
            continue
        if (state.started or state.given) and state.task and state.task.condition.met(asked, loosely=True):
            continue
        matches = [m for m in reading.index.matches(asked, known=state.identifiers) if not withheld(reading, m.text)]
        for match in matches[:2]:
            adds = not found or asked & stated_terms(match.text) - stated_terms(found[-1])
            if adds and match.text not in found:
                found.append(match.text)
    return [Part(spoken(text), 2 + position) for position, text in enumerate(found[:2])]


def mentions(reading: Reading, state: State, heard: Iterable[str], *, said_before: str) -> list[Part]:
    """Return what rules want brought up now and what has not been said before."""
    found = []
    for rule in reading.rules:
        if not isinstance(rule, Mention):
            continue
        begun = state.started and state.task is not None and rule.condition.shares(state.task.condition)
        text = _mention(rule, reading)
        if (begun or rule.condition.met(heard)) and text not in said_before:
            found.append(Part(text, 4))
    return found


def _mention(rule: Mention, reading: Reading) -> str:
    if rule.topic.endswith("?"):
        return rule.topic
    wanted = frozenset(terms(rule.topic))
    for fact in reading.facts:
        if wanted and wanted <= stated_terms(fact) and not withheld(reading, fact):
            return spoken(fact)
    return f"{'I can offer you' if rule.offered else 'We have'} {rule.topic}."


def withheld(reading: Reading, text: str) -> bool:
    """Return whether a rule forbids a fact."""
    stated, flat = stated_terms(text), f" {plain(text)} "
    return any(
        (bool(rule.terms) and rule.terms <= stated) or (bool(rule.quoted) and f" {plain(rule.quoted)} " in flat)
        for rule in reading.rules
        if isinstance(rule, Never)
    )


def spoken(fact: str) -> str:
    """Return a fact as it is said to the caller."""
    fact = to_caller(fact)
    text = re.sub(r"\b(\d{3,})\b", lambda m: " ".join(m[1]) if identifiers(fact) & {m[1]} else m[1], fact.strip())
    return text if text.endswith((".", "!", "?")) else f"{text}."
