"""A call the platform places, its sound over a WebSocket, with a platform that does not always do as it should."""

import asyncio
from dataclasses import dataclass, field

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from harness.errors import CallError
from harness.interfaces.carriers import CarrierEvent, CarrierEventKind, Ending
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.media_carrier import MediaCarrier, MediaDialler
from harness.transports.voipbin.site import Credentials, Site
from tests.simulator.server.live import served

FRAME = bytes([1, 2]) * 160


@dataclass
class Platform:
    """One call, whose state the test sets."""

    status: str = "progressing"
    reason: str = ""
    frames: tuple[bytes, ...] = (FRAME,) * 5
    stays: bool = True
    """Whether the socket stays open after the frames."""
    received: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def calls(self, request: Request) -> JSONResponse:
        self.asked.append(f"{request.method} {request.url.path.removeprefix('/v1.0/calls')}")
        if request.url.path.endswith("/hangup"):
            self.status = "hangup"
        call = {"id": "a1", "status": self.status, "hangup_reason": self.reason}
        return JSONResponse({"calls": [call], "groupcalls": []} if request.method == "POST" else call)

    async def media(self, socket: WebSocket) -> None:
        await socket.accept()
        for frame in self.frames:
            await socket.send_bytes(frame)
        if not self.stays:
            await socket.close(1011)
            return
        try:
            while True:
                self.received.append(await socket.receive_bytes())
        except WebSocketDisconnect:
            return

    async def until_ended(self, carrier: MediaCarrier) -> CarrierEvent:
        async with asyncio.timeout(5):
            while (event := await carrier.event()).kind is not CarrierEventKind.ENDED:
                pass
        return event


def on(platform: Platform, story: object) -> None:
    async def main() -> None:
        routes = [
            WebSocketRoute("/v1.0/calls/a1/media_stream", platform.media),
            Route("/v1.0/calls{rest:path}", platform.calls, methods=["GET", "POST", "DELETE"]),
        ]
        async with served(routes) as address:
            site = Site(api_url=f"http://{address}", credentials=Credentials(access_key="vb_key"), rate_share=1.0)
            target = "sip:direct.0123456789ab@sip.example"
            async with VoipbinClient(site) as client, MediaDialler(client).dial(target, trial_id="t") as carrier:
                await story(carrier)  # type: ignore[operator]

    asyncio.run(main())
    assert "POST /a1/hangup" in platform.asked


def test_sound_goes_both_ways_in_frames_of_20_ms_once_the_far_side_is_there() -> None:
    platform = Platform()

    async def story(carrier: MediaCarrier) -> None:
        carrier.write(FRAME)
        async with asyncio.timeout(5):
            assert (await carrier.event()).kind is CarrierEventKind.ANSWERED
            carrier.write(FRAME * 3)
            assert 0 < carrier.unsent_ms() <= 60
            while sum(any(frame) for frame in platform.received) < 3:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
        assert b"".join(sound.pcm for sound in carrier.read()) == FRAME * 5
        assert {len(frame) for frame in platform.received} == {320}
        assert sum(frame == FRAME for frame in platform.received) == 3
        assert not any(platform.received[-1])
        report = carrier.report()
        assert report.received_frames == 5
        assert "detour" in report.notes[0]
        with pytest.raises(CallError, match="use route sip"):
            await carrier.press("1")
        await carrier.hang_up()
        assert (await carrier.event()).ending is Ending.OURS
        assert (await carrier.event()).ending is Ending.OURS

    on(platform, story)


@pytest.mark.parametrize(
    ("platform", "ending", "words"),
    [
        (Platform(frames=(FRAME[:160],)), Ending.LOST, "160 bytes, as frames of µ-law have"),
        (Platform(frames=(FRAME[:100],)), Ending.LOST, "100 bytes"),
        (Platform(stays=False), Ending.LOST, "closed while the call went on"),
        (Platform(status="hangup", reason="busy"), Ending.BUSY, "busy"),
        (Platform(status="hangup", reason="failed"), Ending.REFUSED, "failed"),
    ],
    ids=["frames of another law", "frames of no known size", "a socket that drops", "busy", "refused"],
)
def test_what_cannot_be_a_call_ends_and_says_why(platform: Platform, ending: Ending, words: str) -> None:
    async def story(carrier: MediaCarrier) -> None:
        ended = await platform.until_ended(carrier)
        assert ended.ending is ending
        assert words in ended.detail

    on(platform, story)
