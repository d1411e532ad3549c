import asyncio
from functools import partial

from harness.telephone.clock import VirtualClock


def run(clock: VirtualClock) -> None:
    async def everything() -> None:
        while await clock.step():
            pass

    asyncio.run(everything())


def test_events_happen_in_order_of_time_and_then_of_scheduling() -> None:
    clock, seen = VirtualClock(), list[tuple[int, str]]()

    def note(name: str) -> None:
        seen.append((clock.now_ms(), name))

    for at_ms, name in [(20, "b"), (10, "a"), (20, "c")]:
        clock.at(at_ms, partial(note, name))
    run(clock)
    assert seen == [(10, "a"), (20, "b"), (20, "c")]


def test_cancelled_event_does_not_happen_and_takes_no_time() -> None:
    clock, seen = VirtualClock(), list[str]()
    clock.at(5, lambda: seen.append("kept"))
    clock.at(900, lambda: seen.append("cancelled")).cancel()
    run(clock)
    assert seen == ["kept"]
    assert clock.now_ms() == 5


def test_event_scheduled_for_now_by_an_event_happens_after_those_already_due() -> None:
    clock, seen = VirtualClock(), list[str]()

    def first() -> None:
        clock.after(0, lambda: seen.append("third"))
        seen.append("first")

    clock.at(1, first)
    clock.at(1, lambda: seen.append("second"))
    run(clock)
    assert seen == ["first", "second", "third"]


def test_time_stands_still_while_an_event_waits() -> None:
    clock, seen = VirtualClock(), list[int]()

    async def slow() -> None:
        before = clock.now_ms()
        await asyncio.sleep(0)
        seen.extend((before, clock.now_ms()))

    clock.at(7, slow)
    run(clock)
    assert seen == [7, 7]


def test_time_passes_up_to_the_next_event_and_never_back() -> None:
    clock = VirtualClock()
    clock.pass_to(40)
    clock.at(100, lambda: None)
    clock.at(60, lambda: None).cancel()
    assert clock.next_ms() == 100
    clock.pass_to(500)
    assert clock.now_ms() == 100
    clock.pass_to(20)
    assert clock.now_ms() == 100
    run(clock)
    assert clock.next_ms() is None


def test_the_alarm_rings_for_what_is_due_before_everything_else() -> None:
    clock, rung = VirtualClock(), list[int | None]()
    clock.ring(lambda: rung.append(clock.next_ms()))
    for at_ms in (50, 90, 20):
        clock.at(at_ms, lambda: None)
    assert rung == [50, 20]
