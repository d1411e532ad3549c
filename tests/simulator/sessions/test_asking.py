"""A session whose services take real time while the call goes on."""

import asyncio

from harness.model.call import EventKind, Role
from harness.telephone.clock import Work
from tests.simulator.stage import Line, Stage


class Services:
    """Holds back what services are asked until they are let answer, oldest question first."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.asked: list[Work] = []
        stage.clock.go_on_by(self.asked.append)

    def answer(self) -> None:
        """Let everything that is asked so far be answered now."""
        asked, self.asked[:] = tuple(self.asked), []

        async def answer(work: Work) -> None:
            self._stage.clock.after(0, await work())

        for work in asked:
            asyncio.run(answer(work))

    def answer_all(self, *, for_ms: int) -> None:
        """Let time pass, and every question be answered after 100 ms of it."""
        for _ in range(for_ms // 100):
            self._stage.run(for_ms=100)
            self.answer()


def begun(stage: Stage) -> tuple[Line, Services]:
    """Return a call that has been greeted."""
    line, services = stage.with_ai(), Services(stage)
    services.answer_all(for_ms=6_000)
    assert line.spoken() == ["Hello."]
    return line, services


def test_an_answer_comes_as_late_as_its_services_are() -> None:
    stage = Stage("Hello.", "Certainly.")
    line, services = begun(stage)
    line.says("A table for two", at_ms=6_000)
    stage.run(for_ms=6_000)
    assert stage.messages("user") == [("user", "A table for two")]
    assert len(services.asked) == 1
    assert line.spoken() == ["Hello."]
    services.answer_all(for_ms=2_000)
    assert line.spoken() == ["Hello.", "Certainly."]
    started_ms = line.time_of(EventKind.SPEECH_STARTED, role=Role.AGENT, place=1)
    # What the services took is not added to the delays that are modelled, but what they took over is there.
    assert 12_000 < started_ms < 12_500


def test_an_answer_that_is_spoken_over_before_it_is_there_is_never_given() -> None:
    stage = Stage("Hello.", "Never heard.", "For four then.")
    line, services = begun(stage)
    line.says("A table for two", at_ms=6_000)
    stage.run(for_ms=5_000)
    line.says("No for four", at_ms=11_000)
    stage.run(for_ms=5_000)
    services.answer_all(for_ms=4_000)
    assert line.spoken() == ["Hello.", "For four then."]
    assert ("assistant", "Never heard.") not in stage.messages()
    assert stage.messages("user") == [("user", "A table for two"), ("user", "No for four")]


def test_sentences_sound_in_order_however_long_their_voice_takes() -> None:
    stage = Stage("Hello.", "One two. Three four. Five six.")
    line, services = begun(stage)
    line.says("Count", at_ms=6_000)
    services.answer_all(for_ms=8_000)
    assert line.spoken()[1] == "One two. Three four. Five six."


def test_a_call_that_ends_while_its_agent_thinks_is_over() -> None:
    stage = Stage("Hello.", "Too late.")
    line, services = begun(stage)
    line.says("Goodbye", at_ms=6_000)
    stage.run(for_ms=5_000)
    stage.platform.leg(line.leg.id).hang_up()
    services.answer_all(for_ms=2_000)
    assert line.spoken() == ["Hello."]
    assert stage.clock.next_ms() is None
