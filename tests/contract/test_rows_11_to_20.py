"""The tutorial, line by line (contract section 8): what its rows 11 to 20 say the simulator must do, one test a row."""

from itertools import pairwise, product

from harness.model.call import EventKind, Role, Tier
from harness.model.moves import Say
from harness.model.persona import Persona, Voice
from harness.model.platform import Answering, Callee, FlowAction
from harness.runner.conversation import Conversation
from harness.voipbin.flow_lint import lint_flow
from harness.voipbin.mode import Mode
from tests.calling import ANSWER, GOODBYE, action, events_of, hold_call, kept, stay
from tests.contract.site import TALKS, listed, open_site, place
from tests.simulator.server.stage import run

LINE = "The delivery was quick, but the invoice was wrong."
TODAY = (Mode.CURRENT, Mode.STRICT)
TRANSCRIBE = action("transcribe_start", language="en-US")
ASK = action("talk", text="Please tell us.", language="en-US")
WAIT = action("sleep", duration=10_000)
OLD_SUMMARY = action("ai_summary", source_type="transcribe", source_id="${voipbin.transcribe.id}")
NEW_SUMMARY = action("ai_summary", reference_type="transcribe", reference_id="${voipbin.transcribe.id}")
READ_OUT = action("talk", text="You said: ${voipbin.ai_summary.content}", language="en-US")
COLLEAGUE = "+15551111111"
CONNECT = action(
    "connect", source={"type": "tel", "target": "+15551234567"}, destinations=[{"type": "tel", "target": COLLEAGUE}]
)


def summed_up(*summaries: FlowAction, mode: Mode) -> Conversation:
    flow = (ANSWER, TRANSCRIBE, ASK, WAIT, *summaries, READ_OUT)
    return hold_call(Say(text=LINE), stay(20_000), flow=flow, outgoing=True, mode=mode)


def test_row_11_a_transcription_writes_down_both_sides_in_its_language() -> None:
    for mode in Mode:
        call = hold_call(Say(text=LINE), flow=(ANSWER, TRANSCRIBE, ASK, WAIT), outgoing=True, mode=mode)
        (transcribe,) = kept(call, "transcribe")
        assert (transcribe["language"], transcribe["direction"], transcribe["status"]) == ("en-US", "both", "done")
        assert {(each["direction"], each["message"]) for each in kept(call, "transcript")} == {
            ("out", "Please tell us."),
            ("in", LINE),
        }


def test_row_12_talk_is_heard_and_sleep_counts_milliseconds() -> None:
    for mode in Mode:
        flow = (ANSWER, ASK, action("sleep", duration=30_000), GOODBYE)
        call = hold_call(stay(60_000), flow=flow, outgoing=True, mode=mode)
        entered = {event.at_ms: event.data["type"] for event in events_of(call, EventKind.ACTION_ENTERED)}
        asked, goodbye = call.turns
        assert (asked.spoken, goodbye.spoken) == ("Please tell us.", "Goodbye")
        assert entered[asked.ended_ms] == "sleep"
        assert entered[asked.ended_ms + 30_000] == "talk"


def test_row_13_the_tutorials_summary_is_made_in_the_call_and_todays_only_outside_of_one() -> None:
    (made,) = kept(summed_up(OLD_SUMMARY, mode=Mode.SEED), "summary")
    assert (made["reference_type"], made["status"]) == ("transcribe", "done")
    assert LINE in made["content"]
    assert all(kept(summed_up(OLD_SUMMARY, mode=mode), "summary") == [] for mode in TODAY)
    assert all(kept(summed_up(NEW_SUMMARY, mode=mode), "summary") == [] for mode in Mode)
    assert "calls skip ai_summary" in lint_flow([OLD_SUMMARY, GOODBYE])[0].message
    assert "skips ai_summary" in lint_flow([NEW_SUMMARY, GOODBYE])[0].message
    for mode, names in ((Mode.SEED, "source"), *product(Mode, ("reference",))):
        client = open_site(mode, callee=TALKS)
        place(client, ANSWER, TRANSCRIBE, ASK, WAIT)
        (transcribe,) = listed(client, "transcribes")
        option = {f"{names}_type": "transcribe", f"{names}_id": transcribe["id"]}
        client.done("POST", "/v1.0/activeflows", {"actions": [action("ai_summary", **option)]})
        run(client.platform, for_ms=1_000)
        assert [summary["reference_id"] for summary in listed(client, "aisummaries")] == [transcribe["id"]]


def test_row_14_later_actions_read_the_summary_and_today_only_its_own_flow_does() -> None:
    assert LINE in summed_up(OLD_SUMMARY, mode=Mode.SEED).turns[-1].spoken
    for mode in TODAY:
        assert summed_up(OLD_SUMMARY, mode=mode).turns[-1].spoken.strip() == "You said:"
    assert "only in the flow a summary starts" in lint_flow([READ_OUT])[0].message
    for mode in Mode:
        client = open_site(mode, callee=TALKS)
        told = {"type": "webhook_send", "option": {"uri": "http://x", "data": "${voipbin.ai_summary.content}"}}
        flow = client.done("POST", "/v1.0/flows", {"name": "after", "detail": "", "actions": [told]})
        call = place(client, ANSWER, TRANSCRIBE, ASK, WAIT)
        (transcribe,) = listed(client, "transcribes")
        body = {"reference_type": "transcribe", "reference_id": transcribe["id"], "language": "en-US"}
        summary = client.done("POST", "/v1.0/aisummaries", {**body, "on_end_flow_id": flow["id"]})
        variables = client.platform.works.activeflows.variables
        after = [held for held in variables.values() if held.get("voipbin.ai_summary.id") == summary["id"]]
        assert [held["voipbin.ai_summary.content"] for held in after] == [summary["content"]]
        assert call["status"] == "hangup"


