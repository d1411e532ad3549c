"""A picture of every call of a stored run: what was on the line, and what the call's events claim about it.

    python benchmarks/pictures.py RUN_FOLDER [CASE ...] [--to FOLDER] [--from MS] [--until MS]

Writes one SVG a call and prints how far the sound of each turn is off its times. Exits with 1 when one is off by more
than promised, so that a picture is never prettier than its call.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from benchmarks.sound_edges import BEGINS_MS, SILENT_MS, SoundEdges, sound_edges
from harness.audio.clip import Clip
from harness.audio.files import load_recording
from harness.audio.recording import Recording, peaks
from harness.errors import HarnessError
from harness.model.call import Call, Event, EventKind, Role, Turn, TurnLabel
from harness.store.reading import read_trials

_WIDTH, _LEFT, _LANE, _GAP, _TOP = 1120, 20, 110, 46, 40
_HEIGHT = _TOP + 2 * (_LANE + _GAP) + 8
_TICKS_MS = (500, 1_000, 2_000, 5_000, 10_000, 20_000)
_MOST_TICKS = 16
_COLOURS = {
    TurnLabel.TURN: "#2563eb",
    TurnLabel.BARGE_IN: "#c2410c",
    TurnLabel.BACKCHANNEL: "#7c3aed",
    TurnLabel.NOISE: "#6b7280",
}
_AGENT = "#047857"
_CUT = "#dc2626"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a call that is drawn."""

    start_ms: int
    end_ms: int

    def x(self, at_ms: int) -> float:
        """Return where a moment stands."""
        share = (at_ms - self.start_ms) / max(1, self.end_ms - self.start_ms)
        return round(_LEFT + share * (_WIDTH - 2 * _LEFT), 1)

    def holds(self, start_ms: int, end_ms: int) -> bool:
        """Return whether any of it is drawn."""
        return start_ms < self.end_ms and end_ms >= self.start_ms


