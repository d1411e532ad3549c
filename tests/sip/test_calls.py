"""Sound and keys in calls to SIP software that nobody here wrote, packet by packet."""

import asyncio
import threading
from pathlib import Path

import pytest

pytest.importorskip("baresip", reason="needs the extra [sip]")

from harness.errors import CallError
from harness.interfaces.carriers import CarrierEventKind, Ending
from harness.sip import SipTransport
from tests.sip.calling import calling, end, options, run, until
from tests.sip.sipp_peer import Peer, needs_sipp
from tests.sip.tones import is_loud, tone

pytestmark = needs_sipp


@pytest.mark.parametrize(("transport", "way"), [(SipTransport.UDP, "u1"), (SipTransport.TCP, "t1")], ids=["udp", "tcp"])
def test_a_call_rings_is_answered_carries_sound_both_ways_and_is_hung_up(
    tmp_path: Path, transport: SipTransport, way: str
) -> None:
    async def story() -> None:
        async with calling("answers", tmp_path, options(transport=transport), transport=way) as (call, far):
            happened = await until(call, CarrierEventKind.ANSWERED)
            assert [event.kind for event in happened] == [CarrierEventKind.RINGING, CarrierEventKind.ANSWERED]
            await far.ear.listens()
            call.write(tone(ms=100))
            sent = await far.ear.sounds(frames=10)
            await asyncio.sleep(0.1)
            heard = [sound for sound in call.read() if is_loud(sound.pcm)]
            await call.hang_up()
            assert (await end(call)).ending is Ending.OURS
            assert await far.is_content()
        assert len(heard) == 10
        assert all(sound.at_s >= at_s - 0.005 for sound, at_s in zip(heard, sent, strict=True))
        assert len(far.ear.loud) == 5
        numbers = [packet.sequence for packet in far.ear.packets]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        # Sound is sent from the port it is received on, so that it finds its way through NAT.
        assert len(far.ear.sources) == 1
        report = call.report()
        assert (report.codec, report.transport) == ("PCMU", transport.value)
        assert (report.sent_frames, report.received_frames, report.lost_frames) == (len(numbers), 10, None)

    run(story())


def test_frames_that_got_lost_on_the_way_are_counted(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("answers", tmp_path) as (call, far):
            await until(call, CarrierEventKind.ANSWERED)
            await far.ear.listens()
            await far.ear.sounds(frames=5)
            far.ear.loses(3)
            await far.ear.sounds(frames=5)
            far.ear.reports()
            async with asyncio.timeout(5):
                while call.report().lost_frames is None:
                    await asyncio.sleep(0.01)
            assert call.report().lost_frames == 3

    run(story())


def test_a_far_end_that_knows_only_a_law_is_spoken_to_in_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("speaks_alaw", tmp_path) as (call, far):
            await until(call, CarrierEventKind.ANSWERED)
            await far.ear.listens()
        assert {packet.payload_type for packet in far.ear.packets} == {8}
        assert call.report().codec == "PCMA"

    run(story())


def test_sound_before_the_answer_is_heard(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("early_media", tmp_path) as (call, far):
            await until(call, CarrierEventKind.RINGING)
            await far.ear.listens()
            await far.ear.sounds(frames=5)
            answered = (await until(call, CarrierEventKind.ANSWERED))[-1]
            heard = [sound for sound in call.read() if is_loud(sound.pcm)]
        assert len(heard) == 5
        assert heard[-1].at_s < answered.at_s

    run(story())


def test_falling_silent_takes_a_frame_or_two(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("answers", tmp_path) as (call, far):
            await until(call, CarrierEventKind.ANSWERED)
            call.write(tone(ms=5000))
            assert call.unsent_ms() > 4000
            await far.ear.listens(packets=10)
            call.flush()
            assert call.unsent_ms() == 0
            spoken = len(far.ear.loud)
            await far.ear.listens(packets=len(far.ear.packets) + 10)
            assert len(far.ear.loud) - spoken < 10
            call.write(tone(ms=40))
            assert 0 < call.unsent_ms() <= 40

    run(story())


def test_what_is_said_right_after_falling_silent_is_heard_whole(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("answers", tmp_path) as (call, far):
            await until(call, CarrierEventKind.ANSWERED)
            call.write(bytes(16 * 1000))
            await far.ear.listens(packets=5)
            call.flush()
            call.write(tone(ms=200))
            await far.ear.listens(packets=len(far.ear.packets) + 20)
            assert len(far.ear.loud) == 10

    run(story())


def test_keys_are_pressed_and_heard_by_rfc_4733(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("answers", tmp_path) as (call, far):
            await until(call, CarrierEventKind.ANSWERED)
            await far.ear.listens()
            await call.press("4#")
            await far.ear.presses("7")
            assert (await until(call, CarrierEventKind.KEY))[-1].key == "7"
            assert far.ear.keys == "4#"
            with pytest.raises(CallError, match="keys of a telephone are"):
                await call.press("4x")
            await call.hang_up()
            with pytest.raises(CallError, match="not connected"):
                await call.press("4")

    run(story())


def test_after_a_hold_we_go_on_where_we_were_interrupted(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("holds", tmp_path) as (call, far):
            await until(call, CarrierEventKind.ANSWERED)
            call.write(tone(ms=500))
            async with asyncio.timeout(5):
                while call.unsent_ms():
                    await asyncio.sleep(0.02)
            await far.ear.listens(packets=len(far.ear.packets) + 5)
            await call.hang_up()
            assert await far.is_content()
        # What was about to be sent at the moment of the hold is gone; half a second had been handed over.
        assert 20 <= len(far.ear.loud) <= 25

    run(story())


def test_a_blocked_event_loop_is_heard_by_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        async with calling("answers", tmp_path) as (call, far):
            await until(call, CarrierEventKind.ANSWERED)
            await far.ear.listens()
            call.write(tone(ms=1500))
            voice = threading.Thread(target=lambda: asyncio.run(_sounds(far)))
            voice.start()
            # Nothing of this loop runs meanwhile.
            voice.join()
            heard = [sound.at_s for sound in call.read() if is_loud(sound.pcm)]
        gaps = [later.at_s - earlier.at_s for earlier, later in zip(far.ear.loud, far.ear.loud[1:], strict=False)]
        # A block as long as what was said would be one gap of that length, or all arrivals at its end.
        assert len(gaps) > 20
        assert max(gaps) < 0.3
        assert heard[-1] - heard[0] > 0.4

    run(story())


async def _sounds(far: Peer) -> None:
    await far.ear.sounds(frames=40)
