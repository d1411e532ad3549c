"""Finds where a prompt names an offered tool, with the JSON behind it, and puts a mark there.

JSON would not survive being read as sentences; and no name of a tool may ever be said to a caller.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from harness.services.extractive.rules import ToolUse

MARK = re.compile(r"\x05(\d+)\x06")
"""Stands for a use of a tool; the number is its place in `Marked.uses`."""

_MARK_ENDS = re.compile("[\x05\x06]")
_VERB = r"(?:(?P<verb>use|call|invoke|run|trigger|execute|start)\s+)?(?:the\s+)?(?:(?:tool|function)\s+)?"
_WRAPPED = r"[`\"'*]*"
_TO_JSON = re.compile(
    r"[\s`:,(]*(?:(?:with|using|and|the|these|this|following|its|arguments?|parameters?|json|as)\b[\s`:,(]*)*(?=\{)",
    re.IGNORECASE,
)
_BEHIND_JSON = re.compile(r"[\s`]*`|\)")
_BROKEN_JSON = re.compile(r"\{.*\}|\{.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A prompt with marks for the tools it names."""

    text: str
    uses: tuple[ToolUse, ...]


def mark_tools(prompt: str, tools: Collection[str]) -> Marked:
    """Return the prompt with `call <mark>` for `use the tool stop_service`, and what each mark stands for."""
    prompt = _MARK_ENDS.sub(" ", prompt)
    if not tools:
        return Marked(text=prompt, uses=())
    names = "|".join(re.escape(name) for name in sorted(tools, key=len, reverse=True))
    named = re.compile(
        rf"\b{_VERB}{_WRAPPED}\b(?P<name>{names})\b{_WRAPPED}(?:\(\))?{_WRAPPED}(?:\s+(?:tool|function)\b)?",
        re.IGNORECASE,
    )
    pieces: list[str] = []
    uses: list[ToolUse] = []
    done = 0
    while found := named.search(prompt, done):
        arguments, end = _arguments(prompt, found.end())
        # A capital tells where a sentence begins.
        verb = "Call " if (found["verb"] or "")[:1].isupper() else "call " if found["verb"] else ""
        pieces += [prompt[done : found.start()], f"{verb}\x05{len(uses)}\x06"]
        uses.append(ToolUse(name=_as_offered(found["name"], tools), arguments=arguments))
        done = end
    return Marked(text="".join([*pieces, prompt[done:]]), uses=tuple(uses))


def _as_offered(name: str, tools: Collection[str]) -> str:
    return next((tool for tool in tools if tool.casefold() == name.casefold()), name)


def _arguments(prompt: str, start: int) -> tuple[str, int]:
    """Return the JSON behind a tool's name and where it ends; JSON that is broken is taken to the end of its line."""
    before = _TO_JSON.match(prompt, start)
    if before is None:
        return "{}", start
    try:
        _, end = json.JSONDecoder().raw_decode(prompt, before.end())
    except json.JSONDecodeError:
        broken = _BROKEN_JSON.match(prompt, before.end())
        end = broken.end() if broken else before.end()
    behind = _BEHIND_JSON.match(prompt, end)
    return prompt[before.end() : end], behind.end() if behind else end
