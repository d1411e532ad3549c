"""Every fixed phrase the agent may say beside the words of its prompt and of its caller."""

import re

from harness.services.extractive.values import Slot, SlotKind

HELP = "How can I help you?"
HELLO = "Hello."
UNKNOWN = "I am sorry, I do not know that."
NOT_CAUGHT = "I am sorry, I did not catch that."
WELCOME = "You are welcome."
FAREWELL = "Thank you for calling. Goodbye."
WHAT_TO_CHANGE = "I am sorry. What should I change?"
IS_THAT_RIGHT = "Is that right?"
CHANGED = "All right, I have changed that."
READ_BACK = "Let me read that back:"
NOTHING_SAID = "I have not said anything yet."
SORRY = "I am sorry about that."
ONE_MOMENT = "One moment, please."
DONE = "That is done."
NOT_DONE = "I am sorry, that did not work."


def question(slot: Slot) -> str:
    """Return the question that asks for a slot."""
    if slot.question:
        return slot.question
    match slot.kind:
        case SlotKind.COUNT:
            counted = re.sub(r"^(?:number of|how many)\s+", "", slot.noun)
            return f"For how many {counted if counted != slot.noun else 'people'}?"
        case SlotKind.TIME:
            return "What time would you like?"
        case SlotKind.DAY:
            return "Which day would you like?"
        case _:
            return f"May I have your {slot.noun}, please?"


def confirmed(noun: str) -> str:
    """Return that something is settled."""
    return f"Your {noun} is confirmed." if noun else "That is confirmed."


def not_found(noun: str, value: str) -> str:
    """Return that the prompt says nothing about a number the caller gave."""
    return f"I am sorry, I cannot find {noun} {value}."


def noted(noun: str) -> str:
    """Return that a value was taken down."""
    return f"Thank you, I have noted {f'your {noun}' if noun else 'that'}."


def refusal(verb: str) -> str:
    """Return that the prompt forbids something."""
    return f"I am sorry, I cannot {verb}."


def with_article(noun: str) -> str:
    """Return `a booking`, `an appointment`."""
    return f"{'an' if noun[:1] in tuple('aeiou') else 'a'} {noun}"
