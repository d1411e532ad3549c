"""The teams of a platform: AIs that hand a conversation to one another."""

from harness.simulator.kernel.world import World
from harness.simulator.records.ais import replace_hash
from harness.voipbin.bodies import Body
from harness.voipbin.resources import Kind, Record
from harness.voipbin.teams import read_team


class Teams:
    """Keeps the rules of contract section 4.7; teams have no events."""

    def __init__(self, world: World) -> None:
        """Take where the resources are kept."""
        self._world = world

    def create(self, body: Body, *, customer_id: str | None = None) -> Record:
        """Make a team with a direct hash.

        Raises:
            ApiError: as `read_team`.
        """
        fields = self._read(body, customer_id or self._world.customer_id)
        team = self._world.create(Kind.TEAM, customer_id=customer_id, **fields)
        team["direct_hash"] = self._world.new_hash(Kind.TEAM, team["id"])
        return team

    def replace(self, id: str, body: Body, *, customer_id: str | None = None) -> Record:
        """Set every writable field.

        Raises:
            ApiError: as `read_team`; 404 when there is no such team.
        """
        team = self._world.require(Kind.TEAM, id, customer_id=customer_id)
        return self._world.change(team, **self._read(body, team["customer_id"]))

    def delete(self, id: str, *, customer_id: str | None = None) -> Record:
        """Delete a team; its hash leads nowhere from now on.

        Raises:
            ApiError: 404.
        """
        return self._world.delete(self._world.require(Kind.TEAM, id, customer_id=customer_id))

    def regenerate_hash(self, id: str, *, customer_id: str | None = None) -> Record:
        """Give a team a new direct hash; the old one stops resolving at once.

        Raises:
            ApiError: 404.
        """
        team = self._world.require(Kind.TEAM, id, customer_id=customer_id)
        return replace_hash(self._world, Kind.TEAM, team)

    def _read(self, body: Body, owner: str) -> Record:
        def has_ai(id: str) -> bool:
            ai = self._world.find(Kind.AI, id)
            return ai is not None and ai["tm_delete"] is None and ai["customer_id"] == owner

        return read_team(body, new_id=self._world.new_id, has_ai=has_ai)
