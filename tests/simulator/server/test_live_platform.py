"""Events and sound of a whole platform over the network, on its own virtual time: a phone call by WebSocket alone."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect

from harness.audio.activity import speech_spans
from harness.audio.clip import Clip
from harness.interfaces import Utterance
from harness.model.call import Heard, Tier
from harness.services.extractive_summary import ExtractiveSummariser
from harness.services.rule_auditor import RuleAuditor
from harness.services.rule_proposer import RuleProposer
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.latency import LatencyMode
from harness.simulator.platform import Platform
from harness.simulator.server import ServerOptions
from harness.simulator.server.live import LiveParts
from harness.simulator.server.service import Service
from harness.simulator.works import PlatformOptions
from harness.testing.activity import ScriptedActivity
from harness.testing.speech import ManualClock, ScriptedAgent, ToneMouth
from harness.voipbin.resources import Kind
from tests.simulator.server.live import WAIT_S, served


class SoundEars:
    """Hears one word for every 300 ms of sound."""

    name = "sound"

    async def hear(self, utterance: Utterance) -> Heard:
        assert utterance.clip is not None
        loud_ms = sum(span.duration_ms for span in speech_spans(utterance.clip))
        return Heard(text=" ".join("la" for _ in range(round(loud_ms / 300))))


def new_platform(agent: ScriptedAgent | None = None) -> Platform:
    speaking = agent or ScriptedAgent("Hello there.", "I hear you well.")
    equipment = Equipment(
        agent=lambda _: speaking,
        mouth=lambda _: ToneMouth(),
        ears=lambda _: SoundEars(),
        latency=LatencyMode.MODELLED,
        watch=ManualClock(),
        summariser=ExtractiveSummariser(),
        auditor=RuleAuditor(),
        proposer=RuleProposer(),
        activity=lambda: ScriptedActivity(0.0),
    )
    return Platform(equipment=equipment, options=PlatformOptions(seed=1, tier=Tier.AUDIO))


@dataclass
class Site:
    platform: Platform
    service: Service
    address: str

    def connect(self, path: str, query: str = "") -> connect:
        key = self.service.doorkeeper.admin.access_key
        return connect(f"ws://{self.address}/v1.0{path}?accesskey={key}{query}", proxy=None)

    async def settled(self, socket: ClientConnection) -> None:
        await (await socket.ping())
        for _ in range(10):
            await asyncio.sleep(0)

    async def pass_ms(self, ms: int) -> None:
        """Let virtual time pass, sockets being served between two moments."""
        end_ms = self.platform.clock.now_ms() + ms
        while (next_ms := self.platform.clock.next_ms()) is not None and next_ms <= end_ms:
            await self.platform.clock.step()
            await asyncio.sleep(0)
        self.platform.clock.pass_to(end_ms)

    def call(self, target: str, *actions: dict[str, Any]) -> str:
        placed = self.platform.orders.place_request(
            source={"type": "tel", "target": "+15550001111"},
            destinations=[{"type": "sip", "target": target}],
            flow_id="",
            actions=list(actions) or [{"type": "sleep", "option": {"duration": 600_000}}],
            anonymous="",
            variables={},
        )
        return str(placed.calls[0]["id"])


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    platform = new_platform()
    service = Service(platform, ServerOptions(limits=None))
    live = LiveParts(service)
    async with asyncio.timeout(WAIT_S), served(live.routes) as address, live.lifespan():
        yield Site(platform, service, address)


def test_what_is_said_into_a_calls_stream_is_heard_and_answered_by_the_ai_it_phoned() -> None:
    async def main() -> tuple[list[str], Clip]:
        async with site() as opened:
            ai = opened.platform.ais.create({"name": "desk", "engine_model": "openai.gpt-4o", "init_prompt": "Help."})
            call = opened.call(f"{ai['direct_hash']}@sip.voipbin.net")
            await opened.pass_ms(10_000)
            sound: list[bytes] = []
            async with (
                opened.connect("/ws") as events,
                opened.connect(f"/calls/{call}/media_stream", "&encapsulation=sln") as media,
            ):
                topics = [f"customer_id:{opened.platform.world.customer_id}:aicall:"]
                await events.send(json.dumps({"type": "subscribe", "topics": topics}))
                await opened.settled(events)
                await opened.settled(media)
                await opened.pass_ms(100)
                tone = (await ToneMouth(word_ms=300).speak("one two three four")).clip
                assert tone is not None
                await media.send(tone.samples.astype("<i2").tobytes())
                await opened.settled(media)
                for _ in range(20):
                    await opened.pass_ms(400)
                    sound += [await media.recv() for _ in range(20)]  # type: ignore[misc]
                told: list[str] = []
                while len(told) < 2:
                    event = json.loads(await events.recv())
                    if event["type"] == "aimessage_created":
                        told.append(f"{event['data']['role']}: {event['data']['content']}")
            return told, Clip(np.frombuffer(b"".join(sound), dtype="<i2").astype(np.int16), 8_000)

    told, sound = asyncio.run(main())
    assert told == ["user: la la la la", "assistant: I hear you well."]
    # What a client says into the stream does not come back to it.
    [answered] = speech_spans(sound)
    assert answered.duration_ms == pytest.approx(1_200, abs=60)


def test_a_flow_sends_webhooks_of_its_own() -> None:
    async def main() -> list[tuple[str, str, bytes]]:
        taken: list[tuple[str, str, bytes]] = []

        async def take(request: Request) -> Response:
            taken.append((request.method, request.headers["content-type"], await request.body()))
            return Response()

        async with served([Route("/own", take, methods=["PUT"])]) as receiver, site() as opened:
            option = {
                "uri": f"http://{receiver}/own",
                "method": "PUT",
                "data_type": "text/plain",
                "data": "Hallo ${voipbin.call.source.target}",
            }
            opened.call("guest@example.com", {"type": "answer"}, {"type": "webhook_send", "option": option})
            await opened.pass_ms(20_000)
        return taken

    assert asyncio.run(main()) == [("PUT", "text/plain", b"Hallo +15550001111")]


def test_an_activeflows_webhook_is_told_of_its_call() -> None:
    async def main() -> list[str]:
        types: list[str] = []

        async def take(request: Request) -> Response:
            types.append(json.loads(await request.body())["type"])
            return Response()

        async with served([Route("/hook", take, methods=["POST"])]) as receiver, site() as opened:
            customer = opened.platform.world.require(Kind.CUSTOMER, opened.platform.world.customer_id)
            opened.platform.world.change(customer, webhook_uri=f"http://{receiver}/hook", webhook_method="POST")
            opened.call("guest@example.com", {"type": "answer"}, {"type": "hangup"})
            await opened.pass_ms(20_000)
        return [type for type in types if type.startswith("call_") and type != "call_updated"]

    assert asyncio.run(main()) == [
        "call_created",
        "call_ringing",
        "call_progressing",
        "call_terminating",
        "call_hangup",
    ]
