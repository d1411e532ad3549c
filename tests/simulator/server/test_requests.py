"""Requests that are wrong in themselves, and how often one may ask."""

import re

import pytest

from harness.simulator.server import Limits, Rate
from harness.voipbin.mode import Mode
from tests.simulator.server.conftest import Client, ClientMaker

MISSING = "11111111-2222-4333-8444-555555555555"


class TestEnvelope:
    def test_an_error_says_what_and_which_request(self, client: Client) -> None:
        error = client.ask("GET", f"/v1.0/ais/{MISSING}").json()["error"]
        assert error.keys() == {"status", "reason", "message", "request_id"}
        assert (error["status"], error["reason"]) == ("NOT_FOUND", "AI_NOT_FOUND")
        assert re.fullmatch(r"req_[A-Z2-7]{26}", error["request_id"])

    @pytest.mark.parametrize(
        ("given", "kept"), [("trial-7", True), ("a b", False), ("x" * 200, False)], ids=["safe", "space", "long"]
    )
    def test_a_clients_own_request_id_is_kept_when_it_is_safe(self, client: Client, given: str, kept: bool) -> None:
        response = client.ask("GET", f"/v1.0/ais/{MISSING}", headers={"x-request-id": given})
        assert (response.json()["error"]["request_id"] == given) is kept

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/v1.0/nothing"),
            ("PATCH", "/v1.0/calls"),
            ("GET", "/v1.0/calls/"),
            ("POST", "/ping"),
            ("GET", "/"),
        ],
    )
    def test_an_unknown_path_or_method_is_no_route(self, client: Client, method: str, path: str) -> None:
        response = client.ask(method, path, params={})
        assert response.status_code == 404
        assert response.json()["error"]["reason"] == "ROUTE_NOT_FOUND"

    def test_head_is_another_method(self, client: Client) -> None:
        assert client.ask("HEAD", "/v1.0/calls").status_code == 404

    def test_what_breaks_inside_is_told_in_the_platforms_form(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        del client.platform.teams
        assert client.refused("POST", "/v1.0/teams", {"name": "x"}) == (500, "INTERNAL")
        assert "POST /teams failed" in caplog.text


class TestBodies:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"[]",
            b'"text"',
            b'{"name": NaN}',
            b"\xff",
            b'{"name": 5}',
            b'{"tool_names": "all"}',
            b'{"parameter": []}',
            b'{"auto_aicall_audit_enabled": "yes"}',
            b'{"parameter": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
            b'{"parameter": ' + b'{"a":' * 100 + b"1" + b"}" * 101,
            b'{"name": ' + b"9" * 5000 + b"}",
        ],
        ids="empty broken list text nan bytes number string array truth bottomless deep digits".split(),  # noqa: SIM905
    )
    def test_no_json_of_the_right_types(self, client: Client, content: bytes) -> None:
        assert client.refused("POST", "/v1.0/ais", content=content) == (400, "INVALID_JSON_BODY")

    def test_one_that_is_too_long(self, client: Client) -> None:
        content = b'{"name": "' + b"x" * (4 * 1024 * 1024) + b'"}'
        assert client.refused("POST", "/v1.0/ais", content=content) == (400, "INVALID_JSON_BODY")

    def test_unknown_fields_are_ignored_and_null_is_absent(self, client: Client) -> None:
        ai = client.done("POST", "/v1.0/ais", {"engine_model": "openai.x", "name": None, "colour": "red"})
        assert ai["name"] == ""
        assert "colour" not in ai

    def test_half_a_character_becomes_the_replacement_character(self, client: Client) -> None:
        ai = client.ask("POST", "/v1.0/ais", content=rb'{"engine_model": "openai.x", "name": "a\ud800b\ud83d\ude00"}')
        assert ai.json()["name"] == "a\ufffdb\U0001f600"

    @pytest.mark.parametrize(("mode", "status"), [(Mode.SEED, 200), (Mode.CURRENT, 200), (Mode.STRICT, 400)])
    def test_required_fields_are_required_in_strict_mode_only(
        self, serve: ClientMaker, mode: Mode, status: int
    ) -> None:
        assert serve(mode).ask("POST", "/v1.0/extensions", {"extension": "2001"}).status_code == status

    @pytest.mark.parametrize("id", ["x", "00000000-0000-0000-0000-000000000000", MISSING[:-1]])
    def test_an_id_that_is_none(self, client: Client, id: str) -> None:
        assert client.refused("GET", f"/v1.0/calls/{id}") == (400, "INVALID_ID")


class TestRates:
    def test_who_asks_too_often_is_told_when_to_ask_again(self, serve: ClientMaker) -> None:
        client = serve(limits=Limits(customer=Rate(per_s=0.5, burst=2)))
        answers = [client.ask("GET", "/v1.0/me") for _ in range(3)]
        assert [each.status_code for each in answers] == [200, 200, 429]
        assert answers[2].headers["retry-after"] == "2"
        error = answers[2].json()["error"]
        assert (error["status"], error["reason"]) == ("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED")
        assert error["details"] == [{"limited_by": "customer"}]
        client.wall.seconds += 2
        assert client.ask("GET", "/v1.0/me").status_code == 200

    def test_addresses_are_counted_apart_from_customers(self, serve: ClientMaker) -> None:
        client = serve(limits=Limits(address=Rate(per_s=1, burst=1)))
        client.done("GET", "/v1.0/me")
        assert client.ask("GET", "/v1.0/me").json()["error"]["details"] == [{"limited_by": "ip"}]

    def test_logins_are_counted_by_themselves(self, serve: ClientMaker) -> None:
        client = serve(limits=Limits(sign_in=Rate(per_s=1, burst=1)))
        assert [client.ask("POST", "/auth/login", {}).status_code for _ in range(2)] == [400, 429]
        assert client.ask("GET", "/v1.0/me").status_code == 200

    @pytest.mark.parametrize(
        ("name", "rate"),
        [
            ("sign_in", Rate(per_s=10, burst=20)),
            ("address", Rate(per_s=200, burst=400)),
            ("customer", Rate(per_s=16.7, burst=33)),
            ("direct", Rate(per_s=50, burst=100)),
        ],
    )
    def test_the_platforms_own_rates(self, name: str, rate: Rate) -> None:
        assert getattr(Limits(), name) == rate
