"""A platform's state over a restart, and files that are no state."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.errors import StoreError
from harness.simulator.kernel.world import World
from harness.simulator.server import ServerOptions, build_app
from harness.simulator.server.persistence import StateFile
from harness.telephone.clock import VirtualClock
from harness.voipbin.resources import Kind
from tests.simulator.server.stage import new_platform


def opened(file: StateFile, *, seed: int = 1) -> World:
    world = World(clock=VirtualClock(), seed=seed)
    file.restore(world)
    return world


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


def live(world: World) -> None:
    """Let a little happen."""
    world.clock.pass_to(world.clock.now_ms() + 1_234)
    ai = world.create(Kind.AI, name="Réception ☎", event="ai_created", parameter={"a": [1, {"b": None}]})
    world.change(ai, direct_hash=world.new_hash(Kind.AI, ai["id"]))
    old = world.create(Kind.FLOW, name="old")
    world.delete(old, event="flow_deleted")
    call = world.create(Kind.CALL, event="call_created", status="hangup", metadata={"t": (1, 2)})
    world.publish("call_updated", call, activeflow_id="af")


def told(world: World) -> list[tuple[int, str, str | None, Any]]:
    return [(event.at_ms, event.type, event.activeflow_id, event.data["id"]) for event in world.history]


def test_everything_is_there_after_a_restart(path: Path) -> None:
    with StateFile(path) as file:
        before = opened(file)
        live(before)
        file.flush(before)
        live(before)
        file.flush(before)
    with StateFile(path) as file:
        after = opened(file, seed=99)
    for kind in Kind:
        names = [record.get("name") for record in before.records(kind)]
        assert [record.get("name") for record in after.records(kind)] == names
        assert [r["id"] for r in after.records(kind)] == [r["id"] for r in before.records(kind)]
    assert list(after.records(Kind.AI)) == list(before.records(Kind.AI))
    assert told(after) == told(before)
    assert after.hashes == before.hashes
    assert (after.seed, after.customer_id, after.clock.now_ms()) == (1, before.customer_id, before.clock.now_ms())


def test_a_restart_changes_no_later_id_hash_or_token(path: Path) -> None:
    whole = World(clock=VirtualClock(), seed=1)
    live(whole)
    live(whole)
    with StateFile(path) as file:
        world = opened(file)
        live(world)
        file.flush(world)
    with StateFile(path) as file:
        world = opened(file)
        live(world)
    assert told(world) == told(whole)
    assert world.hashes == whole.hashes
    assert world.new_token("vb_") == whole.new_token("vb_")


def test_what_was_deleted_stays_deleted_and_dead_hashes_stay_dead(path: Path) -> None:
    with StateFile(path) as file:
        world = opened(file)
        ai = world.create(Kind.AI)
        world.change(ai, direct_hash=world.new_hash(Kind.AI, ai["id"]))
        file.flush(world)
        world.delete(ai)
        file.flush(world)
    with StateFile(path) as file:
        world = opened(file)
    found = world.find(Kind.AI, ai["id"])
    assert found is not None
    assert found["tm_delete"] == 0
    assert world.hashes == {}


LIVE: list[tuple[Kind, str, dict[str, Any], str]] = [
    (Kind.CALL, "dialing", {"status": "hangup", "hangup_by": "local", "tm_hangup": 5_000}, "call_hangup"),
    (Kind.CALL, "progressing", {"status": "hangup", "hangup_reason": "failed"}, "call_hangup"),
    (Kind.AICALL, "progressing", {"status": "terminated", "tm_end": 5_000}, "aicall_status_terminated"),
    (Kind.ACTIVEFLOW, "running", {"status": "ended"}, "activeflow_updated"),
    (Kind.RECORDING, "recording", {"status": "ended", "tm_end": 5_000}, "recording_finished"),
    (Kind.TRANSCRIBE, "progressing", {"status": "done"}, "transcribe_done"),
    (Kind.SPEAKING, "active", {"status": "stopped"}, "speaking_stopped"),
    (Kind.GROUPCALL, "progressing", {"status": "hangup"}, "groupcall_hangup"),
    (Kind.SUMMARY, "progressing", {"status": "done"}, "summary_updated"),
    (Kind.AUDIT, "progressing", {"status": "failed", "error": "cancelled"}, ""),
    (Kind.PROPOSAL, "progressing", {"status": "failed", "error": "cancelled"}, ""),
    (Kind.TIMELINE_ANALYSIS, "progressing", {"status": "failed"}, ""),
    (Kind.CONFBRIDGE, "progressing", {"status": "terminated"}, ""),
]


@pytest.mark.parametrize(("kind", "status", "after", "event"), LIVE, ids=lambda value: str(value)[:20])
def test_what_was_going_on_is_over_after_a_restart(
    path: Path, kind: Kind, status: str, after: dict[str, Any], event: str
) -> None:
    with StateFile(path) as file:
        world = opened(file)
        id = world.create(kind, status=status)["id"]
        world.clock.pass_to(5_000)
        file.flush(world)
    with StateFile(path) as file:
        world = opened(file)
        record = world.require(kind, id)
    assert {name: record[name] for name in after} == after
    assert [happened.type for happened in world.history] == ([event] if event else [])


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Kind.CALL, "hangup"), (Kind.AICALL, "terminated"), (Kind.AUDIT, "completed"), (Kind.PROPOSAL, "accepted")],
)
def test_what_was_over_stays_as_it_was(path: Path, kind: Kind, status: str) -> None:
    with StateFile(path) as file:
        world = opened(file)
        id = world.create(kind, status=status)["id"]
        file.flush(world)
        world.clock.pass_to(5_000)
        file.flush(world)
    with StateFile(path) as file:
        world = opened(file)
    assert world.require(kind, id)["tm_update"] == 0
    assert world.history == []


def test_every_kind_of_resource_can_be_kept(path: Path) -> None:
    with StateFile(path) as file:
        world = opened(file)
        ids = {kind: world.create(kind)["id"] for kind in Kind}
        file.flush(world)
    with StateFile(path) as file:
        world = opened(file)
    assert all(world.find(kind, id) is not None for kind, id in ids.items())


def test_a_killed_process_loses_nothing_that_was_flushed(path: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from harness.telephone.clock import VirtualClock
from harness.simulator.server.persistence import StateFile
from harness.simulator.kernel.world import World
from harness.voipbin.resources import Kind
file, world = StateFile(Path(sys.argv[1])), World(clock=VirtualClock(), seed=1)
file.restore(world)
world.create(Kind.AI, name="flushed")
file.flush(world)
world.create(Kind.AI, name="not yet flushed")
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == 9
    with StateFile(path) as file:
        assert [ai["name"] for ai in opened(file).records(Kind.AI)] == ["flushed"]


def kept_now(path: Path) -> list[str]:
    """Return the names of the flows that would be there if the process were killed now."""
    copy = path.parent / "copy"
    copy.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copy(file, copy)
    with StateFile(copy / path.name) as state:
        return [flow["name"] for flow in opened(state).records(Kind.FLOW)]


def test_state_is_kept_while_the_server_runs_and_whole_at_its_end(path: Path) -> None:
    async def serve() -> None:
        naps = asyncio.Queue[float]()
        turns = asyncio.Semaphore(0)

        async def sleep(seconds: float) -> None:
            naps.put_nowait(seconds)
            await turns.acquire()

        with StateFile(path) as file:
            world = opened(file)
            async with file.keeping(world, every_s=2.5, sleep=sleep):
                assert await naps.get() == 2.5
                flow = world.create(Kind.FLOW, name="one")
                turns.release()
                await naps.get()
                assert kept_now(path) == ["one"]
                # Changed in place, where only the last flush looks.
                world.clock.pass_to(1_000)
                turns.release()
                await naps.get()
                flow["actions"].append({"type": "answer"})

    asyncio.run(serve())
    with StateFile(path) as file:
        [flow] = opened(file).records(Kind.FLOW)
    assert flow["actions"] == [{"type": "answer"}]


def test_a_flush_that_fails_is_logged_tried_again_and_raised_at_the_end(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def serve() -> None:
        napped = asyncio.Semaphore(0)
        turns = asyncio.Semaphore(0)

        async def sleep(_seconds: float) -> None:
            napped.release()
            await turns.acquire()

        with StateFile(path) as file:
            world = opened(file)
            async with file.keeping(world, sleep=sleep):
                await napped.acquire()
                world.create(Kind.FLOW, name="bad", actions=[object()])
                turns.release()
                await napped.acquire()
                assert "object cannot be kept" in caplog.text

    with pytest.raises(StoreError, match="object cannot be kept"):
        asyncio.run(serve())
    with StateFile(path) as file:
        assert list(opened(file).records(Kind.FLOW)) == []


def test_what_was_made_over_http_is_served_again_after_a_restart(path: Path) -> None:
    async def asked(method: str, where: str, body: object = None) -> Any:
        with StateFile(path) as file:
            app = build_app(new_platform(), options=ServerOptions(state=file))
            key = app.state.service.doorkeeper.admin.access_key
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://simulator/v1.0") as client,
            ):
                response = await client.request(method, where, json=body, params={"accesskey": key})
                assert response.is_success, response.text
                return key, response.json()

    ai = {"name": "desk", "engine_model": "openai.gpt-4o", "init_prompt": "You are the desk of a hotel."}
    first_key, made = asyncio.run(asked("POST", "/ais", ai))
    second_key, found = asyncio.run(asked("GET", f"/ais/{made['id']}"))
    _, fresh = asyncio.run(asked("POST", f"/ais/{made['id']}/direct-hash-regenerate"))
    assert (found, second_key) == (made, first_key)
    assert fresh["direct_hash"] != made["direct_hash"]
