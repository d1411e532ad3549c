"""Who comes in, with what, and how far."""

import pytest

from harness.simulator.server.auth import ADMIN
from harness.voipbin.mode import Mode
from tests.simulator.server.conftest import Client, ClientMaker

WEEK_S = 7 * 24 * 3600
AI = {"name": "desk", "engine_model": "openai.gpt-4o", "init_prompt": "You are the desk."}


def direct_params(client: Client, ai: dict[str, object]) -> dict[str, str]:
    booted = client.done("POST", "/auth/boot", {"direct_hash": ai["direct_hash"]})
    return {"token": booted["token"]}


class TestForms:
    @pytest.mark.parametrize("form", ["query", "cookie", "bearer"])
    def test_a_token_is_taken_in_three_forms(self, client: Client, form: str) -> None:
        token = client.service.doorkeeper.admin.token
        given = {
            "query": {"params": {"token": token}},
            "cookie": {"params": {}, "headers": {"cookie": f"token={token}"}},
            "bearer": {"params": {}, "headers": {"authorization": f"Bearer {token}"}},
        }[form]
        assert client.ask("GET", "/v1.0/me", **given).json()["username"] == ADMIN

    @pytest.mark.parametrize("form", ["query", "cookie"])
    def test_an_access_key_is_taken_in_two_forms(self, client: Client, form: str) -> None:
        key = client.service.doorkeeper.admin.access_key
        given = {
            "query": {"params": {"accesskey": key}},
            "cookie": {"params": {}, "headers": {"cookie": f"accesskey={key}"}},
        }[form]
        assert client.ask("GET", "/v1.0/customer", **given).status_code == 200

    def test_an_access_key_in_a_header_is_none(self, client: Client) -> None:
        key = client.service.doorkeeper.admin.access_key
        refused = client.refused("GET", "/v1.0/me", params={}, headers={"authorization": f"Bearer {key}"})
        assert refused == (401, "INVALID_CREDENTIALS")

    def test_a_bad_token_hides_a_good_access_key(self, client: Client) -> None:
        key = client.service.doorkeeper.admin.access_key
        refused = client.refused("GET", "/v1.0/me", params={"token": "x", "accesskey": key})
        assert refused == (401, "INVALID_CREDENTIALS")

    def test_without_a_credential(self, client: Client) -> None:
        assert client.refused("GET", "/v1.0/me", params={}) == (401, "AUTHENTICATION_REQUIRED")


class TestLogin:
    def test_a_password_gives_a_token_and_a_cookie(self, client: Client) -> None:
        admin = client.service.doorkeeper.admin
        response = client.ask("POST", "/auth/login", {"username": admin.username, "password": admin.password})
        assert response.json()["username"] == ADMIN
        assert client.ask("GET", "/v1.0/me", params={"token": response.json()["token"]}).status_code == 200
        assert response.headers["set-cookie"].endswith(f"Max-Age={WEEK_S}; HttpOnly; Secure; SameSite=Strict")

    @pytest.mark.parametrize(
        "content",
        [b"{", b"", b"[]", b'{"username": 1}', b'{"username": "admin@localhost", "password": "guess"}'],
        ids=["broken", "empty", "list", "mistyped", "wrong"],
    )
    def test_whatever_is_wrong_the_answer_is_an_empty_400(self, client: Client, content: bytes) -> None:
        response = client.ask("POST", "/auth/login", content=content)
        assert (response.status_code, response.content) == (400, b"")

    @pytest.mark.parametrize(("mode", "status"), [(Mode.SEED, 200), (Mode.CURRENT, 404), (Mode.STRICT, 404)])
    def test_only_the_tutorials_platform_has_a_login_below_v1(
        self, serve: ClientMaker, mode: Mode, status: int
    ) -> None:
        client = serve(mode)
        admin = client.service.doorkeeper.admin
        body = {"username": admin.username, "password": admin.password}
        assert client.ask("POST", "/v1.0/auth/login", body).status_code == status

    def test_a_token_expires_after_a_week(self, client: Client) -> None:
        token = client.service.doorkeeper.admin.token
        client.wall.seconds += WEEK_S - 1
        assert client.ask("GET", "/v1.0/me", params={"token": token}).status_code == 200
        client.wall.seconds += 1
        assert client.refused("GET", "/v1.0/me", params={"token": token}) == (401, "INVALID_CREDENTIALS")

    def test_credentials_follow_from_the_seed(self, serve: ClientMaker) -> None:
        one, other = (serve().service.doorkeeper.admin for _ in range(2))
        assert (one.password, one.access_key, one.token) == (other.password, other.access_key, other.token)


class TestAccessKeys:
    def test_the_token_is_shown_once_and_works(self, client: Client) -> None:
        made = client.done("POST", "/v1.0/accesskeys", {"name": "ci", "expire": 86_400})
        assert client.ask("GET", "/v1.0/me", params={"accesskey": made["token"]}).status_code == 200
        shown = client.done("GET", f"/v1.0/accesskeys/{made['id']}")
        assert "token" not in shown
        assert made["token"].startswith(shown["token_prefix"])

    def test_a_withdrawn_key_opens_nothing(self, client: Client) -> None:
        made = client.done("POST", "/v1.0/accesskeys", {"expire": 86_400})
        params = {"accesskey": made["token"]}
        assert client.ask("GET", "/v1.0/me", params=params).status_code == 200
        client.done("DELETE", f"/v1.0/accesskeys/{made['id']}")
        assert client.refused("GET", "/v1.0/me", params=params) == (401, "INVALID_CREDENTIALS")

    def test_a_key_expires_on_the_platforms_clock(self, client: Client) -> None:
        made = client.done("POST", "/v1.0/accesskeys", {"expire": 86_400})
        client.platform.clock.pass_to(86_400_000)
        assert client.refused("GET", "/v1.0/me", params={"accesskey": made["token"]})[0] == 401

    def test_a_key_is_good_for_a_day_at_least(self, client: Client) -> None:
        assert client.refused("POST", "/v1.0/accesskeys", {"expire": 60}) == (400, "INVALID_ARGUMENT")


