"""Telephones of one process calling each other: who may be called, how a call is refused, and what is shared."""

import asyncio
import logging
import sys
from contextlib import suppress

import pytest

pytest.importorskip("baresip", reason="needs the extra [sip]")

from harness.errors import CallError, ConfigurationError, MissingExtraError
from harness.interfaces.carriers import CarrierEventKind, Ending
from harness.sip import Invitation, SipOptions, SipPhone
from tests.sip.calling import HASH, callee, caller, end, place, run, until
from tests.sip.far_ear import HOST
from tests.sip.tones import is_loud, tone


def test_whoever_is_called_sees_the_name_the_caller_and_the_trial() -> None:
    async def story() -> None:
        async with callee() as far, caller() as phone:
            async with phone.dial(f"direct.{HASH}@{place(far)}", trial_id="case 7/2") as call:
                invitation = await far.invitation(within_s=5)
                assert (invitation.user, invitation.trial_id) == (f"direct.{HASH}", "case7/2")
                assert invitation.caller == phone.contact
                async with invitation.answer() as taken:
                    await until(taken, CarrierEventKind.ANSWERED)
                    await until(call, CarrierEventKind.ANSWERED)
                    await call.hang_up()
                    assert (await end(taken)).ending is Ending.THEIRS
            assert invitation.is_over

    run(story())


@pytest.mark.parametrize(
    ("status", "ending", "detail"),
    [
        (404, Ending.REFUSED, "404 Not Found"),
        (486, Ending.BUSY, "486 Busy Here"),
        (500, Ending.REFUSED, "500 Server Internal Error"),
        (603, Ending.DECLINED, "603 Decline"),
    ],
)
def test_a_call_can_be_refused_with_any_code(status: int, ending: Ending, detail: str) -> None:
    async def story() -> None:
        async with callee() as far, caller() as phone:
            async with phone.dial(f"direct.{HASH}@{place(far)}", trial_id="t") as call:
                invitation = await far.invitation(within_s=5)
                await invitation.refuse(status)
                ended = await end(call)
            assert (ended.ending, ended.detail) == (ending, detail)
            assert invitation.is_over
            await invitation.refuse(status)

    run(story())


def test_a_name_nobody_has_is_not_found() -> None:
    async def story() -> None:
        async with callee(takes_all=False) as far, caller() as phone:
            async with phone.dial(f"direct.{HASH}@{place(far)}", trial_id="t") as call:
                ended = await end(call)
            assert (ended.ending, ended.detail) == (Ending.REFUSED, "404 Not Found")

    run(story())


def test_a_caller_who_gives_up_is_not_answered_any_more() -> None:
    async def story() -> None:
        async with callee() as far, caller(ring_s=0.2) as phone:
            async with phone.dial(f"direct.{HASH}@{place(far)}", trial_id="t") as call:
                invitation = await far.invitation(within_s=5)
                assert (await end(call)).ending is Ending.NO_ANSWER
            async with asyncio.timeout(5):
                while not invitation.is_over:
                    await asyncio.sleep(0.01)
            with pytest.raises(CallError, match="over before it was answered"):
                await _take(invitation)

    run(story())


async def _take(invitation: Invitation) -> None:
    async with invitation.answer():
        pass


