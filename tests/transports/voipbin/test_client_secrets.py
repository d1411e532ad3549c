"""Credentials are planted, everything that can go wrong does, and nothing that is shown has them."""

import asyncio
import logging
import traceback
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.transports.voipbin.answers import Asked
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.secrecy import Secrets
from harness.transports.voipbin.signing_in import Booted, Pass
from harness.transports.voipbin.site import Credentials
from harness.transports.voipbin.sockets import event_feed, media_socket
from tests.transports.voipbin.client_site import WAIT_S, client_of
from tests.transports.voipbin.fault_server import Reply, answering, error, said

KEY = "vb_planted+key/0123"
TOKEN = "eyJplanted.token.abcdef"
WORD = "planted-pass word"
HASH = "0a1b2c3d4e5f"
PLANTED = (KEY, "vb_planted%2Bkey%2F0123", TOKEN, WORD, HASH)
WHO = {
    "key": Credentials(access_key=KEY),
    "token": Credentials(token=TOKEN),
    "password": Credentials(username="ann", password=WORD),
    "hash": Credentials(direct_hash=f"direct.{HASH}"),
}
SIGNED_IN = said({"token": TOKEN, "customer_id": "me"}, set_cookie=f"token={TOKEN}")


def told(credentials: Credentials) -> str:
    """Return every secret that a client with these knows, as a talkative server may repeat them."""
    return " ".join([*credentials.secrets, *([] if credentials.access_key else [TOKEN])])


def replies_of(credentials: Credentials) -> dict[str, Reply]:
    everything = told(credentials)
    place = f"http://127.0.0.1:1/?accesskey={KEY}&token={TOKEN}"
    details = [{"asked": [everything], "token": "other"}]
    return {
        "refused": error(403, "PERMISSION_DENIED", message=everything, details=details),
        "nonsense": Reply(status=502, body=everything.encode()),
        "no json": Reply(body=everything.encode()),
        "elsewhere": Reply(status=307, headers={"location": place}),
        "cut": Reply(hang_up=True),
        "silent": Reply(never=True),
    }


async def ask(client: VoipbinClient) -> None:
    note = told(client.site.credentials)
    await client.post("/calls", {"destinations": [{"target": f"direct.{HASH}@sip"}], "note": note, "token": "x"})


async def listen(client: VoipbinClient) -> None:
    async with event_feed(client, ["customer_id:me"]) as feed:
        await anext(feed)


async def hear(client: VoipbinClient) -> None:
    async with media_socket(client, "c1") as media:
        await anext(media)


async def fetch(client: VoipbinClient) -> None:
    await client.download("/recordingfiles/1")


async def failures(reply: Reply, credentials: Credentials) -> list[HarnessError]:
    """Return what comes of everything a client can do with a server that never does what it should."""
    is_signed_in = credentials.has_account and not credentials.username
    found = []
    for then in (ask, listen, hear, fetch):
        async with (
            asyncio.timeout(WAIT_S),
            answering(*((reply,) if is_signed_in else (SIGNED_IN, reply))) as server,
            client_of(server.url, credentials, timeout_s=0.05) as client,
        ):
            try:
                await then(client)
            except HarnessError as failure:
                found.append(failure)
    return found


def shown(failure: HarnessError) -> list[str]:
    """Return everything that could be shown of an error, and of what a library raised before it."""
    chained = [each for each in (failure, failure.__cause__, failure.__context__) if each is not None]
    return [*traceback.format_exception(failure), *(repr(each) + repr(vars(each)) for each in chained)]


@pytest.mark.parametrize("trouble", replies_of(Credentials()))
@pytest.mark.parametrize("who", WHO)
def test_no_error_and_no_log_shows_a_credential(who: str, trouble: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        found = asyncio.run(failures(replies_of(WHO[who])[trouble], WHO[who]))
    assert len(found) == (3 if trouble == "no json" else 4)
    texts = [text for failure in found for text in shown(failure)]
    texts += [record.getMessage() + str(record.exc_info) for record in caplog.records]
    assert any("/calls" in text for text in texts)
    assert not [planted for planted in PLANTED if any(planted in text for text in texts)]


def test_without_the_guard_a_log_would_show_them(caplog: pytest.LogCaptureFixture) -> None:
    secrets = Secrets(KEY, TOKEN)
    log = logging.getLogger("httpcore.http11")
    with caplog.at_level(logging.DEBUG):
        with secrets.out_of_logs():
            log.debug("guarded %s %s", KEY, "?token=somebody-elses")
        log.debug("open %s", KEY)
    assert [record.getMessage() for record in caplog.records] == [
        "guarded (withheld) ?token=(withheld)",
        f"open {KEY}",
    ]


@pytest.mark.parametrize(
    "thing",
    [
        client_of("http://127.0.0.1:1", WHO["key"]),
        client_of("http://127.0.0.1:1", WHO["key"]).site,
        WHO["password"],
        Pass(access_key=KEY),
        Pass(token=TOKEN),
        Booted(resource_type="ai", resource_id="a", customer_id="c", token=TOKEN),
        Asked(method="POST", path="/auth/login", request_id="r", body={"password": WORD}),
        Secrets(KEY, TOKEN, WORD, HASH),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_no_value_shows_them(thing: Any) -> None:
    assert not [planted for planted in PLANTED if planted in repr(thing)]


def test_what_is_no_secret_is_left_as_it_is() -> None:
    secrets = Secrets("abc", KEY, f"{KEY}-and-more")
    assert secrets.text(f"abc {KEY}-and-more {KEY}") == "abc (withheld) (withheld)"
    assert secrets.text("a token=1&x=2, direct.0a1b2c3d4e5f@sip") == "a token=(withheld)&x=2, direct.(withheld)@sip"
    assert secrets.document({"n": 1, "password": "p", "a": [None, KEY]}) == {
        "n": 1,
        "password": "(withheld)",
        "a": [None, "(withheld)"],
    }
