"""The planted faults in two sets: those the rules were written with, and those written afterwards."""

from benchmarks.planted import agent, line, unseen_agent, unseen_line
from benchmarks.planted.calls import Plant
from benchmarks.planted.cases import ORDER_CASE, ORDERS, TWO_LINES
from harness.model.blame import Part
from harness.model.call import Tier

PLANTS: tuple[Plant, ...] = (
    *(*agent.HEARING, *agent.THINKING, *agent.TOOL, *agent.SPEAKING),
    *(*line.TURN_TAKING, *line.NETWORK, *line.CALLER, *line.HARNESS),
)
"""What the rules were written with."""

UNSEEN: tuple[Plant, ...] = (
    *(*unseen_agent.HEARING, *unseen_agent.THINKING, *unseen_agent.TOOL, *unseen_agent.SPEAKING),
    *(*unseen_line.TURN_TAKING, *unseen_line.NETWORK, *unseen_line.CALLER, *unseen_line.HARNESS),
)
"""What was written after them."""

SOUND: tuple[Plant, ...] = (
    Plant(id="nothing goes wrong", part=Part.HARNESS, case=TWO_LINES),
    Plant(id="nothing goes wrong, with sound", part=Part.HARNESS, case=TWO_LINES, tier=Tier.AUDIO),
    Plant(id="an order is found", part=Part.HARNESS, case=ORDER_CASE, prompt=ORDERS),
)
"""Calls without a fault, which must blame nobody."""
