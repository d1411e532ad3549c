"""A read file as a tree of nodes that remember where they stand, and the places faults are reported at.

Nothing here reads a file or knows YAML: `reader.py` makes the trees, everybody else asks them where a key is.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias, assert_never

from harness.errors import Fault

Value: TypeAlias = str | int | Decimal | bool | None
"""What a scalar can be. Numbers with a point stay `Decimal`, so that `20.50` is still "20.50" where text is meant."""

Plain: TypeAlias = "Value | list[Plain] | dict[str, Plain]"
Step: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value."""

    line: int
    column: int
    value: Value


@dataclass(frozen=True, slots=True)
class Listing:
    """A YAML sequence."""

    line: int
    column: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and what stands behind it; line and column are the key's."""

    line: int
    column: int
    value: "Node"


@dataclass(frozen=True, slots=True)
class Table:
    """A YAML mapping."""

    line: int
    column: int
    entries: Mapping[str, Entry]


Node: TypeAlias = Scalar | Listing | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in a file a user wrote."""

    file: str
    line: int = 0
    column: int = 0
    key: str = ""

    def fault(self, message: str) -> Fault:
        """Return a fault at this place."""
        return Fault(file=self.file, line=self.line, column=self.column, key=self.key, message=message)


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole file."""

    file: str
    """As faults show it."""
    path: Path
    root: Node

    def get(self, *steps: Step) -> Node | None:
        """Return the node at `steps`; None if nothing is written there."""
        node: Node | None = self.root
        for step in steps:
            node = _child(node, step) if node else None
        return node

    def find(self, *steps: Step) -> Node:
        """Return the nearest node to `steps`; steps that are not in the file are passed over."""
        node = self.root
        for step in steps:
            node = _child(node, step) or node
        return node

    def place(self, *steps: Step, at_key: bool = False) -> Place:
        """Return where the value at `steps` stands, or its key; steps that are not in the file are passed over."""
        node, key, line, column = self.root, "", self.root.line, self.root.column
        for step in steps:
            child = _child(node, step)
            if child is None:
                continue
            line, column = child.line, child.column
            if at_key and isinstance(node, Table):
                entry = node.entries[str(step)]
                line, column = entry.line, entry.column
            node = child
            key = below(key, step)
        return Place(file=self.file, line=line, column=column, key=key)


def below(key: str, step: Step) -> str:
    """Return the path of a key one step deeper, such as `cases[2].id`."""
    if isinstance(step, int):
        return f"{key}[{step}]"
    return f"{key}.{step}" if key else step


def _child(node: Node, step: Step) -> Node | None:
    match node, step:
        case Table(), str() if step in node.entries:
            return node.entries[step].value
        case Listing(), int() if step < len(node.items):
            return node.items[step]
    return None


def plain(node: Node) -> Plain:
    """Return the node as ordinary Python values. Keys with nothing behind them are left out."""
    match node:
        case Scalar():
            return node.value
        case Listing():
            return [plain(item) for item in node.items]
        case Table():
            return {key: plain(entry.value) for key, entry in node.entries.items() if not is_nothing(entry.value)}
        case _:
            assert_never(node)


def is_nothing(node: Node) -> bool:
    """Return whether a key was written without a value."""
    return isinstance(node, Scalar) and node.value is None


def describe(node: Node) -> str:
    """Return what a fault says was found, in plain words."""
    match node:
        case Table():
            return "a mapping (key: value)"
        case Listing():
            return "a list"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool()):
            return str(node.value).lower()
        case Scalar(value=str() as text):
            return f"the text {text if len(text) <= 40 else text[:37] + '...'!r}"
        case Scalar():
            return f"the number {node.value}"
        case _:
            assert_never(node)


def shown(path: Path) -> str:
    """Return a path as faults show it: relative to the current folder when below it."""
    absolute, here = Path(os.path.abspath(path)), Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()
