"""What the platform tells while a call lasts, told to the call it is about."""

from dataclasses import dataclass, field

from harness.model.call import Event, EventKind
from harness.model.finding import Json
from harness.transports.voipbin.agent_words import AgentWords
from harness.transports.voipbin.call_news import CallNews, Whose
from harness.transports.voipbin.event_reading import PlatformEvent

AI = "ai-1"


@dataclass
class Call:
    words: AgentWords = field(default_factory=AgentWords)
    told: list[Event] = field(default_factory=list)
    news: int = 0

    def ms(self, at_s: float) -> int:
        return round(at_s * 1000)

    def tell(self, event: Event) -> None:
        self.told.append(event)

    def tell_words(self) -> None:
        self.news += 1

    @property
    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.told]


def incoming(id: str, *, target: str = AI) -> tuple[str, dict[str, Json]]:
    return "call_created", {"id": id, "direction": "incoming", "destination": {"target": target}, "status": "ringing"}


def session(id: str, call_id: str, status: str = "progressing") -> tuple[str, dict[str, Json]]:
    fields = {"id": id, "assistance_id": AI, "reference_type": "call", "reference_id": call_id, "status": status}
    return f"aicall_status_{status}", fields


def message(aicall_id: str, role: str, content: str, **more: Json) -> tuple[str, dict[str, Json]]:
    return "aimessage_created", {"aicall_id": aicall_id, "role": role, "content": content, **more}


def heard(*events: tuple[str, dict[str, Json]], claimed: set[str] | None = None) -> tuple[Call, Whose]:
    call, whose = Call(), Whose(targets=frozenset({AI}), claimed=set() if claimed is None else claimed)
    news = CallNews(call, whose)
    for place, (type_, data) in enumerate(events):
        news.take(PlatformEvent(type=type_, data=data, at_s=float(place)))
    return call, whose


def test_a_call_learns_which_of_the_platforms_it_is_and_hears_of_that_alone() -> None:
    call, whose = heard(
        incoming("other", target="ai-2"),
        incoming("mine"),
        incoming("next"),
        session("s-other", "next"),
        session("s-mine", "mine"),
        message("s-other", "assistant", "Not me."),
        message("s-mine", "assistant", "Hello."),
        session("s-mine", "mine", "terminated"),
    )
    assert (whose.call_id, whose.aicall_ids) == ("mine", {"s-mine"})
    assert call.kinds == [EventKind.AICALL_PROGRESSING, EventKind.MESSAGE_CREATED, EventKind.AICALL_TERMINATED]
    assert call.told[1].text == "Hello."
    assert call.told[1].at_ms == 6_000


def test_a_call_that_is_somebody_elses_is_not_taken_for_ours() -> None:
    claimed = {"theirs"}
    _, whose = heard(incoming("theirs"), session("s-1", "theirs"), session("s-2", "mine"), claimed=claimed)
    assert whose.call_id == "mine"
    assert claimed == {"theirs", "mine"}


def test_words_are_known_as_they_are_written_and_numbered_in_order() -> None:
    def piece(content: str, sequence: int) -> tuple[str, dict[str, Json]]:
        return "aimessage_intermediate", {"aicall_id": "s", "content": content, "sequence": sequence}

    call, _ = heard(
        session("s", "mine"),
        piece("Good ", 0),
        piece("morning.", 1),
        message("s", "assistant", "Good morning."),
        piece("We are", 0),
    )
    assert [event.data["reply"] for event in call.told if "reply" in event.data] == [0]
    assert call.words.current == 0
    call.words.turn_started(0)
    assert call.words.news() == "Good morning. We are"
    assert call.news >= 4


def test_what_the_caller_said_and_what_tools_did_is_told_as_such() -> None:
    asked = [{"id": "t1", "type": "function", "function": {"name": "send_email", "arguments": "{}"}}]
    call, _ = heard(
        session("s", "mine"),
        message("s", "user", "are you open"),
        message("s", "user", "type: DTMF_EVENT\ndigit: 1\nduration: 100"),
        message("s", "assistant", "", tool_calls=asked),
        message("s", "tool", '{"tool_call_id": "t1", "result": "failed", "message": "no such address"}'),
    )
    finals = [event.text for event in call.told if event.kind is EventKind.TRANSCRIPT_FINAL]
    assert finals == ["are you open"]
    [used] = [event for event in call.told if event.kind is EventKind.TOOL_CALLED]
    [returned] = [event for event in call.told if event.kind is EventKind.TOOL_RETURNED]
    assert (used.text, used.data["id"]) == ("send_email", "t1")
    assert (returned.data["ok"], returned.text) == (False, "no such address")
