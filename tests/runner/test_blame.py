"""The rules of assignment one by one, on calls made by hand."""

from dataclasses import replace
from typing import Any

import pytest

from harness.errors import CallError, ServiceError
from harness.model.blame import Blame, Part
from harness.model.call import Call, EndReason, Event, EventKind, Role, Tier
from harness.model.case import Limit
from harness.model.quality import CallQuality, ChannelQuality
from harness.model.score import AlignedWord, Better, Edit, Score, Scored, Unscored
from harness.model.validity import InvalidKind, Validity
from harness.runner.blame import assign, assign_error
from harness.testing.builders import make_call, make_case, make_turn

K = EventKind
ASKED = "Is there a table for five people?"
WORDS = ASKED.rstrip("?").casefold().split()


def talk(answer: str = "We have a table for nine people.", *, heard: str = ASKED, **fields: Any) -> Call:
    """Return a greeting, a question and its answer."""
    turns = (
        make_turn(Role.AGENT, "Hello."),
        make_turn(Role.CALLER, ASKED, started_ms=2000, ended_ms=4000, heard=heard, move=0),
        make_turn(Role.AGENT, answer, started_ms=5000, ended_ms=7000, latency_ms=1000),
    )
    return make_call(*turns, **fields)


def says(phrase: str = "five", *, turn: int | None = 2) -> Score:
    """Return a check of the answer that failed."""
    return Score(
        name="says", value=0, better=Better.HIGHER, turn=turn, passed=False, required=True, missing=(phrase,),
        reason=f'expected the agent to say "{phrase}"',
    )  # fmt: skip


def wer(name: str, *, turn: int = 1, **wrong: str) -> Score:
    """Return an error rate of a turn: `five="nine"` is a word taken for another, `five=""` one not heard."""
    steps = []
    for word in WORDS:
        instead = wrong.get(word, word)
        edit = Edit.EQUAL if instead == word else Edit.SUBSTITUTE if instead else Edit.DELETE
        steps.append(AlignedWord(edit=edit, reference=word, hypothesis=instead))
    return Score(
        name=name, value=len(wrong) / len(WORDS), better=Better.LOWER, turn=turn, alignment=tuple(steps),
        reason=f"{len(wrong)} of {len(WORDS)} words wrong",
    )  # fmt: skip


def first(call: Call, *scores: Scored, **fields: Any) -> Blame:
    """Return the first blame of a call."""
    return assign(fields.pop("case", make_case(ASKED)), scores, call=call, **fields)[0]


def sound(**caller: Any) -> CallQuality:
    """Return how a call sounded."""
    values: dict[str, Any] = {"speech_ms": 2000, "loudness_lufs": -20.0, "dropouts": 0, "dropout_ms": 0}
    return CallQuality(caller=ChannelQuality(**(values | caller)), agent=ChannelQuality(**values))


def test_a_word_the_answer_repeats_wrongly_was_misheard() -> None:
    blame = first(talk(tier=Tier.TEXT), says(), wer("hearing_wer", five="nine"))
    assert blame == Blame(
        check="says", part=Part.HEARING, evidence='heard "nine" for "five"', at_ms=2000, turn=2, score=0
    )


def test_where_nobody_listened_to_our_caller_it_may_have_been_ours() -> None:
    assert first(talk(), says(), wer("hearing_wer", five="nine")).alternatives == (Part.CALLER,)


def test_the_same_words_lost_in_our_own_audio_are_the_callers() -> None:
    blame = first(talk(), says(), wer("hearing_wer", five="nine"), wer("caller_wer", five="nine", table="cable"))
    assert blame.part is Part.CALLER
    assert "2 of 7 words wrong" in blame.evidence


@pytest.mark.parametrize(
    ("lost_ms", "part"), [pytest.param(300, Part.NETWORK, id="many holes"), pytest.param(10, Part.HEARING, id="one")]
)
def test_words_lost_in_holes_of_the_line_are_the_networks(lost_ms: int, part: Part) -> None:
    call = talk(quality=sound(dropouts=9, dropout_ms=lost_ms))
    assert first(call, says(), wer("hearing_wer", five="nine")).part is part


def test_what_arrived_whole_was_thought_wrongly() -> None:
    blame = first(talk(), says(), wer("hearing_wer"))
    assert blame.part is Part.THINKING
    assert blame.evidence == f'the agent was asked "{ASKED}" and wrote "We have a table for nine people."'
    assert not blame.alternatives


def test_a_wrong_word_that_decides_nothing_leaves_a_doubt() -> None:
    blame = first(talk(), says(), wer("hearing_wer", a="the"))
    assert (blame.part, blame.alternatives) == (Part.THINKING, (Part.HEARING,))


