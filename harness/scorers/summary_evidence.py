"""What the clauses of a call say to one English claim: values first, then words and what denies them.

Every rule either finds the clause that decides or says nothing, and the first that decides is believed. Contradictions
are looked for before support, because a summary takes over most words of what it gets wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from harness.model.call import Role
from harness.model.entity import Entity, EntityKind
from harness.model.summary import Standing
from harness.scorers.entities import entity_found
from harness.scorers.summary_call import Clause, Conversation
from harness.scorers.summary_statement import Claim
from harness.scorers.summary_values import Slot, Value, rivals, same
from harness.scorers.summary_words import ACCEPTING, OPPOSITES

ENOUGH = 0.5
"""Share of a claim's own words that must stand near its values."""
NEARLY_ALL = 0.75
"""Share of them that must stand in one clause where there is no value to compare."""
_PART = 1 / 3
_SAME_SENTENCE = 0.6
_RELATIVE_DAYS = frozenset({"today", "tomorrow", "tonight", "yesterday"})
_LABELS = frozenset(
    {"phone", "telephone", "mobile", "order", "account", "card", "booking", "reference", "customer", "insurance"}
    | {"invoice", "policy", "tracking", "room", "flight", "ticket", "member", "membership", "contract"}
)
_AGREED = frozenset({Slot.TIME, Slot.DAY, Slot.DATE, Slot.PEOPLE})
"""A call agrees on one of them; prices and quantities it may name for many things."""
_REFERRING = frozenset({"it", "that", "them"})
_NAME_WORDS = frozenset({"name", "name's", "named", "called"})
_FREE = frozenset({"free", "gratis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A rule's decision and the clause that decided it."""

    standing: Standing
    clause: Clause | None
    why: str


def weigh(claim: Claim, conversation: Conversation) -> Found | None:
    """Return what the call says to a claim; None when its words and values do not tell."""
    if not claim.stems and not claim.values:
        return None
    absent = [value for value in claim.values if not any(_says(c, value) for c in conversation.clauses)]
    if absent:
        return _absent_value(claim, absent[0], conversation)
    return (
        _taken_back(claim, conversation)
        or _denied(claim, conversation)
        or _opposite(claim, conversation)
        or _other_side_promised(claim, conversation)
        or _last_word(claim, conversation)
        or _supported(claim, conversation)
    )


def _says(clause: Clause, value: Value) -> bool:
    if value.slot is Slot.NAME:
        return value.key in clause.words or any(same(value, each) for each in clause.values)
    if value.slot is Slot.CODE and entity_found(Entity(kind=EntityKind.CODE, value=value.key), hypothesis=clause.text):
        return True
    return any(same(value, each) for each in clause.values)


def _says_all(clause: Clause, values: Sequence[Value]) -> bool:
    return all(_says(clause, value) for value in values)


def _overlap(claim: Claim, clauses: Sequence[Clause]) -> float:
    """Return the share of a claim's own words that stand in clauses; all of them where it has none."""
    if not claim.stems:
        return 1.0
    said = frozenset().union(*(clause.stems for clause in clauses)) if clauses else frozenset()
    return len(claim.stems & said) / len(claim.stems)


def _against(clause: Clause | None, why: str) -> Found:
    return Found(standing=Standing.CONTRADICTED, clause=clause, why=why)


def _absent_value(claim: Claim, value: Value, conversation: Conversation) -> Found | None:
    """Decide about a value nobody said: another one was said in its place, or the call knows nothing of it."""
    clauses = conversation.clauses
    places = [i for i, clause in enumerate(clauses) if any(_is_rival(value, each) for each in clause.values)]
    if value.slot is Slot.CODE and (labels := claim.words & _LABELS):
        places = [i for i in places if any(labels & clause.words for clause in clauses[max(0, i - 2) : i + 1])]
    if value.slot is Slot.NAME and claim.words & _NAME_WORDS:
        places = [i for i in places if clauses[i].words & _NAME_WORDS]
    elif value.slot is Slot.NAME:
        # Names of places and firms: rivals only where the same is said of both.
        places = [i for i in places if claim.stems and _overlap(claim, (clauses[i],)) >= ENOUGH]
    if places:
        best = max(places, key=lambda at: _overlap(claim, conversation.near(at)))
        near = _overlap(claim, conversation.near(best))
        if 0 < near < ENOUGH or _adds_up(value, clauses):
            return None
        if near:
            return _against(clauses[best], f"says {value.shown}, which nobody said")
    if value.slot is Slot.MONEY:
        free = [c for c in clauses if c.words & _FREE and _overlap(claim, (c,)) >= ENOUGH]
        if free:
            return _against(free[-1], f"says {value.shown} for what is free")
    days = any(each.slot is Slot.DAY for clause in clauses for each in clause.values)
    if (value.slot is Slot.DAY and days) or (value.slot is Slot.NUMBER and len(value.key) < 3):
        return None
    return Found(standing=Standing.NOT_IN_CALL, clause=None, why=f"nobody said {value.shown} or anything like it")


def _is_rival(value: Value, other: Value) -> bool:
    if value.slot is Slot.NAME:
        return other.slot is Slot.NAME and other.key != value.key
    if value.slot is Slot.DAY and (value.key in _RELATIVE_DAYS) is not (other.key in _RELATIVE_DAYS):
        return False
    return rivals(value, other)


def _adds_up(value: Value, clauses: Sequence[Clause]) -> bool:
    """Return whether a number is the sum of two that were said: two adults and three children are five people."""
    if value.slot not in (Slot.PEOPLE, Slot.QUANTITY, Slot.MONEY) or not value.key.isdecimal():
        return False
    said: dict[int, list[int]] = {}
    for clause in clauses:
        for each in clause.values:
            if each.slot in (value.slot, Slot.QUANTITY) and each.key.isdecimal():
                said.setdefault(clause.turn, []).append(int(each.key))
    return any(one + other == int(value.key) for numbers in said.values() for one, other in combinations(numbers, 2))


def _taken_back(claim: Claim, conversation: Conversation) -> Found | None:
    clauses = conversation.clauses
    for value in claim.values:
        last = _last_place(value, clauses)
        for clause in clauses[last : last + 3]:
            if not clause.takes_back or clause.role is not clauses[last].role:
                continue
            places = [i for i, each in enumerate(clause.values) if same(value, each)]
            others = [i for i, each in enumerate(clause.values) if rivals(value, each)]
            if others and (not places or max(places) < max(others)):
                return _against(clause, f"says {value.shown}, which was taken back")
    return None


def _last_place(value: Value, clauses: Sequence[Clause]) -> int:
    return max(i for i, clause in enumerate(clauses) if _says(clause, value))


def _denied(claim: Claim, conversation: Conversation) -> Found | None:
    """Look for the same words said the other way round, and for a question with the same words that got a no."""
    if not claim.stems or claim.wishes:
        return None
    against: list[Clause] = []
    agreeing = 0.0
    for at, clause in enumerate(conversation.clauses):
        share = _overlap(claim, (clause,))
        if share < _SAME_SENTENCE or not _says_all(clause, claim.values):
            continue
        following = conversation.clauses[at + 1] if at + 1 < len(conversation.clauses) else None
        if clause.asks and following and following.says_no and following.role is not clause.role:
            if not claim.denied:
                against.append(following)
            else:
                agreeing = max(agreeing, share)
        elif clause.asserts and clause.denied is not claim.denied:
            if _is_mostly(clause, claim) and not _turned_round(clause, following):
                against.append(clause)
        elif clause.asserts:
            agreeing = max(agreeing, share)
    if against and not agreeing:
        return _against(against[-1], "says the opposite")
    return None


def _turned_round(clause: Clause, following: Clause | None) -> bool:
    """Return whether the same speaker goes on to say the contrary of it: `and I can't make it`."""
    goes_on = following is not None and following.turn == clause.turn and following.denied is not clause.denied
    return goes_on and following is not None and bool(_REFERRING & following.words)


def _is_mostly(clause: Clause, claim: Claim) -> bool:
    """Return whether at least half of a clause is about the claim: what it denies is not something else."""
    return 2 * len(clause.stems & claim.stems) >= len(clause.stems)


def _opposite(claim: Claim, conversation: Conversation) -> Found | None:
    """Look for the contrary of one of its words: `closed` where the claim has `open`."""
    if claim.denied or claim.wishes:
        return None
    for word in sorted(claim.stems & OPPOSITES.keys()):
        rest = Claim(text=claim.text, stems=claim.stems - {word})
        if any(c.asserts and word in c.stems and _says_all(c, claim.values) for c in conversation.clauses):
            continue
        for at, clause in enumerate(conversation.clauses):
            contrary = clause.asserts and not clause.denied and OPPOSITES[word] & clause.stems
            about_it = bool(claim.values) or bool(rest.stems)
            if contrary and about_it and _says_all(clause, claim.values):
                near = _overlap(rest, conversation.near(at))
                if near >= ENOUGH:
                    return _against(clause, f"says the contrary of {sorted(contrary)[0]}")
    return None


def _other_side_promised(claim: Claim, conversation: Conversation) -> Found | None:
    if not claim.promises or claim.subject is None or not claim.stems:
        return None
    promised = [
        clause
        for clause in conversation.clauses
        if clause.promises and _overlap(claim, (clause,)) >= _SAME_SENTENCE and _says_all(clause, claim.values)
    ]
    if promised and all(clause.role is not claim.subject for clause in promised):
        return _against(promised[-1], f"gives to the {claim.subject.value} what the other side promised")
    return None


def _last_word(claim: Claim, conversation: Conversation) -> Found | None:
    """Look for a later clause about the same that settles on another value."""
    if claim.wishes or claim.asks or claim.denied:
        return None
    for value in claim.values:
        if value.slot in (Slot.NAME, Slot.CODE, Slot.EMAIL, Slot.NUMBER):
            continue
        last = _last_place(value, conversation.clauses)
        later = conversation.clauses[last + 1 :]
        spoken = conversation.clauses[last]
        objected = any(clause.takes_back for clause in later)
        for clause in reversed(later):
            if clause.asks or not any(_is_rival(value, each) for each in clause.values):
                continue
            others = [each for each in claim.values if each is not value and _says(clause, each)]
            about_it = _overlap(claim, (clause,)) >= (_PART if value.slot in _AGREED else ENOUGH) and (
                claim.stems or others
            )
            offered = not spoken.asserts or (objected and spoken.role is clause.role)
            if about_it or (offered and clause.stems <= ACCEPTING):
                return _against(clause, f"says {value.shown}, and the call came to something else")
            break
    return None


def _supported(claim: Claim, conversation: Conversation) -> Found | None:
    best: tuple[float, Clause] | None = None
    for at, clause in enumerate(conversation.clauses):
        strength = _strength(claim, at, conversation)
        if strength is not None and (best is None or strength > best[0]):
            best = strength, clause
    if best is None:
        return None
    return Found(standing=Standing.SUPPORTED, clause=best[1], why="")


def _strength(claim: Claim, at: int, conversation: Conversation) -> float | None:
    """Return how well a clause, with those around it, bears a claim out; None when it does not."""
    clause, near = conversation.clauses[at], conversation.near(at)
    own, around = _overlap(claim, (clause,)), _overlap(claim, near)
    if claim.values:
        if not any(_says(clause, value) for value in claim.values):
            return None
        if not all(any(_says(c, value) for c in near) for value in claim.values):
            return None
        agreed = len(claim.values) > 1 and len(claim.stems) == 1 and _says_all(clause, claim.values)
        if around < ENOUGH and not agreed:
            return None
    elif own < NEARLY_ALL and not (around == 1.0 and own >= _PART and len(claim.stems) > 1):
        return None
    if clause.denied is not claim.denied and (own > 0 or not claim.stems):
        return None
    return own + around if _may_tell(claim, clause, near) else None


def _may_tell(claim: Claim, clause: Clause, near: Sequence[Clause]) -> bool:
    """Return whether a clause can stand for the claim: a wish of the caller is no deed of the agent."""
    if clause.asks:
        wanted = claim.wishes and clause.role is claim.subject
        return wanted or (claim.asks and claim.subject in (None, clause.role))
    if clause.wishes:
        return claim.subject is clause.role or claim.wishes or any(_confirms(each, claim) for each in near)
    return claim.subject is None or clause.role is claim.subject or not claim.promises


def _confirms(clause: Clause, claim: Claim) -> bool:
    return clause.role is Role.AGENT and clause.asserts and any(_says(clause, value) for value in claim.values)
