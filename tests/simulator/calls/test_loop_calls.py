"""Calls of a platform to itself: one of its calls is the far end of another."""

from typing import Any

import numpy as np
import pytest

from harness.model.call import EventKind, Role, Tier
from harness.model.platform import Callee
from harness.voipbin.resources import Kind, Record
from tests.simulator.stage import HOUR_MS, Line, Stage, action

RUN = 60_000
STAY = action("sleep", duration=HOUR_MS)


def dialled(stage: Stage, hash_: str, *actions: dict[str, Any]) -> tuple[Line, Line]:
    """Return a call that dials one of the platform's own hashes, and the call that comes in."""
    near = stage.placed(*(actions or (STAY,)), target=f"{hash_}@sip.voipbin.net")
    return near, stage.line(stage.records(Kind.CALL)[1]["id"])


def ai_hash(stage: Stage) -> str:
    made = stage.platform.ais.create({"engine_model": "openai.gpt-5", "init_prompt": "Sell tea."})
    return str(made["direct_hash"])


def looped(
    *actions: dict[str, Any], replies: tuple[str, ...] = ("Hello.", "Fine."), **fields: Any
) -> tuple[Stage, Line, Line]:
    stage = Stage(*replies, **fields)
    return stage, *dialled(stage, ai_hash(stage), *actions)


def test_hash_of_an_ai_is_answered_by_it() -> None:
    stage, near, far = looped()
    stage.run(for_ms=RUN)
    ai = stage.records(Kind.AI)[0]
    assert far.record["destination"] == {"type": "ai", "target": ai["id"]}
    assert far.record["source"]["type"] == "tel"
    assert (near.record["direction"], far.record["direction"]) == ("outgoing", "incoming")
    assert far.entered == ["answer", "ai_talk", "confbridge_join"]
    assert near.record["tm_progressing"] == far.record["tm_progressing"]
    assert near.spoken(Role.CALLER) == far.spoken(Role.AGENT) == ["Hello."]


def test_what_the_flow_of_one_call_says_the_ai_of_the_other_hears_and_answers() -> None:
    stage, near, far = looped(action("sleep", duration=8_000), action("talk", text="A table for two"), STAY)
    stage.run(for_ms=RUN)
    assert stage.messages("user") == [("user", "A table for two")]
    assert far.spoken(Role.CALLER) == near.spoken(Role.AGENT) == ["A table for two"]
    assert near.spoken(Role.CALLER) == ["Hello.", "Fine."]


def test_sentences_an_interrupted_agent_never_came_to_are_not_carried() -> None:
    greeting = "One two three four. Five six seven eight. Nine ten eleven twelve."
    stage, near, far = looped(
        action("sleep", duration=3_000), action("talk", text="Stop"), STAY, replies=(greeting, "Yes?")
    )
    stage.run(for_ms=RUN)
    cut_ms = far.time_of(EventKind.AUDIO_CUT)
    heard = near.of(EventKind.SPEECH_STARTED, EventKind.SPEECH_STOPPED, role=Role.CALLER)
    said = [event.text for event in heard if event.kind is EventKind.SPEECH_STARTED]
    assert "Nine ten eleven twelve." not in said
    assert said[-1] == "Yes?"
    assert any(event.at_ms == cut_ms and event.data.get("interrupted") for event in heard)


def test_keys_one_call_sends_the_other_receives() -> None:
    stage, _, far = looped(
        action("sleep", duration=8_000), action("digits_send", digits="42", duration=100, interval=50), STAY
    )
    stage.run(for_ms=RUN)
    assert [content.split("\n")[1] for _, content in stage.messages("user")] == ["digit: 4", "digit: 2"]
    assert stage.variables(far)["voipbin.call.digits"] == "2"


@pytest.mark.parametrize("who", ["near", "far"])
def test_either_side_hangs_up_on_the_other(who: str) -> None:
    stage, near, far = looped()
    stage.run(for_ms=10_000)
    ends, left = (near, far) if who == "near" else (far, near)
    stage.platform.leg(ends.leg.id).hang_up()
    stage.run(for_ms=RUN)
    assert (ends.record["hangup_by"], ends.record["hangup_reason"]) == ("local", "normal")
    assert (left.record["hangup_by"], left.record["hangup_reason"]) == ("remote", "normal")
    assert ends.record["tm_hangup"] == left.record["tm_hangup"] == 10_000
    assert stage.clock.next_ms() is None