def test_an_answer_that_takes_up_nothing_shows_that_a_word_was_lost() -> None:
    call = talk("I am sorry, I do not know.")
    blame = first(call, says("yes"), wer("hearing_wer", table="cable"))
    assert (blame.part, blame.alternatives) == (Part.HEARING, (Part.THINKING,))


def test_an_earlier_turn_counts_when_it_held_the_words_that_are_missing() -> None:
    later = (
        make_turn(Role.CALLER, "Please repeat that.", started_ms=8000, heard="Please repeat that.", move=1),
        make_turn(Role.AGENT, "A table for nine.", started_ms=10_000, latency_ms=1000),
    )
    call = make_call(*talk().turns, *later)
    scores = (says(turn=4), wer("hearing_wer", five="nine"))
    assert assign(make_case(ASKED, "Please repeat that."), scores, call=call)[0].part is Part.HEARING


def test_an_interrupted_answer_is_a_matter_of_turns() -> None:
    call = talk("We have a table")
    turns = (
        *call.turns[:2],
        replace(call.turns[2], interrupted=True),
        make_turn(Role.CALLER, "Wait!", started_ms=6900),
    )
    assert first(make_call(*turns), says()).part is Part.TURN_TAKING


def returned(text: str, *, ok: bool) -> tuple[Event, ...]:
    """Return a tool's call and its answer."""
    called = Event(at_ms=4200, kind=K.TOOL_CALLED, text="book", data={"id": "1", "arguments": "{}"})
    return (called, Event(at_ms=4600, kind=K.TOOL_RETURNED, text=text, data={"id": "1", "name": "book", "ok": ok}))


@pytest.mark.parametrize(
    ("events", "part"),
    [
        pytest.param(returned('{"error": "full"}', ok=False), Part.TOOL, id="failed"),
        pytest.param(returned("{}", ok=True)[:1], Part.TOOL, id="never answered"),
        pytest.param(returned('{"status": "ok", "data": {}}', ok=True), Part.TOOL, id="told nothing"),
        pytest.param(returned('{"status": "ok", "data": "nine"}', ok=True), Part.TOOL, id="told something else"),
        pytest.param(returned('{"status": "ok", "data": "five"}', ok=True), Part.THINKING, id="told the right thing"),
    ],
)
def test_tools_are_held_to_what_they_told(events: tuple[Event, ...], part: Part) -> None:
    assert first(talk(events=events), says()).part is part


@pytest.mark.parametrize(
    ("gaps_ms", "part"),
    [
        pytest.param((3000, 100, 100, 100), Part.HEARING, id="recogniser"),
        pytest.param((100, 3000, 100, 100), Part.TURN_TAKING, id="end of turn"),
        pytest.param((100, 100, 3000, 100), Part.THINKING, id="model"),
        pytest.param((100, 100, 100, 3000), Part.SPEAKING, id="voice"),
    ],
)
def test_a_late_answer_is_the_longest_stages(gaps_ms: tuple[int, ...], part: Part) -> None:
    kinds = (K.TRANSCRIPT_FINAL, K.USER_TURN_ENDED, K.REPLY_STARTED)
    moments = [4000 + sum(gaps_ms[: place + 1]) for place in range(4)]
    events = tuple(Event(at_ms=at_ms, kind=kind) for at_ms, kind in zip(moments, kinds, strict=False))
    call = talk(events=events)
    answer = replace(call.turns[2], started_ms=moments[3], ended_ms=moments[3] + 1000, latency_ms=3300)
    late = Score(name="within_ms", value=3300, better=Better.LOWER, turn=2, passed=False, required=True)
    blame = first(replace(call, turns=(*call.turns[:2], answer)), late)
    assert blame.part is part
    assert blame.evidence.startswith("3000 of 3300 ms passed")


def test_a_late_answer_of_which_no_stage_is_told_may_be_anybodys() -> None:
    late = Score(name="within_ms", value=1000, better=Better.LOWER, turn=2, passed=False, required=True)
    blame = first(talk(), late)
    assert (blame.part, Part.SPEAKING in blame.alternatives) == (Part.THINKING, True)
    assert blame.evidence == "the answer came after 1000 ms, and nothing tells what took that long"


@pytest.mark.parametrize(
    ("events", "part"),
    [
        pytest.param((Event(at_ms=9, kind=K.MESSAGE_CREATED, text="Hello."),), Part.HEARING, id="with a record"),
        pytest.param((), Part.THINKING, id="without one"),
    ],
)
def test_nothing_recognised_means_something_only_where_the_transport_tells(
    events: tuple[Event, ...], part: Part
) -> None:
    assert first(talk("Pardon?", heard="", events=events), says()).part is part


