"""Running a served platform: uvicorn and the platform's time, in one event loop, until told to stop."""

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Final

import uvicorn
from starlette.applications import Starlette

from harness.errors import ConfigurationError
from harness.simulator.server.sip_door import SipDoor
from harness.simulator.server.warming import warm_up
from harness.telephone.pacing import Driver, Pace
from harness.voipbin.events import WS_PING_MS, WS_PONG_WAIT_MS

_STOPS: Final = (signal.SIGINT, signal.SIGTERM)
_MESSAGE_BYTES: Final = 1024 * 1024
"""A longer WebSocket message closes its socket; half a minute of sound is half of it."""
_BACKLOG: Final = 2_048
_GRACE_S: Final = 3
"""How long open connections may finish what they are at."""


async def serve(
    app: Starlette,
    *,
    host: str,
    port: int,
    pace: Pace,
    on_ready: Callable[[str], None] = lambda _url: None,
    sip: SipDoor | None = None,
    warms_up: bool = False,
) -> None:
    """Serve until SIGINT or SIGTERM, or until cancelled.

    Args:
        app: Made by `build_app`.
        host: The address to listen on.
        port: 0 takes a free one.
        pace: How fast the platform lives.
        on_ready: Called with the base URL as soon as requests are answered.
        sip: Takes calls by SIP meanwhile.
        warms_up: Whether voice and recogniser are got ready at once, rather than by the first call.

    Raises:
        ConfigurationError: the address cannot be listened on, or what SIP needs is not installed.
    """
    service = app.state.service
    driver = Driver(service.world.clock, pace=pace)
    service.catch_up = driver.catch_up
    service.live = driver.live
    service.moment_ms = driver.moment_ms
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    server = _Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="websockets-sansio",
            ws_ping_interval=WS_PING_MS / 1000,
            ws_ping_timeout=WS_PONG_WAIT_MS / 1000,
            ws_max_size=_MESSAGE_BYTES,
            ws_per_message_deflate=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=_GRACE_S,
        ),
        on_ready=lambda: on_ready(f"http://{shown}:{listener.getsockname()[1]}"),
    )
    tasks = [asyncio.create_task(driver.run())]
    if warms_up:
        tasks.append(asyncio.create_task(warm_up(service.platform)))
    try:
        async with contextlib.nullcontext() if sip is None else sip.opened():
            await server.serve(sockets=[listener])
    finally:
        for task in tasks:
            task.cancel()
        listener.close()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Server(uvicorn.Server):
    """A server that says when it is ready, and for which being told to stop is no failure."""

    def __init__(self, config: uvicorn.Config, *, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again once it has stopped, so that a clean end looks like a killed process.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in _STOPS}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sends small packets at once only on sockets that say they are TCP; on others
    # every answer waits for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # Elsewhere the option lets two servers share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"cannot listen on {host} port {port}: {error.strerror}. Choose another with --port, or 0 for a free one"
        ) from error
    return listener
