"""The AIs of a platform: made, replaced, deleted, dialled by their hash, and every prompt they ever had."""

from harness.simulator.kernel.world import World
from harness.voipbin.ais import AiType, check_required, read_ai
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import Body
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record


class Ais:
    """Keeps the rules of contract sections 4.1 and 4.4."""

    def __init__(self, world: World) -> None:
        """Take where the resources are kept."""
        self._world = world

    def create(self, body: Body, *, customer_id: str | None = None) -> Record:
        """Make an AI with a direct hash, and the first row of its prompt history if it has a prompt.

        Raises:
            ApiError: as `read_ai`; 400 in strict mode when a required field is missing.
        """
        if self._world.mode is Mode.STRICT:
            check_required(body)
        fields = read_ai(body, mode=self._world.mode)
        prompt = fields.pop("init_prompt")
        ai = self._world.create(Kind.AI, customer_id=customer_id, **fields)
        ai["direct_hash"] = self._world.new_hash(Kind.AI, ai["id"])
        self._keep_prompt(ai, prompt, proposal_id=None)
        self._world.publish("ai_created", ai)
        return ai

    def replace(self, id: str, body: Body, *, customer_id: str | None = None) -> Record:
        """Set every writable field; what the body leaves out is cleared, but for the type.

        Raises:
            ApiError: as `read_ai`; 404 when there is no such AI.
        """
        ai = self._world.require(Kind.AI, id, customer_id=customer_id)
        fields = read_ai(body, mode=self._world.mode, kept_type=ai["type"])
        self._keep_prompt(ai, fields.pop("init_prompt"), proposal_id=None)
        active = ai["is_insight_active"] and fields["type"] == AiType.INSIGHT
        return self._world.change(ai, event="ai_updated", is_insight_active=active, **fields)

    def set_prompt(self, ai: Record, prompt: str, *, proposal_id: str) -> Record:
        """Give an AI the prompt of an accepted proposal."""
        self._keep_prompt(ai, prompt, proposal_id=proposal_id)
        return self._world.change(ai, event="ai_updated")

    def delete(self, id: str, *, customer_id: str | None = None) -> Record:
        """Delete an AI; its hash leads nowhere from now on.

        Raises:
            ApiError: 404.
        """
        ai = self._world.require(Kind.AI, id, customer_id=customer_id)
        return self._world.delete(ai, event="ai_deleted")

    def regenerate_hash(self, id: str, *, customer_id: str | None = None) -> Record:
        """Give an AI a new direct hash; the old one stops resolving at once.

        Raises:
            ApiError: 404.
        """
        ai = self._world.require(Kind.AI, id, customer_id=customer_id)
        return replace_hash(self._world, Kind.AI, ai, event="ai_updated")

    def activate_insight(self, id: str, *, customer_id: str | None = None) -> Record:
        """Make an insight AI its customer's only active one; nothing happens when it already is.

        Raises:
            ApiError: 404; 400 when it is of another type.
        """
        ai = self._world.require(Kind.AI, id, customer_id=customer_id)
        if ai["type"] != AiType.INSIGHT:
            raise api_error(Reason.AI_NOT_INSIGHT_TYPE, f"the ai {id!r} is of type {ai['type']}, not insight")
        if ai["is_insight_active"]:
            return ai
        for other in self._world.records(Kind.AI, customer_id=ai["customer_id"], is_insight_active=True):
            self._world.change(other, event="ai_updated", is_insight_active=False)
        return self._world.change(ai, event="ai_updated", is_insight_active=True)

    def _keep_prompt(self, ai: Record, prompt: str, *, proposal_id: str | None) -> None:
        if prompt == ai["init_prompt"]:
            return
        ai["init_prompt"] = prompt
        if not prompt:
            ai["current_prompt_history_id"] = None
            return
        row = self._world.create(
            Kind.PROMPT_HISTORY,
            customer_id=ai["customer_id"],
            ai_id=ai["id"],
            prompt=prompt,
            proposal_id=proposal_id,
        )
        ai["current_prompt_history_id"] = row["id"]


def replace_hash(world: World, kind: Kind, record: Record, *, event: str = "") -> Record:
    """Give a resource a new direct hash and forget its old one."""
    world.hashes.pop(record["direct_hash"] or "", None)
    return world.change(record, event=event, direct_hash=world.new_hash(kind, record["id"]))