class TestDirectTokens:
    def test_they_know_what_they_are_for(self, client: Client) -> None:
        ai = client.done("POST", "/v1.0/ais", AI)
        booted = client.done("POST", "/auth/boot", {"direct_hash": ai["direct_hash"]})
        assert (booted["type"], booted["resource_type"], booted["resource_id"]) == ("direct", "ai", ai["id"])

    def test_they_open_ai_calls_and_nothing_else(self, client: Client) -> None:
        params = direct_params(client, client.done("POST", "/v1.0/ais", AI))
        assert client.ask("GET", "/v1.0/aicalls", params=params).status_code == 200
        assert client.refused("GET", "/v1.0/ais", params=params) == (403, "DIRECT_ACCESS_NOT_SUPPORTED")

    def test_they_open_their_own_assistant_only(self, client: Client) -> None:
        params = direct_params(client, client.done("POST", "/v1.0/ais", AI))
        other = client.done("POST", "/v1.0/ais", AI)
        body = {"assistance_type": "ai", "assistance_id": other["id"]}
        assert client.refused("POST", "/v1.0/aicalls", body, params=params) == (403, "PERMISSION_DENIED")

    def test_they_expire_after_four_hours(self, client: Client) -> None:
        params = direct_params(client, client.done("POST", "/v1.0/ais", AI))
        client.wall.seconds += 4 * 3600
        assert client.refused("GET", "/v1.0/aicalls", params=params) == (401, "INVALID_CREDENTIALS")

    @pytest.mark.parametrize(
        "hash_", ["direct.000000000000", "", "flow", 5], ids=["unknown", "empty", "flow", "number"]
    )
    def test_a_hash_that_leads_to_no_assistant_gives_an_empty_400(self, client: Client, hash_: object) -> None:
        if hash_ == "flow":
            hash_ = client.done("POST", "/v1.0/flows", {"name": "f", "actions": []})["direct_hash"]
        response = client.ask("POST", "/auth/boot", {"direct_hash": hash_})
        assert (response.status_code, response.content) == (400, b"")

    def test_a_hash_that_was_replaced_stops_working_at_once(self, client: Client) -> None:
        ai = client.done("POST", "/v1.0/ais", AI)
        client.done("POST", f"/v1.0/ais/{ai['id']}/direct-hash-regenerate")
        assert client.ask("POST", "/auth/boot", {"direct_hash": ai["direct_hash"]}).status_code == 400


class TestCustomers:
    def test_a_new_customer_comes_with_a_key(self, client: Client) -> None:
        made = client.done("POST", "/auth/signup", {"email": "eve@example.com", "accepted_tos": True})
        params = {"accesskey": made["accesskey"]["token"]}
        assert client.ask("GET", "/v1.0/customer", params=params).json()["id"] == made["customer"]["id"]
        assert client.ask("GET", "/v1.0/me", params=params).json()["username"] == "eve@example.com"
        assert client.ask("GET", "/v1.0/billing_account", params=params).json()["balance_credit"] == 0

    @pytest.mark.parametrize("body", [{}, {"email": "nobody"}, {"email": 5}], ids=["none", "no address", "mistyped"])
    def test_signing_up_never_fails_aloud(self, client: Client, body: object) -> None:
        response = client.ask("POST", "/auth/signup", body)
        assert (response.status_code, response.json()) == (200, {})

    def test_customers_do_not_see_each_other(self, client: Client) -> None:
        ai = client.done("POST", "/v1.0/ais", AI)
        made = client.done("POST", "/auth/signup", {"email": "eve@example.com"})
        params = {"accesskey": made["accesskey"]["token"]}
        assert client.refused("GET", f"/v1.0/ais/{ai['id']}", params=params) == (403, "PERMISSION_DENIED")
        assert client.refused("PUT", f"/v1.0/ais/{ai['id']}", AI, params=params) == (403, "PERMISSION_DENIED")
        assert client.ask("GET", "/v1.0/ais", params=params).json()["result"] == []

    def test_what_a_customer_makes_is_theirs(self, client: Client) -> None:
        made = client.done("POST", "/auth/signup", {"email": "eve@example.com"})
        ai = client.ask("POST", "/v1.0/ais", AI, params={"accesskey": made["accesskey"]["token"]}).json()
        assert ai["customer_id"] == made["customer"]["id"]
        assert client.refused("GET", f"/v1.0/ais/{ai['id']}") == (403, "PERMISSION_DENIED")

    def test_one_who_leaves_is_frozen_until_they_come_back(self, client: Client) -> None:
        client.done("POST", "/auth/unregister", {"confirmation_phrase": "delete"})
        response = client.ask("GET", "/v1.0/me")
        assert response.status_code == 403
        error = response.json()["error"]
        assert error["reason"] == "ACCOUNT_FROZEN"
        assert error["details"][0].keys() == {
            "deletion_scheduled_at",
            "deletion_effective_at",
            "recovery_endpoint",
        }
        client.done("DELETE", "/auth/unregister")
        assert client.ask("GET", "/v1.0/me").status_code == 200
