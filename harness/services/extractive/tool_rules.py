"""Turns a sentence that names tools into rules: when they are used, and what is said meanwhile."""

import re
from collections.abc import Sequence
from dataclasses import replace

from harness.services.extractive import phrases
from harness.services.extractive.clauses import actions, order
from harness.services.extractive.rule_parser import at_moment, parse_action
from harness.services.extractive.rules import Ask, Closing, Farewell, Greeting, Respond, Rule, ToolUse, Unknown
from harness.services.extractive.tool_marks import MARK

_OPENING = re.compile(r"^at the (?:start|beginning)(?: of (?:the|a|every|each) (?:call|conversation))?,", re.IGNORECASE)
_THEN = re.compile(r"^(?:and )?(?:then|after that|afterwards|next)\b", re.IGNORECASE)
_FORBIDDEN = re.compile(r"\b(?:never|not|don't|avoid|refuse)\b", re.IGNORECASE)
_BARE = re.compile(r"^call\s+\x05.*$", re.IGNORECASE | re.DOTALL)
_APPENDED = re.compile(
    r"[\s,(]*(?:\b(?:by calling|by using|by|with|using|via|through|call)\s*)?\x05\d+\x06\)?", re.IGNORECASE
)

_Speaking = (Respond, Closing, Greeting, Farewell, Unknown)


def condition_of(sentence: str) -> str:
    """Return the `if …` or `when …` of a sentence; empty when it has none."""
    parts = order(sentence)
    return parts[1] if parts else ""


def tool_rules(sentence: str, *, uses: Sequence[ToolUse], previous_when: str) -> list[Rule]:
    """Return the rules of a sentence with marks; none when it is not understood, or forbids.

    A rule that says nothing itself has an empty text until `merged` finds its words.

    Args:
        sentence: one sentence of a marked prompt.
        uses: what the marks stand for.
        previous_when: the condition of the sentence before, which holds for `Then call …` too.
    """
    parts = order(_OPENING.sub("When the call starts,", sentence.replace("’", "'")))
    if parts is None or MARK.search(parts[1]):
        return []
    main, when = parts
    if not when and _THEN.match(main):
        when = previous_when
    rules: list[Rule] = []
    wanted: list[ToolUse] = []
    for action in actions(main):
        marks = MARK.findall(action)
        if marks and _FORBIDDEN.search(action):
            continue
        wanted += [uses[int(mark)] for mark in marks]
        words = _APPENDED.sub("", _BARE.sub("", action)).strip(" .")
        rule = parse_action(words, when) if words else None
        if rule is not None:
            rules.append(rule)
    return _with_uses(rules, tuple(wanted), when) if wanted else rules


def merged(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules, each that only uses a tool joined with the one that speaks at the same moment."""
    speaking = [rule for rule in rules if not _is_wordless(rule)]
    for rule in rules:
        if not _is_wordless(rule):
            continue
        place = next((place for place, other in enumerate(speaking) if _same_moment(rule, other)), None)
        if place is None:
            speaking.append(_worded(rule))
        else:
            speaking[place] = _using(speaking[place], _uses(rule))
    return speaking


def _with_uses(rules: list[Rule], uses: tuple[ToolUse, ...], when: str) -> list[Rule]:
    for place, rule in enumerate(rules):
        if isinstance(rule, _Speaking) and not (isinstance(rule, Respond) and rule.first):
            rules[place] = _using(rule, uses)
            return rules
    if asks := [rule for rule in rules if isinstance(rule, Ask)]:
        last = asks[-1]
        return [*rules, Closing(text="", slot=None if last.to_confirm else last.slots[-1], uses=uses)]
    moment = at_moment("", when)
    return [*rules, _using(moment, uses)] if moment else rules


def _uses(rule: Rule) -> tuple[ToolUse, ...]:
    return rule.uses if isinstance(rule, _Speaking) else ()


def _using(rule: Rule, uses: tuple[ToolUse, ...]) -> Rule:
    return replace(rule, uses=(*rule.uses, *uses)) if isinstance(rule, _Speaking) else rule


def _is_wordless(rule: Rule) -> bool:
    return isinstance(rule, _Speaking) and not rule.text


def _same_moment(rule: Rule, other: Rule) -> bool:
    match rule, other:
        case Respond(), Respond():
            return rule.condition == other.condition and not other.first
        case Closing(), Closing():
            return rule.slot == other.slot
        case _:
            return type(rule) is type(other)


def _worded(rule: Rule) -> Rule:
    match rule:
        case Farewell():
            return replace(rule, text=phrases.FAREWELL)
        case Respond() | Unknown():
            return replace(rule, text=phrases.ONE_MOMENT)
        case _:
            # A greeting and the end of a task have words of their own.
            return rule
