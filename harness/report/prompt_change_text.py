"""What the terminal says of a changed prompt: the lines that came or went, beside the cases that moved with them."""

from collections.abc import Iterator
from typing import Literal

from harness.report.lines import Line, Style, one_line
from harness.report.lostrules import LostRule, lost_rules
from harness.report.numbers import count
from harness.report.sentences import MOVEMENTS
from harness.report.versions import Comparison, PromptVersion

_MOST_CASES = 10
_MOST_LINES = 6

Sign = Literal["-", "+", "~"]

_SIGN_INK: dict[Sign, Style] = {"-": "red", "+": "green", "~": "yellow"}


def prompt_change_lines(version: PromptVersion) -> Iterator[Line]:
    """Yield a paragraph for each kind of change, and one for the cases that moved; nothing without a reference."""
    comparison = version.comparison
    if comparison is None or not comparison.results:
        return
    reference = comparison.reference.label
    changes = comparison.statements
    if comparison.moved and changes.lost:
        yield Line()
        yield Line(f"{version.label} lacks {_a_line(changes.lost)} that {reference} has:", "bold")
        yield from _prompt_lines("-", tuple(_lost(rule) for rule in lost_rules(comparison)))
    if comparison.moved and changes.gained:
        yield Line()
        yield Line(f"{version.label} has {_a_line(changes.gained)} that {reference} lacks:", "bold")
        yield from _prompt_lines("+", changes.gained)
    if comparison.moved and changes.reworded:
        yield Line()
        yield Line(f"{version.label} puts {_a_line(changes.reworded)} of {reference} in other words:", "bold")
        yield from _prompt_lines("~", tuple(f"{each.old} → {each.new}" for each in changes.reworded))
    yield Line()
    yield Line(_moves(comparison))


def _lost(rule: LostRule) -> str:
    named_by = f"  ← named by the failed checks of {', '.join(rule.cases)}" if rule.cases else ""
    return f"{rule.statement}{named_by}"


def _moves(comparison: Comparison) -> str:
    head = f"Compared with {comparison.reference.label}"
    if not comparison.moved:
        return f"{head}: no outcome moved in {count(len(comparison.results), 'case')}"
    moves = [f"{moved.result.case} {MOVEMENTS[moved.movement]}" for moved in comparison.moved]
    shown = moves[:_MOST_CASES] + ([f"{len(moves) - _MOST_CASES} more"] if len(moves) > _MOST_CASES else [])
    return f"{head}: {', '.join(shown)}"


def _prompt_lines(sign: Sign, lines: tuple[str, ...]) -> Iterator[Line]:
    yield from (Line(f"    {sign} {one_line(line)}", _SIGN_INK[sign]) for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield Line(f"    … and {count(len(lines) - _MOST_LINES, 'more line')}", "dim")


def _a_line(lines: tuple[object, ...]) -> str:
    return "a line" if len(lines) == 1 else f"{len(lines)} lines"
