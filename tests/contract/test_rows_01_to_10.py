"""The tutorial, line by line (contract section 8): what its rows 1 to 10 say the simulator must do, one test a row."""

from itertools import product

from harness.interfaces import Mouth
from harness.model.call import EndReason, EventKind, Role
from harness.model.moves import Interruption, Say, Trigger, TriggerKind
from harness.model.persona import Voice
from harness.runner.conversation import Conversation
from harness.simulator.calls.gates import Gates
from harness.testing.speech import ScriptedAgent, ToneMouth
from harness.voipbin.flow_lint import lint_flow
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind
from tests.calling import AI_TALK, ANSWER, GOODBYE, action, events_of, hold_call, kept, stay
from tests.contract.site import AI, SIP, TEL, listed, open_site, order, place

PROMPT = "You are a friendly receptionist."
MALE = "pNInz6obpgDQGcFmaJgB"
EXTENSION = {"name": "Eve", "detail": "", "password": "s3cret"}
TODAY = (Mode.CURRENT, Mode.STRICT)


def test_row_01_a_login_below_either_root_and_each_credential_in_each_form() -> None:
    for mode in Mode:
        client = open_site(mode)
        admin = client.service.doorkeeper.admin
        body = {"username": admin.username, "password": admin.password}
        login = client.ask("POST", "/auth/login", body, params={})
        assert login.status_code == 200
        token = login.json()["token"]
        below_v1 = client.ask("POST", "/v1.0/auth/login", body, params={})
        assert below_v1.status_code == (200 if mode is Mode.SEED else 404)
        for given in (
            {"params": {"token": token}},
            {"params": {"accesskey": admin.access_key}},
            {"params": {}, "headers": {"authorization": f"Bearer {token}"}},
            {"params": {}, "headers": {"cookie": f"token={token}"}},
            {"params": {}, "headers": {"cookie": f"accesskey={admin.access_key}"}},
        ):
            assert client.ask("GET", "/v1.0/me", **given).status_code == 200
        assert client.refused("GET", "/v1.0/me", params={}) == (401, "AUTHENTICATION_REQUIRED")


def test_row_02_every_kind_of_destination_is_taken_and_each_gate_can_be_closed() -> None:
    for mode in Mode:
        client = open_site(mode)
        extension = client.done("POST", "/v1.0/extensions", {**EXTENSION, "extension": "2001"})
        address = {"type": "extension", "target": extension["id"], "target_name": "2001"}
        body = {**order(ANSWER), "destinations": [TEL, SIP, address]}
        placed = client.done("POST", "/v1.0/calls", body)
        assert [call["destination"]["type"] for call in placed["calls"]] == ["tel", "sip"]
        (group,) = placed["groupcalls"]
        assert (group["destinations"][0]["target_name"], len(group["call_ids"])) == ("2001", 1)
    for gates, refusal in (
        (Gates(identity=True), (403, "IDENTITY_VERIFICATION_REQUIRED")),
        (Gates(countries=()), (500, "INTERNAL")),
        (Gates(countries=("+49",)), (500, "INTERNAL")),
        (Gates(own_number=True), (500, "INTERNAL")),
    ):
        closed = open_site(gates=gates)
        for customer in closed.platform.world.records(Kind.CUSTOMER):
            customer["identity_verification_status"] = "pending"
        assert closed.refused("POST", "/v1.0/calls", order(ANSWER)) == refusal
        assert closed.ask("POST", "/v1.0/calls", order(ANSWER, destination=SIP)).status_code == 200
    opened = open_site(gates=Gates(identity=True, countries=("+1",), own_number=True))
    opened.done("POST", "/v1.0/numbers", {"number": "+15551234567"})
    assert opened.ask("POST", "/v1.0/calls", order(ANSWER)).status_code == 200


def test_row_03_a_providers_key_is_optional_unused_and_never_shown() -> None:
    for mode in Mode:
        client = open_site(mode)
        without = client.done("POST", "/v1.0/ais", AI)
        with_one = client.done("POST", "/v1.0/ais", {**AI, "engine_key": "sk-very-secret"})
        for ai in (without, with_one):
            call = place(client, ANSWER, action("ai_talk", assistance_type="ai", assistance_id=ai["id"]))
            (aicall,) = [each for each in listed(client, "aicalls") if each["reference_id"] == call["id"]]
            assert any(each["role"] == "assistant" for each in listed(client, f"aimessages?aicall_id={aicall['id']}"))
        everything = [client.ask("GET", path).text for path in ("/v1.0/ais", f"/v1.0/ais/{with_one['id']}")]
        assert not any("sk-very-secret" in text for text in (*everything, str(client.platform.world.history)))


def test_row_04_the_account_is_served_under_its_names_and_the_tutorials() -> None:
    for mode in Mode:
        client = open_site(mode)
        own = client.done("GET", "/v1.0/billing_account")
        assert listed(client, "billing_accounts") == [own]
        assert {"balance_credit", "balance_token"} <= own.keys()
        if mode is Mode.SEED:
            assert listed(client, "billing-accounts") == [own]
        else:
            assert client.refused("GET", "/v1.0/billing-accounts") == (404, "ROUTE_NOT_FOUND")


def test_row_05_a_placed_call_is_answered_in_both_shapes() -> None:
    for mode in Mode:
        client = open_site(mode)
        placed = client.done("POST", "/v1.0/calls", order(ANSWER))
        (call,) = placed["calls"]
        assert placed["groupcalls"] == []
        flat = {name: placed.get(name) for name in ("id", "status", "source", "destination", "direction", "tm_create")}
        if mode is Mode.SEED:
            assert flat == {name: call[name] for name in flat}
            assert (flat["status"], flat["direction"]) == ("dialing", "outgoing")
        else:
            assert set(flat.values()) == {None}


