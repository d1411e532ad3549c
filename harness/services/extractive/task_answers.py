"""What the agent says to get a task done: the next question, the reading back, the confirmation, what was looked up."""

from dataclasses import replace

from harness.services.extractive import phrases
from harness.services.extractive.answers import Part, spoken, withheld
from harness.services.extractive.dialogue import State
from harness.services.extractive.matching import identifiers
from harness.services.extractive.prompt_reader import Reading
from harness.services.extractive.rules import ReadBack
from harness.services.extractive.tasks import Task
from harness.services.extractive.values import SlotKind, render
from harness.services.extractive.words import plain, stated_terms


def task_parts(state: State, reading: Reading) -> list[Part]:
    """Return what the task needs next; nothing when it is settled or there is none."""
    task = state.task
    if task is None or (state.settled and state.was_settled and not state.given):
        return []
    echoes = [Part(text, 1) for text in _echoes(state, task, reading)]
    if state.rejected:
        return [Part(phrases.WHAT_TO_CHANGE, 0)]
    if state.missing:
        return [*echoes, Part(phrases.question(state.missing), 0)]
    if not state.settled:
        return [Part(_read_back(state, task), 0)]
    if not task.confirms:
        found = _looked_up(state, task, reading)
        # An answer that names the value has read it back.
        fresh = [echo for echo in echoes if not any(plain(echo.text).split()[-1] in plain(p.text) for p in found)]
        return [*fresh, *(replace(part, uses=task.uses) for part in found)]
    done = task.closing or phrases.confirmed(task.noun)
    opening = phrases.CHANGED if state.was_settled else "Thank you."
    return [*echoes, Part(opening, 2), Part(done, 0, task.uses)]


def _echoes(state: State, task: Task, reading: Reading) -> list[str]:
    wanted = {rule.slot.key for rule in reading.rules if isinstance(rule, ReadBack) and rule.slot}
    given = [slot for slot in task.slots if slot.key in wanted & state.given]
    return [f"{text[:1].upper()}{text[1:]}." for slot in given if (text := render(state.values[slot.key], slot))]


_SPOKEN_ORDER = (
    SlotKind.COUNT,
    SlotKind.DAY,
    SlotKind.TIME,
    SlotKind.NAME,
    SlotKind.DIGITS,
    SlotKind.EMAIL,
    SlotKind.TEXT,
)


def _read_back(state: State, task: Task) -> str:
    pieces: list[str] = []
    slots = sorted(task.slots, key=lambda slot: _SPOKEN_ORDER.index(slot.kind))
    kinds = [slot.kind for slot in slots]
    for slot, before in zip(slots, [None, *kinds], strict=False):
        text = render(state.values[slot.key], slot)
        if slot.kind is SlotKind.TIME and before is SlotKind.DAY:
            pieces[-1] += f" {text}"
        else:
            pieces.append(text)
    if task.noun:
        lead = phrases.with_article(task.noun)
        pieces = [f"{lead} {pieces[0]}", *pieces[1:]] if kinds[0] is SlotKind.COUNT else [lead, *pieces]
    return f"{phrases.READ_BACK} {', '.join(pieces)}. {phrases.IS_THAT_RIGHT}"


def _looked_up(state: State, task: Task, reading: Reading) -> list[Part]:
    digits = {state.values[slot.key] for slot in task.slots if slot.kind is SlotKind.DIGITS}
    about = [fact for fact in reading.facts if identifiers(fact) & digits and not withheld(reading, fact)]
    if about:
        wanted = state.request
        best = max(about, key=lambda fact: len(wanted & stated_terms(fact)))
        return [Part(spoken(best), 0)]
    if task.closing:
        return [Part(task.closing, 0)]
    for slot in task.slots:
        if slot.kind is SlotKind.DIGITS:
            value = render(state.values[slot.key], slot).removeprefix(slot.noun).strip()
            return [Part(phrases.not_found(slot.noun, value), 0)]
    answers = [m for m in reading.index.matches(state.request) if not withheld(reading, m.text)]
    if answers:
        return [Part(spoken(answers[0].text), 0)]
    return [Part(phrases.noted(task.slots[-1].noun), 0)]
