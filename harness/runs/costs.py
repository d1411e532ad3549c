"""What a run was to cost, kept in its folder when it starts, and what it cost in the end."""

import math
from pathlib import Path

from harness.model.free import is_free
from harness.model.run import Run, TrialResult
from harness.model.usage import Service, Side
from harness.pricing.cost import cost_of
from harness.pricing.estimate import Span
from harness.pricing.summary import cost_line
from harness.regression.arm_table import CallCost
from harness.runs.forecast import forecast, last_run
from harness.runs.money import price_table
from harness.runs.planning import Plan
from harness.settings import Settings
from harness.store.codec import decode, encode
from harness.store.files import store_errors, write_atomically

FILE = "estimate.json"

_COMPARED_COST = (Side.AGENT, Side.PLATFORM)
"""Whose usage a call costs where arms are compared: our own caller and judge cost the test, not the agent."""


def estimated_cost(settings: Settings, plan: Plan) -> Span | None:
    """Return what a plan is to cost, low and high; None where it uses nothing that costs money.

    Raises:
        ConfigurationError: the price file cannot be read.
        StoreError: the last run cannot be read.
    """
    if not forecast(settings, plan).parts:
        return None
    return forecast(settings, plan, last=last_run(settings)).usd


def keep_estimate(folder: Path, estimated: Span | None) -> None:
    """Keep what a run is to cost; of a free one nothing. Raises StoreError."""
    if estimated is not None:
        path = folder / FILE
        write_atomically(path, encode(estimated, as_type=Span, path=str(path)) + "\n")


def run_cost(run: Run, folder: Path, *, settings: Settings) -> str:
    """Return in one line what a run cost, beside what it was to cost; empty where it cost nothing.

    Raises:
        ConfigurationError: the price file cannot be read.
        StoreError: the estimate cannot be read.
    """
    budgeted = not math.isinf(settings.budget)
    return cost_line(run, table=price_table(settings), estimated=_kept(folder), budgeted=budgeted)


def call_cost(settings: Settings) -> CallCost:
    """Return what prices a call where arms are compared. Raises ConfigurationError."""
    prices = price_table(settings)

    def cost(call: TrialResult) -> float | None:
        # What is free is not metered; of any other model nothing kept means that nobody counted.
        if not call.usage and not is_free(Service.LLM, call.trial.engine_model):
            return None
        return cost_of((usage for usage in call.usage if usage.side in _COMPARED_COST), prices).usd

    return cost


def _kept(folder: Path) -> Span | None:
    path = folder / FILE
    if not path.is_file():
        return None
    with store_errors(path, "read"):
        text = path.read_bytes()
    return decode(text, as_type=Span, path=str(path))
