"""What its author should know of a suite that runs: facts nobody needs or at odds with a goal, quarantines that end."""

import re
from collections.abc import Iterator
from datetime import date

from harness.model.case import Case
from harness.model.entity import EntityKind
from harness.model.moves import Disturbance, Press, Say
from harness.model.persona import Persona, PersonaFact
from harness.model.phrases import says_any, words_of
from harness.model.script import all_steps, improvises
from harness.model.suite import Suite

_SENTENCE = re.compile(r"[^.!?;]+")
_NUMBER = re.compile(r"\d[\d\s.:-]*")
_SOON = 7
"""Days before a quarantine ends on which its owner is reminded."""


def lint_callers(suite: Suite) -> list[str]:
    """Return one sentence for each fact that no case of its persona uses, and each that a goal contradicts."""
    personas: dict[str, list[Case]] = {}
    for case in suite.cases:
        personas.setdefault(case.persona.name, []).append(case)
    return [line for cases in personas.values() for line in _lint(cases[0].persona, cases)]


def lint_quarantines(suite: Suite, *, today: date) -> list[str]:
    """Return one sentence for each quarantine that has ended or ends within a week."""
    return [line for case in suite.cases for line in _lint_quarantine(case, today=today)]


def _lint_quarantine(case: Case, *, today: date) -> Iterator[str]:
    held = case.quarantine
    if held is None:
        return
    what = f"{case.id}: its quarantine ({held.owner}: {held.reason})"
    days = (held.until - today).days
    if held.expired(today):
        yield f"{what} ended on {held.until}, so that the case fails; mend it, or move `until`"
    elif days <= _SOON:
        when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
        yield f"{what} ends {when}, on {held.until}; from the day after the case fails"


def _lint(persona: Persona, cases: list[Case]) -> Iterator[str]:
    for fact in persona.facts:
        if not any(_uses(case, fact) for case in cases):
            yield (
                f"persona {persona.name}: no case uses the fact {fact.name!r}: no line or goal has its value, and "
                "nobody makes lines up (proceed)"
            )
        for case in cases:
            other = _contradiction(case.goal, fact)
            if other:
                yield (
                    f"{case.id}: the goal says {other!r} where the fact {fact.name!r} of persona {persona.name} is "
                    f"{fact.value!r}"
                )


def _uses(case: Case, fact: PersonaFact) -> bool:
    if improvises(case.moves):
        return True
    values = (fact.value, *fact.accept)
    return any(_holds(text, value, fact.kind) for text in _texts(case) for value in values)


def _texts(case: Case) -> Iterator[str]:
    yield case.goal
    for step in all_steps(case.moves):
        match step:
            case Say():
                yield step.text
                yield from (entity.value for entity in step.entities)
            case Press():
                yield step.digits
            case Disturbance():
                yield step.text


def _holds(text: str, value: str, kind: EntityKind) -> bool:
    if kind is EntityKind.PHRASE:
        return says_any(text, (value,))
    return _bare(value) in _bare(text)


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _contradiction(goal: str, fact: PersonaFact) -> str:
    """Return the sentence of a goal that speaks of a fact and has another number than the fact's; empty if none."""
    name = set(words_of(fact.name))
    if not _NUMBER.search(fact.value):
        return ""
    for match in _SENTENCE.finditer(goal):
        sentence = match.group().strip()
        numbers = [_bare(number.group()) for number in _NUMBER.finditer(sentence)]
        values = {_bare(value) for value in (fact.value, *fact.accept)}
        if numbers and name <= set(words_of(sentence)) and not any(value in _bare(sentence) for value in values):
            return sentence
    return ""