def test_a_broken_limit_is_assigned_by_the_turn_that_was_worst() -> None:
    case = make_case(ASKED, limits=(Limit(score="hearing_wer", at_most=0.1),))
    whole = Score(name="hearing_wer", value=0.3, better=Better.LOWER)
    blame = first(talk(heard="Is there a cable for nine people?"), whole, wer("hearing_wer", five="nine"), case=case)
    assert (blame.check, blame.part, blame.score) == ("hearing_wer", Part.HEARING, None)


def test_a_voice_that_is_half_understood_leaves_our_recogniser_in_doubt() -> None:
    case = make_case(ASKED, limits=(Limit(score="speaking_wer", at_most=0.1),))
    call = talk()
    heard = replace(call.turns[2], said="we have a cable for wine people")
    scores = (
        Score(name="speaking_wer", value=0.3, better=Better.LOWER),
        Score(name="speaking_wer", value=0.3, better=Better.LOWER, turn=2),
    )
    blame = first(replace(call, turns=(*call.turns[:2], heard)), *scores, case=case)
    assert (blame.part, blame.alternatives) == (Part.SPEAKING, (Part.HARNESS,))


@pytest.mark.parametrize(
    ("end", "part"),
    [
        pytest.param(EndReason.CALLER_HANGUP, Part.CALLER, id="caller hung up"),
        pytest.param(EndReason.LINE_DROPPED, Part.NETWORK, id="line dropped"),
        pytest.param(EndReason.NOT_ANSWERED, Part.NETWORK, id="not answered"),
    ],
)
def test_a_check_the_call_never_came_to_is_assigned_by_its_end(end: EndReason, part: Part) -> None:
    unscored = Unscored(name="says", reason="the call was over", required=True)
    assert first(talk(end_reason=end), unscored).part is part


def test_a_requirement_nobody_could_measure_is_the_harness() -> None:
    assert first(talk(), Unscored(name="rubric.polite", reason="no judge", required=True)).part is Part.HARNESS


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        pytest.param(InvalidKind.AUDIO, Part.CALLER, id="audio"),
        pytest.param(InvalidKind.CALLER_HELPED, Part.CALLER, id="helped"),
        pytest.param(InvalidKind.CALLER_HINDERED, Part.CALLER, id="hindered"),
        pytest.param(InvalidKind.UNCHECKED, Part.HARNESS, id="unchecked"),
    ],
)
def test_what_spoiled_a_trial_comes_first(kind: InvalidKind, part: Part) -> None:
    blame = first(talk(), says(), validity=Validity(valid=False, kind=kind, reason="spoiled"))
    assert (blame.check, blame.part) == ("validity", part)


def test_our_recogniser_is_doubted_where_the_platform_understood() -> None:
    spoiled = Validity(valid=False, kind=InvalidKind.AUDIO, reason="caller_wer is 0.43")
    scores = (wer("caller_wer", five="nine", table="cable", people="steeple"), wer("hearing_wer"))
    assert first(talk(), *scores, validity=spoiled).part is Part.HARNESS


@pytest.mark.parametrize(
    ("stage", "part"),
    [
        pytest.param("llm", Part.THINKING, id="language model"),
        pytest.param("tts", Part.SPEAKING, id="voice"),
        pytest.param("stt", Part.HEARING, id="recogniser"),
        pytest.param("session", Part.NETWORK, id="session"),
    ],
)
def test_a_failed_service_is_assigned_by_its_stage(stage: str, part: Part) -> None:
    event = Event(at_ms=9, kind=K.SERVICE_FAILED, text="it broke.", data={"service": "x", "stage": stage})
    blame = first(talk(events=(event,)))
    assert (blame.check, blame.part, blame.at_ms, blame.evidence) == (
        "service",
        part,
        9,
        "the service x failed: it broke",
    )


@pytest.mark.parametrize(
    ("error", "part"),
    [
        pytest.param(CallError("no line"), Part.NETWORK, id="no call"),
        pytest.param(ServiceError("gone", service="voice"), Part.CALLER, id="our voice"),
        pytest.param(ZeroDivisionError("x"), Part.HARNESS, id="a bug"),
    ],
)
def test_what_prevented_a_call_is_assigned_too(error: Exception, part: Part) -> None:
    assert assign_error(error).part is part


def test_nothing_is_blamed_where_every_check_held() -> None:
    held = Score(name="says", value=1, better=Better.HIGHER, turn=2, passed=True, required=True)
    assert assign(make_case(ASKED), (held, wer("hearing_wer", five="nine")), call=talk()) == ()
