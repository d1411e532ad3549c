"""Where a conversation stands, worked out anew from its history at every turn: the agent keeps nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.interfaces import Message, MessageRole
from harness.services.extractive.phrases import IS_THAT_RIGHT, question
from harness.services.extractive.prompt_reader import Reading
from harness.services.extractive.rules import Respond
from harness.services.extractive.tasks import Task, tasks
from harness.services.extractive.values import Slot, SlotKind, caller_text, find
from harness.services.extractive.words import is_weak, plain, terms

_RIGHT = "right|correct|it|fine|perfect|great"
_YES = re.compile(
    r"^(?:(?:oh|ah|um|uh|well|ok|okay) )*(?:yes|yeah|yep|yup|correct|right|exactly|sure|perfect|great|absolutely|ok|"
    rf"okay|sounds|please do|it is|thats (?:{_RIGHT})|that is (?:{_RIGHT}))\b"
)
_NO = re.compile(r"^(?:(?:oh|ah|um|uh|well|sorry) )*(?:no|nope|not|wrong|thats (?:wrong|not)|that is (?:wrong|not))\b")
_CORRECTION = re.compile(
    r"\b(?:actually|instead|rather|sorry|make (?:it|that)|change|i mean|i meant|no|not|wait|better)\b", re.I
)
_QUESTION = re.compile(
    r"^(?:(?:hi|hello|ok|okay|and|so|well|sorry|thanks|thank you|also|but)\s+)*(?:what|when|where|which|who|why|how|do|"
    r"does|did|is|are|can|could|will|would|have|has|may|should)\b"
)
_LONGEST_TURN = 2_000
"""Characters of one turn that are listened to, from its end: minutes of speech."""
_BARE_NUMBER = re.compile(r"(?<![\d:.])\b(\d{1,2})(?:th)?\b(?![:.]?\d|\s+(?:minutes|hours|days))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What the caller said, and what the agent had said before."""

    before: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where the conversation stands after the caller's last words."""

    task: Task | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    """Values given so far by slot key; the latest wins."""
    order: tuple[str, ...] = ()
    """Slot keys of spoken numbers in the order they were given, latest last."""
    given: frozenset[str] = frozenset()
    """Slots given or changed by the last words."""
    request: frozenset[str] = frozenset()
    """Terms of what the caller wanted when the task began."""
    asked: Slot | None = None
    """The slot the agent had just asked for."""
    was_settled: bool = False
    settled: bool = False
    """The task is done: confirmed, or looked up."""
    rejected: bool = False
    """The caller said no to what was read back, without saying what is right."""
    started: bool = False

    @property
    def missing(self) -> Slot | None:
        """Return the first slot of the task that has no value yet."""
        return next((slot for slot in self.task.slots if slot.key not in self.values), None) if self.task else None

    @property
    def identifiers(self) -> frozenset[str]:
        """Return the numbers the caller has given."""
        return frozenset(value for value in self.values.values() if value.isdigit() and len(value) >= 3)


def exchanges(messages: Sequence[Message]) -> tuple[Exchange, ...]:
    """Fold a history into exchanges; a caller's words split over several messages are one turn."""
    found: list[Exchange] = []
    before: list[str] = []
    for message in messages:
        match message.role:
            case MessageRole.SYSTEM | MessageRole.TOOL:
                continue
            case MessageRole.ASSISTANT:
                before.append(message.content)
            case MessageRole.USER if before or not found:
                found.append(Exchange(before=" ".join(filter(None, before)), said=message.content))
                before = []
            case MessageRole.USER:
                found[-1] = replace(found[-1], said=f"{found[-1].said} {message.content}")
    return tuple(replace(one, said=one.said[-_LONGEST_TURN:]) for one in found)


def follow(reading: Reading, turns: Sequence[Exchange]) -> State:
    """Return where the conversation stands after its last exchange."""
    known = tasks(reading)
    state = State()
    for turn in turns:
        state = _hear(state, turn, reading, known)
    return state


def is_question(text: str) -> bool:
    """Return whether a caller's sentence asks something."""
    return text.rstrip().endswith("?") or bool(_QUESTION.match(plain(text)))


def said_yes(text: str) -> bool:
    """Return whether the caller agrees."""
    return bool(_YES.match(plain(text)))


def said_no(text: str) -> bool:
    """Return whether the caller disagrees."""
    return bool(_NO.match(plain(text)))


