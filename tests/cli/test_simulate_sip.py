"""`harness simulate --sip` from outside: another process, called by telephone."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from harness.interfaces.carriers import CarrierEventKind, Ending
from harness.sip import SipOptions, SipPhone

READY = re.compile(r"ready: (?P<url>\S+)  accesskey=(?P<key>\S+)  token=\S+  sip=(?P<sip>127\.0\.0\.1:\d+)")
WAIT_S = 60.0

pytest.importorskip("baresip", reason="needs the extra [sip]")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="stopped by a signal")
def test_a_telephone_calls_and_is_told_goodbye_when_the_server_stops(tmp_path: Path) -> None:
    async def call(process: subprocess.Popen[str], ready: re.Match[str]) -> Ending | None:
        ai = httpx.post(
            f"{ready['url']}/ais",
            params={"accesskey": ready["key"]},
            json={"name": "desk", "engine_model": "openai.gpt-5", "init_prompt": "You are the desk of a hotel."},
        ).json()
        async with (
            asyncio.timeout(WAIT_S),
            SipPhone(SipOptions(user="guest", address="127.0.0.1")) as phone,
            phone.dial(f"sip:{ai['direct_hash']}@{ready['sip']}", trial_id="t") as carrier,
        ):
            while (event := await carrier.event()).kind is not CarrierEventKind.ANSWERED:
                assert event.ending is None
            process.terminate()
            return (await carrier.event()).ending

    command = [sys.executable, "-m", "harness", "simulate", "--sip", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = READY.match(process.stdout.readline())
            assert ready
            assert asyncio.run(call(process, ready)) is Ending.THEIRS
            _, complaints = process.communicate(timeout=WAIT_S)
            assert process.returncode == 0
            assert "Traceback" not in complaints
        finally:
            process.kill()
