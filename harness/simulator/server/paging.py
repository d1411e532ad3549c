"""Lists in pages, newest first, each page going on exactly where the one before ended.

The platform's page token is the `tm_create` of the last item. Virtual time is coarse: many items are made in the same
millisecond, so the token carries the item's number in the digits below. A plain `tm_create` works as a token too.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias, TypeVar

from harness.errors import ApiError
from harness.simulator.kernel.world import World
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import EPOCH, Kind, Record

PAGE: Final = 100
"""Items on a page that is not asked to be smaller."""
EVENTS_PAGE: Final = 1_000
"""Events on a page, at most."""
_NUMBERS: Final = 1_000_000
_TOKEN: Final = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?")
_INTEGER: Final = re.compile(r"[+-]?\d+")

Row = TypeVar("Row")
Position: TypeAlias = tuple[int, int]
"""Millisecond and number of an item."""


def page_size(query: Mapping[str, str], *, most: int = PAGE) -> int:
    """Return how many items a client wants.

    Raises:
        ApiError: 400, because it is no integer.
    """
    text = query.get("page_size", "")
    if not text:
        return min(PAGE, most)
    if _INTEGER.fullmatch(text) is None:
        raise api_error(Reason.INVALID_REQUEST_PARAMETER, f"page_size is {text!r}, which is no integer")
    # Nobody means a number this long, and Python refuses to read a longer one.
    asked = int(text[:18])
    return asked if 0 < asked <= most else PAGE


def position(query: Mapping[str, str]) -> Position | None:
    """Return after which item a client wants to go on; None from the newest.

    Raises:
        ApiError: 400, because the page token is no time.
    """
    text = query.get("page_token", "")
    if not text:
        return None
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise _bad_token(text)
    try:
        second = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    except ValueError as error:
        raise _bad_token(text) from error
    digits = (found[2] or "").ljust(9, "0")
    return (second - EPOCH) // timedelta(milliseconds=1) + int(digits[:3]), int(digits[3:])


def token(at: Position) -> str:
    """Return the page token that goes on after an item."""
    at_ms, number = at
    moment = EPOCH + timedelta(milliseconds=at_ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}{number % _NUMBERS:06}Z"


def _bad_token(text: str) -> ApiError:
    return api_error(Reason.INVALID_REQUEST_PARAMETER, f"page_token is {text!r}, which is no time")


def page_of(
    rows: Sequence[Row], *, at_ms: Callable[[Row], int], size: int, after: Position | None
) -> tuple[list[Row], str]:
    """Return one page of rows that only ever grow at their front, newest first, and the token of the next page.

    The last page's token is empty.
    """
    numbered = [((at_ms(row), (len(rows) - n) % _NUMBERS), row) for n, row in enumerate(rows)]
    left = [(at, row) for at, row in numbered if after is None or at < after]
    page = left[:size]
    return [row for _, row in page], token(page[-1][0]) if len(left) > size else ""


class Pager:
    """Cuts the resources of a world into pages.

    It numbers the resources of each kind in the order they were made, however late they are first listed, and a
    resource keeps its number when others are deleted.
    """

    def __init__(self, world: World) -> None:
        """Start with nothing numbered."""
        self._world = world
        self._numbers: dict[str, int] = {}
        self._made: dict[Kind, int] = {}

    def page(
        self, kind: Kind, *, wanted: Callable[[Record], bool], size: int, after: Position | None
    ) -> tuple[list[Record], str]:
        """Return the wanted resources after a position, and the token of the next page."""
        self._number_new(kind)
        chosen: list[Record] = []
        for record in self._world.records(kind):
            if (after is None or self._at(record) < after) and wanted(record):
                chosen.append(record)
                if len(chosen) == size:
                    break
        return chosen, token(self._at(chosen[-1])) if chosen else ""

    def _at(self, record: Record) -> Position:
        return record["tm_create"], self._numbers[record["id"]] % _NUMBERS

    def _number_new(self, kind: Kind) -> None:
        new: list[str] = []
        for record in self._world.records(kind):
            if record["id"] in self._numbers:
                break
            new.append(record["id"])
        made = self._made.get(kind, 0)
        for id in reversed(new):
            made += 1
            self._numbers[id] = made
        self._made[kind] = made