def _hear(state: State, turn: Exchange, reading: Reading, known: tuple[Task, ...]) -> State:
    heard = reading.index.hear(turn.said)
    asked = _asked(turn.before, known)
    read_back = IS_THAT_RIGHT in turn.before
    slots = {slot.key: slot for task in known for slot in task.slots}
    values = _values(turn.said, tuple(slots.values()), asked, state.order)
    task = _task(state, turn.said, frozenset(heard), values, reading, known)
    if task is None:
        return State(values=state.values, order=state.order)
    started = task is not state.task
    base = State(request=frozenset(heard), values=state.values, order=state.order) if started else state
    correcting = bool(_CORRECTION.search(turn.said)) or read_back or not is_question(turn.said)
    kept = {
        key: value
        for key, value in values.items()
        if key not in base.values or correcting or (asked and asked.key == key) or started
    }
    merged = {**base.values, **kept}
    given = frozenset(key for key, value in kept.items() if base.values.get(key) != value)
    complete = all(slot.key in merged for slot in task.slots)
    agreed = read_back and not kept and said_yes(turn.said)
    settled = complete and (not task.reads_back or agreed or (base.settled and not given))
    numbers = [key for key in kept if slots[key].kind in (SlotKind.COUNT, SlotKind.TIME)]
    return State(
        task=task,
        values=merged,
        order=(*base.order, *numbers),
        given=given,
        request=base.request,
        asked=asked,
        was_settled=base.settled,
        settled=settled,
        rejected=read_back and not kept and said_no(turn.said),
        started=started,
    )


def _asked(before: str, known: tuple[Task, ...]) -> Slot | None:
    heard = plain(before)
    places = [(heard.rfind(plain(question(slot))), slot) for task in known for slot in task.slots]
    last = max(places, key=lambda place: place[0], default=None)
    return last[1] if last and last[0] >= 0 else None


def _task(
    state: State, said: str, heard: frozenset[str], values: dict[str, str], reading: Reading, known: tuple[Task, ...]
) -> Task | None:
    current = state.task
    if current and not state.settled and (values or current.condition.met(heard, loosely=True)):
        return current
    begun = (task for task in known if task is not current and _begins(task, heard, said, values, reading))
    return next(begun, current)


def _begins(task: Task, heard: frozenset[str], said: str, values: dict[str, str], reading: Reading) -> bool:
    given = [slot for slot in task.slots if slot.key in values]
    if len(given) >= 2:
        return True
    if not heard or not task.condition.met(heard, loosely=True):
        return False
    if given:
        return True
    # What another rule or a fact answers is not a wish to get something done.
    if any(isinstance(rule, Respond) and not rule.first and rule.answers(heard) for rule in reading.rules):
        return False
    if not task.condition.alternatives:
        return True
    further = {term for term in heard if not is_weak(term)} - task.condition.terms
    best = reading.index.matches(heard)
    return not (further and is_question(said) and best and best[0].coverage > 0.8)


def _values(said: str, slots: tuple[Slot, ...], asked: Slot | None, order: tuple[str, ...]) -> dict[str, str]:
    text = caller_text(said)
    digits = [slot for slot in slots if slot.kind is SlotKind.DIGITS]
    found: list[tuple[int, int, str, str]] = []
    for slot in sorted(slots, key=lambda one: one != asked):
        if slot.kind is SlotKind.DIGITS and len(digits) > 1 and slot != asked and not _names(said, slot):
            continue
        for one in find(text, slot, asked=slot == asked):
            if not any(one.start < end and start < one.end for start, end, *_ in found):
                found.append((one.start, one.end, slot.key, one.value))
    found += _corrected_numbers(text, slots, found, order)
    # A bare answer is only one when nothing else was said: "actually, make it nine" is nobody's name.
    bare = {slot.key for slot in slots if slot.kind in (SlotKind.NAME, SlotKind.TEXT)}
    if asked and asked.key in bare and len({key for *_, key, _ in found}) > 1:
        found = [one for one in found if one[2] != asked.key or find(text, asked, asked=False)]
    return {key: value for _, _, key, value in sorted(found)}


def _names(said: str, slot: Slot) -> bool:
    return bool(set(terms(slot.noun)) & set(terms(said)))


def _corrected_numbers(
    text: str, slots: tuple[Slot, ...], found: list[tuple[int, int, str, str]], order: tuple[str, ...]
) -> list[tuple[int, int, str, str]]:
    """Read `make it nine` as a new value of the number given last."""
    cue = _CORRECTION.search(text)
    numeric = {slot.key for slot in slots if slot.kind in (SlotKind.COUNT, SlotKind.TIME)}
    corrected = []
    for match in _BARE_NUMBER.finditer(text, cue.end() if cue else len(text)):
        if any(match.start() < end and start < match.end() for start, end, *_ in found):
            continue
        earlier = [key for start, _, key, _ in sorted(found) if start < match.start() and key in numeric]
        if latest := (earlier or [key for key in order if key in numeric])[-1:]:
            corrected.append((match.start(1), match.end(1), latest[0], match[1]))
    return corrected
