"""What the stack can do and its binding does not offer.

That is refusing a call with any code, naming its codec, and counting packets at any moment. The functions are the
stack's own, exported by the binding's library. They may be called on the stack's thread only, which is where the
binding delivers its events, and only in the version whose layout is known.
"""

import ctypes
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import baresip
from baresip import Runtime, _events, _native

KNOWN_VERSION: Final = "0.5.2a3"


class _Entry(ctypes.Structure):
    """An element of the stack's lists."""


_Entry._fields_ = [
    ("before", ctypes.POINTER(_Entry)),
    ("after", ctypes.POINTER(_Entry)),
    ("list", ctypes.c_void_p),
    ("data", ctypes.c_void_p),
]


class _List(ctypes.Structure):
    _fields_ = (("head", ctypes.POINTER(_Entry)), ("tail", ctypes.POINTER(_Entry)), ("count", ctypes.c_size_t))


class _Codec(ctypes.Structure):
    _fields_ = (("entry", _Entry), ("payload_type", ctypes.c_char_p), ("name", ctypes.c_char_p))


class NativeStack:
    """A door into a running stack."""

    def __init__(self, runtime: Runtime) -> None:
        """Stand in the way of the stack's events, which is how its thread is reached."""
        self._runtime = runtime
        self._jobs: deque[Callable[[], None]] = deque()
        self._library = _library() if baresip.__version__ == KNOWN_VERSION else None
        self._next = _events.set_sink(self._event)  # type: ignore[no-untyped-call]

    async def refuse(self, call_id: str, *, status: int, words: str) -> bool:
        """Answer an incoming call with a code; False where that cannot be done here."""
        library = self._library
        if library is None:
            return False
        done: list[bool] = []

        def job() -> None:
            if call := _find(library, call_id, is_outgoing=False):
                library.ua_hangup(library.call_get_ua(call), call, status, words.encode())
                done.append(True)

        await self._on_stack_thread(job)
        return bool(done)

    async def codec(self, call_id: str, *, is_outgoing: bool) -> str:
        """Return the name of the codec that is sent with, such as `PCMU`; empty where it is not known."""
        library = self._library
        if library is None:
            return ""
        names: list[bytes] = []

        def job() -> None:
            call = _find(library, call_id, is_outgoing=is_outgoing)
            audio = library.call_audio(call) if call else None
            codec = library.audio_codec(audio, True) if audio else None
            if codec:
                names.append(codec.contents.name or b"")

        await self._on_stack_thread(job)
        return names[0].decode("ascii", "replace") if names else ""

    async def count_packets(self, counters: Mapping[tuple[str, bool], Callable[[int], None]]) -> None:
        """Hand over how many packets each call has sent, at the moment they were counted and on the stack's thread.

        Counters are found by Call-ID and by whether the call is outgoing.
        """
        library = self._library
        if library is None:
            return

        def job() -> None:
            for call in _calls(library):
                key = (library.call_id(call).decode("utf-8", "replace"), library.call_is_outgoing(call))
                audio = library.call_audio(call)
                if audio and (then := counters.get(key)):
                    then(library.stream_metric_get_tx_n_packets(library.audio_strm(audio)))

        await self._on_stack_thread(job)

    async def _on_stack_thread(self, job: Callable[[], None]) -> None:
        self._jobs.append(job)
        await self._runtime.cmd(_native.lib.BP_CMD_PING)

    def _event(self, event: int, handle: int, payload: bytes | None) -> None:
        # Only an answer to our own question: there the stack is not in the middle of anything.
        if event == _native.lib.BP_EV_PONG:
            while self._jobs:
                self._jobs.popleft()()
        if self._next is not None:
            self._next(event, handle, payload)


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(_native.__file__)
    pointer = ctypes.c_void_p
    for name, arguments, result in (
        ("uag_list", (), ctypes.POINTER(_List)),
        ("ua_calls", (pointer,), ctypes.POINTER(_List)),
        ("call_id", (pointer,), ctypes.c_char_p),
        ("call_is_outgoing", (pointer,), ctypes.c_bool),
        ("call_get_ua", (pointer,), pointer),
        ("call_audio", (pointer,), pointer),
        ("audio_codec", (pointer, ctypes.c_bool), ctypes.POINTER(_Codec)),
        ("audio_strm", (pointer,), pointer),
        ("stream_metric_get_tx_n_packets", (pointer,), ctypes.c_uint32),
        ("ua_hangup", (pointer, pointer, ctypes.c_uint16, ctypes.c_char_p), None),
    ):
        function = getattr(library, name)
        function.argtypes = arguments
        function.restype = result
    return library


def _find(library: ctypes.CDLL, call_id: str, *, is_outgoing: bool) -> int | None:
    # Both ends of a call within this process have the same Call-ID.
    wanted = call_id.encode()
    for call in _calls(library):
        if library.call_id(call) == wanted and library.call_is_outgoing(call) is is_outgoing:
            return call
    return None


def _calls(library: ctypes.CDLL) -> Iterator[int]:
    for agent in _each(library.uag_list()):
        yield from _each(library.ua_calls(agent))


def _each(chain: "ctypes._Pointer[_List]") -> list[int]:
    found: list[int] = []
    entry = chain.contents.head if chain else None
    while entry:
        found.append(entry.contents.data)
        entry = entry.contents.after
    return found
