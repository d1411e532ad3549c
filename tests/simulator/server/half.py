"""The parts of a platform that only keep resources."""

from harness.simulator.ais import Ais
from harness.simulator.clock import VirtualClock
from harness.simulator.flowbook import FlowBook
from harness.simulator.teams import Teams
from harness.simulator.world import World
from harness.voipbin.mode import Mode


class HalfPlatform:
    """Nobody telephones on it."""

    def __init__(self, mode: Mode) -> None:
        self.clock = VirtualClock()
        self.world = World(clock=self.clock, seed=1, mode=mode)
        self.ais = Ais(self.world)
        self.teams = Teams(self.world)
        self.flows = FlowBook(self.world)
