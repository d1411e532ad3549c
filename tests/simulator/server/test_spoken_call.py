"""A call of the platform to its own AI, spoken into and listened to over a WebSocket, with real speech in real time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ, resample
from harness.audio.framing import FRAME_BYTES, FRAME_MS
from harness.model.persona import Voice
from harness.services.hibari_voice import HibariTTS
from harness.services.whisper_stt import WhisperSTT
from harness.settings import Settings
from harness.simulator.server import Pace, ServerOptions, build_app, serve
from harness.wiring import simulated_platform

WAIT_S = 120.0
PROMPT = (
    "You are the receptionist of a hotel. "
    "We are open Monday to Friday from nine to five, and on Saturday from ten to two."
)
QUESTION = "What are your opening hours on Saturday?"


@asynccontextmanager
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Serve a platform with voices and a recogniser, and yield who asks it."""
    settings = Settings(reports=folder)
    app = build_app(
        simulated_platform(settings, engine_model="embedded.extractive"), options=ServerOptions(limits=None)
    )
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(app, host="127.0.0.1", port=0, pace=Pace.REAL_TIME, on_ready=ready.set_result))
    key = app.state.service.doorkeeper.admin.access_key
    try:
        async with httpx.AsyncClient(base_url=f"{await ready}/v1.0", params={"accesskey": key}) as asking:
            yield asking
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def place(asking: httpx.AsyncClient, hash_: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Have the platform call its AI; return both of its calls once they are answered."""
    target = f"sip:{hash_}@sip.voipbin.net:5060;transport=udp"
    order = {
        "source": {"type": "sip", "target": "harness@example.com"},
        "destinations": [{"type": "sip", "target": target}],
        "actions": [{"type": "sleep", "option": {"duration": 600_000}}],
    }
    near = (await asking.post("/calls", json=order)).json()["calls"][0]
    while near["status"] != "progressing":
        await asyncio.sleep(0.05)
        near = (await asking.get(f"/calls/{near['id']}")).json()
    calls = (await asking.get("/calls")).json()["result"]
    return near, next(call for call in calls if call["direction"] == "incoming")


async def turn(media: ClientConnection, *, pcm: bytes = b"") -> Clip:
    """Say something; return what is heard until the other side has spoken and then been silent for a second."""
    heard: list[bytes] = []
    loud, quiet = 0, 0
    frames = [pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for start in range(0, len(pcm), FRAME_BYTES)]
    while not loud or quiet * FRAME_MS < 1_000:
        frame = await media.recv()
        assert isinstance(frame, bytes)
        heard.append(frame)
        if frames:
            await media.send(frames.pop(0))
        is_loud = bool(np.abs(np.frombuffer(frame, "<i2").astype(int)).max() > 300)
        loud, quiet = loud + is_loud, 0 if is_loud else quiet + 1
    return Clip(np.frombuffer(b"".join(heard), "<i2").astype(np.int16), TELEPHONE_HZ)


@pytest.mark.slow
def test_an_ai_called_by_the_platform_itself_is_spoken_with_over_a_websocket(tmp_path: Path) -> None:
    async def main() -> tuple[str, list[str], dict[str, Any]]:
        speech = await HibariTTS().synthesize(QUESTION, voice=Voice(name="hibari:heart"))
        pcm = resample(speech, TELEPHONE_HZ).samples.astype("<i2").tobytes()
        async with asyncio.timeout(WAIT_S), client(tmp_path) as asking:
            body = {"name": "desk", "engine_model": "openai.gpt-5", "init_prompt": PROMPT}
            ai = (await asking.post("/ais", json=body)).json()
            near, far = await place(asking, ai["direct_hash"])
            assert far["destination"] == {"type": "ai", "target": ai["id"]}
            query = f"accesskey={asking.params['accesskey']}&encapsulation=sln"
            url = f"ws://{asking.base_url.netloc.decode()}/v1.0/calls/{near['id']}/media_stream?{query}"
            async with connect(url, proxy=None) as media:
                await turn(media)
                answer = await turn(media, pcm=pcm)
            aicalls = (await asking.get("/aicalls")).json()["result"]
            aicall = next(each for each in aicalls if each["reference_id"] == far["id"])
            assert aicall["metadata"]["prompt_snapshots"][0]["prompt"] == PROMPT
            messages = (await asking.get("/aimessages", params={"aicall_id": aicall["id"]})).json()["result"]
            await asking.post(f"/calls/{far['id']}/hangup")
            over = (await asking.get(f"/calls/{near['id']}")).json()
        heard = await WhisperSTT().transcribe(answer, language="en-US")
        return heard.text, [f"{each['role']}: {each['content']}" for each in messages], over

    heard, messages, near = asyncio.run(main())
    assert "user: What are your opening hours on Saturday?" in messages
    assert "saturday" in heard.lower()
    assert (near["status"], near["hangup_by"]) == ("hangup", "remote")
