"""`harness simulate --sip` from outside: another process, called by telephone."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from harness.interfaces.carriers import CarrierEventKind, Ending
from harness.sip import SipOptions, SipPhone
from tests.served_process import Served, served_process

WAIT_S = 60.0

pytest.importorskip("baresip", reason="needs the extra [sip]")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="stopped by a signal")
def test_a_telephone_calls_and_is_told_goodbye_when_the_server_stops(tmp_path: Path) -> None:
    async def call(served: Served) -> Ending | None:
        ai = httpx.post(
            f"{served.url}/v1.0/ais",
            params={"accesskey": served.key},
            json={"name": "desk", "engine_model": "openai.gpt-5", "init_prompt": "You are the desk of a hotel."},
        ).json()
        async with (
            asyncio.timeout(WAIT_S),
            SipPhone(SipOptions(user="guest", address="127.0.0.1")) as phone,
            phone.dial(f"sip:{ai['direct_hash']}@{served.sip}", trial_id="t") as carrier,
        ):
            while (event := await carrier.event()).kind is not CarrierEventKind.ANSWERED:
                assert event.ending is None
            served.process.terminate()
            return (await carrier.event()).ending

    with served_process(tmp_path, "--sip", "0") as served:
        assert asyncio.run(call(served)) is Ending.THEIRS
        _, complaints = served.process.communicate(timeout=WAIT_S)
        assert served.process.returncode == 0
        assert "Traceback" not in complaints
