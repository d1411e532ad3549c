"""Pictures of a report: values in, a small frozen view out. Templates only place what stands here."""

from harness.report.pictures.grid import OutcomeGrid, draw_grid
from harness.report.pictures.intervals import IntervalPlot, Rows, draw_change, draw_differences
from harness.report.pictures.latency import LatencyPicture, draw_latency
from harness.report.pictures.pareto import ParetoPicture, draw_pareto
from harness.report.pictures.trend import Trend, TrendPoint, draw_trend

__all__ = [
    "IntervalPlot",
    "LatencyPicture",
    "OutcomeGrid",
    "ParetoPicture",
    "Rows",
    "Trend",
    "TrendPoint",
    "draw_change",
    "draw_differences",
    "draw_grid",
    "draw_latency",
    "draw_pareto",
    "draw_trend",
]
