"""What a served platform does of its own accord: events told and state kept, begun and ended with the server."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from harness.simulator.server.media import MediaStreams, media_route
from harness.simulator.server.posting import HttpPoster
from harness.simulator.server.service import Service
from harness.simulator.server.sockets import EventHub, event_route
from harness.simulator.server.webhooks import Webhooks


class LiveParts:
    """The parts of a server that live between requests."""

    def __init__(self, service: Service) -> None:
        """Watch the platform from now on."""
        options = service.options
        self._world = service.world
        self._state = options.state
        self._poster = HttpPoster(allow_loopback=options.allow_private_webhooks, secret=options.webhook_secret)
        self._webhooks = Webhooks(service.world, self._poster, limits=options.webhook_limits)
        hub = EventHub(service.world, payloads=options.payloads, limits=options.socket_limits)
        streams = MediaStreams(service.world, lambda call_id: service.platform.leg(call_id))
        self.routes: tuple[BaseRoute, ...] = (event_route(hub, service), media_route(streams, service))

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Keep the state and post webhooks while the server runs."""
        async with AsyncExitStack() as stack:
            if self._state is not None:
                await stack.enter_async_context(self._state.keeping(self._world))
            await stack.enter_async_context(self._poster)
            await stack.enter_async_context(self._webhooks)
            yield
