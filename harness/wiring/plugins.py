"""Voices and recognisers of other packages, found by entry points and loaded when one is asked for.

A package names its engine in its own `pyproject.toml` (docs/voices.md shows a whole one); the object behind the name is
called with the settings and returns a `TTS` or an `STT`. What the harness brings itself cannot be replaced this way.
"""

from collections.abc import Callable
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from harness.errors import ConfigurationError, HarnessError
from harness.settings import Settings

Engine = TypeVar("Engine")


class Group(StrEnum):
    """The entry-point groups the harness looks into."""

    VOICES = "voipbin_harness.voices"
    RECOGNISERS = "voipbin_harness.recognisers"


def engine_names(group: Group) -> tuple[str, ...]:
    """Return the engines other packages bring; loads none of them."""
    return tuple(sorted({entry.name for entry in entry_points(group=group)}))


def engine_source(group: Group, name: str) -> str:
    """Return which package brings an engine, such as `harness-elevenlabs 1.0`; empty where none does."""
    return " and ".join(_source(entry) for entry in entry_points(group=group, name=name))


def plugged(group: Group, name: str, *, settings: Settings, like: Callable[[object], Engine | None]) -> Engine | None:
    """Return an engine another package brings, or None where none brings it.

    Args:
        group: Where to look.
        name: The part of a voice's or a recogniser's name before the colon.
        settings: What the package's factory is called with.
        like: Returns the object if it has the interface, and None if not.

    Raises:
        ConfigurationError: two packages bring it, it cannot be loaded, or it is no such engine; names the package.
    """
    found = tuple(entry_points(group=group, name=name))
    if not found:
        return None
    if len(found) > 1:
        raise ConfigurationError(
            f"{name!r} of {group} comes from {' and '.join(map(_source, found))}. Uninstall all but one of them."
        )
    entry = found[0]
    try:
        made = entry.load()(settings)
    except HarnessError:
        raise
    except Exception as error:  # a package of somebody else may raise anything
        raise ConfigurationError(
            f"{_told(entry, group)} does not work: {type(error).__name__}: {error}. Update or uninstall that package."
        ) from error
    engine = like(made)
    if engine is None:
        raise ConfigurationError(
            f"{_told(entry, group)} made a {type(made).__name__}, which lacks the methods of harness.interfaces. "
            "Update or uninstall that package."
        )
    return engine


def _told(entry: EntryPoint, group: Group) -> str:
    return f"{entry.name!r} ({entry.value}, entry point of {group}) of the package {_source(entry)}"


def _source(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unnamed package"
