"""Numbers, extensions and the account: what the server itself keeps the rules of."""

import pytest

from harness.voipbin.mode import Mode
from tests.simulator.server.conftest import Client, ClientMaker

FLOW = "11111111-2222-4333-8444-555555555555"


class TestNumbers:
    def test_a_number_is_bought_pointed_at_a_flow_and_given_back(self, client: Client) -> None:
        number = client.done("POST", "/v1.0/numbers", {"number": "+15551230000", "name": "desk"})
        assert (number["type"], number["status"]) == ("normal", "active")
        path = f"/v1.0/numbers/{number['id']}"
        assert client.done("PUT", f"{path}/flow_ids", {"call_flow_id": FLOW})["call_flow_id"] == FLOW
        assert client.done("PUT", f"{path}/metadata", {"rtp_debug": True})["metadata"] == {"rtp_debug": True}
        assert "call_flow_id" not in client.done("PUT", path, {"name": "front desk"})
        assert client.done("DELETE", path)["status"] == "deleted"
        assert client.refused("GET", path) == (404, "NUMBER_NOT_FOUND")

    @pytest.mark.parametrize("number", ["+15551230000", "five", ""], ids=["taken", "word", "empty"])
    def test_what_is_no_number_or_taken_is_refused(self, client: Client, number: str) -> None:
        client.done("POST", "/v1.0/numbers", {"number": "+15551230000"})
        assert client.refused("POST", "/v1.0/numbers", {"number": number}) == (400, "INVALID_ARGUMENT")


class TestExtensions:
    def test_an_extension_has_a_domain_and_a_hash(self, client: Client) -> None:
        body = {"extension": "2001", "password": "s3cret", "name": "Eve", "detail": ""}
        made = client.done("POST", "/v1.0/extensions", body)
        assert made["domain_name"] == f"{made['customer_id']}.registrar.voipbin.net"
        assert (made["username"], made["password"]) == ("2001", "s3cret")
        assert made["direct_hash"].startswith("direct.")

    def test_its_hash_can_be_replaced(self, client: Client) -> None:
        made = client.done("POST", "/v1.0/extensions", {"extension": "2001"})
        path = f"/v1.0/extensions/{made['id']}"
        changed = client.done("POST", f"{path}/direct-hash-regenerate")
        assert changed["direct_hash"] != made["direct_hash"]
        assert client.done("PUT", path, {"name": "Eve"})["name"] == "Eve"
        client.done("DELETE", path)
        assert client.refused("GET", path) == (404, "EXTENSION_NOT_FOUND")

    def test_two_of_the_same_are_refused(self, client: Client) -> None:
        client.done("POST", "/v1.0/extensions", {"extension": "2001"})
        assert client.refused("POST", "/v1.0/extensions", {"extension": "2001"}) == (400, "INVALID_ARGUMENT")


class TestAccount:
    @pytest.mark.parametrize(
        ("mode", "status"), [(Mode.SEED, 200), (Mode.CURRENT, 404), (Mode.STRICT, 404)], ids=lambda value: str(value)
    )
    def test_only_the_tutorials_platform_knows_the_tutorials_spelling(
        self, serve: ClientMaker, mode: Mode, status: int
    ) -> None:
        client = serve(mode)
        assert client.ask("GET", "/v1.0/billing-accounts").status_code == status
        [account] = client.done("GET", "/v1.0/billing_accounts")["result"]
        assert client.done("GET", "/v1.0/billing_account") == account
        assert client.done("GET", f"/v1.0/billing_accounts/{account['id']}") == account

    def test_the_customer_can_be_told_where_to_post_events(self, client: Client) -> None:
        body = {"name": "Acme", "webhook_uri": "https://example.com/hook", "webhook_method": "POST"}
        customer = client.done("PUT", "/v1.0/customer", body)
        assert (customer["webhook_uri"], customer["webhook_method"]) == ("https://example.com/hook", "POST")
        assert client.done("PUT", "/v1.0/customer/metadata", {"rtp_debug": True})["metadata"] == {"rtp_debug": True}

    @pytest.mark.parametrize("body", [{"email": "nobody"}, {"webhook_method": "SHOUT"}], ids=["email", "method"])
    def test_what_no_customer_can_have_is_refused(self, client: Client, body: object) -> None:
        assert client.refused("PUT", "/v1.0/customer", body) == (400, "INVALID_ARGUMENT")

    def test_the_account_that_pays_can_be_chosen_and_renamed(self, client: Client) -> None:
        account = client.done("PUT", "/v1.0/billing_account", {"name": "team", "detail": "all of us"})
        assert account["name"] == "team"
        body = {"billing_account_id": account["id"]}
        assert client.done("PUT", "/v1.0/customer/billing_account_id", body)["billing_account_id"] == account["id"]
        other = {"billing_account_id": FLOW}
        assert client.refused("PUT", "/v1.0/customer/billing_account_id", other) == (404, "BILLING_ACCOUNT_NOT_FOUND")
