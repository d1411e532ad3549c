"""Webhooks, received by a real HTTP server on loopback."""

import asyncio
import hashlib
import hmac
import json
import logging

import pytest

from harness.simulator.server.options import WebhookLimits
from harness.voipbin.resources import Kind
from tests.simulator.server.webhook_site import METHODS, Receiver, Site, run, site


@pytest.mark.parametrize("method", [*METHODS, ""])
def test_an_event_is_posted_to_the_customer_as_asked(method: str) -> None:
    async def test(site: Site) -> None:
        site.hook(method=method)
        call = site.world.create(Kind.CALL, event="call_created", status="ringing")
        await site.webhooks.idle()
        [request] = site.receiver.requests
        assert (request.method, request.path) == (method or "POST", "/hook")
        assert request.headers["content-type"] == "application/json"
        assert request.headers["host"] == site.address
        assert "x-voipbin-signature" not in request.headers
        told = json.loads(request.body)
        assert told["type"] == "call_created"
        assert (told["data"]["id"], told["data"]["tm_create"]) == (call["id"], "2026-01-01T00:00:00.000000Z")

    run(test)


def test_a_secret_signs_the_body() -> None:
    async def test(site: Site) -> None:
        site.hook()
        site.world.create(Kind.CALL, event="call_created")
        await site.webhooks.idle()
        [request] = site.receiver.requests
        expected = hmac.new(b"quiet", request.body, hashlib.sha256).hexdigest()
        assert request.headers["x-voipbin-signature"] == f"sha256={expected}"

    run(test, secret="quiet")


def test_an_activeflow_has_a_webhook_of_its_own() -> None:
    async def test(site: Site) -> None:
        flow = site.world.create(Kind.ACTIVEFLOW, webhook_uri=f"http://{site.address}/flow", webhook_method="PUT")
        site.world.publish("activeflow_created", flow)
        site.world.create(Kind.CALL, event="call_created", activeflow_id=flow["id"])
        site.world.create(Kind.CALL, event="call_created")
        site.hook("/all")
        site.world.create(Kind.TRANSCRIPT, event="transcript_created", event_activeflow=flow["id"])
        await site.webhooks.idle()
        told = {path: [r.type for r in site.receiver.requests if r.path == path] for path in ("/flow", "/all")}
        assert told == {
            "/flow": ["activeflow_created", "call_created", "transcript_created"],
            "/all": ["transcript_created"],
        }

    run(test)


def test_internal_events_and_other_customers_events_are_not_posted() -> None:
    async def test(site: Site) -> None:
        site.hook()
        site.world.create(Kind.SPEAKING, event="speaking_started")
        site.world.create(Kind.FLOW, event="flow_created")
        site.world.create(Kind.CALL, event="call_created", customer_id=site.world.new_id())
        site.world.create(Kind.RECORDING, event="recording_started")
        await site.webhooks.idle()
        assert site.receiver.types == ["recording_started"]

    run(test)


def test_events_of_one_address_keep_their_order_over_failures() -> None:
    async def test(site: Site) -> None:
        site.hook()
        site.receiver.script = [500, 503, 200, 200, 500]
        types = [f"call_{number}" for number in range(20)]
        for type in types:
            site.world.publish(type, {"id": "c1"})
        await site.webhooks.idle()
        assert list(dict.fromkeys(site.receiver.types)) == types
        assert site.receiver.types[:4] == ["call_0", "call_0", "call_0", "call_1"]

    run(test)


@pytest.mark.parametrize(
    ("script", "tries", "pauses"),
    [
        pytest.param([200], 1, [], id="taken"),
        pytest.param([404], 1, [], id="client-error-is-final"),
        pytest.param([302], 1, [], id="redirects-are-not-followed"),
        pytest.param([500, 200], 2, [1.0], id="second-try"),
        pytest.param([500, 502, 503, 200], 3, [1.0, 1.0], id="three-tries-at-most"),
    ],
)
def test_only_a_server_error_is_tried_again(script: list[int | str], tries: int, pauses: list[float]) -> None:
    async def test(site: Site) -> None:
        site.hook()
        site.receiver.script = script
        site.world.create(Kind.CALL, event="call_created")
        await site.webhooks.idle()
        assert len(site.receiver.requests) == tries
        assert site.slept == pauses

    run(test)


