"""Reads pages of lists (contract section 1.6): where one ends, and when there are no more."""

from typing import Final

from harness.model.finding import Json
from harness.voipbin.resources import Record

MOST_PAGES: Final = 1_000
"""A list that goes on for longer is cut off: something is wrong with its tokens."""


def rows_of(page: Json) -> list[Record]:
    """Return the items of a page; some lists come bare, and an empty one may be null."""
    rows = page.get("result") if isinstance(page, dict) else page
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def next_token(page: Json, *, after: str) -> str:
    """Return what asks for the next page; empty at the end.

    The last page of most lists has a token too: only a page without items tells that there are no more. Timelines say
    so with an empty token. A token that comes again would go round in circles.
    """
    if not isinstance(page, dict) or not rows_of(page):
        return ""
    token = str(page.get("next_page_token") or "")
    return "" if token == after else token
