"""How often a client asks, and what it asks again; on a clock that only sleeping moves."""

import asyncio

import pytest

from harness.errors import ApiError
from harness.transports.voipbin.rate import RateBudget, read_retry_after, timed, wait_before_retry
from tests.transports.voipbin.client_site import Sleeper


def budget(share: float, time: Sleeper) -> RateBudget:
    return RateBudget(share, now=time.now, sleep=time.sleep)


class TestBudget:
    @pytest.mark.parametrize(("share", "at_once", "per_s"), [(1.0, 33, 16.7), (0.5, 16, 8.35), (0.01, 1, 0.167)])
    def test_a_share_may_burst_and_then_goes_at_its_rate(self, share: float, at_once: int, per_s: float) -> None:
        async def run() -> None:
            time = Sleeper()
            mine = budget(share, time)
            for _ in range(at_once):
                await mine.take()
            assert time.slept == []
            for _ in range(50):
                await mine.take()
            assert time.seconds - 100 == pytest.approx(50 / per_s, rel=0.02)

        asyncio.run(run())

    def test_what_is_timed_goes_first_and_the_others_wait_for_it(self) -> None:
        async def run() -> None:
            time = Sleeper()
            mine = budget(0.01, time)
            await mine.take()
            with timed():
                await mine.take()
            assert time.slept == []
            await mine.take()
            assert sum(time.slept) == pytest.approx(2 / 0.167, rel=0.02)

        asyncio.run(run())

    def test_what_is_timed_does_not_wait_until_a_storm_is_over(self) -> None:
        async def run() -> None:
            time = Sleeper()
            mine = budget(1.0, time)
            mine.hold(6.0)
            with timed(), pytest.raises(ApiError, match=r"for 6\.0 s more for none.*Fix: lower the concurrency"):
                await mine.take()
            assert time.slept == []
            await mine.take()
            assert sum(time.slept) == pytest.approx(6.0)

        asyncio.run(run())

    @pytest.mark.parametrize(
        ("tries", "status", "wait_s"),
        [(1, 429, None), (1, 503, None), (1, 502, 0.5), (2, 502, None), (1, None, 0.5)],
        ids=["limited", "turned away", "failed", "failed again", "no answer"],
    )
    def test_what_is_timed_is_asked_again_once_and_soon_or_not_at_all(
        self, tries: int, status: int | None, wait_s: float | None
    ) -> None:
        with timed():
            assert wait_before_retry(tries, status=status, retry_after_s=None, harmless=True) == wait_s

    def test_who_asks_first_is_served_first(self) -> None:
        async def run() -> list[int]:
            time = Sleeper()
            mine = budget(0.1, time)
            served: list[int] = []

            async def ask(number: int) -> None:
                await mine.take()
                served.append(number)

            async with asyncio.TaskGroup() as group:
                for number in range(40):
                    group.create_task(ask(number))
            return served

        assert asyncio.run(run()) == list(range(40))

    def test_whoever_gives_up_waiting_costs_the_others_nothing(self) -> None:
        async def run() -> None:
            time = Sleeper()
            mine = budget(0.01, time)
            await mine.take()
            waiting = asyncio.create_task(mine.take())
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await mine.take()
            assert time.seconds - 100 == pytest.approx(1 / 0.167)

        asyncio.run(run())

    def test_held_by_the_platform_nobody_asks(self) -> None:
        async def run() -> None:
            time = Sleeper()
            mine = budget(1.0, time)
            mine.hold(7.0)
            await mine.take()
            await mine.take()
            assert time.seconds == 107.0

        asyncio.run(run())


@pytest.mark.parametrize(
    ("tries", "status", "retry_after_s", "harmless", "wait_s"),
    [
        (1, 429, 3.0, False, 3.0),
        (1, 503, None, False, 0.5),
        (3, 503, None, False, 2.0),
        (4, 429, 1.0, True, None),
        (1, 429, 3600.0, True, None),
        (1, 500, None, False, None),
        (1, 500, None, True, 0.5),
        (1, 502, None, True, 0.5),
        (1, None, None, False, None),
        (2, None, None, True, 1.0),
        (3, None, None, True, None),
        (1, 200, None, True, None),
        (1, 404, None, True, None),
    ],
    ids=[
        "as long as it says",
        "without a word",
        "longer each time",
        "not for ever",
        "not for an hour",
        "made something perhaps",
        "only asked",
        "a proxy",
        "gone astray, made something perhaps",
        "gone astray, only asked",
        "gone astray thrice",
        "answered",
        "refused",
    ],
)
def test_only_what_does_no_harm_is_sent_again(
    tries: int, status: int | None, retry_after_s: float | None, harmless: bool, wait_s: float | None
) -> None:
    assert wait_before_retry(tries, status=status, retry_after_s=retry_after_s, harmless=harmless) == wait_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), (" 0.5 ", 0.5), ("", None), (None, None), ("-1", None), ("inf", None), ("nan", None), ("Wed", None)],
    ids=str,
)
def test_a_wait_is_read_when_it_is_one(header: str | None, seconds: float | None) -> None:
    assert read_retry_after(header) == seconds
