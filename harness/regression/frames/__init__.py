"""A run in figures: what reports print of its arms, and pandas frames for whoever explores it."""

from harness.regression.frames.figures import (
    ArmFigures,
    LatencyFigures,
    PooledRate,
    TurnFigures,
    arm_figures,
)
from harness.regression.frames.tidy import LoadedRun

__all__ = [
    "ArmFigures",
    "LatencyFigures",
    "LoadedRun",
    "PooledRate",
    "TurnFigures",
    "arm_figures",
]
