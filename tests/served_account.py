"""A simulated platform over real HTTP, in a thread of its own, for verbs that ask a real account."""

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.simulator.platform import Platform
from harness.simulator.server import Pace, ServerOptions, build_app, serve
from harness.voipbin.mode import Mode
from tests.simulator.server.stage import new_platform

WAIT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A platform that answers, and the key of its first customer."""

    url: str
    key: str
    platform: Platform


@contextmanager
def served(mode: Mode = Mode.SEED) -> Iterator[Account]:
    """Serve a platform of words meanwhile."""
    platform = new_platform(mode)
    app = build_app(platform, options=ServerOptions(limits=None))
    urls: queue.Queue[str] = queue.Queue()
    stop = threading.Event()

    async def run() -> None:
        serving = asyncio.create_task(serve(app, host="127.0.0.1", port=0, pace=Pace.FAST, on_ready=urls.put))
        await asyncio.to_thread(stop.wait)
        serving.cancel()
        await asyncio.wait([serving])

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield Account(
            url=urls.get(timeout=WAIT_S), key=app.state.service.doorkeeper.admin.access_key, platform=platform
        )
    finally:
        stop.set()
        thread.join(WAIT_S)
