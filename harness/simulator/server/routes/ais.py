"""AIs and teams, and the prompts an AI ever had."""

from typing import Final

from harness.simulator.server.answers import Answer
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.participants import participants
from harness.simulator.server.routes.plain import listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind

_TEAM: Final = ("name", "detail", "start_member_id", "members")


async def create_ai(visit: Visit) -> Answer:
    """Make an AI."""
    return visit.show(visit.platform.ais.create(visit.body, customer_id=visit.identity.customer_id))


async def replace_ai(visit: Visit) -> Answer:
    """Set every writable field; what is left out is cleared."""
    return visit.show(visit.platform.ais.replace(visit.id, visit.body, customer_id=visit.identity.customer_id))


async def delete_ai(visit: Visit) -> Answer:
    """Delete an AI."""
    return visit.show(visit.platform.ais.delete(visit.id, customer_id=visit.identity.customer_id))


async def regenerate_ai_hash(visit: Visit) -> Answer:
    """Give it a new direct hash."""
    return visit.show(visit.platform.ais.regenerate_hash(visit.id, customer_id=visit.identity.customer_id))


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


async def create_team(visit: Visit) -> Answer:
    """Make a team."""
    return visit.show(visit.platform.teams.create(visit.body, customer_id=visit.identity.customer_id))


async def replace_team(visit: Visit) -> Answer:
    """Set every writable field of a team."""
    return visit.show(visit.platform.teams.replace(visit.id, visit.body, customer_id=visit.identity.customer_id))


async def delete_team(visit: Visit) -> Answer:
    """Delete a team."""
    return visit.show(visit.platform.teams.delete(visit.id, customer_id=visit.identity.customer_id))


async def regenerate_team_hash(visit: Visit) -> Answer:
    """Give a team a new direct hash."""
    return visit.show(visit.platform.teams.regenerate_hash(visit.id, customer_id=visit.identity.customer_id))


OPERATIONS: Final = (
    Operation(method="GET", path="/ais", handler=listing(Kind.AI)),
    Operation(method="POST", path="/ais", handler=create_ai, reads=Reads.OBJECT),
    Operation(method="GET", path="/ais/{id}", handler=showing(Kind.AI)),
    Operation(method="PUT", path="/ais/{id}", handler=replace_ai, reads=Reads.OBJECT),
    Operation(method="DELETE", path="/ais/{id}", handler=delete_ai),
    Operation(method="POST", path="/ais/{id}/direct-hash-regenerate", handler=regenerate_ai_hash),
    Operation(method="POST", path="/ais/{id}/activate_insight", handler=activate_insight),
    Operation(method="GET", path="/ais/{id}/prompt_histories", handler=list_prompts),
    Operation(method="GET", path="/ais/{id}/prompt_histories/{history_id}", handler=show_prompt),
    Operation(method="GET", path="/ais/{id}/participants", handler=list_aicalls_of_ai),
    Operation(method="GET", path="/teams", handler=listing(Kind.TEAM)),
    Operation(method="POST", path="/teams", handler=create_team, reads=Reads.OBJECT, required=_TEAM),
    Operation(method="GET", path="/teams/{id}", handler=showing(Kind.TEAM)),
    Operation(method="PUT", path="/teams/{id}", handler=replace_team, reads=Reads.OBJECT, required=_TEAM),
    Operation(method="DELETE", path="/teams/{id}", handler=delete_team),
    Operation(method="POST", path="/teams/{id}/direct-hash-regenerate", handler=regenerate_team_hash),
)
