"""The client against the simulated platform, over HTTP on loopback."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from harness.errors import ApiError, ConfigurationError
from harness.transports.voipbin import account, aicalls, calls, kept_evidence
from harness.transports.voipbin.addresses import path_of, sip_uri
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.site import Credentials, Site
from tests.simulator.server.stage import SOURCE, WAIT
from tests.transports.voipbin.client_site import HERE, WAIT_S, Served, Sleeper, served_platform

MISSING = "11111111-2222-4333-8444-555555555555"
AI = {"engine_model": "openai.gpt-5", "init_prompt": "You are the desk."}


@pytest.fixture(scope="module")
def platform() -> Iterator[Served]:
    with served_platform() as served:
        yield served


def with_client(client: VoipbinClient, then: Callable[[VoipbinClient], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with asyncio.timeout(WAIT_S), client:
            return await then(client)

    return asyncio.run(run())


class TestWhoAsks:
    @pytest.mark.parametrize("way", ["access key", "token", "password", "key in quotes of a shell"])
    def test_every_credential_of_an_account_lets_in(self, platform: Served, way: str) -> None:
        admin = platform.admin
        credentials = {
            "access key": Credentials(access_key=admin.access_key),
            "token": Credentials(token=admin.token),
            "password": Credentials(username=admin.username, password=admin.password),
            "key in quotes of a shell": Credentials(access_key=f" {admin.access_key}\n"),
        }[way]
        customer = with_client(platform.client(credentials), account.show_customer)
        assert customer["status"] == "active"

    def test_a_direct_hash_alone_opens_a_chat_with_its_agent(self, platform: Served) -> None:
        async def chat(client: VoipbinClient) -> None:
            booted = await client.boot()
            assert (booted.resource_type, booted.resource_id) == ("ai", platform.ids["ai"])
            assert await client.customer_id() == booted.customer_id
            aicall = await aicalls.start_chat(client, assistance_id=booted.resource_id)
            assert aicall["assistance_id"] == platform.ids["ai"]
            with pytest.raises(ApiError, match="direct hash alone opens written chats") as caught:
                await client.get("/calls")
            assert caught.value.reason == "DIRECT_ACCESS_NOT_SUPPORTED"
            await aicalls.end_aicall(client, aicall["id"])
            await aicalls.end_aicall(client, aicall["id"])

        for spelled in (platform.ids["hash"], platform.ids["hash"].removeprefix("direct.")):
            with_client(platform.client(Credentials(direct_hash=spelled)), chat)

    @pytest.mark.parametrize(
        ("credentials", "fix"),
        [
            (Credentials(access_key="vb_nobody-has-this"), "make a new access key"),
            (Credentials(token="not-a-token"), "log in again"),
            (Credentials(username="admin@localhost", password="wrong"), "VOIPBIN_PASSWORD"),
            (Credentials(direct_hash="0123456789ab"), "current direct_hash"),
        ],
        ids=["key", "token", "password", "hash"],
    )
    def test_refused_credentials_are_an_error_of_the_account(
        self, platform: Served, credentials: Credentials, fix: str
    ) -> None:
        with pytest.raises(ApiError, match=fix) as caught:
            with_client(platform.client(credentials), lambda client: client.get("/calls"))
        assert (caught.value.http_status, caught.value.reason) == (401, "INVALID_CREDENTIALS")

    def test_without_credentials_nothing_is_asked(self, platform: Served) -> None:
        with pytest.raises(ConfigurationError, match="set VOIPBIN_ACCESS_KEY"):
            with_client(platform.client(Credentials()), lambda client: client.get("/calls"))

    def test_a_login_is_renewed_before_it_expires(self, platform: Served) -> None:
        admin, time = platform.admin, Sleeper()
        credentials = Credentials(username=admin.username, password=admin.password)
        client = VoipbinClient(
            Site(api_url=platform.url, credentials=credentials), now=time.now, sleep=time.sleep, tag="t"
        )

        async def live_on(client: VoipbinClient) -> list[str]:
            for days in (0, 6, 1):
                time.seconds += days * 24 * 3600
                await client.get("/me")
            return [client.next_request_id()]

        # Three requests, and a login before the first and after six and a half days.
        assert with_client(client, live_on) == ["harness-t-6"]


class TestLists:
    def test_a_list_is_read_to_its_end_newest_first(self, platform: Served) -> None:
        async def make_and_list(client: VoipbinClient) -> tuple[list[str], list[str]]:
            made = [(await client.post("/ais", {**AI, "name": f"a{n}"}))["id"] for n in range(7)]
            listed = [ai["id"] async for ai in client.pages("/ais", page_size=3)]
            for id in made:
                await client.delete(path_of("ais", id))
            return made, listed

        made, listed = with_client(platform.client(), make_and_list)
        assert listed[:7] == made[::-1]
        assert platform.ids["ai"] in listed
        assert len(listed) == len(set(listed))

    def test_a_timeline_is_read_to_its_end_too(self, platform: Served) -> None:
        async def read(client: VoipbinClient) -> tuple[list[str], int]:
            events = await kept_evidence.events_of(client, call_id=platform.ids["call"])
            paged = [
                each async for each in client.pages("/aggregated-events", call_id=platform.ids["call"], page_size=2)
            ]
            return [each["event_type"] for each in events], len(paged)

        types, paged = with_client(platform.client(), read)
        assert types[0] == "call_created"
        assert len(types) == paged

    def test_a_list_need_not_be_read_to_its_end(self, platform: Served) -> None:
        async def first(client: VoipbinClient) -> Any:
            async for ai in client.pages("/ais", page_size=1):
                return ai["id"]

        assert with_client(platform.client(), first)


class TestCalls:
    def test_a_call_is_placed_found_and_hung_up_once_and_for_all(self, platform: Served) -> None:
        async def hold(client: VoipbinClient) -> str:
            placed = await calls.place_call(client, source=SOURCE, destinations=[HERE], actions=[WAIT])
            [id] = placed.call_ids
            assert (await calls.show_call(client, id))["status"] in ("dialing", "ringing")
            for _ in range(2):
                await calls.hang_up(client, id)
            status = (await calls.show_call(client, id))["status"]
            await calls.delete_call(client, id)
            for _ in range(2):
                await calls.hang_up(client, id)
                await calls.delete_call(client, id)
            await calls.hang_up(client, MISSING)
            return str(status)

        assert with_client(platform.client(), hold) in ("canceling", "hangup")

    def test_the_session_of_a_call_is_found(self, platform: Served) -> None:
        async def dial(client: VoipbinClient) -> None:
            target = sip_uri(platform.ids["hash"], client.site).removeprefix("sip:")
            agent = {"type": "sip", "target": target}
            placed = await calls.place_call(client, source=SOURCE, destinations=[agent], actions=[WAIT])
            session = None
            while session is None:
                async for call in client.pages("/calls", page_size=1):
                    session = await aicalls.aicall_of_call(client, call["id"])
                    break
            assert session["assistance_id"] == platform.ids["ai"]
            await calls.hang_up(client, placed.call_ids[0])
            assert await aicalls.aicall_of_call(client, MISSING) is None

        with_client(platform.client(), dial)

    def test_whoever_is_rung_in_a_group_is_left_alone_again(self, platform: Served) -> None:
        async def group(client: VoipbinClient) -> None:
            for _ in range(2):
                await calls.hang_up_group(client, platform.ids["groupcall"])

        with_client(platform.client(), group)

    @pytest.mark.parametrize(
        ("answer", "call_ids", "groupcall_ids"),
        [
            ({"calls": [{"id": "a"}, {"id": "b"}], "groupcalls": [{"id": "g"}]}, ("a", "b"), ("g",)),
            ({"calls": None, "groupcalls": [{"id": "g"}]}, (), ("g",)),
            ({"id": "a", "status": "dialing"}, ("a",), ()),
            ({"id": "a", "calls": [{"id": "a"}], "groupcalls": []}, ("a",), ()),
            ([{"id": "a"}], ("a",), ()),
        ],
        ids=["today", "extensions only", "tutorial", "both", "list"],
    )
    def test_a_placed_call_is_read_in_every_form(
        self, answer: Any, call_ids: tuple[str, ...], groupcall_ids: tuple[str, ...]
    ) -> None:
        assert calls.read_placed(answer) == calls.PlacedCall(call_ids=call_ids, groupcall_ids=groupcall_ids)


class TestWhatIsKept:
    def test_everything_about_a_call_is_read(self, platform: Served) -> None:
        ids = platform.ids

        async def read(client: VoipbinClient) -> None:
            assert {"sip_messages", "rtcp_stats"} <= (await kept_evidence.sip_analysis(client, ids["call"])).keys()
            recorded = await kept_evidence.recordings_of(client, {"recording_ids": [ids["recording"]]})
            assert [each["id"] for each in recorded] == [ids["recording"]]
            assert (await kept_evidence.recording_archive(client, ids["recording"]))[:2] == b"PK"
            transcribed = await kept_evidence.transcribes_of(client, ids["call"])
            assert ids["transcribe"] in [each["id"] for each in transcribed]
            heard = await kept_evidence.transcripts_of(client, ids["transcribe"])
            assert "Hello." in [each["message"] for each in heard]
            said = await aicalls.messages_of(client, ids["aicall"])
            assert [each["role"] for each in said if each["role"] != "system"][:2] != []
            assert (await kept_evidence.audits_of(client, aicall_id=ids["over"]))[0]["id"] == ids["aiaudit"]
            assert await account.numbers(client)
            assert (await account.show_customer(client))["status"] == "active"
            assert "balance_token" in await account.show_billing_account(client)

        with_client(platform.client(), read)

    def test_what_is_not_there_yet_is_made(self, platform: Served) -> None:
        async def make(client: VoipbinClient) -> None:
            summary = await kept_evidence.summarise(
                client, reference_type="transcribe", reference_id=platform.ids["transcribe"], language="en-US"
            )
            assert (await kept_evidence.show_summary(client, summary["id"]))["reference_id"] == platform.ids[
                "transcribe"
            ]
            [audit] = await kept_evidence.start_audits(client, platform.ids["over"])
            assert audit["aicall_id"] == platform.ids["over"]

        with_client(platform.client(), make)


class TestErrors:
    def test_an_error_names_the_request_the_cause_and_the_fix(self, platform: Served) -> None:
        with pytest.raises(ApiError) as caught:
            with_client(platform.client(), lambda client: client.get(path_of("ais", MISSING)))
        assert caught.value.answer == f"404 AI_NOT_FOUND: there is no ai '{MISSING}'"
        assert str(caught.value) == (
            f"{caught.value.answer} (GET /ais/{MISSING}, request id harness-test-1). Cause: there is no such thing: "
            "the id is mistyped, it was deleted, or it belongs to another account. Fix: look the id up in the list of "
            "its kind, and check whose credentials are set."
        )
        assert caught.value.request_id == "harness-test-1"

    def test_a_500_after_making_something_may_be_bad_input(self, platform: Served) -> None:
        body = {**AI, "name": "x", "engine_model": "nobody", "engine_key": "sk-planted", "init_prompt": "long " * 500}
        with pytest.raises(ApiError, match="Possibly bad input") as caught:
            with_client(platform.client(), lambda client: client.post("/ais", body))
        assert '"engine_model": "nobody", "init_prompt": "long long' in str(caught.value)
        assert len(caught.value.request) < 700
        assert "sk-planted" not in str(caught.value)

    @pytest.mark.parametrize("parts", [("ais", ""), ("calls", "", "hangup"), ("ais", "..")], ids=str)
    def test_a_missing_id_asks_for_nothing(self, parts: tuple[str, ...]) -> None:
        with pytest.raises(ConfigurationError, match="an id is missing"):
            path_of(*parts)

    def test_an_id_stays_one_part_of_the_path(self) -> None:
        assert path_of("ais", "a/b?accesskey=c") == "/ais/a%2Fb%3Faccesskey%3Dc"


def test_an_agent_is_phoned_at_the_sites_own_domain() -> None:
    site = replace(Site(), sip_domain="127.0.0.1:5070")
    assert sip_uri("0a1b2c3d4e5f", site) == "sip:direct.0a1b2c3d4e5f@127.0.0.1:5070"
    assert sip_uri("direct.0a1b2c3d4e5f", site) == "sip:direct.0a1b2c3d4e5f@127.0.0.1:5070"
