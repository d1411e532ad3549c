"""A platform served on loopback: its time, its end, and how it stops."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import httpx
import pytest

from harness.errors import ConfigurationError, VoiceUnavailableError
from harness.interfaces import Mouth, Utterance
from harness.model.call import Heard
from harness.model.persona import Voice
from harness.simulator.platform import Platform
from harness.simulator.server import Pace, ServerOptions, build_app, serve
from harness.simulator.server.warming import warm_up
from harness.simulator.works import PlatformOptions
from harness.telephone.clock import Happening, VirtualClock
from harness.telephone.pacing import Driver
from harness.testing.platform import make_equipment
from harness.testing.speech import ToneMouth
from tests.simulator.server.stage import new_platform


class Wall:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 50.0

    def __call__(self) -> float:
        return self.seconds


def driven(pace: Pace, then: Callable[[VirtualClock, Wall, Driver], Awaitable[None]]) -> None:
    async def run() -> None:
        clock, wall = VirtualClock(), Wall()
        driver = Driver(clock, pace=pace, now=wall)
        running = asyncio.create_task(driver.run())
        async with asyncio.timeout(10):
            await then(clock, wall, driver)
        running.cancel()

    asyncio.run(run())


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class TestTime:
    def test_in_real_time_what_is_due_waits_for_the_wall_clock(self) -> None:
        async def then(clock: VirtualClock, wall: Wall, driver: Driver) -> None:
            happened: list[int] = []
            clock.after(3_600_000, lambda: happened.append(clock.now_ms()))
            await settle()
            assert happened == []
            wall.seconds += 3600
            # Something due sooner wakes it, and it finds both are.
            clock.after(1, lambda: happened.append(clock.now_ms()))
            await settle()
            assert happened == [1, 3_600_000]

        driven(Pace.REAL_TIME, then)

    def test_fast_what_is_due_happens_at_once_and_in_order(self) -> None:
        async def then(clock: VirtualClock, wall: Wall, driver: Driver) -> None:
            happened: list[int] = []
            for delay_ms in (3_600_000, 20, 5):
                clock.after(delay_ms, lambda: happened.append(clock.now_ms()))
            await settle()
            assert happened == [5, 20, 3_600_000]

        driven(Pace.FAST, then)

    def test_while_somebody_listens_live_even_fast_is_real_time(self) -> None:
        async def then(clock: VirtualClock, wall: Wall, driver: Driver) -> None:
            happened: list[int] = []
            with driver.live():
                clock.after(20, lambda: happened.append(clock.now_ms()))
                clock.after(3_600_000, lambda: happened.append(clock.now_ms()))
                await settle()
                assert happened == []
                wall.seconds += 0.02
                clock.after(1, lambda: None)
                await settle()
                assert happened == [20]
            await settle()
            assert happened == [20, 3_600_000]

        driven(Pace.FAST, then)

    @pytest.mark.parametrize(
        ("pace", "told"),
        [
            pytest.param(Pace.REAL_TIME, ["began", "tick", "tick", "heard"], id="real-time"),
            pytest.param(Pace.FAST, ["began", "heard", "tick", "tick"], id="fast"),
        ],
    )
    def test_in_real_time_others_go_on_while_a_recogniser_thinks(self, pace: Pace, told: list[str]) -> None:
        async def then(clock: VirtualClock, wall: Wall, driver: Driver) -> None:
            happened: list[str] = []
            is_heard = asyncio.Event()

            async def hear() -> Happening:
                happened.append("began")
                await is_heard.wait()
                return lambda: happened.append("heard")

            clock.after(0, lambda: clock.aside(hear))
            for delay_ms in (20, 40):
                clock.after(delay_ms, lambda: happened.append("tick"))
            await settle()
            wall.seconds += 0.05
            clock.after(1, lambda: None)
            await settle()
            is_heard.set()
            await settle()
            assert happened == told

        driven(pace, then)

    @pytest.mark.parametrize("pace", list(Pace))
    def test_between_events_time_follows_the_wall_clock(self, pace: Pace) -> None:
        async def then(clock: VirtualClock, wall: Wall, driver: Driver) -> None:
            wall.seconds += 2.5
            driver.catch_up()
            assert clock.now_ms() == 2500

        driven(pace, then)

    def test_time_stands_still_while_a_service_thinks(self) -> None:
        async def then(clock: VirtualClock, wall: Wall, driver: Driver) -> None:
            thought = asyncio.Event()

            async def think() -> None:
                await thought.wait()

            clock.after(0, think)
            await settle()
            wall.seconds += 30
            driver.catch_up()
            assert clock.now_ms() == 0
            thought.set()
            await settle()
            driver.catch_up()
            assert clock.now_ms() == 30_000

        driven(Pace.REAL_TIME, then)

    def test_an_event_that_fails_stops_nobody_elses_time(self, caplog: pytest.LogCaptureFixture) -> None:
        async def then(clock: VirtualClock, wall: Wall, driver: Driver) -> None:
            happened: list[str] = []

            def fail() -> None:
                raise ValueError("broken call")

            clock.after(1, fail)
            clock.after(2, lambda: happened.append("next"))
            await settle()
            assert happened == ["next"]

        with caplog.at_level(logging.ERROR):
            driven(Pace.FAST, then)
        assert "broken call" in caplog.text


async def _served(use: Callable[[str], Awaitable[None]], *, port: int = 0) -> None:
    app = build_app(new_platform(), options=ServerOptions(limits=None))
    urls: list[str] = []
    opened = asyncio.Event()

    def ready(url: str) -> None:
        urls.append(url)
        opened.set()

    serving = asyncio.create_task(serve(app, host="127.0.0.1", port=port, pace=Pace.FAST, on_ready=ready))
    serving.add_done_callback(lambda _: opened.set())
    async with asyncio.timeout(20):
        await opened.wait()
        if serving.done():
            await serving
        await use(urls[0])
        serving.cancel()
        await asyncio.wait({serving})


def test_it_answers_on_loopback_and_stops_when_it_is_cancelled() -> None:
    async def use(url: str) -> None:
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{url}/ping")).json() == {"message": "pong"}

    asyncio.run(_served(use))


def test_a_port_that_is_taken_is_said_so() -> None:
    async def use(url: str) -> None:
        with pytest.raises(ConfigurationError, match="cannot listen on"):
            await _served(use, port=int(url.rpartition(":")[2]))

    asyncio.run(_served(use))


def test_voice_and_recogniser_are_made_ready_with_sound_nobody_has_heard() -> None:
    heard: list[Utterance] = []

    class Ears:
        name = "keeps"

        async def hear(self, utterance: Utterance) -> Heard:
            heard.append(utterance)
            return Heard(text="")

    def silent(_: Voice) -> Mouth:
        raise VoiceUnavailableError("no voice here")

    async def main() -> None:
        for mouth in (lambda _: ToneMouth(), silent):
            platform = Platform(
                equipment=make_equipment(text_only=False, mouth=mouth, ears=lambda _: Ears()), options=PlatformOptions()
            )
            for now_ms in (1_800_000_000_000, 1_800_000_000_001):
                platform.clock.pass_to(now_ms)
                await warm_up(platform)

    asyncio.run(main())
    first, second = (utterance.clip for utterance in heard)
    assert first is not None
    assert second is not None
    assert first.digest != second.digest
