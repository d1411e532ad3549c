"""Ten calls at once: nobody's sound is lost, and nobody hears another."""

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("baresip", reason="needs the extra [sip]")

from harness.interfaces.carriers import CarrierEventKind
from harness.sip import SipCall, SipOptions, SipPhone
from tests.sip.far_ear import HOST
from tests.sip.sipp_peer import needs_sipp, peer
from tests.sip.tones import is_loud, tone

CALLS = 10
SPEECH_MS = 2000


@needs_sipp
@pytest.mark.slow
def test_ten_calls_at_once_lose_no_frame(tmp_path: Path) -> None:
    async def talk(phone: SipPhone, address: str) -> int:
        async with phone.dial(address, trial_id="t") as call:
            while (await call.event()).kind is not CarrierEventKind.ANSWERED:
                pass
            call.write(tone(ms=SPEECH_MS))
            return await heard_of(call)

    async def story() -> None:
        async with SipPhone(SipOptions(address=HOST)) as phone, peer("echoes", tmp_path, calls=CALLS) as far:
            heard = await asyncio.gather(*(talk(phone, far.address) for _ in range(CALLS)))
        assert heard == [SPEECH_MS // 20] * CALLS

    asyncio.run(story())


async def heard_of(call: SipCall) -> int:
    """How many frames came back, once nothing more does."""
    heard = silent = 0
    while silent < 50:
        sounds = call.read()
        heard += sum(is_loud(sound.pcm) for sound in sounds)
        silent = 0 if any(is_loud(sound.pcm) for sound in sounds) or not heard else silent + len(sounds)
        await asyncio.sleep(0.02)
    return heard
