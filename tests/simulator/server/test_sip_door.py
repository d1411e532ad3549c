"""The served platform as a telephone: calls by SIP over real sockets, in real time."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest

from harness.errors import ConfigurationError
from harness.interfaces.carriers import Carrier, CarrierEventKind, Ending
from harness.simulator.platform import Platform
from harness.simulator.server import ServerOptions, SipDoor
from harness.simulator.server.service import Service
from harness.sip import SipOptions, SipPhone
from harness.telephone.pacing import Driver, Pace
from harness.testing.speech import ScriptedAgent, ToneMouth
from harness.voipbin.resources import Kind, Record
from tests.simulator.server.test_live_platform import new_platform

pytest.importorskip("baresip", reason="needs the extra [sip]")

WAIT_S = 30.0
"""Nothing takes this long, unless it never comes."""
LOUD = 300


@dataclass
class Site:
    """A platform whose door is open, and a telephone to call it with."""

    platform: Platform
    door: SipDoor
    phone: SipPhone

    def ai(self) -> Record:
        return self.platform.ais.create({"name": "desk", "engine_model": "openai.gpt-4o", "init_prompt": "Help."})

    def uri(self, user: str) -> str:
        return f"sip:{user}@{self.door.address}"

    def call(self, target: str, *actions: dict[str, object]) -> Record:
        """Have the platform place a call."""
        return self.platform.orders.place_request(
            source={"type": "tel", "target": "+15550001111"},
            destinations=[{"type": "sip", "target": target}],
            flow_id="",
            actions=list(actions),
            anonymous="",
            variables={},
        ).calls[0]

    async def all_over(self) -> None:
        """Wait until the platform, too, knows that every call is over."""
        while any(call["status"] != "hangup" for call in self.platform.world.records(Kind.CALL)):
            await asyncio.sleep(0.01)

    def messages(self, role: str) -> list[str]:
        return [each["content"] for each in self.platform.world.records(Kind.MESSAGE, role=role)][::-1]


@dataclass
class Ear:
    """What somebody on the telephone hears and is told."""

    carrier: Carrier
    kinds: list[CarrierEventKind] = field(default_factory=list)
    keys: str = ""
    ending: Ending | None = None
    detail: str = ""
    loud_s: float = 0.0
    """How much sound there was that is not silence."""
    last_loud_s: float = 0.0
    """When there was some last."""

    async def follow(self) -> None:
        while self.ending is None:
            event = await self.carrier.event()
            self.kinds.append(event.kind)
            self.keys += event.key
            self.ending, self.detail = event.ending, event.detail

    async def listen(self) -> None:
        while True:
            for sound in self.carrier.read():
                if np.abs(np.frombuffer(sound.pcm, "<i2").astype(int)).max(initial=0) > LOUD:
                    self.loud_s += len(sound.pcm) / 16_000
                    self.last_loud_s = sound.at_s
            await asyncio.sleep(0.01)

    async def until(self, happened: Callable[[], bool]) -> None:
        while not happened():
            await asyncio.sleep(0.01)

    async def heard(self, seconds: float) -> None:
        """Wait until so much was heard, and half a second of silence behind it."""
        await self.until(lambda: self.loud_s >= seconds and time.monotonic() - self.last_loud_s > 0.5)


@asynccontextmanager
async def following(carrier: Carrier) -> AsyncIterator[Ear]:
    ear = Ear(carrier)
    tasks = [asyncio.create_task(each) for each in (ear.follow(), ear.listen())]
    try:
        yield ear
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def on_site(test: Callable[[Site], Awaitable[None]], agent: ScriptedAgent | None = None) -> None:
    async def main() -> None:
        platform = new_platform(agent)
        service = Service(platform, ServerOptions())
        driver = Driver(platform.clock, pace=Pace.REAL_TIME)
        service.catch_up, service.live, service.moment_ms = driver.catch_up, driver.live, driver.moment_ms
        driving = asyncio.create_task(driver.run())
        door = SipDoor(service, host="127.0.0.1", port=0)
        try:
            async with (
                asyncio.timeout(WAIT_S),
                door.opened(),
                SipPhone(SipOptions(user="guest", address="127.0.0.1")) as phone,
            ):
                await test(Site(platform, door, phone))
        finally:
            driving.cancel()
            await asyncio.gather(driving, return_exceptions=True)
        calls = list(platform.world.records(Kind.CALL))
        assert {call["status"] for call in calls} <= {"hangup"}

    asyncio.run(main())


def tone(words: int) -> bytes:
    clip = asyncio.run(ToneMouth(word_ms=300).speak(" ".join(["la"] * words))).clip
    assert clip is not None
    return clip.samples.astype("<i2").tobytes()


def test_an_ai_is_called_heard_talked_to_interrupted_and_hung_up_on() -> None:
    said = tone(3)

    async def test(site: Site) -> None:
        ai = site.ai()
        async with site.phone.dial(site.uri(ai["direct_hash"]), trial_id="t") as carrier, following(carrier) as ear:
            await ear.heard(0.5)
            carrier.write(said)
            await ear.until(lambda: ear.loud_s > 1.5)
            carrier.write(said)
            await ear.until(lambda: len(site.messages("user")) == 2)
            # The long answer was cut: nothing of it comes any more.
            assert time.monotonic() - ear.last_loud_s > 0.3
            assert ear.loud_s < 6
            await carrier.press("7")
            await ear.until(lambda: len(site.messages("user")) == 3)
        await site.all_over()
        [call] = site.platform.world.records(Kind.CALL)
        assert call["destination"] == {"type": "ai", "target": ai["id"]}
        assert call["source"]["target"] == "guest"
        assert (call["hangup_by"], call["hangup_reason"]) == ("remote", "normal")
        assert site.messages("user")[:2] == ["la la la", "la la la"]
        assert "digit: 7" in site.messages("user")[2]

    on_site(test, ScriptedAgent("Hello there.", "word " * 30, "Yes?", "Seven."))


def test_a_flow_is_called_presses_keys_and_hangs_up() -> None:
    async def test(site: Site) -> None:
        keys = {"digits": "42", "duration": 100, "interval": 50}
        flow = site.platform.flows.create(
            {
                "name": "keys",
                "actions": [
                    {"type": "answer"},
                    {"type": "sleep", "option": {"duration": 200}},
                    {"type": "digits_send", "option": keys},
                    {"type": "sleep", "option": {"duration": 300}},
                ],
            }
        )
        async with site.phone.dial(site.uri(flow["direct_hash"]), trial_id="t") as carrier, following(carrier) as ear:
            await ear.until(lambda: ear.ending is not None)
        assert ear.kinds[:2] == [CarrierEventKind.RINGING, CarrierEventKind.ANSWERED]
        assert ear.keys == "42"
        assert ear.ending is Ending.THEIRS
        [call] = site.platform.world.records(Kind.CALL)
        assert call["destination"] == {"type": "tel", "target": flow["id"]}
        assert call["hangup_by"] == "local"

    on_site(test)


@pytest.mark.parametrize(
    ("is_poor", "status"),
    [pytest.param(False, "404 Not Found", id="nobody-has-the-hash"), pytest.param(True, "500", id="no-balance")],
)
def test_who_cannot_be_reached_is_refused_as_the_platform_does(is_poor: bool, status: str) -> None:
    async def test(site: Site) -> None:
        user = "direct.0123456789ab"
        if is_poor:
            user = site.ai()["direct_hash"]
            [account] = site.platform.world.records(Kind.BILLING_ACCOUNT)
            site.platform.world.change(account, balance_credit=0, balance_token=0)
        async with site.phone.dial(site.uri(user), trial_id="t") as carrier, following(carrier) as ear:
            await ear.until(lambda: ear.ending is not None)
        assert ear.ending is Ending.REFUSED
        assert ear.detail.startswith(status)
        assert not list(site.platform.world.records(Kind.CALL))

    on_site(test)


def test_a_caller_who_gives_up_while_it_rings_leaves_no_call() -> None:
    async def test(site: Site) -> None:
        flow = site.platform.flows.create(
            {"name": "rings", "actions": [{"type": "sleep", "option": {"duration": 60_000}}]}
        )
        async with site.phone.dial(site.uri(flow["direct_hash"]), trial_id="t") as carrier, following(carrier) as ear:
            await ear.until(lambda: CarrierEventKind.RINGING in ear.kinds)
            while not list(site.platform.world.records(Kind.CALL)):
                await asyncio.sleep(0.01)
        await site.all_over()
        [call] = site.platform.world.records(Kind.CALL)
        assert (call["tm_progressing"], call["hangup_by"]) == (None, "remote")

    on_site(test)


def test_the_platform_phones_a_telephone_that_answers() -> None:
    async def test(site: Site) -> None:
        call = site.call(site.phone.contact, {"type": "talk", "option": {"text": "one two three four"}})
        async with site.phone.answer(within_s=10) as carrier, following(carrier) as ear:
            await ear.until(lambda: ear.ending is not None)
        assert ear.loud_s == pytest.approx(1.2, abs=0.15)
        await site.all_over()
        assert (call["direction"], call["hangup_by"]) == ("outgoing", "local")
        assert call["tm_ringing"] <= call["tm_progressing"] < call["tm_hangup"]

    on_site(test)


def test_a_telephone_that_is_busy_is_told_as_such() -> None:
    async def test(site: Site) -> None:
        call = site.call(site.phone.contact, {"type": "talk", "option": {"text": "one"}})
        invitation = await site.phone.invitation(within_s=10)
        assert invitation.caller.startswith("sip:voipbin@")
        await invitation.refuse(486)
        await site.all_over()
        assert (call["hangup_reason"], call["hangup_by"]) == ("busy", "remote")

    on_site(test)


def test_names_and_other_machines_are_somebody_simulated() -> None:
    async def test(site: Site) -> None:
        for target in ("guest@example.com", "sip:guest@192.0.2.7", "sip:guest@192.0.2.7:5060", "guest"):
            call = site.call(target, {"type": "hangup"})
            while call["status"] == "dialing":
                await asyncio.sleep(0.01)
            # Somebody simulated always rings; nothing would be known yet of a real one.
            assert call["status"] == "ringing"
            site.platform.leg(call["id"]).hang_up()

    on_site(test)


def test_ten_calls_at_once_are_answered_and_ended() -> None:
    async def test(site: Site) -> None:
        ai = site.ai()

        async def call() -> Ending | None:
            async with (
                site.phone.dial(site.uri(ai["direct_hash"]), trial_id="t") as carrier,
                following(carrier) as ear,
            ):
                await ear.until(lambda: CarrierEventKind.ANSWERED in ear.kinds or ear.ending is not None)
                await carrier.hang_up()
                await ear.until(lambda: ear.ending is not None)
                return ear.ending

        endings = await asyncio.gather(*(call() for _ in range(10)))
        assert endings == [Ending.OURS] * 10
        await site.all_over()
        assert len(list(site.platform.world.records(Kind.CALL))) == 10

    on_site(test)


def test_a_port_somebody_has_is_said_so() -> None:
    async def main() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            door = SipDoor(Service(new_platform(), ServerOptions()), host="127.0.0.1", port=port)
            with pytest.raises(ConfigurationError, match=f"at 127.0.0.1 port {port}: .*Choose another port with --sip"):
                async with door.opened():
                    pass

    asyncio.run(main())
