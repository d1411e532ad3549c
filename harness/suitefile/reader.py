"""The only door to PyYAML: text in, a tree that remembers its lines out.

The tree is built from the parser's events, not by PyYAML's constructors, for three reasons: every key and value keeps
its line and column, several faults are found in one go, and the surprises of YAML 1.1 stay outside (`no` is the word
"no", `12:30` and `007` are text, not 750 and 7).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import yaml

from harness.errors import Fault
from harness.suitefile.tree import Entry, Listing, Node, Place, Scalar, Table, Tree, Value, below, describe, shown

DEEPEST = 40
MOST_NODES = 100_000
"""Counted with every use of an alias, so that a few lines of aliases can't grow to gigabytes."""

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_POINT = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,30}")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

_PLAIN_WORDS = (
    ("found character '\\t'", "a tab stands here; YAML is indented with spaces"),
    (
        "mapping values are not allowed here",
        "this ':' is not expected here; put quotes around a text that holds ': ', or check the indentation",
    ),
    ("could not find expected ':'", "a ':' after the key is missing, or the line is indented too little"),
    ("expected <block end>", "the indentation does not fit the lines above"),
    ("expected ',' or ']'", "a ',' or the closing ']' of a list is missing"),
    ("expected ',' or '}'", "a ',' or the closing '}' of a mapping is missing"),
    ("expected the node content", "a value is missing here, or a bracket opened before is never closed"),
    ("expected '<document start>'", "this line does not belong to what stands above; check the indentation"),
    ("that cannot start any token", "a text can't begin with this character; put the text in quotes"),
    (
        "unknown escape character",
        "an unknown \\ escape inside double quotes; use single quotes, or \\\\ for a backslash",
    ),
)


def read_file(path: Path, *, faults: list[Fault]) -> str | None:
    """Return a file's text; what keeps it from being read is a fault and gives None."""
    place = Place(file=shown(path))
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL character, which YAML can write.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        faults.append(place.fault(f"the file can't be read: {reason}"))
        return None
    return decode(data, file=place.file, faults=faults)


def decode(data: bytes, *, file: str, faults: list[Fault]) -> str | None:
    """Return the text of a file's bytes; bytes that are no UTF-8 are a fault and give None."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace")
        line, column = _line_and_column(before, len(before))
        bad = Place(file=file, line=line, column=column)
        faults.append(bad.fault("the file is not UTF-8 text from here on; save it as UTF-8"))
        return None


def read_tree(text: str, *, path: Path, faults: list[Fault], first_line: int = 1) -> Tree | None:
    """Return the tree of a YAML text; broken YAML gives None, lesser faults a tree without what was wrong.

    Args:
        text: One YAML document.
        path: The file it stands in, for the faults.
        faults: Everything found wrong is added here.
        first_line: The line of the file the text begins at.
    """
    composer = _Composer(file=shown(path), first_line=first_line, faults=faults)
    root = composer.compose(text)
    return None if root is None else Tree(file=shown(path), path=path, root=root)


class _BrokenError(Exception):
    """Reading can't go on; the fault is already noted."""


class _Events:
    """PyYAML's parser with types on it."""

    def __init__(self, loader: yaml.SafeLoader) -> None:
        self._loader = loader

    def take(self) -> yaml.Event:
        event: yaml.Event = self._loader.get_event()  # type: ignore[no-untyped-call]
        return event

    def comes(self, kind: type[yaml.Event]) -> bool:
        return bool(self._loader.check_event(kind))

    @property
    def position(self) -> tuple[int, int]:
        mark = self._loader.get_mark()
        return mark.line + 1, mark.column + 1


