"""`GET /v1.0/ws`: events as they happen, to whoever subscribed to their topics (contract section 6.4)."""

import json
from typing import Final

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from harness.simulator.kernel.world import Published, World
from harness.simulator.server.duplex import Ending, Outbox, converse
from harness.simulator.server.entry import admit
from harness.simulator.server.identity import Identity, Standing
from harness.simulator.server.options import SocketLimits
from harness.simulator.server.service import Service
from harness.voipbin.events import Payloads, Subscriber, may_subscribe, publications

PATH: Final = "/v1.0/ws"
_REFUSED: Final = 1008
_TOO_BIG: Final = 1009


class EventHub:
    """Hands every event of a platform to the sockets that subscribed to it, on the platform's own event loop."""

    def __init__(
        self,
        world: World,
        *,
        payloads: Payloads = Payloads.BOTH,
        limits: SocketLimits | None = None,
        lasts_s: float | None = None,
    ) -> None:
        """Watch a platform from now on; every socket is dropped after `lasts_s`."""
        self._lasts_s = lasts_s
        self._world = world
        self._payloads = payloads
        self._limits = limits or SocketLimits()
        self._open: set[_EventSocket] = set()
        world.watch(self._tell)

    def __len__(self) -> int:
        """Return how many sockets are open."""
        return len(self._open)

    async def serve(self, websocket: WebSocket, identity: Identity) -> None:
        """Hold a socket until either side closes it."""
        socket = _EventSocket(_subscriber(identity), self._limits)
        self._open.add(socket)
        try:
            await websocket.accept()
            await converse(websocket, outbox=socket.outbox, received=socket.receive, lasts_s=self._lasts_s)
        finally:
            self._open.discard(socket)

    def _tell(self, event: Published) -> None:
        if not self._open:
            return
        told = publications(event.type, event.data, customer_id=self._world.customer_id, payloads=self._payloads)
        for socket in tuple(self._open):
            for each in told:
                if each.topic.startswith(socket.topics):
                    socket.outbox.put(each.payload)


class _EventSocket:
    def __init__(self, subscriber: Subscriber, limits: SocketLimits) -> None:
        self.topics: tuple[str, ...] = ()
        self.outbox = Outbox(most=limits.waiting)
        self._subscriber = subscriber
        self._limits = limits

    def receive(self, message: str | bytes) -> Ending | None:
        if len(message) > self._limits.message_bytes:
            return Ending(code=_TOO_BIG, reason=f"a message has at most {self._limits.message_bytes} bytes")
        try:
            asked = json.loads(message)
        except (ValueError, RecursionError):
            return Ending(code=_REFUSED, reason="the message is no JSON")
        match asked:
            case {"type": "subscribe", "topics": list(topics)}:
                return self._subscribe(topics)
            case {"type": "unsubscribe", "topics": list(topics)}:
                self.topics = tuple(topic for topic in self.topics if topic not in topics)
                return None
        return Ending(code=_REFUSED, reason='the message is not {"type":"subscribe"|"unsubscribe","topics":[…]}')

    def _subscribe(self, topics: list[object]) -> Ending | None:
        wanted = dict.fromkeys(self.topics)
        for topic in topics:
            if not isinstance(topic, str) or len(topic) > self._limits.topic_length:
                return Ending(code=_REFUSED, reason="a topic is malformed")
            if not may_subscribe(topic, self._subscriber):
                return Ending(code=_REFUSED, reason="a topic is forbidden or malformed")
            wanted[topic] = None
        if len(wanted) > self._limits.topics:
            return Ending(code=_REFUSED, reason=f"a socket has at most {self._limits.topics} topics")
        self.topics = tuple(wanted)
        return None


def event_route(hub: EventHub, service: Service) -> WebSocketRoute:
    """Return the route of the event socket."""

    async def events(websocket: WebSocket) -> None:
        identity = await admit(websocket, service)
        if identity is not None:
            await hub.serve(websocket, identity)

    return WebSocketRoute(PATH, events)


def _subscriber(identity: Identity) -> Subscriber:
    return Subscriber(
        customer_id=identity.customer_id,
        agent_id=identity.agent_id or None,
        is_direct=identity.standing is Standing.DIRECT,
    )