def test_our_own_telephone_can_be_called() -> None:
    async def story() -> None:
        async with callee(user="outbound") as agent, caller(user="mine") as phone:
            async with agent.dial(phone.contact, trial_id="t") as theirs, phone.answer(within_s=5) as ours:
                await until(ours, CarrierEventKind.ANSWERED)
                theirs.write(tone(ms=100))
                heard = 0
                async with asyncio.timeout(5):
                    while heard < 5:
                        heard += sum(is_loud(sound.pcm) for sound in ours.read())
                        await asyncio.sleep(0.02)
            with pytest.raises(CallError, match=r"nobody called sip:mine@127.0.0.1:\d+ within 0.05 s"):
                await phone.invitation(within_s=0.05)

    run(story())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"user": "callee"}, "a telephone of the name 'callee' already"),
        ({"user": "other", "silence_s": 3}, "a telephone with other settings"),
        ({"user": "other", "address": "127.0.0.2"}, "a telephone with other settings"),
    ],
    ids=["same name", "other silence", "other address"],
)
def test_telephones_of_one_process_must_fit_together(changes: dict[str, object], reason: str) -> None:
    async def story() -> None:
        async with callee():
            with pytest.raises(ConfigurationError, match=reason):
                await caller(**changes).__aenter__()
            # What was refused leaves nothing behind.
            async with caller():
                pass

    run(story())


def test_a_call_that_is_cancelled_is_hung_up() -> None:
    async def story() -> None:
        async with callee() as far, caller() as phone:

            async def talk() -> None:
                async with phone.dial(f"direct.{HASH}@{place(far)}", trial_id="t") as call:
                    await end(call)

            talking = asyncio.create_task(talk())
            async with far.answer(within_s=5) as taken:
                await until(taken, CarrierEventKind.ANSWERED)
                talking.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await talking
                assert (await end(taken)).ending is Ending.THEIRS

    run(story())


def test_a_call_that_is_cancelled_while_it_is_dialled_is_hung_up() -> None:
    async def story() -> None:
        async with callee() as far, caller() as phone:
            dialled = f"direct.{HASH}@{place(far)}"
            for steps in range(6):
                dialling = asyncio.create_task(phone.dial(dialled, trial_id="t").__aenter__())
                for _ in range(steps):
                    await asyncio.sleep(0.001)
                dialling.cancel()
                await asyncio.wait([dialling])
                if not dialling.cancelled():
                    await dialling.result().hang_up()
            # Any call that came through was taken back.
            with suppress(CallError):
                while invitation := await far.invitation(within_s=0.1):
                    async with asyncio.timeout(5):
                        while not invitation.is_over:
                            await asyncio.sleep(0.01)

    run(story())


def test_a_hash_and_a_password_are_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        caplog.set_level(logging.DEBUG)
        options = SipOptions(address=HOST, password="open sesame")
        shown = [repr(options)]
        async with callee() as far, SipPhone(options) as phone:
            async with phone.dial(f"direct.{HASH}@{place(far)}", trial_id="t") as call:
                invitation = await far.invitation(within_s=5)
                async with invitation.answer():
                    await until(call, CarrierEventKind.ANSWERED)
                shown += [repr(invitation), repr(call), repr(call.report()), repr(await end(call))]
            with pytest.raises(CallError) as refused:
                await phone.dial(f"direct.{HASH}@{HOST} x", trial_id="t").__aenter__()
            shown += [str(refused.value), repr(phone)]
        assert not [text for text in (*shown, caplog.text) if HASH in text or "sesame" in text]

    run(story())


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("sips:name@host", "set the transport to tls"),
        ("name", "needs an address such as sip:name@host"),
        ("a b@host", "needs an address such as sip:name@host"),
        ("name@host\r\nX: y", "needs an address such as sip:name@host"),
    ],
)
def test_what_is_no_address_is_not_dialled(target: str, reason: str) -> None:
    async def story() -> None:
        async with caller() as phone:
            with pytest.raises(CallError, match=reason):
                await phone.dial(target, trial_id="t").__aenter__()

    run(story())


def test_outside_its_context_a_telephone_cannot_be_used() -> None:
    with pytest.raises(CallError, match="inside `async with"):
        caller().contact  # noqa: B018


def test_without_the_optional_package_the_fix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        with pytest.raises(MissingExtraError, match=r"pip install 'voipbin-harness\[sip\]'"):
            await caller().__aenter__()

    for name in [name for name in sys.modules if name.startswith("harness.sip.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "baresip", None)
    run(story())
