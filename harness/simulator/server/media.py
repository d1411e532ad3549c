"""`GET /v1.0/calls/{id}/media_stream`: the sound of a call, both ways, while it lasts (contract section 2.6)."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from harness.audio.framing import Encapsulation, Frames, Framing, framing_of
from harness.errors import ApiError
from harness.simulator.kernel.world import Published, World
from harness.simulator.server.duplex import Ending, Outbox, converse
from harness.simulator.server.entry import admit, deny
from harness.simulator.server.identity import Identity, Standing
from harness.simulator.server.service import Service
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.bodies import usual_id
from harness.voipbin.calls import CallStatus
from harness.voipbin.resources import NIL_ID, Kind

PATH: Final = "/v1.0/calls/{id}/media_stream"
_ENDS: Final = frozenset({"call_terminating", "call_hangup"})
UNREAD_FRAMES: Final = 500
"""Ten seconds of sound a client may leave unread; more closes its socket."""
UNPLAYED_FRAMES: Final = 1_500
"""Half a minute of sound a client may send ahead; what comes on top is lost."""
PREFILL_FRAMES: Final = 3
"""Sound waits for this many frames, so that a network's jitter makes no holes in it."""


class Leg(Protocol):
    """One leg of a call, as far as its sound goes."""

    def tap(self, on_frame: Callable[[bytes], None], /) -> Callable[[], None]:
        """Call `on_frame` with every 20 ms of what both sides say, on the call's clock; return what ends that."""
        ...

    def inject(self, frame: bytes, /) -> None:
        """Play 20 ms to the far end."""
        ...


LegOf: TypeAlias = Callable[[str], Leg]
"""Returns the leg of a call that is going on, by the call's id; raises ApiError when it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A call with sound."""

    id: str
    leg: Leg


class Playout:
    """Sound a client sent, given out one frame at a time at the call's pace."""

    def __init__(self) -> None:
        """Start empty."""
        self._frames: deque[bytes] = deque()
        self._is_playing = False
        self._waited = 0

    def put(self, frame: bytes) -> None:
        """Take a frame; it is lost when far too many wait already."""
        if len(self._frames) < UNPLAYED_FRAMES:
            self._frames.append(frame)

    def next(self) -> bytes | None:
        """Return the frame for the next 20 ms; None when there is none, or not yet enough to begin with."""
        if not self._frames:
            self._is_playing = False
            self._waited = 0
            return None
        if not self._is_playing:
            self._waited += 1
            # The end of what is said may be shorter than the prefill.
            self._is_playing = len(self._frames) >= PREFILL_FRAMES or self._waited > PREFILL_FRAMES
        return self._frames.popleft() if self._is_playing else None


class MediaStreams:
    """Every open media stream of a platform. Lives on the platform's own event loop."""

    def __init__(self, world: World, leg_of: LegOf, *, lasts_s: float | None = None) -> None:
        """Watch a platform for calls that end; every stream is dropped after `lasts_s`."""
        self._lasts_s = lasts_s
        self._world = world
        self._leg_of = leg_of
        self._open: dict[str, set[_Stream]] = {}
        world.watch(self._tell)

    def answered(self, id: str, identity: Identity) -> Answered:
        """Return a call that somebody may listen to now.

        Raises:
            ApiError: the call is not there, not theirs, or not answered; or they showed a direct token.
        """
        if identity.standing is Standing.DIRECT:
            raise api_error(Reason.DIRECT_ACCESS_NOT_SUPPORTED, "a direct token only opens AI calls and messages")
        usual = usual_id(id)
        if usual is None or usual == NIL_ID:
            raise api_error(Reason.INVALID_ID, f"id is {id!r}, which is no UUID")
        call = self._world.require(Kind.CALL, usual, customer_id=identity.customer_id)
        if call["status"] != CallStatus.PROGRESSING:
            raise api_error(Reason.CALL_STATE_INVALID, f"the call is {call['status']}; only an answered one has sound")
        return Answered(id=usual, leg=self._leg_of(usual))

    async def serve(self, websocket: WebSocket, call: Answered) -> None:
        """Hold a socket until the call or either side ends."""
        stream = _Stream(call.leg, _framing(websocket.query_params.get("encapsulation", "")))
        streams = self._open.setdefault(call.id, set())
        streams.add(stream)
        try:
            await websocket.accept()
            stream.begin()
            await converse(websocket, outbox=stream.outbox, received=stream.receive, lasts_s=self._lasts_s)
        finally:
            stream.end()
            streams.discard(stream)
            if not streams:
                self._open.pop(call.id, None)

    def _tell(self, event: Published) -> None:
        if event.type in _ENDS:
            for stream in tuple(self._open.get(event.data["id"], ())):
                stream.end()


class _Stream:
    def __init__(self, leg: Leg, framing: Framing | None) -> None:
        self.outbox = Outbox(most=UNREAD_FRAMES)
        self._leg = leg
        self._framing = framing
        self._frames = Frames()
        self._playout = Playout()
        self._end_tap: Callable[[], None] | None = None
        self._is_ready = False
        self._is_over = False

    def begin(self) -> None:
        """Listen to the call, unless it ended while the socket was opened."""
        if not self._is_over:
            self._end_tap = self._leg.tap(self.hear)

    def end(self) -> None:
        """Have nothing more to do with the call: from here on it may not be touched."""
        self._is_over = True
        end_tap, self._end_tap = self._end_tap, None
        if end_tap is not None:
            end_tap()
        self.outbox.end(_CALL_OVER)

    def hear(self, frame: bytes) -> None:
        """Pass on 20 ms of the call, and play 20 ms of the client's."""
        if self._framing is None:
            self.outbox.end(_UNCONVERTED)
            return
        self.outbox.put(self._framing.pack(frame))
        self._is_ready = True
        played = self._playout.next()
        if played is not None:
            self._leg.inject(played)

    def receive(self, message: str | bytes) -> Ending | None:
        """Take the client's sound; text is not sound, and before the first frame nobody is there to hear it."""
        if isinstance(message, str):
            return None
        if self._framing is None:
            return _UNCONVERTED
        if self._is_ready:
            for frame in self._frames.cut(self._framing.unpack(message)):
                self._playout.put(frame)
        return None


_CALL_OVER: Final = Ending(code=1000, reason="the call has ended")
_UNCONVERTED: Final = Ending(code=1011, reason="the encapsulation is not rtp, sln or audiosocket")


def media_route(streams: MediaStreams, service: Service) -> WebSocketRoute:
    """Return the route of a call's sound."""

    async def media(websocket: WebSocket) -> None:
        identity = await admit(websocket, service)
        if identity is None:
            return
        try:
            call = streams.answered(websocket.path_params["id"], identity)
        except ApiError as error:
            await deny(websocket, service, error)
            return
        with service.live():
            await streams.serve(websocket, call)

    return WebSocketRoute(PATH, media)


def _framing(encapsulation: str) -> Framing | None:
    # The platform opens the socket whatever was asked for, and fails once there is sound to convert.
    return framing_of(Encapsulation(encapsulation)) if encapsulation in set(Encapsulation) else None