def test_caller_who_gives_up_cancels_both_calls() -> None:
    stage, near, far = looped()
    stage.at(10, lambda: stage.platform.leg(near.leg.id).hang_up())
    stage.run(for_ms=RUN)
    assert (near.record["hangup_reason"], far.record["hangup_by"]) == ("cancel", "remote")
    assert far.leg.is_over


def test_flow_that_ends_without_answering_is_no_answer() -> None:
    stage = Stage()
    flow = stage.platform.flows.create({"name": "never", "actions": [{"type": "sleep", "option": {"duration": 500}}]})
    near, far = dialled(stage, flow["direct_hash"])
    stage.run(for_ms=RUN)
    assert (near.record["hangup_reason"], near.record["hangup_by"]) == ("noanswer", "remote")
    assert near.record["tm_hangup"] == far.record["tm_hangup"] == 500


def test_hash_of_a_flow_runs_it_and_is_called_by_telephone() -> None:
    stage = Stage()
    flow = stage.platform.flows.create({"name": "hi", "actions": [{"type": "talk", "option": {"text": "Welcome"}}]})
    near, far = dialled(stage, flow["direct_hash"])
    stage.run(for_ms=RUN)
    assert far.record["destination"] == {"type": "tel", "target": flow["id"]}
    assert far.record["flow_id"] == flow["id"]
    assert near.spoken(Role.CALLER) == ["Welcome"]


def test_hash_of_a_team_is_answered_by_its_first_member() -> None:
    stage = Stage("Team here.")
    ai: Record = stage.platform.ais.create({"engine_model": "openai.gpt-5"})
    member = "00000000-0000-4000-8000-0000000000d1"
    members = [{"id": member, "name": "x", "ai_id": ai["id"], "transitions": []}]
    team = stage.platform.teams.create({"name": "t", "start_member_id": member, "members": members})
    near, far = dialled(stage, team["direct_hash"])
    stage.run(for_ms=RUN)
    assert far.record["destination"] == {"type": "ai_team", "target": team["id"]}
    assert near.spoken(Role.CALLER) == ["Team here."]


def test_hash_of_an_extension_connects_with_it_and_is_answered_when_it_is() -> None:
    stage = Stage(callees=(Callee(target="2001", ring_ms=2_000, says=("Desk here.",)),))
    extension = stage.world.create(Kind.EXTENSION, extension="2001")
    near, far = dialled(stage, stage.world.new_hash(Kind.EXTENSION, extension["id"]))
    stage.run(for_ms=RUN)
    assert far.entered == ["connect"]
    assert far.record["destination"]["type"] == "extension"
    assert near.record["tm_progressing"] == far.record["tm_progressing"] == 2_000
    assert near.spoken(Role.CALLER) == ["Desk here."]


def test_hash_nobody_has_is_rejected() -> None:
    stage = Stage()
    line = stage.placed(STAY, target="direct.0123456789ab@sip.voipbin.net")
    stage.run(for_ms=RUN)
    assert (line.record["hangup_reason"], line.record["tm_progressing"]) == ("noanswer", None)
    assert len(stage.records(Kind.CALL)) == 1


def test_both_tapes_of_a_loop_hold_the_same_sound() -> None:
    stage, near, far = looped(
        action("sleep", duration=8_000), action("talk", text="One two three"), STAY, tier=Tier.AUDIO
    )
    stage.run(for_ms=20_000)
    here, there = (line.leg.lines.recording(duration_ms=20_000) for line in (near, far))
    assert here is not None
    assert there is not None
    for one, other in ((here.agent, there.caller), (here.caller, there.agent)):
        assert one.samples.any()
        assert (
            np.array_equal(one.samples != 0, other.samples != 0) or np.corrcoef(one.floats, other.floats)[0, 1] > 0.95
        )
