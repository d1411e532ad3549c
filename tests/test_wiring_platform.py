"""What a served platform is made of, by its settings."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from harness.errors import ApiError, ModelUnavailableError
from harness.settings import Settings
from harness.simulator.platform import Platform
from harness.voipbin.resources import Kind
from harness.wiring import simulated_platform

TEXT = Settings(tier="text")
TELEPHONE = {"type": "tel", "target": "+15559876543"}


def place(platform: Platform) -> int:
    """Place a telephone call and return how many came about."""
    placed = platform.orders.place_request(
        source=TELEPHONE,
        destinations=[TELEPHONE],
        flow_id="",
        actions=[{"type": "answer"}],
        anonymous="",
        variables={},
    )
    return len(placed.calls)


def test_fetched_actions_are_executed() -> None:
    asked: list[tuple[str, str]] = []

    async def fetch(url: str, method: str, body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        asked.append((method, url))
        return [{"type": "variable_set", "option": {"key": "name", "value": "Ada"}}]

    platform = simulated_platform(TEXT, engine_model="embedded.extractive", fetch=fetch)
    option = {"event_url": "http://127.0.0.1/next", "event_method": "GET"}
    started = platform.start_activeflow(
        id="",
        flow_id="",
        actions=[{"type": "fetch", "option": option}],
        variables={},
        webhook_uri="",
        webhook_method="",
    )

    async def run() -> None:
        while await platform.clock.step(until_ms=1_000):
            pass

    asyncio.run(run())
    assert asked == [("GET", "http://127.0.0.1/next")]
    assert platform.works.activeflows.variables[started["id"]]["name"] == "Ada"


@pytest.mark.parametrize(("gates", "balance", "placed"), [("balance", 1_000_000, 1), ("none", 0, 1)])
def test_gates_let_calls_through(gates: str, balance: int, placed: int) -> None:
    platform = simulated_platform(TEXT, engine_model="embedded.extractive", gates=gates)
    for account in platform.world.records(Kind.BILLING_ACCOUNT):
        platform.world.change(account, balance_credit=balance, balance_token=0)
    assert place(platform) == placed


def test_gates_of_a_new_account_keep_telephones_out_of_reach() -> None:
    platform = simulated_platform(TEXT, engine_model="embedded.extractive", gates="all")
    with pytest.raises(ApiError, match="no destination could be called"):
        place(platform)


def test_missing_weights_are_told_before_anything_is_served() -> None:
    with pytest.raises(ModelUnavailableError):
        simulated_platform(Settings(model_dir="/nonexistent"), engine_model="embedded.extractive")
