"""A call in real time with a far end on no network: whose moves happen when, and how it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from harness.errors import CallError
from harness.interfaces import Utterance
from harness.interfaces.carriers import Ending
from harness.model.call import EndReason, Event, EventKind, Role, TurnLabel
from harness.model.moves import Tones, Trigger, TriggerKind
from harness.model.persona import Surroundings
from harness.transports.voipbin.live_call import LiveCall, Setting
from harness.transports.voipbin.live_line import LiveLine
from tests.transports.voipbin.far_end import FarEnd, voice
from tests.transports.voipbin.live_site import SoundEars
from tests.virtual_loop import now, run_at_once

WITHIN_MS = 5
"""How far from its moment a move may be."""
FRAME_MS = 20
"""How exactly the far end knows when it was spoken to."""
Then = Callable[[LiveLine, Event], Awaitable[None]]


def said(ms: int, text: str = "hello") -> Utterance:
    return Utterance(text=text, duration_ms=ms, clip=voice(ms))


@dataclass
class Held:
    """A call that is over, and what its far end knows of it."""

    call: LiveCall
    far: FarEnd
    events: list[Event] = field(default_factory=list)

    def of(self, kind: EventKind, role: Role | None = None) -> list[Event]:
        return [event for event in self.events if event.kind is kind and event.role is role]

    def spans(self, role: Role) -> list[tuple[int, int]]:
        begun = [event.at_ms for event in self.of(EventKind.SPEECH_STARTED, role)]
        ended = [event.at_ms for event in self.of(EventKind.SPEECH_STOPPED, role)]
        return list(zip(begun, ended, strict=True))

    @property
    def answered_ms(self) -> int:
        return self.call.ms(self.far.answered_s)

    def arrived(self) -> list[tuple[int, int]]:
        """Return when the caller was heard, on the call's clock."""
        return [(self.call.ms(begin), self.call.ms(end)) for begin, end in self.far.caller_spans()]


def hold(far: FarEnd, then: Then, **setting: object) -> Held:
    """Hold a call; `then` does what the caller does when something happens."""

    async def main() -> Held:
        async with asyncio.timeout(15), far.open():
            settings = {"seed": 1, "surroundings": Surroundings(), **setting}
            call = LiveCall(far, Setting(**settings), now=now)  # type: ignore[arg-type]
            held = Held(call, far)
            call.start()
            try:
                line = LiveLine(call)
                async for event in line.events():
                    held.events.append(event)
                    await then(line, event)
            finally:
                await call.stop()
            return held

    held = run_at_once(main())
    assert [event.at_ms for event in held.events] == sorted(event.at_ms for event in held.events)
    assert held.events[-1].kind is EventKind.CALL_HANGUP
    return held


def on_answer(*moves: Then) -> Then:
    """Make all moves known when the call is answered."""

    async def then(line: LiveLine, event: Event) -> None:
        if event.kind is EventKind.CALL_PROGRESSING:
            for move in moves:
                await move(line, event)

    return then


def hangup(trigger: Trigger) -> Then:
    return lambda line, _: line.hangup(at=trigger)


def after_answer(ms: int) -> Trigger:
    return Trigger(after=TriggerKind.CALL_START, delay_ms=ms)


def play(ms: int, trigger: Trigger, label: TurnLabel = TurnLabel.TURN) -> Then:
    return lambda line, _: line.play(said(ms), at=trigger, label=label)


@pytest.mark.parametrize("delay_ms", [0.0, 30.0], ids=["nothing", "30 ms"])
def test_turns_of_both_sides_stand_where_they_were_on_one_clock(delay_ms: float) -> None:
    far = FarEnd(says=[(300, voice(600))], delay_ms=delay_ms)
    held = hold(far, on_answer(play(300, Trigger(delay_ms=700)), hangup(after_answer(2_200))))
    [(began, ended)] = held.spans(Role.AGENT)
    assert abs(began - held.answered_ms - 300) <= 10
    assert abs(ended - held.answered_ms - 900) <= 10
    [(spoke, stopped)] = held.spans(Role.CALLER)
    # What the far end hears here has not been delayed: it only says so.
    [(heard, _)] = held.arrived()
    assert abs(spoke - (heard + delay_ms)) <= WITHIN_MS + FRAME_MS
    assert abs(stopped - spoke - 300) <= WITHIN_MS
    assert abs(spoke - (ended + 700)) <= WITHIN_MS
    recording = held.call.recording()
    assert recording.agent.span(began, began + 5).samples.any()
    assert not recording.agent.span(0, began - 10).samples.any()
    assert recording.caller.span(spoke, spoke + 5).samples.any()
    assert not recording.caller.span(0, spoke - 5).samples.any()


def test_a_caller_who_cuts_in_is_on_time_and_the_agent_that_yields_was_cut() -> None:
    far = FarEnd(says=[(200, voice(3_000))], yields_after_ms=300)
    cuts_in = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=500)
    held = hold(far, on_answer(play(600, cuts_in, TurnLabel.BARGE_IN), hangup(after_answer(1_900))))
    [(began, ended)] = held.spans(Role.AGENT)
    [start] = held.of(EventKind.SPEECH_STARTED, Role.CALLER)
    assert start.data["over_agent"] is True
    assert abs(start.at_ms - (began + 500)) <= WITHIN_MS
    assert abs(held.arrived()[0][0] - (began + 500)) <= WITHIN_MS + FRAME_MS
    assert 250 <= ended - start.at_ms <= 400
    assert [event.at_ms for event in held.of(EventKind.AUDIO_CUT)] == [ended]
    assert held.of(EventKind.SPEECH_STOPPED, Role.AGENT)[0].data["interrupted"] is True


