"""What a prompt lets a caller get done: the values each task needs, and whether it ends with a confirmation."""

from dataclasses import dataclass

from harness.services.extractive.prompt_reader import Reading
from harness.services.extractive.rules import Ask, Closing, Condition, ReadBack, ToolUse
from harness.services.extractive.values import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to get done, such as a booking or an enquiry about an order."""

    condition: Condition
    slots: tuple[Slot, ...]
    confirms: bool
    """Ends with a confirmation; otherwise the values are for looking something up."""
    noun: str
    reads_back: bool
    closing: str
    """The prompt's own words once it is done; empty when it has none."""
    uses: tuple[ToolUse, ...]
    """Tools to use once it is done."""


def tasks(reading: Reading) -> tuple[Task, ...]:
    """Return the tasks that a prompt's `ask` rules add up to."""
    asks = [rule for rule in reading.rules if isinstance(rule, Ask)]
    groups: list[list[Ask]] = []
    for ask in (one for one in asks if not one.attached):
        for group in groups:
            if ask.to_confirm == group[0].to_confirm and ask.condition.shares(group[0].condition):
                group.append(ask)
                break
        else:
            groups.append([ask])
    attached = [one for one in asks if one.attached]
    confirming = [group for group in groups if group[0].to_confirm]
    for ask in attached:
        for group in confirming:
            group.append(ask)
    if attached and not confirming:
        groups.append(attached)
    return tuple(_task(group, reading) for group in groups)


def _task(group: list[Ask], reading: Reading) -> Task:
    slots = tuple({slot.key: slot for ask in group for slot in ask.slots}.values())
    confirms = group[0].to_confirm
    noun = next((ask.noun for ask in group if ask.noun), "")
    closing = ""
    uses: list[ToolUse] = []
    for rule in reading.rules:
        match rule:
            case ReadBack(slot=None) if confirms:
                noun = noun or rule.noun
            case Closing(slot=None) if confirms:
                closing = rule.text or closing
                uses += rule.uses
            case Closing(slot=Slot() as slot) if slot.key in {one.key for one in slots}:
                closing = rule.text or closing
                uses += rule.uses
    return Task(
        condition=Condition(alternatives=tuple(a for ask in group for a in ask.condition.alternatives)),
        slots=slots,
        confirms=confirms,
        noun=noun,
        reads_back=confirms and any(isinstance(rule, ReadBack) and rule.slot is None for rule in reading.rules),
        closing=closing,
        uses=tuple(uses),
    )
