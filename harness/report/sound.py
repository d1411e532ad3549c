"""How a call sounded, as its page shows it: one row for each measurement, both channels side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.model.quality import CallQuality, ChannelQuality, Echo, LineAchieved, LineEffect, LineMeasure
from harness.report.numbers import decibels, percent, seconds

_CLIPPED: Final = 0.001
_NOISY_DB: Final = 20.0
_DC: Final = 0.01
_STRAY_MS: Final = 500
_OFF_DB: Final = 0.5
"""From here on a value is pointed out (docs/scores.md)."""
_LINE: Final = {
    LineEffect.SNR_DB: "Line: voice over noise",
    LineEffect.GAIN_DB: "Line: gain",
    LineEffect.PEAK_DB: "Line: peak",
    LineEffect.ECHO_DB: "Line: echo of the voice",
    LineEffect.AGENT_ECHO_DB: "Line: echo of the agent",
    LineEffect.COMFORT_NOISE_DB: "Line: comfort noise",
    LineEffect.LOST_SHARE: "Line: frames lost",
    LineEffect.BURST_FRAMES: "Line: frames lost in a row",
    LineEffect.LATE_SHARE: "Line: frames too late",
}


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
    """Return the table of a call's measurements; what the caller's line was asked to do stands below them."""
    caller, agent = _cells(quality.caller), _cells(quality.agent)
    rows = tuple(SoundRow(name=name, caller=caller[name], agent=agent[name]) for name in caller)
    return SoundView(rows=rows + (() if quality.line is None else _line_rows(quality.line)))


def _line_rows(line: LineAchieved) -> tuple[SoundRow, ...]:
    none = SoundCell(text="")
    return tuple(
        SoundRow(name=_LINE[measure.effect], caller=_achieved(measure), agent=none) for measure in line.measures
    )


def _achieved(measure: LineMeasure) -> SoundCell:
    """Return what was achieved beside what was asked; a share of few frames may differ by chance."""
    asked = _amount(measure.effect, measure.asked)
    if measure.achieved is None:
        return SoundCell(text="not measured", because=f"asked for {asked}")
    is_level = measure.effect.value.endswith("_db")
    return SoundCell(
        text=f"{_amount(measure.effect, measure.achieved)}, asked for {asked}",
        stands_out=is_level and abs(measure.achieved - measure.asked) > _OFF_DB,
    )


def _amount(effect: LineEffect, value: float) -> str:
    match effect:
        case LineEffect.LOST_SHARE | LineEffect.LATE_SHARE:
            return percent(value)
        case LineEffect.BURST_FRAMES:
            return f"{value:.3g}"
        case _:
            return decibels(value)


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