def test_row_15_a_summary_is_told_by_events_and_read_by_requests() -> None:
    for mode in Mode:
        client = open_site(mode, callee=TALKS)
        call = place(client, ANSWER, TRANSCRIBE, ASK, action("sleep", duration=5_000))
        body = {"reference_type": "call", "reference_id": call["id"], "language": "en-US", "on_end_flow_id": ""}
        made = client.done("POST", "/v1.0/aisummaries", body)
        assert (made["status"], "Please tell us." in made["content"]) == ("done", True)
        assert listed(client, "aisummaries") == [client.done("GET", f"/v1.0/aisummaries/{made['id']}")] == [made]
        told = [event.type for event in client.platform.world.history if event.type.startswith("summary_")]
        assert told == ["summary_created", "summary_updated"]


def test_row_16_real_time_changes_nothing_in_a_transcription() -> None:
    live = action("transcribe_start", language="en-US", real_time=True)
    for mode in Mode:
        plain, other = (
            hold_call(Say(text=LINE), flow=(ANSWER, each, ASK, WAIT), outgoing=True, mode=mode)
            for each in (TRANSCRIBE, live)
        )
        assert kept(plain, "transcript") == kept(other, "transcript") != []
        assert plain.events == other.events
    assert "always live" in lint_flow([live])[0].message


def test_row_17_a_live_summary_of_a_call_grows_while_people_talk() -> None:
    live = action("ai_summary", source_type="call", source_id="${voipbin.call.id}", real_time=True)
    actions = (ANSWER, TRANSCRIBE, live, CONNECT)
    client = open_site(callee=TALKS)
    call = place(client, *actions, for_ms=120_000)
    history = client.platform.world.history
    hung_up_ms = next(e.at_ms for e in history if e.type == "call_hangup" and e.data["id"] == call["id"])
    updates = [event for event in history if event.type == "summary_updated"]
    growing = [event.data["content"] for event in updates if event.at_ms < hung_up_ms]
    assert len(growing) >= 2
    assert all(after.startswith(before) and after != before for before, after in pairwise(growing))
    assert {event.data["status"] for event in updates[:-1]} == {"progressing"}
    assert updates[-1].data["status"] == "done"
    for mode in TODAY:
        today = open_site(mode, callee=TALKS)
        place(today, *actions, for_ms=120_000)
        assert listed(today, "aisummaries") == []
    assert "ready after its hang-up" in lint_flow([live, CONNECT])[1].message


def test_row_18_whoever_is_connected_answers_rings_out_or_is_busy() -> None:
    for mode in Mode:
        for callee, reason in (
            (Callee(target=COLLEAGUE, ring_ms=900, says=("Support.", "Goodbye.")), "normal"),
            (Callee(target=COLLEAGUE, answering=Answering.BUSY), "busy"),
            (Callee(target=COLLEAGUE, answering=Answering.NO_ANSWER), "noanswer"),
            (Callee(target=COLLEAGUE, answering=Answering.REJECTS), "noanswer"),
        ):
            flow = (ANSWER, CONNECT, GOODBYE)
            call = hold_call(Say(text="Hi."), stay(120_000), flow=flow, callees=(callee,), mode=mode)
            assert len(events_of(call, EventKind.CONNECTED)) == (callee.answering is Answering.ANSWERS)
            (ended,) = events_of(call, EventKind.CONNECT_ENDED)
            assert (ended.data["target"], ended.data["reason"]) == (COLLEAGUE, reason)
            assert [turn.spoken for turn in call.turns if turn.role is Role.AGENT][-1] == "Goodbye"


def test_row_19_a_prompt_is_free_text_with_the_platforms_before_it() -> None:
    prompt = "Role: receptionist.\n\nAnswer in under 30 seconds. Be warm. {not a variable} $5"
    prefaces = set()
    for mode in Mode:
        systems = [
            m["content"] for m in kept(hold_call(prompt=prompt, mode=mode), "aimessage") if m["role"] == "system"
        ]
        preface, own = systems
        assert own == prompt
        prefaces.add(preface)
    (preface,) = prefaces
    assert preface


def test_row_20_another_language_than_the_ais_is_hardly_understood() -> None:
    line = "Guten Tag ich hätte gern einen Termin am Donnerstag um halb neun"
    german = Persona(name="Jonas", voice=Voice(language="de-DE"))
    for tier in Tier:
        heard = {}
        for language in ("de-DE", "de", "en-US", ""):
            call = hold_call(Say(text=line), persona=german, tier=tier, stt_language=language)
            (heard[language],) = (turn.heard for turn in call.turns if turn.role is Role.CALLER)
        assert heard["de-DE"] == heard["de"] == line
        assert heard["en-US"] == heard[""] != line
        right = set(line.split()) & set((heard["en-US"] or "").split())
        assert len(right) < len(line.split()) / 2
        english = hold_call(Say(text=LINE), tier=tier, stt_language="")
        assert english.turns[1].heard == LINE
