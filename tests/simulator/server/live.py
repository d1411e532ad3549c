"""Routes served on loopback, by uvicorn on the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from harness.simulator.kernel.world import World
from harness.simulator.server.scrubbing import WithoutCredentials
from harness.telephone.clock import VirtualClock

WAIT_S = 10.0
"""No answer on loopback takes longer, unless it never comes."""


def new_world(seed: int = 1) -> World:
    return World(clock=VirtualClock(), seed=seed)


@asynccontextmanager
async def served(
    routes: Sequence[BaseRoute],
    *,
    ping_interval_s: float = 10.0,
    ping_timeout_s: float = 60.0,
) -> AsyncIterator[str]:
    """Serve routes; yields `host:port`."""
    app = Starlette(routes=routes, middleware=[Middleware(WithoutCredentials)])
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(
        app,
        log_config=None,
        ws_ping_interval=ping_interval_s,
        ws_ping_timeout=ping_timeout_s,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listener.close()
