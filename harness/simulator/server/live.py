"""What a served platform tells of its own accord: event sockets and webhooks, opened and closed with the server."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from harness.simulator.server.posting import HttpPoster
from harness.simulator.server.service import Service
from harness.simulator.server.sockets import EventHub, event_route
from harness.simulator.server.webhooks import Webhooks


class LiveParts:
    """The parts of a server that live between requests."""

    def __init__(self, service: Service) -> None:
        """Watch the platform from now on."""
        options = service.options
        self._poster = HttpPoster(allow_loopback=options.allow_private_webhooks, secret=options.webhook_secret)
        self._webhooks = Webhooks(service.world, self._poster, limits=options.webhook_limits)
        hub = EventHub(service.world, payloads=options.payloads, limits=options.socket_limits)
        self.routes: tuple[BaseRoute, ...] = (event_route(hub, service),)

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Post webhooks while the server runs."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._poster)
            await stack.enter_async_context(self._webhooks)
            yield
