import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from harness.audio.recording import Recording
from harness.errors import CallError, ServiceError
from harness.interfaces import Utterance
from harness.model.call import CallRequest, EndReason, Event, EventKind, Fact, Role, Tier, Transcript, TurnLabel
from harness.model.finding import Resource
from harness.model.moves import Hangup, Interruption, Move, Press, Say, Tones, Trigger, TriggerKind, Wait
from harness.model.quality import LineAchieved
from harness.runner.conversation import Conversation, converse
from harness.testing.builders import make_arm, make_case
from harness.testing.speech import ToneMouth

LATE: dict[str, Fact] = {"late": True}
SUMMARY = Resource(kind="summary", fields={"content": "They said hello."})


def event(kind: EventKind, role: Role | None = None, *, at_ms: int = 0, data: dict[str, Fact] | None = None) -> Event:
    return Event(at_ms=at_ms, kind=kind, role=role, data=data or {})


ANSWERED = event(EventKind.CALL_PROGRESSING)
AGENT_STARTS, AGENT_STOPS = (event(kind, Role.AGENT) for kind in (EventKind.SPEECH_STARTED, EventKind.SPEECH_STOPPED))
CALLER_STARTS, CALLER_STOPS = (
    event(kind, Role.CALLER) for kind in (EventKind.SPEECH_STARTED, EventKind.SPEECH_STOPPED)
)
CALLER_STARTS_LATE = event(EventKind.SPEECH_STARTED, Role.CALLER, data=LATE)
KEY, KEY_LATE = (event(EventKind.DTMF, Role.CALLER, data={"late": late, "last": False}) for late in (False, True))
LAST_KEY, LAST_KEY_LATE = (
    event(EventKind.DTMF, Role.CALLER, data={"late": late, "last": True}) for late in (False, True)
)
WAITED_LATE = event(EventKind.WAITED, Role.CALLER, data=LATE)


def hangup(reason: str = "caller_hangup", *, at_ms: int = 0, late: bool = False) -> Event:
    return event(EventKind.CALL_HANGUP, at_ms=at_ms, data={"reason": reason, "late": late})


class TapedLine:
    """A line on which a fixed list of events happens; notes what the caller did to it, and when."""

    name = "taped"

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self.done: list[tuple[str, int]] = []
        """(what, how many events had happened)"""
        self.is_open = False
        self.learnt: tuple[Event, ...] = ()
        """What is known once the call is over."""
        self._happened = 0

    @asynccontextmanager
    async def open(self, request: CallRequest) -> AsyncIterator["TapedLine"]:
        self.is_open = True
        try:
            yield self
        finally:
            self.is_open = False

    async def close(self) -> None: ...

    async def play(self, utterance: Utterance, *, at: Trigger, label: TurnLabel = TurnLabel.TURN) -> None:
        self.done.append((f"say {utterance.text}{'!' if label is TurnLabel.BARGE_IN else ''}", self._happened))

    async def press(self, digits: str, *, at: Trigger, tones: Tones = Tones.RFC4733) -> None:
        self.done.append((f"press {digits}", self._happened))

    async def wait(self, *, at: Trigger) -> None:
        self.done.append(("wait", self._happened))

    async def hangup(self, *, at: Trigger) -> None:
        when = f" {at.delay_ms} after answer" if at.after is TriggerKind.CALL_START else ""
        self.done.append((f"hang up{when}", self._happened))

    async def events(self) -> AsyncIterator[Event]:
        for happening in self._events:
            self._happened += 1
            yield happening

    def recording(self) -> Recording | None:
        return None

    def line_achieved(self) -> LineAchieved | None:
        return None

    def resources(self) -> tuple[Resource, ...]:
        return (SUMMARY,) if self._happened == len(self._events) else ()

    def in_hindsight(self, events: Sequence[Event]) -> tuple[Event, ...]:
        return (*events[:-1], *self.learnt, *events[-1:])