class _Composer:
    """Builds one tree from the events of one text."""

    def __init__(self, *, file: str, first_line: int, faults: list[Fault]) -> None:
        self._file = file
        self._offset = first_line - 1
        self._faults = faults
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0

    def compose(self, text: str) -> Node | None:
        try:
            loader = yaml.SafeLoader(text)
        except yaml.reader.ReaderError as error:
            line, column = _line_and_column(text, error.position)
            self._note(line, column, f"the character #x{int(error.character):04x} is not allowed in a text file")
            return None
        events = _Events(loader)
        try:
            return self._document(events)
        except yaml.MarkedYAMLError as error:
            self._translate(error)
        except _BrokenError:
            pass
        except (ValueError, OverflowError):
            # PyYAML lets the errors of int() and chr() through: "\UFFFFFFFF" is no character.
            line, column = events.position
            self._note(line, column, "this is not valid YAML: a number or a \\ escape out of range")
        finally:
            loader.dispose()
        return None

    def _document(self, events: _Events) -> Node | None:
        events.take()
        if events.comes(yaml.StreamEndEvent):
            self._note(0, 0, "the file is empty")
            return None
        events.take()
        root = self._node(events, key="", depth=0)
        events.take()
        if not events.comes(yaml.StreamEndEvent):
            line, column = _start(events.take())
            self._note(line, column, "a second document ('---') begins here; a file holds one")
        return root

    def _node(self, events: _Events, *, key: str, depth: int) -> Node:
        event = events.take()
        line, column = _start(event)
        self._nodes += 1
        if depth > DEEPEST:
            raise self._broken(line, column, f"nested more than {DEEPEST} levels deep")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), line, column)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
            self._note(line, column, "YAML tags (!name) are not used in these files; delete it", key=key)
        before = self._nodes
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            is_text = event.style is not None or event.tag is not None
            value = event.value if is_text else _resolve(event.value)
            if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
                raise self._broken(line, column, "this text holds half a character (a lone \\ud8.. escape)")
            node = Scalar(line + self._offset, column, value)
        elif isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not events.comes(yaml.SequenceEndEvent):
                items.append(self._node(events, key=below(key, len(items)), depth=depth + 1))
            events.take()
            node = Listing(line + self._offset, column, tuple(items))
        else:
            node = Table(line + self._offset, column, self._entries(events, parent=key, depth=depth + 1))
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, self._nodes - before + 1)
        self._guard_size(line, column)
        return node

    def _entries(self, events: _Events, *, parent: str, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        while not events.comes(yaml.MappingEndEvent):
            key = self._node(events, key=parent, depth=depth)
            name = key.value if isinstance(key, Scalar) and isinstance(key.value, str) else ""
            value = self._node(events, key=below(parent, name) if name else parent, depth=depth)
            complaint = _complain_about(key, entries)
            if complaint:
                path = below(parent, name) if name else parent
                self._note(key.line - self._offset, key.column, complaint, key=path)
            else:
                entries[name] = Entry(key.line, key.column, value)
        events.take()
        return entries

    def _alias(self, name: str, line: int, column: int) -> Node:
        if name not in self._anchors:
            raise self._broken(line, column, f"the alias *{name} has no anchor &{name} before it")
        node, size = self._anchors[name]
        self._nodes += size
        self._guard_size(line, column)
        return node

    def _guard_size(self, line: int, column: int) -> None:
        if self._nodes > MOST_NODES:
            raise self._broken(line, column, f"more than {MOST_NODES} values, aliases counted; split the file")

    def _translate(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = error.problem or "unreadable"
        if error.context_mark and "end of stream" in problem and "quoted scalar" in (error.context or ""):
            opened = error.context_mark.line + 1 + self._offset
            self._note(line, column, f"the quote opened in line {opened} is never closed")
            return
        words = next((words for part, words in _PLAIN_WORDS if part in problem), f"this is not valid YAML: {problem}")
        self._note(line, column, words)

    def _broken(self, line: int, column: int, message: str) -> _BrokenError:
        self._note(line, column, message)
        return _BrokenError(message)

    def _note(self, line: int, column: int, message: str, *, key: str = "") -> None:
        place = Place(file=self._file, line=line + self._offset if line else 0, column=column, key=key)
        self._faults.append(place.fault(message))


def _complain_about(key: Node, entries: Mapping[str, Entry]) -> str:
    match key:
        case Scalar(value="<<"):
            return "merge keys (<<) are not used in these files; use 'defaults' or 'include'"
        case Scalar(value="" | None):
            return "a key must be text, found nothing"
        case Scalar(value=str() as name):
            return f"the key {name!r} is already in line {entries[name].line}" if name in entries else ""
        case Scalar():
            return f"a key must be text, found {describe(key)}; put it in quotes"
    return f"a key must be text, found {describe(key)}"


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _resolve(text: str) -> Value:
    if text in _NOTHING:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _POINT.fullmatch(text) else text


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
