"""A VoIPBIN of one's own, with a certificate nobody signed."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from harness.errors import UnreachableError
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.event_reading import PlatformEvent
from harness.transports.voipbin.sockets import event_feed
from tests.transports.voipbin.client_site import WAIT_S, client_of
from tests.transports.voipbin.fault_server import Reply, answering, said

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl makes the certificate, and is not installed")

NEW = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    ca_file: str
    tls: ssl.SSLContext


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Own:
    folder: Path = tmp_path_factory.mktemp("tls")
    certificate, key = str(folder / "own.pem"), str(folder / "own.key")
    where = ["-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key]
    subprocess.run([str(OPENSSL), *NEW.split(), *where], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    return Own(ca_file=certificate, tls=tls)


def test_a_certificate_that_is_trusted_lets_requests_through(own: Own) -> None:
    async def run() -> None:
        async with (
            asyncio.timeout(WAIT_S),
            answering(said({"id": "me"}), tls=own.tls) as server,
            client_of(server.url, ca_file=own.ca_file) as client,
        ):
            assert await client.get("/me") == {"id": "me"}

    asyncio.run(run())


def test_one_that_is_not_is_refused_with_the_setting_that_helps(own: Own) -> None:
    async def run() -> None:
        async with (
            asyncio.timeout(WAIT_S),
            answering(said({}), tls=own.tls) as server,
            client_of(server.url) as client,
        ):
            await client.get("/me")

    with pytest.raises(UnreachableError, match="certificate is not trusted") as caught:
        asyncio.run(run())
    assert "set ca_file" in caught.value.fix


class TestProxies:
    @pytest.mark.parametrize(
        ("url", "spared", "used"),
        [
            ("https://voipbin.example", "", True),
            ("https://voipbin.example", "voipbin.example", False),
            ("https://127.0.0.1:8443", "", False),
            ("https://localhost:8443", "", False),
            ("http://voipbin.example", "", False),
        ],
        ids=["taken", "spared", "this machine", "this machine's name", "would see the key"],
    )
    def test_the_machines_proxy_is_used_where_it_sees_no_credential(
        self, url: str, spared: str, used: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
        monkeypatch.setenv("no_proxy", spared)
        assert client_of(url).proxy == ("http://proxy.example:3128" if used else None)

    def test_one_that_refuses_is_named_without_its_password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def run() -> None:
            async with asyncio.timeout(WAIT_S), answering(Reply(status=407)) as proxy:
                monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//ann:planted-word@"))
                monkeypatch.setenv("no_proxy", "")
                async with client_of("https://voipbin.example") as client:
                    for then in (client.get("/me"), anext(aiter_events(client))):
                        with pytest.raises(UnreachableError, match="the proxy of this machine refused") as caught:
                            await then
                        assert "HTTPS_PROXY" in caught.value.fix
                        assert "planted" not in str(caught.value)

        asyncio.run(run())


async def aiter_events(client: VoipbinClient) -> AsyncIterator[PlatformEvent]:
    async with event_feed(client, ["customer_id:me"]) as feed:
        async for event in feed:
            yield event


def test_sockets_trust_whom_requests_trust(own: Own) -> None:
    told = '{"type": "call_updated", "data": {"id": "c1"}}'

    async def tell(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(told)
        await socket.wait_closed()

    async def run() -> None:
        async with asyncio.timeout(WAIT_S), serve(tell, "127.0.0.1", 0, ssl=own.tls) as server:
            host, port = next(iter(server.sockets)).getsockname()
            url = f"https://{host}:{port}"
            async with client_of(url, ca_file=own.ca_file) as client, event_feed(client, ["customer_id:me"]) as feed:
                assert (await anext(feed)).data == {"id": "c1"}
            async with client_of(url) as client:
                with pytest.raises(UnreachableError, match="certificate is not trusted"):
                    async with event_feed(client, ["customer_id:me"]):
                        pass

    asyncio.run(run())