class Script:
    def __init__(self, *moves: Move) -> None:
        self._moves = moves
        self.asked: list[Transcript] = []

    async def next_move(self, transcript: Transcript) -> Move:
        self.asked.append(transcript)
        return self._moves[transcript.moves_made] if transcript.moves_made < len(self._moves) else Hangup()

    def unmade(self) -> tuple[Move, ...]:
        return ()


def talk(line: TapedLine, caller: Script) -> Conversation:
    request = CallRequest(trial_id="t", case=make_case(max_call_ms=9_000), arm=make_arm(), seed=1, tier=Tier.TEXT)
    return asyncio.run(converse(request, transport=line, caller=caller, mouths=lambda _: ToneMouth(text_only=True)))


def test_caller_is_asked_when_the_call_is_answered_and_after_each_move() -> None:
    line = TapedLine([ANSWERED, AGENT_STARTS, AGENT_STOPS, CALLER_STARTS, CALLER_STOPS, WAITED_LATE, hangup()])
    caller = Script(Say(text="Hi", interrupts=Interruption.IMPATIENCE), Wait(trigger=Trigger()))
    talk(line, caller)
    assert line.done == [("hang up 9000 after answer", 1), ("say Hi!", 1), ("wait", 5), ("hang up", 6)]
    assert [transcript.moves_made for transcript in caller.asked] == [0, 1, 2]
    assert [turn.role for turn in caller.asked[1].turns] == [Role.AGENT, Role.CALLER]


def test_what_the_platform_keeps_is_read_when_the_call_is_over() -> None:
    assert talk(TapedLine([ANSWERED, hangup()]), Script()).resources == (SUMMARY,)


def test_what_is_learnt_after_the_call_is_in_its_turns() -> None:
    greeted = Event(at_ms=0, kind=EventKind.SPEECH_STARTED, role=Role.AGENT, data={"reply": 0})
    line = TapedLine([ANSWERED, greeted, AGENT_STOPS, hangup(at_ms=9)])
    line.learnt = (Event(at_ms=5, kind=EventKind.MESSAGE_CREATED, text="Hello.", data={"reply": 0}),)
    conversation = talk(line, Script())
    assert [turn.meant for turn in conversation.turns] == ["Hello."]
    assert conversation.events[-2:] == (*line.learnt, hangup(at_ms=9))


def test_agent_who_owes_two_answers_is_given_up() -> None:
    line = TapedLine([ANSWERED, CALLER_STARTS_LATE, CALLER_STOPS, CALLER_STARTS_LATE, CALLER_STOPS, hangup(at_ms=1)])
    conversation = talk(line, Script(Say(text="Hi"), Say(text="Hello?"), Say(text="Never")))
    assert line.done[-1] == ("hang up 0 after answer", 5)
    assert conversation.end_reason is EndReason.AGENT_SILENT


def test_the_call_goes_on_after_the_last_key_of_a_press() -> None:
    line = TapedLine([ANSWERED, AGENT_STARTS, AGENT_STOPS, KEY, LAST_KEY, hangup()])
    talk(line, Script(Press(digits="1#"), Say(text="Hi")))
    assert line.done == [("hang up 9000 after answer", 1), ("press 1#", 1), ("say Hi", 5)]


def test_agent_who_owes_an_answer_to_keys_is_given_up() -> None:
    line = TapedLine(
        [ANSWERED, AGENT_STARTS, AGENT_STOPS, LAST_KEY, KEY_LATE, LAST_KEY_LATE, WAITED_LATE, hangup(at_ms=1)]
    )
    conversation = talk(line, Script(Press(digits="1"), Press(digits="2#"), Wait(trigger=Trigger()), Say(text="Never")))
    assert line.done[-1] == ("hang up 0 after answer", 7)
    assert conversation.end_reason is EndReason.AGENT_SILENT


