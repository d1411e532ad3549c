"""What a killed process left on the platform is found by its mark and removed, and nothing else is."""

import asyncio
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from harness.simulator.server import Pace
from harness.transports.voipbin.marks import Mark
from harness.voipbin.resources import Kind
from tests.transports.voipbin.lodging_site import EXPIRES, RUN, Desk, run

ROOT = Path(__file__).parents[2]
OVER = "20250101-000000-0001"
CHILD = """
import asyncio, sys
from datetime import datetime, timedelta, timezone
from harness.transports.voipbin.calls import place_call
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.lodging import Lodgings
from harness.transports.voipbin.site import Credentials, Site
from tests.transports.voipbin.lodging_site import RUN, flow_case, request_of

AGENT = {"type": "ai_talk", "option": {"assistance_type": "ai", "assistance_id": "${harness.ai_id}"}}

async def main():
    site = Site(api_url=sys.argv[1], credentials=Credentials(access_key=sys.argv[2]))
    expires = datetime.now(timezone.utc) + timedelta(hours=6)
    async with VoipbinClient(site) as client, Lodgings(client, run_id=RUN, expires=expires) as lodgings:
        by_flow = request_of(flow_case({"type": "answer"}, AGENT))
        async with lodgings.lend(request_of()) as direct, lodgings.lend(by_flow):
            source = {"type": "tel", "target": "+15550001111"}
            wait = [{"type": "sleep", "option": {"duration": 600_000}}]
            target = f"{direct.direct_hash}@sip.voipbin.net"
            await place_call(client, source=source, destinations=[{"type": "sip", "target": target}], actions=wait)
            # One with an agent that is not the run's own, and stays.
            target = f"{sys.argv[3]}@sip.voipbin.net"
            source = direct.marked(source)
            await place_call(client, source=source, destinations=[{"type": "sip", "target": target}], actions=wait)
            print("up", flush=True)
            await asyncio.Event().wait()

asyncio.run(main())
"""


async def killed_run(desk: Desk, own_hash: str) -> None:
    args = (desk.site.api_url, desk.site.credentials.access_key, own_hash)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, *args, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    try:
        assert await child.stdout.readline() == b"up\n"
        while len(up(desk)) < 4:
            # The agents' ends of the calls come a moment after the platform's own.
            await desk.client.get("/me")
    finally:
        child.kill()
        await child.communicate()


async def sweep(desk: Desk, *args: str) -> Result:
    env = {"VOIPBIN_ACCESS_KEY": desk.site.credentials.access_key, "HARNESS_API_URL": desk.site.api_url}
    result = await asyncio.to_thread(CliRunner().invoke, main, ["sweep", *args], env=env)
    assert desk.site.credentials.access_key not in result.output
    return result


def up(desk: Desk) -> list[str]:
    return [call["id"] for call in desk.left(Kind.CALL) if call["status"] != "hangup"]


def test_what_a_killed_run_left_is_swept_and_nothing_else() -> None:
    async def test(desk: Desk) -> None:
        own = desk.platform.ais.create({"name": "harness of mine", "detail": "keep", "engine_model": "openai.gpt-4o"})
        await killed_run(desk, own["direct_hash"])
        assert len(desk.left(Kind.AI)) == 3
        assert len(desk.left(Kind.FLOW)) == 1
        assert len(up(desk)) == 4
        waits = await sweep(desk)
        assert waits.exit_code == 0
        assert waits.output.startswith("nothing is left behind\n4 calls, 1 flow, 2 AIs of run")
        assert f"harness sweep --run {RUN}" in waits.output
        dry = await sweep(desk, "--run", RUN, "--dry-run")
        assert "4 calls, 1 flow, 2 AIs of run" in dry.output
        assert len(up(desk)) == 4
        done = await sweep(desk, "--run", RUN)
        assert done.exit_code == 0, done.output
        assert done.output.count("  hung up  call") == 4
        assert done.output.count("  deleted  ") == 3
        assert [ai["id"] for ai in desk.left(Kind.AI)] == [own["id"]]
        assert desk.left(Kind.FLOW) == []
        while up(desk):
            # The far end of a call that was hung up ends a moment later.
            await desk.client.get("/me")
        assert (await sweep(desk, "--run", RUN)).output == f"nothing of run {RUN} is left behind\n"

    # On a platform whose time flies the calls would be over.
    run(test, pace=Pace.REAL_TIME)


def test_what_is_past_its_time_goes_and_what_cannot_go_is_told() -> None:
    async def test(desk: Desk) -> None:
        old = Mark(run_id=OVER, expires=EXPIRES.replace(year=2025))
        for mark in (old, Mark(run_id=RUN, expires=EXPIRES.replace(year=2999))):
            desk.platform.ais.create({"name": mark.name("a"), "detail": mark.detail, "engine_model": "openai.gpt-4o"})
        desk.broken["DELETE /ais"] = 500
        failed = await sweep(desk)
        assert failed.exit_code == 3
        assert "  not deleted  AI" in failed.output
        assert "error: 1 AI still there: run harness sweep again" in failed.output
        desk.broken.clear()
        assert (await sweep(desk)).exit_code == 0
        [left] = desk.left(Kind.AI)
        assert RUN in left["name"]

    run(test)


def test_a_sweep_without_an_account_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOIPBIN_DIRECT_HASH", "direct.0123456789ab")
    result = CliRunner().invoke(main, ["sweep"])
    assert result.exit_code == 2
    assert "VOIPBIN_ACCESS_KEY" in result.output
