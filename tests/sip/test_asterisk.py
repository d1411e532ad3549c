"""Calls to Asterisk, which stands nearest to what VoIPBIN is made of; nightly: `pytest tests/sip -m nightly`."""

import asyncio
from collections.abc import Coroutine, Iterator

import pytest

pytest.importorskip("baresip", reason="needs the extra [sip]")

from harness.interfaces.carriers import CarrierEvent, CarrierEventKind, Ending
from harness.sip import SipCall, SipOptions, SipPhone, SipTransport, Srtp
from tests.sip.asterisk_peer import HOST, Exchange, asterisk, needs_asterisk
from tests.sip.certificates import Certificates, certificates, needs_openssl
from tests.sip.tones import is_loud, tone

pytestmark = [pytest.mark.nightly, needs_asterisk, needs_openssl]


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("tls") / "asterisk", name="localhost")


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory, trusted: Certificates) -> Iterator[Exchange]:
    with asterisk(tmp_path_factory.mktemp("asterisk"), trusted) as running:
        yield running


def phone(**changes: object) -> SipPhone:
    return SipPhone(SipOptions(**{"user": "stranger", "address": HOST, **changes}))  # type: ignore[arg-type]


async def until(call: SipCall, kind: CarrierEventKind) -> CarrierEvent:
    """Wait for the next event of a kind."""
    async with asyncio.timeout(15):
        while (event := await call.event()).kind is not kind:
            assert event.kind is not CarrierEventKind.ENDED, event
    return event


async def hears_itself(call: SipCall) -> None:
    await until(call, CarrierEventKind.ANSWERED)
    call.write(tone(ms=500))
    heard = 0
    async with asyncio.timeout(10):
        while heard < 25:
            heard += sum(is_loud(sound.pcm) for sound in call.read())
            await asyncio.sleep(0.02)


def run(story: Coroutine[object, object, None]) -> None:
    asyncio.run(story)


@pytest.mark.parametrize("who", [{}, {"user": "alice", "password": "open sesame"}], ids=["anyone", "with a password"])
def test_a_caller_hears_itself_in_the_echo(exchange: Exchange, who: dict[str, object]) -> None:
    async def story() -> None:
        async with phone(**who) as caller, caller.dial(f"echo@{HOST}:{exchange.port}", trial_id="t") as call:
            await hears_itself(call)
            assert call.report().codec == "PCMU"

    run(story())


def test_over_tls_with_encrypted_sound_a_caller_hears_itself(exchange: Exchange, trusted: Certificates) -> None:
    async def story() -> None:
        sealed = phone(user="sealed", transport=SipTransport.TLS, srtp=Srtp.REQUIRED, ca_file=str(trusted.authority))
        async with sealed as caller, caller.dial(f"echo@localhost:{exchange.tls_port}", trial_id="t") as call:
            await hears_itself(call)
            assert call.report().transport == "tls+srtp"

    run(story())


def test_keys_are_read_and_said_back(exchange: Exchange) -> None:
    async def story() -> None:
        async with phone() as caller, caller.dial(f"keys@{HOST}:{exchange.port}", trial_id="t") as call:
            await until(call, CarrierEventKind.ANSWERED)
            await asyncio.sleep(0.5)
            await call.press("4219")
            assert [(await until(call, CarrierEventKind.KEY)).key for _ in range(4)] == ["4", "2", "1", "9"]

    run(story())


def test_sound_before_the_answer_is_heard(exchange: Exchange) -> None:
    async def story() -> None:
        async with phone() as caller, caller.dial(f"early@{HOST}:{exchange.port}", trial_id="t") as call:
            await until(call, CarrierEventKind.RINGING)
            async with asyncio.timeout(5):
                while not any(is_loud(sound.pcm) for sound in call.read()):
                    await asyncio.sleep(0.02)
            await until(call, CarrierEventKind.ANSWERED)

    run(story())


def test_a_busy_line_is_busy(exchange: Exchange) -> None:
    async def story() -> None:
        async with phone() as caller, caller.dial(f"busy@{HOST}:{exchange.port}", trial_id="t") as call:
            assert (await until(call, CarrierEventKind.ENDED)).ending is Ending.BUSY

    run(story())