def test_silence_nobody_owes_is_not_held_against_the_agent() -> None:
    line = TapedLine(
        [
            ANSWERED,
            AGENT_STARTS,
            AGENT_STOPS,
            WAITED_LATE,
            WAITED_LATE,
            CALLER_STARTS_LATE,
            CALLER_STOPS,
            AGENT_STARTS,
            AGENT_STOPS,
            hangup(at_ms=1),
        ]
    )
    conversation = talk(line, Script(*[Wait(trigger=Trigger())] * 2, Say(text="Hi"), Hangup()))
    assert [what for what, _ in line.done] == ["hang up 9000 after answer", "wait", "wait", "say Hi", "hang up"]
    assert conversation.end_reason is EndReason.CALLER_HANGUP


@pytest.mark.parametrize(
    ("before", "end", "reason"),
    [
        pytest.param([AGENT_STARTS], hangup(at_ms=1), EndReason.CALLER_HANGUP, id="caller"),
        pytest.param([AGENT_STARTS], hangup(at_ms=9_000), EndReason.TIME_LIMIT, id="time limit"),
        pytest.param([AGENT_STARTS], hangup("agent_hangup"), EndReason.AGENT_HANGUP, id="agent"),
        pytest.param([], hangup("never_started"), EndReason.NEVER_STARTED, id="never started"),
        pytest.param([], hangup(late=True), EndReason.AGENT_SILENT, id="late, greeting owed"),
        pytest.param([AGENT_STARTS], hangup(late=True), EndReason.CALLER_HANGUP, id="late, nothing owed"),
        pytest.param(
            [AGENT_STARTS, CALLER_STARTS, CALLER_STOPS], hangup(late=True), EndReason.AGENT_SILENT, id="answer owed"
        ),
    ],
)
def test_end_reason_says_why(before: list[Event], end: Event, reason: EndReason) -> None:
    conversation = talk(TapedLine([ANSWERED, *before, end]), Script())
    assert conversation.end_reason is reason
    assert conversation.duration_ms == end.at_ms


def test_caller_cut_short_by_the_end_of_the_call_is_asked_nothing_more() -> None:
    cut = event(EventKind.SPEECH_STOPPED, Role.CALLER, data={"interrupted": True})
    caller = Script(Say(text="Hi"))
    talk(TapedLine([ANSWERED, CALLER_STARTS, cut, hangup()]), caller)
    assert len(caller.asked) == 1


def test_line_that_goes_dead_is_the_lines_fault() -> None:
    with pytest.raises(CallError, match="went dead"):
        talk(TapedLine([ANSWERED]), Script())


class LostVoice:
    name = "lost"

    async def speak(self, text: str) -> Utterance:
        raise ServiceError("gone", service="lost")


class HangingVoice:
    name = "hanging"

    def __init__(self, on_speak: Callable[[], object]) -> None:
        self._on_speak = on_speak

    async def speak(self, text: str) -> Utterance:
        self._on_speak()
        await asyncio.Event().wait()
        raise AssertionError


def test_line_is_hung_up_when_the_callers_voice_fails() -> None:
    line = TapedLine([ANSWERED, hangup()])
    request = CallRequest(trial_id="t", case=make_case(), arm=make_arm(), seed=1, tier=Tier.TEXT)
    with pytest.raises(ServiceError, match="lost: gone"):
        asyncio.run(converse(request, transport=line, caller=Script(Say(text="Hi")), mouths=lambda _: LostVoice()))
    assert not line.is_open


def test_line_is_hung_up_when_the_conversation_is_cancelled() -> None:
    line = TapedLine([ANSWERED, hangup()])
    request = CallRequest(trial_id="t", case=make_case(), arm=make_arm(), seed=1, tier=Tier.TEXT)

    async def cancel() -> None:
        task: asyncio.Task[Conversation]
        mouth = HangingVoice(lambda: task.cancel())
        task = asyncio.create_task(
            converse(request, transport=line, caller=Script(Say(text="Hi")), mouths=lambda _: mouth)
        )
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())
    assert not line.is_open