def picture(call: Call, recording: Recording, *, window: Window, title: str) -> str:
    """Return an SVG: both channels, their turns, and what happened, on the call's clock."""
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="18" font-size="14" fill="#111">{escape(title)}</text>',
        *_ticks(window),
        *_lane(call, recording.caller, role=Role.CALLER, top=_TOP, window=window),
        *_lane(call, recording.agent, role=Role.AGENT, top=_TOP + _LANE + _GAP, window=window),
        *(line for event in call.events for line in _mark(event, window)),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def _ticks(window: Window) -> Iterator[str]:
    length = window.end_ms - window.start_ms
    step = next((step for step in _TICKS_MS if length / step <= _MOST_TICKS), _TICKS_MS[-1])
    for at_ms in range((window.start_ms // step + 1) * step, window.end_ms, step):
        x = window.x(at_ms)
        yield f'<path d="M{x} {_TOP - 8}V{_HEIGHT - 4}" stroke="#e5e7eb"/>'
        yield f'<text x="{x + 2}" y="{_TOP - 4}" font-size="9" fill="#6b7280">{at_ms / 1000:g} s</text>'


def _lane(call: Call, clip: Clip, *, role: Role, top: int, window: Window) -> Iterator[str]:
    middle = top + _LANE // 2
    turns = [turn for turn in call.turns if turn.role is role and window.holds(turn.started_ms, turn.ended_ms)]
    nexts_ms = [*(turn.started_ms for turn in turns[1:]), window.end_ms]
    for turn, until_ms in zip(turns, nexts_ms, strict=False):
        yield from _turn(turn, top=top, window=window, until_ms=until_ms)
    heights = peaks(clip.span(window.start_ms, window.end_ms), _WIDTH - 2 * _LEFT)
    loudest = max(heights, default=0.0) or 1.0
    halves = ((index, round(height / loudest * (_LANE / 2 - 4), 1)) for index, height in enumerate(heights))
    strokes = "".join(f"M{_LEFT + index} {middle - half:g}v{2 * half:g}" for index, half in halves if half)
    yield f'<path d="{strokes}" stroke="#1f2937" stroke-width="1" fill="none"/>'
    yield f'<text x="{_LEFT}" y="{top - 3}" font-size="11" fill="#111">{role.value}</text>'


def _turn(turn: Turn, *, top: int, window: Window, until_ms: int) -> Iterator[str]:
    """Draw a turn; its words have room up to the next one of the same side."""
    colour = _AGENT if turn.role is Role.AGENT else _COLOURS[turn.label]
    start, end = max(turn.started_ms, window.start_ms), min(turn.ended_ms, window.end_ms)
    x, width = window.x(start), max(1.5, window.x(end) - window.x(start))
    place = f'x="{x}" y="{top}" width="{width:.1f}" height="{_LANE}"'
    yield f'<rect {place} fill="{colour}" fill-opacity="0.14" stroke="{colour}" stroke-width="0.8"/>'
    kind = "" if turn.role is Role.AGENT or turn.label is TurnLabel.TURN else f"{turn.label.value}: "
    room = max(3, int((window.x(until_ms) - x) / 5.6))
    words = f"{kind}{turn.spoken}"
    shown = words if len(words) <= room else words[: room - 1] + "…"
    yield f'<text x="{x + 2}" y="{top + _LANE + 12}" font-size="10" fill="{colour}">{escape(shown)}</text>'


def _mark(event: Event, window: Window) -> Iterator[str]:
    match event.kind:
        case EventKind.AUDIO_CUT:
            colour, words = _CUT, f"cut at {event.at_ms} ms"
        case EventKind.DTMF:
            colour, words = "#2563eb", f"key {event.text}"
        case EventKind.TOOL_CALLED | EventKind.FAULT_INJECTED:
            colour, words = "#92400e", event.text
        case _:
            return
    if window.holds(event.at_ms, event.at_ms):
        x, low = window.x(event.at_ms), _TOP + 2 * _LANE + _GAP
        yield f'<path d="M{x} {_TOP}V{low}" stroke="{colour}" stroke-width="1.5" stroke-dasharray="4 3"/>'
        yield f'<text x="{x + 3}" y="{low + 26}" font-size="10" fill="{colour}">{escape(words)}</text>'


def _told(edges: SoundEdges) -> str:
    end = "" if edges.end_off_ms is None else f", silent {edges.end_off_ms:+d} ms"
    return f"  {edges.role.value:6} {edges.started_ms:6} ms  begins {edges.start_off_ms:+d} ms{end}"


def main() -> int:
    """Write the pictures of a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of a run")
    parser.add_argument("cases", nargs="*", help="cases to draw; all unless given")
    parser.add_argument("--to", type=Path, default=Path(), help="folder for the pictures")
    parser.add_argument("--from", dest="start_ms", type=int, default=0, help="first millisecond that is drawn")
    parser.add_argument("--until", dest="end_ms", type=int, default=None, help="last one; the call's end unless given")
    asked = parser.parse_args()
    off = 0
    for result in read_trials(asked.run).results:
        call, case = result.call, result.trial.case
        if call is None or call.recording is None or (asked.cases and case not in asked.cases):
            continue
        recording = load_recording(asked.run / call.recording.path)
        window = Window(start_ms=asked.start_ms, end_ms=asked.end_ms or call.duration_ms)
        path = asked.to / f"callers-{case}.svg"
        path.write_text(picture(call, recording, window=window, title=case.replace("_", " ")), encoding="utf-8")
        print(path)
        for edges in sound_edges(call, recording):
            print(_told(edges))
            off += not edges.kept
    print(f"{off or 'no'} turns begin more than {BEGINS_MS} ms off, or sound for more than {SILENT_MS} ms after a cut")
    return 1 if off else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except HarnessError as error:
        sys.exit(str(error))