def test_row_06_answer_answers_once_and_is_passed_over_after_that() -> None:
    for mode, outgoing in product(Mode, (True, False)):
        call = hold_call(stay(10_000), flow=(ANSWER, ANSWER, GOODBYE), outgoing=outgoing, mode=mode)
        entered = [event.data["type"] for event in events_of(call, EventKind.ACTION_ENTERED)]
        assert entered == ["answer", "answer", "talk"]
        assert len(events_of(call, EventKind.CALL_PROGRESSING)) == 1
        assert call.turns[0].spoken == "Goodbye"


def test_row_07_the_action_ai_is_half_duplex_and_unknown_to_todays_platform() -> None:
    ai = action("ai", initial_prompt=PROMPT, voice_type="female")
    over = Say(
        text="Stop",
        trigger=Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=100),
        interrupts=Interruption.IMPATIENCE,
    )
    agent = ScriptedAgent("Hello, how can I help you today?", "We are open.")
    call = hold_call(over, Say(text="When are you open?"), agent=agent, flow=(ANSWER, ai, GOODBYE))
    assert [turn.spoken for turn in call.turns if turn.role is Role.AGENT] == [
        "Hello, how can I help you today?",
        "We are open.",
    ]
    assert events_of(call, EventKind.AUDIO_CUT) == []
    assert users(call) == ["When are you open?"]
    assert "INVALID_ACTION_TYPE" in lint_flow([ai, GOODBYE])[0].message
    for mode in TODAY:
        client = open_site(mode)
        assert client.refused("POST", "/v1.0/calls", order(ANSWER, ai)) == (400, "INVALID_ACTION_TYPE")
        flow = {"name": "f", "detail": "", "actions": [ai]}
        assert client.refused("POST", "/v1.0/flows", flow) == (400, "INVALID_ACTION_TYPE")
        assert listed(client, "calls") == listed(client, "flows") == []


def test_row_08_an_inline_prompt_makes_an_ai_and_today_drops_the_call() -> None:
    for voice_type, timbre in (("male", "hibari:heart-low"), ("female", "hibari:heart")):
        voices: list[Voice] = []

        def mouth(voice: Voice, voices: list[Voice] = voices) -> Mouth:
            voices.append(voice)
            return ToneMouth(text_only=True)

        talk = action("ai_talk", initial_prompt=PROMPT, voice_type=voice_type)
        call = hold_call(flow=(ANSWER, talk, GOODBYE), parts={"mouth": mouth})
        assert systems(call)[1] == PROMPT
        assert timbre in [voice.name for voice in voices]
        assert "drops the call" in lint_flow([talk, GOODBYE])[0].message
        for mode in TODAY:
            dropped = hold_call(flow=(ANSWER, talk, GOODBYE), mode=mode)
            assert dropped.end_reason is EndReason.NEVER_STARTED
            assert (kept(dropped, "aicall"), dropped.turns) == ([], ())
            assert kept(dropped, "call")[0]["hangup_reason"] == "normal"


def test_row_09_ai_talk_streams_remembers_and_can_be_interrupted() -> None:
    story = " ".join(f"This is sentence number {number}." for number in range(20))
    after_1_s = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=1_000)
    moves = (
        Say(text="I am Carter."),
        Say(text="Stop, who am I?", trigger=after_1_s, interrupts=Interruption.IMPATIENCE),
    )
    for mode in Mode:
        agent = ScriptedAgent("Hello.", story, "Your name is Carter.")
        call = hold_call(*moves, agent=agent, flow=(ANSWER, AI_TALK, GOODBYE), mode=mode)
        (cut,) = events_of(call, EventKind.AUDIO_CUT)
        told = call.turns[2]
        assert (told.interrupted, told.meant, told.ended_ms) == (True, story, cut.at_ms)
        # It sounds from its first sentence on, while it is still being written.
        stored = next(event for event in events_of(call, EventKind.MESSAGE_CREATED) if event.text == story)
        assert told.started_ms < stored.at_ms
        asked = [message.content for message in agent.asked[2]]
        assert asked == ["Hello.", "I am Carter.", story, "Stop, who am I?"]
        assert kept(call, "aicall")[0]["ai_tts_type"] in ("", "elevenlabs")


def test_row_10_a_voice_set_in_the_flow_is_honoured_for_inline_prompts_only() -> None:
    choice = action("variable_set", key="voipbin.tts.elevenlabs.voice_id", value=MALE)
    inline = action("ai_talk", initial_prompt=PROMPT)
    assert kept(hold_call(flow=(ANSWER, choice, inline, GOODBYE)), "aicall")[0]["ai_tts_voice_id"] == MALE
    for mode in Mode:
        call = hold_call(flow=(ANSWER, choice, AI_TALK, GOODBYE), mode=mode)
        assert kept(call, "aicall")[0]["ai_tts_voice_id"] != MALE
    assert "set tts_voice_id on the AI" in lint_flow([choice, AI_TALK, GOODBYE])[0].message


def systems(call: Conversation) -> list[str]:
    """Return the system messages of a call."""
    return [m["content"] for m in kept(call, "aimessage") if m["role"] == "system"]


def users(call: Conversation) -> list[str]:
    """Return what was understood of the caller."""
    return [m["content"] for m in kept(call, "aimessage") if m["role"] == "user"]