def test_an_agent_that_gives_way_late_has_not_answered_yet() -> None:
    far = FarEnd(says=[(200, voice(3_000)), (2_600, voice(400))], yields_after_ms=700)
    cuts_in = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=500)

    async def then(line: LiveLine, event: Event) -> None:
        if event.kind is EventKind.CALL_PROGRESSING:
            held_call(line).words.reply("We are open until six in the evening, on every day but Sunday.")
            await line.play(said(750), at=cuts_in, label=TurnLabel.BARGE_IN)
        if event.kind is EventKind.SPEECH_STOPPED and event.role is Role.CALLER:
            await line.hangup(at=Trigger(delay_ms=300))

    held = hold(far, then)
    cut, answer = held.spans(Role.AGENT)
    assert held.of(EventKind.SPEECH_STOPPED, Role.AGENT)[0].data["interrupted"] is True
    assert abs(held.events[-1].at_ms - (answer[1] + 500)) <= WITHIN_MS + FRAME_MS
    assert cut[1] < answer[0]


def test_a_phrase_is_waited_for_where_the_platform_tells_the_words() -> None:
    far = FarEnd(says=[(400, voice(2_000))])
    phrase = Trigger(after=TriggerKind.PHRASE, phrase="until six")

    async def then(line: LiveLine, event: Event) -> None:
        if event.kind is EventKind.CALL_PROGRESSING:
            held_call(line).words.reply("We are open until six in the evening.")
            await line.play(said(200), at=phrase, label=TurnLabel.BARGE_IN)
            await line.hangup(at=after_answer(1_900))

    held = hold(far, then)
    [start] = held.of(EventKind.SPEECH_STARTED, Role.CALLER)
    began = held.spans(Role.AGENT)[0][0]
    assert start.data["late"] is False
    assert abs(start.at_ms - (began + round(21 / 15 * 1000))) <= 2 * WITHIN_MS


def held_call(line: LiveLine) -> LiveCall:
    return line._call


def test_words_nobody_tells_are_recognised_before_the_caller_goes_on() -> None:
    far = FarEnd(says=[(100, voice(500))])
    known: list[str] = []

    async def then(line: LiveLine, event: Event) -> None:
        if event.kind is EventKind.CALL_PROGRESSING:
            await line.wait(at=Trigger())
        if event.kind is EventKind.SPEECH_STOPPED:
            known.append(event.text)
        if event.kind is EventKind.WAITED:
            known.append("waited")
            await line.hangup(at=Trigger(after=TriggerKind.NOW))

    hold(far, then, ears=SoundEars("how can i help"), needs_words=True)
    assert known == ["how can i help", "waited"]


def test_keys_are_pressed_one_by_one() -> None:
    held = hold(
        FarEnd(),
        on_answer(lambda line, _: line.press("42", at=after_answer(100)), hangup(after_answer(500))),
    )
    keys = held.of(EventKind.DTMF, Role.CALLER)
    assert [(key.text, key.data["last"], key.data["tones"]) for key in keys] == [
        ("4", False, Tones.RFC4733.value),
        ("2", True, Tones.RFC4733.value),
    ]
    assert held.far.keys == "42"


def test_a_noisy_line_is_heard_between_utterances_too() -> None:
    noisy = Surroundings(snr_db=10)
    held = hold(FarEnd(), on_answer(play(200, after_answer(400)), hangup(after_answer(900))), surroundings=noisy)
    frames = [any(frame) for _, frame in held.far.heard[5:35]]
    assert sum(frames) >= len(frames) - 1


@pytest.mark.parametrize(
    ("far", "reason", "by"),
    [
        (FarEnd(ends_after_ms=200), EndReason.AGENT_HANGUP, "agent"),
        (FarEnd(ends_after_ms=200, ends_with=Ending.LOST), EndReason.LINE_DROPPED, "platform"),
        (FarEnd(ending=Ending.BUSY), EndReason.NOT_ANSWERED, "platform"),
    ],
    ids=["the agent hangs up", "the line is lost", "busy"],
)
def test_an_end_that_is_not_ours_is_told(far: FarEnd, reason: EndReason, by: str) -> None:
    held = hold(far, on_answer(play(900, after_answer(0))))
    assert held.events[-1].data["reason"] == reason.value
    assert held.events[-1].data["by"] == by
    failed = held.of(EventKind.SERVICE_FAILED)
    assert bool(failed) is (reason is not EndReason.AGENT_HANGUP)
    if reason is EndReason.AGENT_HANGUP:
        assert held.of(EventKind.SPEECH_STOPPED, Role.CALLER)[0].data["interrupted"] is True


def test_a_call_that_is_refused_says_why_and_what_to_do() -> None:
    with pytest.raises(CallError, match=r"404 Not Found.*regenerate"):
        hold(FarEnd(ending=Ending.REFUSED), on_answer())


def test_what_fails_beside_a_call_ends_it_and_hangs_up() -> None:
    far = FarEnd()

    async def fail() -> None:
        raise CallError("the event socket closes again and again")

    async def then(line: LiveLine, event: Event) -> None:
        if event.kind is EventKind.CALL_PROGRESSING:
            held_call(line).spawn(fail())

    held = hold(far, then)
    assert held.events[-1].data["reason"] == EndReason.LINE_DROPPED.value
    assert "event socket" in held.of(EventKind.SERVICE_FAILED)[0].text
    assert far.hung_up


def test_leaving_in_the_middle_hangs_up() -> None:
    far = FarEnd(says=[(0, voice(2_000))])

    async def then(_line: LiveLine, event: Event) -> None:
        if event.kind is EventKind.SPEECH_STARTED:
            raise RuntimeError("the caller's voice broke")

    with pytest.raises(RuntimeError):
        hold(far, then)
    assert far.hung_up
