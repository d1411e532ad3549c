"""AIs and teams, and the prompts an AI ever had."""

from typing import Final

from harness.simulator.server.answers import Answer
from harness.simulator.server.operations import Operation
from harness.simulator.server.routes.books import book_operations
from harness.simulator.server.routes.participants import participants
from harness.simulator.server.visit import Visit
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind

_TEAM: Final = ("name", "detail", "start_member_id", "members")


async def activate_insight(visit: Visit) -> Answer:
    """Make it the customer's active insight AI."""
    return visit.show(visit.platform.ais.activate_insight(visit.id, customer_id=visit.identity.customer_id))


async def list_prompts(visit: Visit) -> Answer:
    """List the prompts an AI had."""
    return visit.page(Kind.PROMPT_HISTORY, where={"ai_id": visit.mine(Kind.AI)["id"]})


async def show_prompt(visit: Visit) -> Answer:
    """Show one prompt an AI had."""
    ai = visit.mine(Kind.AI)
    row = visit.mine(Kind.PROMPT_HISTORY, visit.path["history_id"])
    if row["ai_id"] != ai["id"]:
        raise api_error(Reason.RESOURCE_NOT_FOUND, f"the ai {ai['id']!r} had no prompt {row['id']!r}")
    return visit.show(row)


async def list_aicalls_of_ai(visit: Visit) -> Answer:
    """List which AI calls an AI took part in."""
    ai = visit.mine(Kind.AI)
    return participants(visit, wanted=lambda row: row["ai_id"] == ai["id"])


OPERATIONS: Final = (
    *book_operations("/ais", Kind.AI, book=lambda platform: platform.ais),
    Operation(method="POST", path="/ais/{id}/activate_insight", handler=activate_insight),
    Operation(method="GET", path="/ais/{id}/prompt_histories", handler=list_prompts),
    Operation(method="GET", path="/ais/{id}/prompt_histories/{history_id}", handler=show_prompt),
    Operation(method="GET", path="/ais/{id}/participants", handler=list_aicalls_of_ai),
    *book_operations("/teams", Kind.TEAM, book=lambda platform: platform.teams, required=_TEAM),
)
