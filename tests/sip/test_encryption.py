"""Calls whose signalling is encrypted, whose sound is, and whose far end proves who it is."""

import asyncio

import pytest

pytest.importorskip("baresip", reason="needs the extra [sip]")

from harness.interfaces.carriers import CarrierEventKind, Ending
from harness.sip import SipTransport, Srtp
from tests.sip.calling import HASH, callee, caller, end, place, run, until
from tests.sip.certificates import Certificates, certificates, needs_openssl
from tests.sip.tones import is_loud, tone


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("tls") / "good", name="localhost")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("tls") / "other", name="other.example")


@needs_openssl
@pytest.mark.parametrize(
    ("ours", "theirs", "carried"),
    [
        (Srtp.REQUIRED, Srtp.REQUIRED, "tls+srtp"),
        (Srtp.OPTIONAL, Srtp.OPTIONAL, "tls+srtp"),
        (Srtp.OPTIONAL, Srtp.OFF, "tls"),
    ],
    ids=["required", "both can", "one cannot"],
)
def test_signalling_and_sound_are_encrypted(trusted: Certificates, ours: Srtp, theirs: Srtp, carried: str) -> None:
    async def story() -> None:
        shared = {
            "transport": SipTransport.TLS,
            "ca_file": str(trusted.authority),
            "certificate_file": str(trusted.own),
        }
        async with callee(srtp=theirs, **shared) as far, caller(srtp=ours, **shared) as phone:
            name = f"direct.{HASH}@{place(far, host='localhost')}"
            async with phone.dial(name, trial_id="t") as call, far.answer(within_s=5) as taken:
                await until(call, CarrierEventKind.ANSWERED)
                taken.write(tone(ms=60))
                heard = 0
                async with asyncio.timeout(5):
                    while heard < 3:
                        heard += sum(is_loud(sound.pcm) for sound in call.read())
                        await asyncio.sleep(0.02)
                assert call.report().transport == carried

    run(story())


@needs_openssl
@pytest.mark.parametrize("is_known", [False, True], ids=["of a strange authority", "for another host"])
def test_a_certificate_that_proves_nothing_is_refused(
    trusted: Certificates, stranger: Certificates, is_known: bool
) -> None:
    async def story() -> None:
        shared = {
            "transport": SipTransport.TLS,
            "ca_file": str(stranger.authority if is_known else trusted.authority),
            "certificate_file": str(stranger.own),
        }
        async with callee(**shared) as far, caller(**shared) as phone:
            name = f"direct.{HASH}@{place(far, host='localhost')}"
            async with phone.dial(name, trial_id="t") as call:
                ended = await end(call)
        assert ended.ending is Ending.LOST
        assert "certificate is not trusted" in ended.detail

    run(story())


def test_sound_that_must_be_encrypted_is_not_sent_otherwise() -> None:
    async def story() -> None:
        async with callee() as far, caller(srtp=Srtp.REQUIRED) as phone:
            name = f"direct.{HASH}@{place(far)}"
            async with phone.dial(name, trial_id="t") as call:
                ended = await end(call)
        assert (ended.ending, ended.detail) == (Ending.REFUSED, "488 Not Acceptable Here")

    run(story())