def test_a_receiver_that_never_answers_is_given_up_after_three_tries() -> None:
    async def test(site: Site) -> None:
        site.hook()
        site.receiver.script = ["hang", "hang", "hang"]
        site.world.create(Kind.CALL, event="call_created")
        site.world.create(Kind.CALL, event="call_deleted")
        await site.webhooks.idle()
        assert site.receiver.types == ["call_created"] * 3 + ["call_deleted"]

    run(test, timeout_s=1.0)


def test_a_dead_address_is_tried_three_times_and_named_without_its_path(caplog: pytest.LogCaptureFixture) -> None:
    async def test(site: Site) -> None:
        free = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = free.sockets[0].getsockname()[1]
        free.close()
        await free.wait_closed()
        uri = f"http://user:pass@127.0.0.1:{port}/path?key=secret"
        site.world.change(site.customer, webhook_uri=uri)
        site.world.create(Kind.CALL, event="call_created")
        await site.webhooks.idle()
        assert site.slept == [1.0, 1.0]

    with caplog.at_level(logging.WARNING, logger="harness.simulator.server.webhooks"):
        run(test)
    assert "a webhook to http://127.0.0.1 was not taken: ConnectError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        pytest.param("http://127.0.0.1:1/", "127.0.0.1 is a private address", id="loopback"),
        pytest.param("http://localhost:1/", "is a private address", id="loopback-by-name"),
        pytest.param("http://[::1]:1/", "::1 is a private address", id="loopback-v6"),
        pytest.param("http://[::ffff:127.0.0.1]:1/", "is a private address", id="loopback-in-v6"),
        pytest.param("http://10.1.2.3/", "10.1.2.3 is a private address", id="private"),
        pytest.param("http://169.254.169.254/", "169.254.169.254 is a private address", id="link-local"),
        pytest.param("https://[fd00::1]/", "fd00::1 is a private address", id="private-v6"),
        pytest.param("http://0.0.0.0:1/", "0.0.0.0 is a private address", id="any"),
        pytest.param("ftp://127.0.0.1/", "the address is no http or https URL", id="ftp"),
        pytest.param("file:///etc/passwd", "the address is no http or https URL", id="file"),
        pytest.param("nowhere", "the address is no http or https URL", id="no-url"),
        pytest.param("http://127.0.0.1:port/", "the address cannot be read", id="bad-port"),
    ],
)
def test_private_and_unreadable_addresses_are_refused_without_a_try(
    uri: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(site: Site) -> None:
        site.world.change(site.customer, webhook_uri=uri)
        site.world.create(Kind.CALL, event="call_created")
        await site.webhooks.idle()
        assert site.slept == []

    with caplog.at_level(logging.WARNING, logger="harness.simulator.server.webhooks"):
        run(test, allow_loopback=False)
    assert why in caplog.text


def test_a_machine_that_may_post_to_itself_still_refuses_other_private_addresses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test(site: Site) -> None:
        site.world.change(site.customer, webhook_uri="http://192.168.1.1/")
        site.world.create(Kind.CALL, event="call_created")
        await site.webhooks.idle()

    run(test, allow_loopback=True)
    assert "192.168.1.1 is a private address" in caplog.text


def test_an_unknown_method_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    async def test(site: Site) -> None:
        site.hook(method="BREW")
        site.world.create(Kind.CALL, event="call_created")
        await site.webhooks.idle()
        assert site.receiver.requests == []

    run(test)
    assert "'BREW' is no method of a webhook" in caplog.text


def test_what_waits_too_long_is_dropped_and_said(caplog: pytest.LogCaptureFixture) -> None:
    async def test(site: Site) -> None:
        site.hook()
        for number in range(8):
            site.world.publish(f"call_{number}", {"id": "c1"})
        await site.webhooks.idle()
        assert site.receiver.types == [f"call_{number}" for number in range(5)]

    run(test, limits=WebhookLimits(waiting=5))
    assert caplog.text.count("was dropped: 5 wait already") == 3


def test_what_waits_at_the_end_is_still_posted() -> None:
    receivers: list[Receiver] = []

    async def main() -> None:
        async with site() as opened:
            receivers.append(opened.receiver)
            opened.hook()
            opened.world.create(Kind.CALL, event="call_created")
        # Whatever happens after the end is nobody's business any more.
        opened.world.create(Kind.CALL, event="call_created")

    asyncio.run(main())
    assert receivers[0].types == ["call_created"]
