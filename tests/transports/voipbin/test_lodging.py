"""The agent under test on a platform: made and taken away, found as it is, or known by its hash alone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from harness.errors import ApiError, ConfigurationError, UnreachableError
from harness.model.persona import Voice
from harness.model.platform import PlatformSetup
from harness.testing.builders import make_case
from harness.transports.voipbin.lodged import Lodged
from harness.transports.voipbin.lodging import Lodgings, lodge
from harness.transports.voipbin.lodging_plan import LodgingPlan, Room, check_arm
from harness.transports.voipbin.marks import Mark
from harness.transports.voipbin.site import Site
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind
from tests.api_document import check_value, request_schema
from tests.transports.voipbin.lodging_site import (
    EXPIRES,
    NOW,
    PROMPT,
    RUN,
    Desk,
    arm_of,
    flow_case,
    request_of,
    run,
)

REAL = Site()
AGENT: dict[str, Any] = {
    "type": "ai_talk",
    "option": {"assistance_type": "ai", "assistance_id": "${harness.ai_id}"},
}
ANSWER = {"type": "answer"}


def lodgings(desk: Desk, **more: Any) -> Lodgings:
    return Lodgings(desk.client, run_id=RUN, expires=EXPIRES, tell=desk.told.append, **{"now": lambda: NOW, **more})


def test_an_arm_gets_an_ai_of_its_own_which_is_gone_afterwards() -> None:
    async def test(desk: Desk) -> None:
        case = make_case(platform=PlatformSetup(tools=("stop_service",), stt_type="google", audit=True))
        request = request_of(case, arm=arm_of(stt_language="fr-FR"))
        async with lodgings(desk) as all, all.lend(request) as lodged:
            [ai] = desk.left(Kind.AI)
            assert (ai["id"], ai["direct_hash"]) == (lodged.ai_id, lodged.direct_hash)
            assert lodged.is_temporary
            assert lodged.is_exclusive
            assert not lodged.is_billed
            assert lodged.prompt_digest == request.arm.prompt.digest
            assert ai["init_prompt"] == PROMPT
            assert ai["engine_model"] == "openai.gpt-4o"
            assert (ai["stt_language"], ai["stt_type"]) == ("fr-FR", "google")
            assert ai["tool_names"] == ["stop_service"]
            assert ai["auto_aicall_audit_enabled"]
            assert ai["name"] == f"harness {RUN} desk@v1"
            assert Mark.of(ai) == Mark(run_id=RUN, expires=EXPIRES, key=Mark.of(ai).key)  # type: ignore[union-attr]
            [expected] = lodged.expected
            assert expected.prompt_history_id == ai["current_prompt_history_id"]
        assert desk.left(Kind.AI) == []

    # Where input is checked the request needs every field the API's document wants.
    run(test, Mode.STRICT)


def test_calls_of_a_session_share_ais_and_no_two_have_the_same_at_once() -> None:
    async def test(desk: Desk) -> None:
        async with lodgings(desk) as all:
            async with all.lend(request_of()) as first, all.lend(request_of()) as second:
                assert first.ai_id != second.ai_id
            async with all.lend(request_of()) as third:
                assert third.ai_id in (first.ai_id, second.ai_id)
            async with all.lend(request_of(arm=arm_of("Another prompt."))) as other:
                assert other.ai_id not in (first.ai_id, second.ai_id)
            assert len(desk.left(Kind.AI)) == 3
        assert desk.left(Kind.AI) == []
        assert desk.told == []

    run(test)


def test_a_session_that_goes_on_for_long_is_not_swept_away() -> None:
    async def test(desk: Desk) -> None:
        hours = [0.0]
        async with lodgings(desk, now=lambda: NOW + timedelta(hours=hours[-1])) as all:
            ids: list[str] = []
            for hour in (0, 2.9, 3.1, 6, 6.2):
                hours.append(hour)
                async with all.lend(request_of()) as lodged:
                    ids.append(lodged.ai_id)
                    assert lodged.mark is not None
                    assert lodged.mark.expires - NOW >= timedelta(hours=hour + 3)
            assert ids[0] == ids[1]
            assert ids[2] == ids[3]
            assert len(set(ids)) == 3
            assert len(desk.left(Kind.AI)) == 1

    run(test)


def test_an_ai_whose_call_failed_is_not_lent_again() -> None:
    async def test(desk: Desk) -> None:
        async with lodgings(desk) as all:
            ids: list[str] = []

            async def fail() -> None:
                async with all.lend(request_of()) as lodged:
                    ids.append(lodged.ai_id)
                    await desk.client.delete(f"/ais/{lodged.ai_id}")
                    raise RuntimeError("the line broke")

            with pytest.raises(RuntimeError, match="line"):
                await fail()
            async with all.lend(request_of()) as fresh:
                assert fresh.ai_id not in ids
        assert desk.left(Kind.AI) == []
        assert desk.told == []

    run(test)


def test_a_cancelled_session_leaves_nothing_behind() -> None:
    async def test(desk: Desk) -> None:
        up = asyncio.Event()

        async def session() -> None:
            async with lodgings(desk) as all, all.lend(request_of()), all.lend(request_of(flow_case(ANSWER, AGENT))):
                up.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(session())
        await up.wait()
        assert len(desk.left(Kind.AI)) == 2
        assert len(desk.left(Kind.FLOW)) == 1
        task.cancel()
        # Impatient people press Ctrl-C again.
        asyncio.get_running_loop().call_soon(task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert desk.left(Kind.AI) == desk.left(Kind.FLOW) == []

    run(test)


def test_an_ai_made_by_a_request_nobody_had_an_answer_to_is_found_and_deleted() -> None:
    async def test(desk: Desk) -> None:
        post = desk.client.post

        async def lost(path: str, body: object = None, **how: bool) -> object:
            await post(path, body, **how)
            raise UnreachableError("no answer", cause="a test", fix="none")

        desk.client.post = lost  # type: ignore[method-assign]
        with pytest.raises(UnreachableError, match="no answer"):
            async with lodgings(desk) as all, all.lend(request_of()):
                pass
        assert desk.left(Kind.AI) == []

    run(test)


def test_what_cannot_be_deleted_is_told_with_the_way_to_sweep_it() -> None:
    async def test(desk: Desk) -> None:
        async with lodgings(desk) as all, all.lend(request_of()) as lodged:
            desk.broken["DELETE /ais"] = 500
        [told] = desk.told
        assert lodged.ai_id in told
        assert told.endswith(f"harness sweep --run {RUN}")
        assert sum(asked.startswith("DELETE") for asked in desk.asked) == 3

    run(test)


def test_an_ai_made_without_a_hash_gets_one() -> None:
    async def test(desk: Desk) -> None:
        create = desk.platform.ais.create

        def without_hash(*args: Any, **more: Any) -> Any:
            ai = create(*args, **more)
            ai["direct_hash"] = None
            return ai

        desk.platform.ais.create = without_hash  # type: ignore[method-assign]
        async with lodgings(desk) as all, all.lend(request_of()) as lodged:
            assert desk.platform.world.hashes[lodged.direct_hash] == (Kind.AI, lodged.ai_id)

    run(test)


def test_an_existing_ai_is_read_and_never_changed() -> None:
    async def test(desk: Desk) -> None:
        ai = desk.platform.ais.create({"name": "real", "engine_model": "openai:gpt-4o", "init_prompt": PROMPT + "\r\n"})
        before = dict(ai)
        async with lodgings(desk, ai_id=ai["id"]) as all:
            async with all.lend(request_of(flow_case(ANSWER, AGENT))) as by_flow:
                assert by_flow.is_billed
                assert by_flow.direct_hash == desk.left(Kind.FLOW)[0]["direct_hash"]
            async with all.lend(request_of()) as lodged:
                assert lodged.ai_id == ai["id"]
                assert lodged.direct_hash == ai["direct_hash"]
                assert not lodged.is_temporary
                assert not lodged.is_exclusive
                assert [each.prompt for each in lodged.expected] == [ai["init_prompt"]]
        assert desk.left(Kind.AI) == [before]
        assert desk.left(Kind.FLOW) == []
        assert not any(asked.startswith(("PUT /ais", "POST /ais", "DELETE /ais")) for asked in desk.asked)

    run(test)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"init_prompt": "Another."}, "its init_prompt is not desk@v1", id="another prompt"),
        pytest.param({"engine_model": "openai.gpt-5"}, "its engine_model is openai.gpt-5", id="another model"),
        pytest.param({"direct_hash": None}, "harness direct-hash regenerate", id="no hash"),
    ],
)
def test_an_existing_ai_that_is_not_what_is_to_be_tested_is_refused(fields: dict[str, Any], said: str) -> None:
    async def test(desk: Desk) -> None:
        ai = desk.platform.ais.create({"name": "real", "engine_model": "openai.gpt-4o", "init_prompt": PROMPT})
        ai |= fields
        with pytest.raises(ConfigurationError, match=said):
            async with lodgings(desk, ai_id=ai["id"]) as all, all.lend(request_of()):
                pass

    run(test)


def test_with_a_hash_alone_the_agent_is_what_the_hash_opens() -> None:
    async def test(desk: Desk) -> None:
        ai = desk.platform.ais.create({"name": "real", "engine_model": "openai.gpt-4o", "init_prompt": PROMPT})
        seen: list[Lodged] = []
        async with (
            desk.by_hash(ai["direct_hash"]) as client,
            Lodgings(client, run_id=RUN, expires=EXPIRES) as all,
        ):
            async with all.lend(request_of()) as lodged:
                seen.append(lodged)
            with pytest.raises(ConfigurationError, match="without an account no flow can be made"):
                async with all.lend(request_of(flow_case(ANSWER, AGENT))):
                    pass
        [lodged] = seen
        assert lodged.ai_id == ai["id"]
        assert lodged.direct_hash == ai["direct_hash"]
        assert (lodged.prompt_digest, lodged.is_provable) == ("", False)
        assert ai["direct_hash"] not in repr(lodged)
        # A flow's hash opens nothing, and can be phoned all the same.
        flow = desk.platform.flows.create({"name": "f", "actions": [ANSWER]})
        async with (
            desk.by_hash(flow["direct_hash"]) as client,
            lodge(client, request_of(), run_id=RUN, expires=EXPIRES) as phoned,
        ):
            assert phoned.ai_id == ""
            assert phoned.direct_hash == flow["direct_hash"]

    run(test)


def test_a_flow_of_the_tutorial_is_made_in_todays_form_with_the_ai_it_describes() -> None:
    async def test(desk: Desk) -> None:
        inline = {"type": "ai", "option": {"initial_prompt": "${harness.prompt}", "voice_type": "male"}}
        case = flow_case(ANSWER, inline, {"type": "talk", "option": {"text": "Goodbye.", "language": "en-US"}})
        async with lodgings(desk) as all, all.lend(request_of(case)) as lodged:
            [ai], [flow] = desk.left(Kind.AI), desk.left(Kind.FLOW)
            assert [each["type"] for each in flow["actions"]] == ["answer", "ai_talk", "talk"]
            assert flow["actions"][1]["option"] == {"assistance_type": "ai", "assistance_id": ai["id"]}
            assert ai["tts_voice_id"] == "pNInz6obpgDQGcFmaJgB"
            assert (lodged.ai_id, lodged.flow_id) == (ai["id"], flow["id"])
            assert lodged.direct_hash == flow["direct_hash"]
            assert lodged.is_billed
            assert "charges for each minute" in lodged.notes[-1]
            assert Mark.of(flow) is not None
        assert desk.left(Kind.AI) == desk.left(Kind.FLOW) == []

    run(test)


def test_a_call_the_platform_places_gets_actions_and_no_flow() -> None:
    async def test(desk: Desk) -> None:
        case = make_case(platform=PlatformSetup(outgoing=True, variables=(("name", "Ada"),)))
        async with lodgings(desk) as all, all.lend(request_of(case, arm=arm_of("Greet ${name}."))) as lodged:
            [ai] = desk.left(Kind.AI)
            assert ai["init_prompt"] == "Greet ${name}."
            assert lodged.direct_hash == ai["direct_hash"]
            assert [each["type"] for each in lodged.actions] == ["answer", "ai_talk"]
            assert lodged.actions[1]["option"]["assistance_id"] == ai["id"]
            assert lodged.variables == {"name": "Ada"}
        assert not any(asked == "POST /flows" for asked in desk.asked)

    run(test)


def test_variables_no_flow_can_set_are_put_into_the_prompt() -> None:
    async def test(desk: Desk) -> None:
        case = make_case(platform=PlatformSetup(variables=(("name", "Ada"),)))
        async with lodgings(desk) as all:
            async with all.lend(request_of(case, arm=arm_of("Greet ${name}, of ${voipbin.call.id}."))) as lodged:
                assert lodged.expected[0].prompt == "Greet Ada, of ${voipbin.call.id}."
            flow = flow_case(ANSWER, AGENT, variables=(("name", "Ada"),))
            async with all.lend(request_of(flow, arm=arm_of("Greet ${name}."))) as by_flow:
                assert by_flow.expected[0].prompt == "Greet ${name}."
                [made] = desk.left(Kind.FLOW)
                assert made["actions"][0]["option"] == {"key": "name", "value": "Ada"}
            async with all.lend(request_of(flow, arm=arm_of("Greet ${name}.")), is_chat=True) as chat:
                assert chat.expected[0].prompt == "Greet Ada."
                assert chat.flow_id == ""

    run(test)


@pytest.mark.parametrize(
    ("arm", "setup", "said"),
    [
        pytest.param({"engine_model": "embedded.extractive"}, {}, "simulated calls only", id="the harness's model"),
        pytest.param({"engine_model": "anthropic.claude"}, {}, "cannot run it", id="a model that never speaks"),
        pytest.param({"engine_model": "gpt-4o"}, {}, "<provider>.<model>", id="no provider"),
        pytest.param({"voice": Voice(name="azure:en-US-JennyNeural")}, {}, "voice engine 'azure'", id="a voice"),
        pytest.param({"text": "  "}, {}, "is empty", id="no prompt"),
        pytest.param({}, {"tools": ("make_coffee",)}, "make_coffee", id="a tool"),
        pytest.param({}, {"stt_type": "cartesia"}, "no recogniser 'cartesia'", id="a recogniser"),
        pytest.param({}, {"flow": ({"type": "dance"},)}, r"flow\[0\]: unknown action type 'dance'", id="an action"),
    ],
)
def test_what_would_never_speak_is_refused_before_anything_is_sent(
    arm: dict[str, Any], setup: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        check_arm(arm_of(**arm), make_case(platform=PlatformSetup(**setup)), site=REAL)


def test_a_voice_of_this_machine_gives_way_and_is_noted() -> None:
    async def test(desk: Desk) -> None:
        async with lodgings(desk) as all:
            async with all.lend(request_of(arm=arm_of(voice=Voice(name="hibari:heart")))) as lodged:
                assert lodged.notes == (
                    "the voice hibari:heart is this machine's: the agent speaks with VoIPBIN's own",
                )
            async with all.lend(request_of(arm=arm_of(voice=Voice(name="cartesia:abc")))):
                ai = desk.left(Kind.AI)[0]
                assert (ai["tts_type"], ai["tts_voice_id"]) == ("cartesia", "abc")

    run(test)


def test_a_refused_ai_is_not_looked_for() -> None:
    async def test(desk: Desk) -> None:
        desk.broken["POST /ais"] = 402
        with pytest.raises(ApiError, match="402"):
            async with lodgings(desk) as all, all.lend(request_of()):
                pass
        assert desk.asked == ["POST /ais"]

    run(test)


def test_requests_are_as_the_platforms_document_wants_them() -> None:
    arm = arm_of(engine_model="openai.gpt-5")
    plan = LodgingPlan.of(arm, flow_case(ANSWER, AGENT), is_simulated=False, is_chat=False)
    mark = Mark(run_id=RUN, expires=EXPIRES)
    check_value(plan.ais[0].body(mark), request_schema("/ais"))
    room = Room(mark=mark, ais=[{"id": "b9d7a2cc-8ae8-4ae4-8a43-f79e0f2a3c52"}])
    flow = {"name": mark.name(plan.label), "detail": mark.detail, "actions": plan.actions(room)}
    check_value(flow, request_schema("/flows"))
