"""The SIP stack of this process: baresip, on an event loop and a thread of its own.

Calls are then neither late nor lost when the loop that holds the conversations is busy or is closed, and telephones of
several loops can share the one stack a process may have.
"""

import asyncio
import logging
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from baresip import Account, BaresipError, Call, Config, Event, Runtime, RuntimeDead, StackEvent, UserAgent

from harness.errors import CallError, ConfigurationError
from harness.sip.native import NativeStack
from harness.sip.secrecy import MaskedLog
from harness.sip.sound import POLL_S, Sound

LOGGER: Final = logging.getLogger(__name__)
TRIAL_HEADER: Final = "X-Harness-Trial"
HEADERS: Final = ("To", "From", TRIAL_HEADER)
ANY: Final = "0.0.0.0"
RTP_PORTS: Final = "16384-32767"
"""Where sound is received."""
_COUNT_EVERY_S: Final = 0.107
"""No multiple of a frame, so that frames are counted at all stages of being sent."""

Listener: TypeAlias = Callable[[StackEvent, float], None]
"""Takes what happened, and when; called on the stack's loop."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """What all telephones of a process have in common."""

    address: str
    """Own address; empty: whichever leads to the called host."""
    port: int
    trusted_file: str
    certificate_file: str
    silence_s: int

    def fits(self, wanted: "StackSettings") -> bool:
        """Return whether a telephone that wants other settings can do with these."""
        return (
            wanted.address == self.address
            and wanted.port in (0, self.port)
            and wanted.trusted_file in ("", self.trusted_file)
            and wanted.certificate_file in ("", self.certificate_file)
            and wanted.silence_s == self.silence_s
        )


class Stack:
    """One running stack."""

    def __init__(self, settings: StackSettings) -> None:
        """Start it, and wait until it runs. Raises ConfigurationError or CallError."""
        self.settings = settings
        self.port = settings.port or _free_port(settings.address)
        self._runtime = Runtime()
        self._listeners: dict[int, Listener] = {}
        # A call may be over before whoever dialled it has its number.
        self._unheard: defaultdict[int, list[tuple[StackEvent, float]]] = defaultdict(list)
        self._dialling = 0
        self._sounds: set[Sound] = set()
        self.counters: dict[tuple[str, bool], Callable[[int], None]] = {}
        """Who wants to know how many packets a call has sent: by Call-ID, and whether we called."""
        self._pump: asyncio.Task[None] | None = None
        self._log = MaskedLog()
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=self._serve, name="harness sip", daemon=True)
        self._thread.start()
        self._loop = self._ready.result()

    def close(self) -> None:
        """Stop it; whoever made it must."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    async def run(self, work: Coroutine[object, object, Result]) -> Result:
        """Do something on the stack's loop, from any other."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def post(self, work: Callable[[], object]) -> None:
        """Have something done on the stack's loop, without waiting."""
        self._loop.call_soon_threadsafe(work)

    # What follows is for the stack's own loop.

    async def user_agent(self, account: Account) -> UserAgent:
        """Return a new identity. Raises CallError."""
        try:
            return await UserAgent.create(self._runtime, account)
        except BaresipError as error:
            raise CallError(f"the telephone could not be set up: {error}") from error

    async def dial(self, agent: UserAgent, uri: str, *, trial_id: str) -> Call:
        """Send an INVITE; `listen` must follow before anything is awaited. Raises BaresipError or ValueError."""
        self._dialling += 1
        try:
            return await agent.dial(uri, headers={TRIAL_HEADER: _header(trial_id)})
        finally:
            self._dialling -= 1

    def listen(self, handle: int, listener: Listener) -> None:
        """Hand on what happens to a call, and what has happened since it was dialled."""
        self._listeners[handle] = listener
        for event, at_s in self._unheard.pop(handle, []):
            listener(event, at_s)
        if not self._dialling:
            self._unheard.clear()

    def forget(self, handle: int) -> None:
        """Hand on nothing more."""
        self._listeners.pop(handle, None)

    async def count(self) -> None:
        """Have every call's packets counted now."""
        try:
            await self.native.count_packets(self.counters)
        except BaresipError as error:
            LOGGER.warning("packets of calls could not be counted: %s", error)

    def pump(self, sound: Sound) -> None:
        """Keep a call's sound moving."""
        self._sounds.add(sound)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._keep_moving())

    def rest(self, sound: Sound) -> None:
        """Let a call's sound be."""
        self._sounds.discard(sound)

    def _serve(self) -> None:
        try:
            asyncio.run(self._live())
        except Exception:
            LOGGER.exception("the SIP stack did not stop as it should")

    async def _live(self) -> None:
        self._stop = asyncio.Event()
        self._log.install()
        try:
            try:
                await self._runtime.start(self._config())
            except BaresipError as error:
                self._ready.set_exception(_start_error(error))
                return
            self._runtime.subscribe(self._hear)
            self._runtime.on_dead = self._die
            self.native = NativeStack(self._runtime)
            self._ready.set_result(asyncio.get_running_loop())
            await self._stop.wait()
            if self._pump is not None:
                self._pump.cancel()
            await self._runtime.close()
        finally:
            self._log.remove()

    def _config(self) -> Config:
        settings = self.settings
        lines = [
            # A buffer against jitter would add 100 ms to every measured answer.
            "audio_jitter_buffer_type off",
            f"sip_listen {settings.address or ANY}:{self.port}",
            "sip_verify_server yes",
            "dns_getaddrinfo yes",
            f"rtp_ports {RTP_PORTS}",
        ]
        if settings.trusted_file:
            lines.append(f"sip_cafile {settings.trusted_file}")
        if settings.certificate_file:
            lines.append(f"sip_certificate {settings.certificate_file}")
        return Config(
            net_interface=settings.address or None,
            expose_headers=HEADERS,
            max_concurrent_calls=None,
            rtp_timeout=settings.silence_s,
            extra_config_text="\n".join(lines) + "\n",
        )

    def _hear(self, event: StackEvent) -> None:
        at_s = time.monotonic()
        if listener := self._listeners.get(event.call):
            listener(event, at_s)
        elif event.call and self._dialling:
            self._unheard[event.call].append((event, at_s))

    def _die(self) -> None:
        for handle, listener in tuple(self._listeners.items()):
            closed = StackEvent(event=Event.CALL_CLOSED, call=handle, text="the SIP stack of this process died")
            listener(closed, time.monotonic())

    async def _keep_moving(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._move_sound())
            tasks.create_task(self._keep_counting())

    async def _move_sound(self) -> None:
        while self._sounds:
            await asyncio.sleep(POLL_S)
            now_s = time.monotonic()
            for sound in tuple(self._sounds):
                try:
                    sound.poll(now_s)
                except Exception:
                    # One call whose sound breaks must not silence all others.
                    LOGGER.exception("the sound of a call stopped")
                    self._sounds.discard(sound)

    async def _keep_counting(self) -> None:
        while self._sounds:
            await self.count()
            await asyncio.sleep(_COUNT_EVERY_S)


def _start_error(error: BaresipError) -> ConfigurationError:
    if isinstance(error, RuntimeDead):
        return ConfigurationError("the SIP stack of this process died and cannot start again: start a new process")
    return ConfigurationError(f"the SIP stack did not start: {error}")


def _header(text: str) -> str:
    return "".join(sign for sign in text if " " < sign < "\x7f")[:200]


def _free_port(address: str) -> int:
    """Return a port that is free now for UDP and TCP, and the next one for TLS."""
    for _ in range(50):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((address or ANY, 0))
            port = int(probe.getsockname()[1])
            if port < 65535 and _is_free(address, port) and _is_free(address, port + 1):
                return port
    raise ConfigurationError("no free port for a telephone was found on this machine")


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((address or ANY, port))
        except OSError:
            return False
    return True
