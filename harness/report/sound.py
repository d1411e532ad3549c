"""How a call sounded, as its page shows it: one row for each measurement, both channels side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.model.quality import CallQuality, ChannelQuality, Echo
from harness.report.numbers import decibels, percent, seconds

_CLIPPED: Final = 0.001
_NOISY_DB: Final = 20.0
_DC: Final = 0.01
_STRAY_MS: Final = 500
"""From here on a value is pointed out (docs/reports.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCell:
    """One measurement of one channel."""

    text: str
    because: str = ""
    """Why it was not measured, unless it is because the side never spoke: the first row says so."""
    stands_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundRow:
    """One measurement of both channels."""

    name: str
    caller: SoundCell
    agent: SoundCell


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundView:
    """Everything measured of one recording."""

    rows: tuple[SoundRow, ...]

    @property
    def summary(self) -> str:
        """Return what stands out, in a few words."""
        odd = [row.name.lower() for row in self.rows if row.caller.stands_out or row.agent.stands_out]
        return ", ".join(odd) or "nothing stands out"


def view_sound(quality: CallQuality) -> SoundView:
    """Return the table of a call's measurements."""
    caller, agent = _cells(quality.caller), _cells(quality.agent)
    return SoundView(rows=tuple(SoundRow(name=name, caller=caller[name], agent=agent[name]) for name in caller))


def _cells(channel: ChannelQuality) -> Mapping[str, SoundCell]:
    missing = channel.unmeasured
    return {
        "Speech": SoundCell(text=seconds(channel.speech_ms) if channel.speech_ms else "none"),
        "Loudness": _cell(
            _loudness(channel.loudness_lufs),
            because=missing.get("loudness_lufs", ""),
        ),
        "Speech over noise": _cell(
            None if channel.snr_db is None else decibels(channel.snr_db),
            because="" if "speech" in missing else missing.get("snr_db", ""),
            stands_out=channel.snr_db is not None and channel.snr_db < _NOISY_DB,
        ),
        "Clipped": _cell(
            None if channel.clipped_share is None else percent(channel.clipped_share),
            stands_out=(channel.clipped_share or 0) >= _CLIPPED,
        ),
        "Dropouts": _cell(
            _dropouts(channel.dropouts, lost_ms=channel.dropout_ms),
            stands_out=bool(channel.dropouts),
        ),
        "Direct current": _cell(
            None if channel.dc_offset is None else percent(abs(channel.dc_offset)),
            stands_out=abs(channel.dc_offset or 0) >= _DC,
        ),
        "Silent turns": _cell(
            ", ".join(str(index + 1) for index in channel.silent_turns) or "none",
            stands_out=bool(channel.silent_turns),
        ),
        "Sound outside turns": _cell(
            seconds(channel.stray_ms) if channel.stray_ms else "none",
            stands_out=(channel.stray_ms or 0) >= _STRAY_MS,
        ),
        "Echo of the other side": _cell(
            None if "echo" in missing else _echo(channel.echo),
            because=missing.get("echo", ""),
            stands_out=channel.echo is not None,
        ),
    }


def _cell(text: str | None, *, because: str = "", stands_out: bool = False) -> SoundCell:
    if text is None:
        return SoundCell(text="not measured", because=because)
    return SoundCell(text=text, stands_out=stands_out)


def _loudness(lufs: float | None) -> str | None:
    return None if lufs is None else decibels(lufs, unit="LUFS")


def _dropouts(count: int | None, *, lost_ms: int | None) -> str | None:
    if count is None:
        return None
    return f"{count}, {lost_ms} ms in all" if count else "none"


def _echo(echo: Echo | None) -> str:
    return "none" if echo is None else f"{decibels(echo.level_db)}, {echo.delay_ms:.0f} ms later"
