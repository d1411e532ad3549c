"""Which AIs took part in which AI calls."""

from collections.abc import Callable, Iterator
from typing import Any

from harness.simulator.server.answers import Answer, answer
from harness.simulator.server.paging import page_of, page_size, position
from harness.simulator.server.visit import Visit
from harness.voipbin.resources import Kind, Record


def participants(visit: Visit, *, wanted: Callable[[Record], bool]) -> Answer:
    """Answer with one page of the sender's wanted participations, newest first."""
    rows = [row for row in _all(visit) if wanted(row)]
    page, token = page_of(
        rows, at_ms=lambda row: int(row["tm_create"]), size=page_size(visit.query), after=position(visit.query)
    )
    return answer({"result": [visit.public(row) for row in page], "next_page_token": token})


def _all(visit: Visit) -> Iterator[Record]:
    for aicall in visit.world.records(Kind.AICALL, customer_id=visit.identity.customer_id):
        snapshots: list[dict[str, Any]] = aicall["metadata"].get("prompt_snapshots", [])
        # An AI that was handed the conversation twice took part once.
        for ai_id in reversed(dict.fromkeys(snapshot["ai_id"] for snapshot in snapshots)):
            yield {"ai_id": ai_id, "aicall_id": aicall["id"], "tm_create": aicall["tm_create"]}
