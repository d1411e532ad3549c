"""A suite file together with everything it includes, and the names all of them define."""

import os
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Fault, suggestion
from harness.suitefile.document import KnownNames
from harness.suitefile.reader import read_file, read_tree
from harness.suitefile.tree import Listing, Node, Place, Scalar, Table, Tree, shown

SHARED_KEYS = ("include", "personas", "rubrics", "scripts", "defaults", "cases")
SUITE_KEYS = ("description", "by_name", "prompts", "baseline", "engine_models", "variables", "agent", "platform")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The files of one suite."""

    trees: tuple[Tree, ...]
    """Included files before the file that includes them; the suite file itself is last."""
    names: KnownNames


def gather(path: Path, *, faults: list[Fault]) -> Gathered | None:
    """Read a suite file and its includes; None if the suite file itself can't be read."""
    collector = _Collector(faults)
    collector.visit(Path(os.path.abspath(path)), chain=(), origin=None)
    trees = tuple(collector.trees)
    if not trees or trees[-1].path != Path(os.path.abspath(path)):
        return None
    for tree in trees[:-1]:
        _refuse_suite_keys(tree, faults)
    names = KnownNames(
        personas=_define("personas", trees, faults),
        rubrics=_define("rubrics", trees, faults),
        scripts=_define("scripts", trees, faults),
        complete=collector.complete,
    )
    _refuse_second_ids(trees, faults)
    return Gathered(trees=trees, names=names)


class _Collector:
    """Follows includes, each file once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.trees: list[Tree] = []
        self.complete = True
        self._faults = faults
        self._seen: set[Path] = set()

    def visit(self, path: Path, *, chain: tuple[Path, ...], origin: Place | None) -> None:
        if origin is not None and not self._may_visit(path, chain, origin):
            return
        self._seen.add(path)
        text = read_file(path, faults=self._faults)
        tree = None if text is None else read_tree(text, path=path, faults=self._faults)
        if tree is None:
            self.complete = False
            return
        written = tree.get("include")
        for index, item in enumerate(written.items if isinstance(written, Listing) else ()):
            if isinstance(item, Scalar) and isinstance(item.value, str) and item.value.strip():
                target = Path(os.path.abspath(path.parent / item.value.strip()))
                self.visit(target, chain=(*chain, path), origin=tree.place("include", index))
        self.trees.append(tree)

    def _may_visit(self, path: Path, chain: tuple[Path, ...], origin: Place) -> bool:
        if path in chain:
            circle = " includes ".join(file.name for file in (*chain[chain.index(path) :], path))
            self._faults.append(origin.fault(f"the includes go in a circle: {circle}"))
            return False
        if path in self._seen:
            return False
        if not _is_file(path):
            near = suggestion(path.name, _neighbours(path, but=chain))
            self._faults.append(origin.fault(f"there is no file {shown(path)!r}.{near}"))
            self.complete = False
            return False
        return True


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        # A name too long for the system, or with a NUL character in it, is no file's.
        return False


def _neighbours(path: Path, *, but: tuple[Path, ...]) -> tuple[str, ...]:
    try:
        files = [file for file in path.parent.iterdir() if file.suffix in (".yaml", ".yml") and file not in but]
    except (OSError, ValueError):
        return ()
    return tuple(sorted(file.name for file in files))


def _refuse_suite_keys(tree: Tree, faults: list[Fault]) -> None:
    for key in SUITE_KEYS:
        if tree.get(key):
            allowed = ", ".join(SHARED_KEYS)
            message = f"{key!r} belongs in the suite file; an included file may hold {allowed}"
            faults.append(tree.place(key, at_key=True).fault(message))


def _define(kind: str, trees: tuple[Tree, ...], faults: list[Fault]) -> tuple[str, ...]:
    first: dict[str, Place] = {}
    for tree in trees:
        table = tree.get(kind)
        for name in table.entries if isinstance(table, Table) else ():
            place = tree.place(kind, name, at_key=True)
            if name in first:
                taken = first[name]
                faults.append(place.fault(f"{name!r} is already defined in {taken.file}, line {taken.line}"))
            else:
                first[name] = place
    return tuple(first)


def _refuse_second_ids(trees: tuple[Tree, ...], faults: list[Fault]) -> None:
    first: dict[str, Place] = {}
    for tree in trees:
        cases = tree.get("cases")
        for index, case in enumerate(cases.items if isinstance(cases, Listing) else ()):
            name = _id(case)
            place = tree.place("cases", index, "id")
            if name in first:
                taken = first[name]
                faults.append(place.fault(f"the id {name!r} is already used in {taken.file}, line {taken.line}"))
            elif name:
                first[name] = place


def _id(case: Node) -> str:
    entry = case.entries.get("id") if isinstance(case, Table) else None
    written = entry.value if entry else None
    return str(written.value) if isinstance(written, Scalar) and written.value is not None else ""
