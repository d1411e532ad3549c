"""Conversational evaluation and prompt testing for AI voice agents on VoIPBIN."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.regression.frames import LoadedRun
    from harness.runs.loading import load
else:

    def __getattr__(name: str) -> object:
        """Return a public name, imported when it is first asked for: every import of a room passes through here."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)


_HOMES = {"LoadedRun": "harness.regression.frames", "load": "harness.runs.loading"}

__all__ = ["LoadedRun", "load"]
