"""Checks a read file against a shape and says what is wrong in the author's words.

pydantic finds the faults, all of them; its messages stay here. Key paths are walked through the tree of the file, so
that a fault stands exactly where the author wrote the value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic import Tag as Branch
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from harness.errors import Fault, suggestion
from harness.suitefile.document.base import Shape
from harness.suitefile.document.fields import KnownNames
from harness.suitefile.tree import Listing, Node, Scalar, Step, Table, Tree, describe, is_nothing, plain

AnyShape = TypeVar("AnyShape", bound=Shape)
Steps: TypeAlias = tuple[Step, ...]
Kind: TypeAlias = Any
"""A type annotation that is taken apart to find the shapes in it; no type says what that is."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked file: its faults, and access to the parts that have none."""

    tree: Tree
    names: KnownNames
    faults: tuple[Fault, ...]
    unsound: frozenset[Steps]
    """Key paths with a fault at or below them."""

    def whole(self, shape: type[AnyShape]) -> AnyShape:
        """Return the file as a value of its shape, without the top-level keys that have faults."""
        data = plain(self.tree.root)
        sound = (
            {key: value for key, value in data.items() if (key,) not in self.unsound} if isinstance(data, dict) else {}
        )
        return shape.model_validate(sound, context=self.names)

    def part(self, shape: type[AnyShape], *steps: Step) -> AnyShape | None:
        """Return what is written at `steps` as a value of its shape; None if it has a fault."""
        if steps in self.unsound:
            return None
        return shape.model_validate(plain(self.tree.find(*steps)), context=self.names)


def check(shape: type[Shape], tree: Tree, *, names: KnownNames) -> Checked:
    """Check a whole file; nothing is raised."""
    faults: list[Fault] = []
    unsound: set[Steps] = set()
    for steps in _empty_keys(tree.root, ()):
        place = tree.place(*steps, at_key=True)
        faults.append(place.fault(f"nothing stands after '{steps[-1]}:'; give it a value or delete the line"))
        unsound |= _prefixes(steps)
    try:
        shape.model_validate(plain(tree.root), context=names)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            unsound |= _prefixes(detail["loc"])
            if not _is_echo(tree, detail):
                faults.append(_explain(detail, shape, tree))
    return Checked(tree, names, tuple(faults), frozenset(unsound))


def _prefixes(steps: Steps) -> set[Steps]:
    return {steps[:length] for length in range(len(steps) + 1)}


def _empty_keys(node: Node, steps: Steps) -> Iterator[Steps]:
    match node:
        case Table():
            for key, entry in node.entries.items():
                if is_nothing(entry.value):
                    yield (*steps, key)
                yield from _empty_keys(entry.value, (*steps, key))
        case Listing():
            for index, item in enumerate(node.items):
                yield from _empty_keys(item, (*steps, index))


def _is_echo(tree: Tree, detail: ErrorDetails) -> bool:
    """Return whether a complaint only repeats another one in other words."""
    node = tree.find(*detail["loc"])
    match detail["type"], node:
        case "missing", Scalar():
            # The key is there without a value, which has its own fault; it was left out before pydantic looked.
            return True
        case "value_error", Table():
            return any(is_nothing(entry.value) for entry in node.entries.values())
        case "too_short", Listing():
            # pydantic counts only the items that are sound.
            return bool(node.items)
    return False


def _explain(detail: ErrorDetails, shape: type[Shape], tree: Tree) -> Fault:
    steps, kind = detail["loc"], detail["type"]
    if kind == "missing":
        return tree.place(*steps[:-1]).fault(f"the key {steps[-1]!r} is missing")
    if kind == "extra_forbidden":
        return tree.place(*steps, at_key=True).fault(_unknown_key(str(steps[-1]), _shapes_at(shape, steps[:-1])))
    if steps and steps[-1] == "[key]":
        return tree.place(*steps[:-1], at_key=True).fault(_words(detail, Scalar(0, 0, steps[-2])))
    return tree.place(*steps).fault(_words(detail, tree.find(*steps)))


def _words(detail: ErrorDetails, node: Node) -> str:
    facts = detail.get("ctx", {})
    match detail["type"]:
        case "expected":
            return f"expected {facts['what']}, found {describe(node)}"
        case "value_error":
            return str(facts["error"])
        case "greater_than_equal":
            return f"expected {facts['ge']:g} or more, found {describe(node)}"
        case "less_than_equal":
            return f"expected {facts['le']:g} or less, found {describe(node)}"
        case "literal_error":
            known = tuple(str(facts["expected"]).replace(" or ", ", ").replace("'", "").split(", "))
            near = suggestion(str(node.value), known) if isinstance(node, Scalar) else ""
            return f"expected {facts['expected']}, found {describe(node)}.{near if 'mean' in near else ''}"
        case "too_short":
            return "the list is empty; at least one is needed"
        case "tuple_type":
            hint = f"; write [{node.value}]" if isinstance(node, Scalar) and node.value is not None else ""
            return f"expected a list, found {describe(node)}{hint}"
        case "model_type" | "dict_type":
            return f"expected a mapping (key: value), found {describe(node)}"
    return detail["msg"]


def _unknown_key(key: str, shapes: list[type[Shape]]) -> str:
    for shape in shapes:
        if key in shape.misplaced:
            return f"unknown key {key!r}: {shape.misplaced[key]}"
    known = [field.alias or name for shape in shapes for name, field in shape.model_fields.items()]
    return f"unknown key {key!r}.{suggestion(key, tuple(dict.fromkeys(known)))}"


def _shapes_at(kind: Kind, steps: Steps) -> list[type[Shape]]:
    return list(_walk(kind, steps))


def _walk(kind: Kind, steps: Steps) -> Iterator[type[Shape]]:
    if isinstance(kind, type) and issubclass(kind, Shape):
        if not steps:
            yield kind
        for name, field in kind.model_fields.items():
            if steps and steps[0] == (field.alias or name):
                yield from _walk(field.annotation, steps[1:])
        return
    origin: Kind = get_origin(kind)
    arguments = get_args(kind)
    if origin is Annotated:
        branches = [mark.tag for mark in arguments[1:] if isinstance(mark, Branch)]
        if not branches:
            yield from _walk(arguments[0], steps)
        elif steps and steps[0] == branches[0]:
            yield from _walk(arguments[0], steps[1:])
    elif origin in (Union, UnionType):
        for option in arguments:
            yield from _walk(option, steps)
    elif origin in (tuple, dict) and steps:
        yield from _walk(arguments[0 if origin is tuple else 1], steps[1:])
