"""No test leaves the machine, and none depends on the keys or settings of the person who runs it."""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

LOCAL = frozenset((None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0"))
PRIVATE = ("_API_KEY", "_API_TOKEN", "_ACCESS_KEY")


# Compiled once, and not by every process the tests start; `.gitignore` knows the folders.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long an example takes says something about the machine, and nothing about the harness.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    for name in list(os.environ):
        if name.startswith("HARNESS_") or name.endswith(PRIVATE):
            del os.environ[name]
    sys.addaudithook(_stay_local)


def _stay_local(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event in ("socket.connect", "socket.sendto"):
        # AF_UNIX addresses are paths, not pairs.
        host = args[1][0] if isinstance(args[1], tuple) else None
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name not in LOCAL:
        raise RuntimeError(f"a test tried to reach {name}; tests stay on this machine")
