"""Lists: pages that neither lose nor repeat, and times in both styles."""

import pytest

from tests.simulator.server.conftest import Client, ClientMaker


def make(client: Client, count: int) -> list[str]:
    return [client.done("POST", "/v1.0/flows", {"name": f"flow {n}", "actions": []})["id"] for n in range(count)]


def walk(client: Client, size: int) -> list[list[str]]:
    pages: list[list[str]] = []
    token = ""
    while True:
        page = client.done("GET", f"/v1.0/flows?page_size={size}&page_token={token}")
        if not page["result"]:
            return pages
        pages.append([each["id"] for each in page["result"]])
        token = page["next_page_token"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_hold_everything_once_newest_first_though_made_in_the_same_millisecond(client: Client, size: int) -> None:
    made = make(client, 7)
    pages = walk(client, size)
    assert [id for page in pages for id in page] == made[::-1]
    assert all(len(page) <= size for page in pages)


def test_deleting_what_was_read_loses_nothing(client: Client) -> None:
    made = make(client, 6)
    read: list[str] = []
    token = ""
    while page := client.done("GET", f"/v1.0/flows?page_size=2&page_token={token}"):
        if not page["result"]:
            break
        for flow in page["result"]:
            read.append(flow["id"])
            client.done("DELETE", f"/v1.0/flows/{flow['id']}")
        token = page["next_page_token"]
    assert read == made[::-1]


def test_what_is_made_meanwhile_is_not_on_the_next_page(client: Client) -> None:
    made = make(client, 4)
    first = client.done("GET", "/v1.0/flows?page_size=2")
    make(client, 3)
    second = client.done("GET", f"/v1.0/flows?page_size=2&page_token={first['next_page_token']}")
    assert [flow["id"] for flow in second["result"]] == made[1::-1]


def test_a_plain_creation_time_is_a_token_too(client: Client) -> None:
    old = make(client, 1)
    client.platform.clock.pass_to(1500)
    new = client.done("POST", "/v1.0/flows", {"name": "new", "actions": []})
    page = client.done("GET", f"/v1.0/flows?page_token={new['tm_create']}")
    assert [flow["id"] for flow in page["result"]] == old


@pytest.mark.parametrize(("asked", "given"), [("0", 100), ("-3", 100), ("101", 100), ("", 100), ("40", 40)])
def test_a_page_has_at_most_a_hundred(client: Client, asked: str, given: int) -> None:
    make(client, 105)
    assert len(client.done("GET", f"/v1.0/flows?page_size={asked}")["result"]) == given


@pytest.mark.parametrize("query", ["page_size=ten", "page_token=yesterday", "page_token=2026-13-01T00:00:00Z"])
def test_a_bad_page_is_refused(client: Client, query: str) -> None:
    assert client.refused("GET", f"/v1.0/flows?{query}") == (400, "INVALID_REQUEST_PARAMETER")


def test_an_empty_list_has_no_next_page(client: Client) -> None:
    assert client.done("GET", "/v1.0/calls") == {"result": [], "next_page_token": ""}


def test_times_are_rfc_3339_and_what_is_unset_is_left_out(client: Client) -> None:
    client.platform.clock.pass_to(1234)
    flow = client.done("POST", "/v1.0/flows", {"name": "f", "actions": []})
    assert flow["tm_create"] == "2026-01-01T00:00:01.234000Z"
    assert "tm_delete" not in flow


def test_times_as_the_tutorial_shows_them(serve: ClientMaker) -> None:
    client = serve(legacy_times=True)
    flow = client.done("POST", "/v1.0/flows", {"name": "f", "actions": []})
    assert flow["tm_create"] == "2026-01-01 00:00:00.000000"
    assert flow["tm_delete"] == "9999-01-01 00:00:00.000000"
    assert client.done("DELETE", f"/v1.0/flows/{flow['id']}")["tm_delete"] == "2026-01-01 00:00:00.000000"
