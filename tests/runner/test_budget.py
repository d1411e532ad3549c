import asyncio
from collections.abc import Mapping, Sequence

import pytest

from harness.model.suite import Planned
from harness.model.usage import Service, Side, Unit, Usage
from harness.pricing.table import packaged_prices
from harness.runner.budget import Budget
from harness.testing.builders import make_arm, make_case

CALL = Planned(suite="s", case=make_case(), arm=make_arm())


def tokens(usd: float, model: str = "openai.gpt-4o") -> Sequence[Usage]:
    """Return output that costs so much."""
    amount = usd / 10 * 1_000_000
    return (Usage(service=Service.LLM, side=Side.AGENT, model=model, unit=Unit.OUTPUT_TOKENS, amount=amount),)


def budget(usd: float, *, spent: float = 0.0, highest: Mapping[str, float] | None = None) -> Budget:
    return Budget(usd=usd, table=packaged_prices(), highest=highest or {CALL.id: 1.0}, spent=spent)


def place(account: Budget, costs: Sequence[float]) -> tuple[int, str]:
    """Hold calls one after the other and return how many were allowed, and why no further one was."""

    async def hold() -> tuple[int, str]:
        for number, usd in enumerate(costs):
            if reason := await account.allow(CALL):
                return number, reason
            account.settle(CALL, tokens(usd))
        return len(costs), ""

    return asyncio.run(hold())


@pytest.mark.parametrize(
    ("usd", "spent", "costs", "placed"),
    [
        (3.0, 0.0, [1.0] * 9, 3),
        (3.0, 0.0, [0.5] * 9, 5),
        (1.0, 0.0, [0.0] * 9, 9),
        (0.99, 0.0, [0.0], 0),
        (0.0, 0.0, [0.0], 0),
        (3.0, 2.5, [0.1], 0),
        (3.0, 0.0, [4.0, 0.0], 1),
    ],
    ids=[
        "to the last cent",
        "what was saved is spent",
        "free calls",
        "one call is too dear",
        "nothing",
        "resumed",
        "dearer than thought",
    ],
)
def test_no_call_is_placed_that_could_break_the_budget(
    usd: float, spent: float, costs: Sequence[float], placed: int
) -> None:
    assert place(budget(usd, spent=spent), costs)[0] == placed


def test_the_reason_names_the_call_its_price_and_what_is_left() -> None:
    _, reason = place(budget(1.5), [1.0, 1.0])
    assert reason == (
        "the next call, s::hello[receptionist@v1-embedded.extractive], may cost up to 1.0000 USD, and 0.5000 USD of "
        "the budget of 1.5 USD are left"
    )


def test_a_free_run_needs_no_money() -> None:
    assert place(budget(0.0, highest={CALL.id: 0.0}), [0.0, 0.0]) == (2, "")


def test_what_has_no_price_is_charged_with_all_that_was_put_aside() -> None:
    async def hold() -> float:
        account = budget(5.0)
        await account.allow(CALL)
        account.settle(CALL, tokens(0.1, model="openai.gpt-99"))
        return account.spent

    assert asyncio.run(hold()) == 1.0


def test_calls_in_flight_count_and_one_that_does_not_fit_waits_for_them() -> None:
    async def hold() -> list[str]:
        account = budget(2.0)
        happened: list[str] = []

        async def call(name: str, *, ends: asyncio.Event, usd: float) -> None:
            if await account.allow(CALL):
                happened.append(f"{name} refused")
                return
            happened.append(f"{name} placed")
            await ends.wait()
            account.settle(CALL, tokens(usd))

        now, later = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(call("first", ends=now, usd=0.2))
            group.create_task(call("second", ends=later, usd=1.0))
            group.create_task(call("third", ends=later, usd=1.0))
            group.create_task(call("fourth", ends=later, usd=1.0))
            while len(happened) < 2:
                await asyncio.sleep(0)
            assert account.reserved == 2.0
            now.set()
            for _ in range(20):
                await asyncio.sleep(0)
            # 0.2 spent and 1.0 put aside leave less than a third call may cost.
            assert happened == ["first placed", "second placed"]
            later.set()
        assert account.reserved == 0.0
        return happened

    assert asyncio.run(hold()) == ["first placed", "second placed", "third refused", "fourth refused"]
