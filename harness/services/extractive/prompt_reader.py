"""Reads an `init_prompt`: who the agent is, what it knows (facts) and what it must do (rules).

A sentence is either an order to the agent or a fact. Orders that no rule form covers are kept in `ignored`, so that
an author can see what this agent does not understand.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from harness.services.extractive.matching import Index
from harness.services.extractive.rule_parser import parse_rules
from harness.services.extractive.rules import Rule
from harness.services.extractive.tool_marks import MARK, mark_tools
from harness.services.extractive.tool_rules import condition_of, merged, tool_rules
from harness.services.extractive.words import terms

_BULLET = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")
_QUOTED = re.compile(r"[\"“„]([^\"“”„]*)[\"”]")
_SENTENCE_END = re.compile(r"(?<=[.!?\x01])\s+(?=[^\sa-z])")
_IDENTITY = re.compile(r"^(?:you are|you're|your name is|act as|you work as|your role is)\s+(.+?)[.!]*$", re.IGNORECASE)
_PRAISE = re.compile(
    r"\b(?:friendly|helpful|polite|professional|warm|patient|kind|cheerful|courteous|ai|virtual)(?:,|\s+and)?\s+(?=\w)",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"\b(Dr|Mr|Mrs|Ms|St|No|Prof|e\.g|i\.e|approx|a\.m|p\.m)\.", re.IGNORECASE)
_MARKUP = re.compile(r"\*\*|__|`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A prompt as the agent understands it."""

    identity: str
    """`Mia, the receptionist of Trattoria Bella`; empty when the prompt names none."""
    facts: tuple[str, ...]
    rules: tuple[Rule, ...]
    ignored: tuple[str, ...]
    """Orders that no rule form covers."""
    index: Index


def read_prompt(text: str, tools: Collection[str] = ()) -> Reading:
    """Read a prompt; any text is one, the empty one too. `tools` are the names of those that are offered."""
    marked = mark_tools(text, tools)
    identity = ""
    facts: list[str] = []
    rules: list[Rule] = []
    ignored: list[str] = []
    when = ""
    for sentence in sentences(marked.text):
        if MARK.search(sentence):
            found = tool_rules(sentence, uses=marked.uses, previous_when=when)
            rules.extend(found)
            ignored.extend(() if found else (MARK.sub(lambda mark: marked.uses[int(mark[1])].name, sentence),))
            continue
        when = condition_of(sentence)
        if match := _IDENTITY.match(sentence):
            identity = identity or match[1]
            continue
        parsed = parse_rules(sentence)
        if parsed is None:
            facts.append(sentence)
        elif parsed:
            rules.extend(parsed)
        else:
            ignored.append(sentence)
    facts = list(dict.fromkeys(facts))
    return Reading(
        identity=identity,
        facts=tuple(facts),
        rules=tuple(dict.fromkeys(merged(rules))),
        ignored=tuple(ignored),
        index=Index(tuple(facts), frozenset(terms(MARK.sub(" ", marked.text)))),
    )


def sentences(text: str) -> list[str]:
    """Split a prompt into its sentences and bullets; what stands in quotes is never split."""
    found: list[str] = []
    for block in _blocks(_MARKUP.sub("", text)):
        quotes: list[str] = []

        def hide(match: re.Match[str], quotes: list[str] = quotes) -> str:
            quotes.append(match[1])
            # The mark says whether the quote ends a sentence: \x01 does.
            mark = "\x01" if match[1].rstrip().endswith((".", "!", "?")) else "\x03"
            return f"\x02{len(quotes) - 1}{mark}"

        for piece in _SENTENCE_END.split(_ABBREVIATION.sub("\\1\x04", _QUOTED.sub(hide, block))):
            whole = re.sub(
                r"\x02(\d+)[\x01\x03]", lambda m, quotes=quotes: f'"{quotes[int(m[1])]}"', piece.replace("\x04", ".")
            ).strip()
            if re.search(r"\w", whole):
                found.append(whole)
    return found


def introduction(identity: str) -> str:
    """Return `this is Mia, the receptionist of …` for an identity, without the adjectives authors add."""
    bare = _PRAISE.sub("", identity).strip()
    return re.sub(r"^(?:an?)\s+", "the ", bare, flags=re.IGNORECASE)


def _blocks(text: str) -> list[str]:
    # A bullet or paragraph goes on over wrapped lines until a blank line, a heading or the next bullet.
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith(("#", "---", "===", "```")):
            blocks.append([])
        elif _BULLET.match(line):
            blocks.append([_BULLET.sub("", line).strip()])
        else:
            blocks[-1].append(line.strip())
    joined = (" ".join(block) for block in blocks if block)
    return [block for block in joined if not block.endswith(":")]
