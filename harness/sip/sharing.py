"""The one stack a process may have, shared by all its telephones."""

import threading
from typing import Final

from harness.errors import ConfigurationError
from harness.sip.stack import Stack, StackSettings


class _Shared:
    """The library's state belongs to the process; so does this."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stack: Stack | None = None
        self.users: set[str] = set()


_SHARED: Final = _Shared()


def join(settings: StackSettings, *, user: str) -> Stack:
    """Return the stack, started if need be, and note a telephone of that name; blocks for some milliseconds.

    Raises:
        ConfigurationError: it runs with other settings, the name is taken, or it cannot start.
    """
    with _SHARED.lock:
        if _SHARED.stack is None:
            _SHARED.stack = Stack(settings)
        stack = _SHARED.stack
        if not stack.settings.fits(settings):
            raise ConfigurationError(
                "this process has a telephone with other settings, and all of one process share address, port, "
                "certificates and silence_s: give them the same, or use another process"
            )
        if user in _SHARED.users:
            raise ConfigurationError(
                f"this process has a telephone of the name {user!r} already: pass that one on, or choose another user"
            )
        _SHARED.users.add(user)
        return stack


def leave(user: str) -> None:
    """Take a telephone away, and stop the stack after the last; blocks for some milliseconds."""
    with _SHARED.lock:
        _SHARED.users.discard(user)
        if not _SHARED.users and _SHARED.stack is not None:
            stack, _SHARED.stack = _SHARED.stack, None
            stack.close()
