"""What no platform should do: storms, silence, nonsense, ways that lead elsewhere. Sleeping is counted, not done."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from harness.errors import ApiError, CallError, ConfigurationError, UnreachableError
from harness.transports.voipbin import calls
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.site import Credentials
from tests.transports.voipbin.client_site import KEY, WAIT_S, Sleeper, client_of
from tests.transports.voipbin.fault_server import FaultServer, Reply, answering, error, said

GOOD = said({"id": "it"})
BUSY = error(429, "RATE_LIMIT_EXCEEDED", retry_after="3")
AWAY = error(503, "SERVICE_UNAVAILABLE")
BROKEN = error(500, "INTERNAL")
LOGIN = Credentials(username="ann", password="secret-word")

Then = Callable[[VoipbinClient], Awaitable[Any]]


def ask(*replies: Reply, then: Then, time: Sleeper | None = None, **site: Any) -> tuple[Any, FaultServer]:
    """Return what came of asking a server, or the error, and the server."""

    async def run() -> tuple[Any, FaultServer]:
        async with (
            asyncio.timeout(WAIT_S),
            answering(*replies) as server,
            client_of(server.url, time=time, **site) as client,
        ):
            try:
                return await then(client), server
            except (ApiError, CallError) as failure:
                return failure, server

    return asyncio.run(run())


def get(client: VoipbinClient) -> Awaitable[Any]:
    return client.get("/calls/1")


def post(client: VoipbinClient) -> Awaitable[Any]:
    return client.post("/calls", {"source": {}})


class TestAskingAgain:
    @pytest.mark.parametrize(
        ("replies", "then", "sent", "slept"),
        [
            ([BUSY, BUSY, GOOD], post, 3, [3.0, 3.0]),
            ([AWAY, GOOD], post, 2, [0.5]),
            ([BROKEN, GOOD], get, 2, [0.5]),
            ([Reply(status=502, body=b"<html>"), Reply(status=504), GOOD], get, 3, [0.5, 1.0]),
            ([Reply(hang_up=True), GOOD], get, 2, [0.5]),
        ],
        ids=["told to wait", "away", "broken", "proxy", "line cut"],
    )
    def test_what_passes_is_waited_for(self, replies: list[Reply], then: Then, sent: int, slept: list[float]) -> None:
        time = Sleeper()
        answer, server = ask(*replies, then=then, time=time)
        assert answer == {"id": "it"}
        assert len(server.asked) == sent
        assert time.slept == slept

    @pytest.mark.parametrize(
        ("reply", "then", "sent", "says"),
        [
            (BUSY, get, 4, "lower the concurrency"),
            (BUSY, post, 4, "lower the concurrency"),
            (error(429, "RATE_LIMIT_EXCEEDED", retry_after="900"), post, 1, "RATE_LIMIT_EXCEEDED"),
            (BROKEN, post, 1, "Possibly bad input"),
            (BROKEN, get, 4, "the platform answered with a server error"),
            (error(402, "INSUFFICIENT_BALANCE"), post, 1, "top the account up"),
            (error(400, "INVALID_ACTION_TYPE"), post, 1, "use ai_talk with an assistance_id"),
            (Reply(hang_up=True), post, 1, "the connection broke"),
            (Reply(hang_up=True), get, 3, "the connection broke"),
        ],
        ids=["storm", "storm on making", "long", "made?", "broken", "poor", "bad", "cut on making", "cut"],
    )
    def test_what_does_not_pass_ends_in_an_error(self, reply: Reply, then: Then, sent: int, says: str) -> None:
        failure, server = ask(reply, then=then)
        assert says in str(failure)
        assert len(server.asked) == sent

    def test_in_a_storm_everybody_waits(self) -> None:
        time = Sleeper()

        async def many(client: VoipbinClient) -> None:
            async with asyncio.TaskGroup() as group:
                for _ in range(10):
                    group.create_task(client.post("/aimessages", {}))

        _, server = ask(BUSY, GOOD, then=many, time=time)
        assert len(server.asked) == 11
        assert time.seconds >= 103.0


class TestWithoutAnAnswer:
    def test_silence_ends_when_its_time_is_up(self) -> None:
        failure, server = ask(Reply(never=True), then=post, timeout_s=0.05)
        assert isinstance(failure, UnreachableError)
        assert failure.cause == "no answer came within 0.05 s"
        assert "timeout_s" in failure.fix
        assert len(server.asked) == 1

    def test_where_nobody_listens_that_is_said(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{taken.getsockname()[1]}"

            async def run() -> None:
                async with client_of(url) as client:
                    await client.get("/me")

            with pytest.raises(UnreachableError, match=f"^{url} cannot be reached. Cause: nothing listens"):
                asyncio.run(run())

    def test_a_server_without_tls_is_told_apart(self) -> None:
        async def run() -> None:
            async with answering(GOOD) as server, client_of(server.url.replace("http:", "https:")) as client:
                await client.post("/calls")

        with pytest.raises(UnreachableError, match="does not speak TLS there") as caught:
            asyncio.run(run())
        assert "http:// for `harness simulate`" in caught.value.fix

    def test_an_unknown_host_is_told_apart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def nowhere(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        async def run() -> None:
            monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nowhere, raising=False)
            async with client_of("http://api.voipbin.example") as client:
                await client.get("/me")

        with pytest.raises(UnreachableError, match="the name of the host is unknown"):
            asyncio.run(run())

    @pytest.mark.parametrize(
        "reply",
        [Reply(body=b"<html>Welcome to our hotel's network</html>"), Reply(body=b"{"), Reply(body=b"[" * 100_000)],
        ids=["portal", "cut", "bottomless"],
    )
    def test_an_answer_that_is_no_json_is_not_the_platforms(self, reply: Reply) -> None:
        failure, _ = ask(reply, then=get)
        assert isinstance(failure, UnreachableError)
        assert "names something other than a VoIPBIN" in failure.cause

    def test_an_error_without_an_envelope_is_shown_as_it_came(self) -> None:
        failure, _ = ask(Reply(status=404, body=b"<h1>Not\n here</h1>"), then=get)
        assert (failure.http_status, failure.reason) == (404, "HTTP_404")
        assert failure.message == "the answer has no error envelope: <h1>Not here</h1>"

    def test_an_empty_answer_is_nothing(self) -> None:
        answer, _ = ask(Reply(body=b" "), then=post)
        assert answer is None


class TestPages:
    @pytest.mark.parametrize(
        ("pages", "ids", "sent"),
        [
            ([{"result": [{"id": 1}], "next_page_token": "a"}, {"result": [], "next_page_token": "b"}], [1], 2),
            ([{"result": [{"id": 1}], "next_page_token": "a"}, {"result": None}], [1], 2),
            ([{"result": [{"id": 1}], "next_page_token": ""}], [1], 1),
            ([{"result": [{"id": 1}], "next_page_token": "a"}], [1, 1], 2),
            ([[{"id": 1}, {"id": 2}]], [1, 2], 1),
            ([{}], [], 1),
        ],
        ids=["empty page", "null page", "timeline", "token in circles", "bare", "nothing"],
    )
    def test_a_list_ends_where_it_ends(self, pages: list[Any], ids: list[int], sent: int) -> None:
        async def read(client: VoipbinClient) -> list[Any]:
            return [row["id"] async for row in client.pages("/ais")]

        answer, server = ask(*(said(page) for page in pages), then=read)
        assert answer == ids
        assert len(server.asked) == sent


class TestSigningIn:
    def test_a_refused_token_is_renewed_once(self) -> None:
        expired = error(401, "INVALID_CREDENTIALS")
        login = [said({"token": "first"}), expired, said({"token": "second"}), GOOD]
        answer, server = ask(*login, then=post, credentials=LOGIN)
        assert answer == {"id": "it"}
        assert [request.path for request in server.asked] == ["/auth/login", "/v1.0/calls"] * 2
        assert server.asked[1].headers["authorization"] == "Bearer first"
        assert server.asked[3].headers["authorization"] == "Bearer second"

    def test_one_that_is_refused_again_is_an_error(self) -> None:
        expired = error(401, "INVALID_CREDENTIALS")
        failure, server = ask(said({"token": "t"}), expired, said({"token": "t"}), expired, then=get, credentials=LOGIN)
        assert failure.reason == "INVALID_CREDENTIALS"
        assert len(server.asked) == 4

    def test_many_at_once_sign_in_once(self) -> None:
        async def many(client: VoipbinClient) -> None:
            await asyncio.gather(*(client.get("/me") for _ in range(5)))

        _, server = ask(said({"token": "t"}), then=many, credentials=LOGIN)
        assert [request.path for request in server.asked].count("/auth/login") == 1

    def test_an_answer_without_a_token_lets_nobody_in(self) -> None:
        failure, _ = ask(said({"hello": 1}), then=get, credentials=LOGIN)
        assert "holds no token" in str(failure)

    @pytest.mark.parametrize(
        "key", ["vb_planted key", "vb_planted\nkey", "vb_plantedﬁ"], ids=["space", "line", "not ASCII"]
    )
    def test_a_key_no_request_can_carry_is_refused_at_once(self, key: str) -> None:
        with pytest.raises(ConfigurationError, match="VOIPBIN_ACCESS_KEY holds characters") as caught:
            client_of("http://127.0.0.1:1", Credentials(access_key=key))
        assert "planted" not in str(caught.value)

    def test_certificates_that_cannot_be_read_are_named(self) -> None:
        with pytest.raises(ConfigurationError, match=r"ca_file '/nowhere\.pem' cannot be used"):
            client_of("https://127.0.0.1:1", ca_file="/nowhere.pem")


class TestOtherHosts:
    def test_a_request_is_never_taken_elsewhere(self) -> None:
        async def run() -> None:
            async with answering(GOOD) as other:
                away = Reply(status=307, headers={"location": f"{other.url}/v1.0/me?accesskey={KEY.access_key}"})
                failure, _ = await asyncio.to_thread(ask, away, then=get)
                assert f"sends GET /calls/1 on to {other.url}. Cause" in str(failure)
                assert KEY.access_key not in str(failure)
                assert other.asked == []

        asyncio.run(run())

    def test_a_file_is_fetched_elsewhere_without_credentials(self) -> None:
        async def run() -> None:
            async with answering(Reply(body=b"PK sound")) as bucket:
                away = Reply(status=307, headers={"location": f"{bucket.url}/signed?signature=abc"})
                fetched, server = await asyncio.to_thread(
                    ask, away, then=lambda client: client.download("/recordingfiles/1")
                )
                assert fetched == b"PK sound"
                assert server.asked[0].query["accesskey"] == KEY.access_key
                [request] = bucket.asked
                assert request.query == {"signature": "abc"}
                assert KEY.access_key not in str(request)
                assert not {"authorization", "cookie"} & request.headers.keys()

        asyncio.run(run())

    @pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
    def test_a_file_is_fetched_by_http_only(self, where: str) -> None:
        failure, _ = ask(Reply(status=307, headers={"location": where}), then=lambda client: client.download("/f/1"))
        assert isinstance(failure, UnreachableError)
        assert "is not fetched" in str(failure)

    def test_files_that_lead_in_circles_are_given_up(self) -> None:
        circle = Reply(status=307, headers={"location": "/v1.0/f/1"})
        failure, server = ask(circle, then=lambda client: client.download("/f/1"))
        assert isinstance(failure, UnreachableError)
        assert len(server.asked) == 4

    def test_no_cookie_is_kept(self) -> None:
        async def twice(client: VoipbinClient) -> None:
            await client.get("/me")
            await client.get("/me")

        _, server = ask(said({}, set_cookie="token=other; Path=/"), then=twice)
        assert "cookie" not in server.asked[1].headers


class TestHangingUp:
    @pytest.mark.parametrize(
        ("replies", "asked"),
        [
            ([GOOD], ["POST"]),
            ([error(409, "CALL_ALREADY_HANGUP")], ["POST"]),
            ([error(409, "STATE_INVALID")], ["POST"]),
            ([error(404, "CALL_NOT_FOUND")], ["POST"]),
            ([error(409, "CALL_STATE_INVALID"), said({"status": "terminating"})], ["POST", "GET"]),
            ([BROKEN, BROKEN, GOOD], ["POST"] * 3),
            ([BROKEN] * 4 + [GOOD], ["POST"] * 4 + ["DELETE"]),
            ([Reply(hang_up=True)] * 3 + [GOOD], ["POST"] * 3 + ["DELETE"]),
        ],
        ids=["done", "over", "deleted", "gone", "ending", "broken twice", "broken", "cut"],
    )
    def test_whatever_happens_the_call_is_over(self, replies: list[Reply], asked: list[str]) -> None:
        answer, server = ask(*replies, then=lambda client: calls.hang_up(client, "1"))
        assert answer is None
        assert [request.method for request in server.asked] == asked

    @pytest.mark.parametrize(
        "replies",
        [[error(403, "PERMISSION_DENIED")], [error(409, "CALL_STATE_INVALID"), said({"status": "ringing"})], [BROKEN]],
        ids=["not ours", "in no state", "broken for good"],
    )
    def test_where_it_is_not_that_is_an_error(self, replies: list[Reply]) -> None:
        failure, _ = ask(*replies, then=lambda client: calls.hang_up(client, "1"))
        assert isinstance(failure, ApiError)

    def test_a_call_that_was_not_placed_is_an_error_of_the_line(self) -> None:
        failure, server = ask(
            said({"calls": [], "groupcalls": []}),
            then=lambda client: calls.place_call(client, source={}, destinations=[]),
        )
        assert isinstance(failure, CallError)
        assert "dialled nobody" in str(failure)
        assert len(server.asked) == 1
