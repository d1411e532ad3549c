"""How calls to SIP software that nobody here wrote come about or do not, and how they end."""

import asyncio
import socket
from pathlib import Path

import pytest

pytest.importorskip("baresip", reason="needs the extra [sip]")

from harness.interfaces.carriers import CarrierEventKind, Ending
from harness.sip import SipPhone, SipTransport
from tests.sip.calling import HASH, calling, end, options, run, until
from tests.sip.far_ear import HOST
from tests.sip.sipp_peer import free_port, needs_sipp, peer
from tests.sip.tones import tone

pytestmark = needs_sipp


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        ("403 Forbidden", Ending.REFUSED),
        ("404 Not Found", Ending.REFUSED),
        ("480 Away From Desk", Ending.NO_ANSWER),
        ("486 Busy Here", Ending.BUSY),
        ("503 Out Of Order", Ending.REFUSED),
        ("603 Decline", Ending.DECLINED),
    ],
)
def test_a_call_that_is_not_taken_ends_with_the_servers_own_words(tmp_path: Path, status: str, ending: Ending) -> None:
    async def story() -> None:
        async with calling("refuses", tmp_path, status=status) as (call, far):
            ended = await end(call)
            assert (ended.ending, ended.detail) == (ending, status)
            assert await call.event() == ended
            assert await far.is_content()

    run(story())


def test_a_call_nobody_answers_is_given_up_with_a_cancel(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("never_answers", tmp_path, options(ring_s=0.3)) as (call, far):
            ended = await end(call)
            assert (ended.ending, ended.detail) == (Ending.NO_ANSWER, "not answered within 0.3 s")
            assert await far.is_content()

    run(story())


def test_a_call_hung_up_before_it_rings_is_taken_back(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("never_answers", tmp_path) as (call, far):
            await call.hang_up()
            assert (await end(call)).ending is Ending.OURS
            assert await far.is_content()

    run(story())


@pytest.mark.parametrize(
    ("password", "ending", "detail"),
    [("open sesame", Ending.OURS, ""), ("wrong", Ending.REFUSED, "403 Forbidden")],
    ids=["right", "wrong"],
)
def test_a_server_that_asks_for_a_password_gets_its_digest(
    tmp_path: Path, password: str, ending: Ending, detail: str
) -> None:
    async def story() -> None:
        async with calling("asks_who", tmp_path, options(user="alice", password=password)) as (call, far):
            if ending is Ending.OURS:
                await until(call, CarrierEventKind.ANSWERED)
                await call.hang_up()
            ended = await end(call)
            assert (ended.ending, ended.detail) == (ending, detail)
            assert await far.is_content()
            assert password not in far.messages()

    run(story())


def test_the_far_end_hangs_up_while_we_speak(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("hangs_up", tmp_path) as (call, far):
            await until(call, CarrierEventKind.ANSWERED)
            call.write(tone(ms=3000))
            assert (await end(call)).ending is Ending.THEIRS
            await call.hang_up()
            assert await far.is_content()
        assert 0 < len(far.ear.loud) < 50

    run(story())


def test_leaving_hangs_up_in_mid_sentence_whatever_happened(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("answers", tmp_path) as (call, far):
            await until(call, CarrierEventKind.ANSWERED)
            call.write(tone(ms=3000))
            await far.ear.listens(packets=5)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(story())
    assert "BYE sip:peer@" in (tmp_path / "messages.log").read_text(encoding="utf-8")


def test_an_invitation_that_is_lost_on_the_way_is_sent_again(tmp_path: Path) -> None:
    async def story() -> None:
        port = free_port()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hole:
            hole.bind((HOST, port))
            hole.setblocking(False)
            async with SipPhone(options()) as phone, phone.dial(f"sip:peer@{HOST}:{port}", trial_id="t-1") as call:
                lost = await asyncio.get_running_loop().sock_recv(hole, 4096)
                assert lost.startswith(b"INVITE sip:peer@")
                assert b"X-Harness-Trial: t-1" in lost
                hole.close()
                async with peer("answers", tmp_path, port=port) as far:
                    await until(call, CarrierEventKind.ANSWERED)
                    await call.hang_up()
                    assert await far.is_content()

    run(story())


def test_a_far_end_that_falls_silent_is_lost(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("answers", tmp_path, options(silence_s=1)) as (call, _):
            ended = await end(call)
            assert (ended.ending, ended.detail) == (Ending.LOST, "no packet of sound came for 1 s")

    run(story())


@pytest.mark.parametrize(
    ("transport", "ending", "words"),
    [
        (SipTransport.UDP, Ending.NO_ANSWER, "not answered within 0.5 s"),
        (SipTransport.TCP, Ending.LOST, "nothing listens there"),
    ],
    ids=["udp", "tcp"],
)
def test_where_nobody_listens_the_call_says_so(transport: SipTransport, ending: Ending, words: str) -> None:
    async def story() -> None:
        nobody = f"direct.{HASH}@{HOST}:{free_port()}"
        async with (
            SipPhone(options(transport=transport, ring_s=0.5)) as phone,
            phone.dial(nobody, trial_id="t-1") as call,
        ):
            ended = await end(call)
            assert ended.ending is ending
            assert words in ended.detail
            assert HASH not in ended.detail

    run(story())
