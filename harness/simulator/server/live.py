"""What a served platform does of its own accord: events told and state kept, begun and ended with the server."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from harness.simulator.flows.outbox import Sent, SentKind
from harness.simulator.server.media import MediaStreams, media_route
from harness.simulator.server.posting import Hook, HttpPoster
from harness.simulator.server.service import Service
from harness.simulator.server.sockets import EventHub, event_route
from harness.simulator.server.troubles import Trouble
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
        lasts_s = service.troubles.lasts_s
        hub = EventHub(
            service.world,
            payloads=options.payloads,
            limits=options.socket_limits,
            lasts_s=lasts_s(Trouble.EVENTS_DROP),
        )
        service.platform.works.outbox.watch(self._send)
        streams = MediaStreams(
            service.world, lambda call_id: service.platform.leg(call_id), lasts_s=lasts_s(Trouble.MEDIA_DROPS)
        )
        self.routes: tuple[BaseRoute, ...] = (event_route(hub, service), media_route(streams, service))

    @asynccontextmanager
    async def lifespan(self, _app: Starlette | None = None) -> AsyncIterator[None]:
        """Keep the state and post webhooks while the server runs."""
        async with AsyncExitStack() as stack:
            if self._state is not None:
                await stack.enter_async_context(self._state.keeping(self._world))
            await stack.enter_async_context(self._poster)
            await stack.enter_async_context(self._webhooks)
            yield

    def _send(self, sent: Sent) -> None:
        if sent.kind is SentKind.WEBHOOK:
            self._webhooks.post(_hook_of(sent.data))


def _hook_of(option: Mapping[str, Any]) -> Hook:
    """Return what the flow action `webhook_send` sends."""
    data = option.get("data") or ""
    text = data if isinstance(data, str) else json.dumps(data)
    return Hook(
        uri=str(option.get("uri") or ""),
        method=str(option.get("method") or "POST"),
        media_type=str(option.get("data_type") or "application/json"),
        body=text.encode("utf-8", "replace"),
    )
