"""Draws docs/images/turn-taking.svg: two lanes of a made-up call with the terms of turn-taking at their places.

    python benchmarks/draw_turns.py

Every number in the picture comes from the same functions that score calls.
"""

from pathlib import Path

from harness.model.call import TurnLabel
from harness.scorers.turn_events import CallerUtterance, TurnEvent, turn_events
from harness.scorers.turn_segments import Segment

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "turn-taking.svg"

_LEFT, _WIDTH, _CALL_MS = 96, 1180, 21_500
_CALLER_Y, _AGENT_Y, _HEIGHT = 36, 136, 34
_BETWEEN_Y, _AXIS_Y = 106, 226
_INK, _GREY = "#1f2933", "#7b8794"
_COLOURS = {
    TurnLabel.TURN: "#2f6fb3",
    TurnLabel.BARGE_IN: "#b3442f",
    TurnLabel.BACKCHANNEL: "#8fb8de",
    TurnLabel.NOISE: "#c3cad1",
}
_AGENT_COLOUR = "#3d8b64"

_CALLER = (
    (2_600, 4_300, TurnLabel.TURN, "turn"),
    (7_000, 7_500, TurnLabel.BACKCHANNEL, "mm-hm"),
    (9_200, 10_900, TurnLabel.BARGE_IN, "barge-in"),
    (14_200, 16_200, TurnLabel.TURN, "turn"),
    (20_400, 20_900, TurnLabel.NOISE, "cough"),
)
_AGENT = (
    (300, 1_900, "greeting"),
    (5_100, 9_700, "answer"),
    (11_500, 13_300, "answer"),
    (15_600, 18_600, "cuts in"),
)


def main() -> None:
    agent = tuple(Segment(start_ms=start_ms, end_ms=end_ms) for start_ms, end_ms, _ in _AGENT)
    said = tuple(
        CallerUtterance(segment=Segment(start_ms=start_ms, end_ms=end_ms), label=label)
        for start_ms, end_ms, label, _ in _CALLER
    )
    first, nod, barge_in, second, _ = turn_events(said, agent=agent, call_end_ms=_CALL_MS)
    parts = [
        *_lanes(),
        *(_block(start, end, _CALLER_Y, _COLOURS[label], text) for start, end, label, text in _CALLER),
        *(_block(start, end, _AGENT_Y, _AGENT_COLOUR, text) for start, end, text in _AGENT),
        _answer(said[0].segment, first),
        _stop(said[1].segment, nod, f"spoke on for {_s(nod.stop_latency_ms)}: held", below=46),
        _stop(said[2].segment, barge_in, f"stopped after {_s(barge_in.stop_latency_ms)}: gave way", below=18),
        _answer(said[2].segment, barge_in),
        _overlap(agent[3].start_ms, said[3].segment.end_ms, f"interrupted ({second.agent_interruptions})"),
        _span(13_300, 14_200, _BETWEEN_Y, "silence", _GREY),
        _span(said[4].segment.end_ms, _CALL_MS - 100, _BETWEEN_Y, "ignored", _GREY),
    ]
    style = "font-family: system-ui, sans-serif; font-size: 13px"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH + _LEFT + 24} 260" style="{style}">'
    title = "<title>A call on two lanes, with the terms of turn-taking</title>"
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    PICTURE.write_text("\n".join((head, title, ground, *parts, "</svg>", "")), encoding="utf-8")


def _x(at_ms: float) -> float:
    return round(_LEFT + at_ms / _CALL_MS * _WIDTH, 1)


def _s(ms: int | None) -> str:
    return "" if ms is None else f"{ms / 1000:.1f} s"


def _lanes() -> list[str]:
    lanes = []
    for name, y in (("Caller", _CALLER_Y), ("Agent", _AGENT_Y)):
        middle = y + _HEIGHT / 2
        lanes.append(_line(_x(0), middle, _x(_CALL_MS), middle, "#e4e7eb"))
        lanes.append(f'<text x="16" y="{middle + 5}" fill="{_INK}" font-weight="600">{name}</text>')
    for second in range(0, _CALL_MS // 1000 + 1, 2):
        x = _x(second * 1000)
        lanes.append(_line(x, _AXIS_Y, x, _AXIS_Y + 6, _GREY))
        lanes.append(f'<text x="{x}" y="{_AXIS_Y + 22}" fill="{_GREY}" text-anchor="middle">{second} s</text>')
    lanes.append(_line(_x(0), _AXIS_Y, _x(_CALL_MS), _AXIS_Y, _GREY))
    return lanes


def _block(start_ms: int, end_ms: int, y: int, colour: str, text: str) -> str:
    width = round(_x(end_ms) - _x(start_ms), 1)
    ink = _INK if colour in {"#8fb8de", "#c3cad1"} else "#ffffff"
    label = f'<text x="{_x((start_ms + end_ms) / 2)}" y="{y + 22}" fill="{ink}" text-anchor="middle">{text}</text>'
    if width < 12 + 7 * len(text):
        label = f'<text x="{_x((start_ms + end_ms) / 2)}" y="{y - 8}" fill="{_INK}" text-anchor="middle">{text}</text>'
    return f'<rect x="{_x(start_ms)}" y="{y}" width="{width}" height="{_HEIGHT}" rx="4" fill="{colour}"/>{label}'


def _answer(said: Segment, event: TurnEvent) -> str:
    assert event.latency_ms is not None
    return _span(said.end_ms, said.end_ms + event.latency_ms, _BETWEEN_Y, f"latency {_s(event.latency_ms)}", _INK)


def _stop(said: Segment, event: TurnEvent, text: str, *, below: int) -> str:
    assert event.stop_latency_ms is not None
    y = _AGENT_Y + _HEIGHT + below
    marks = "".join(
        _line(_x(at), _CALLER_Y + _HEIGHT, _x(at), y + 4, _GREY, dashed=True)
        for at in (said.start_ms, said.start_ms + event.stop_latency_ms)
    )
    return (
        marks
        + _span(said.start_ms, said.start_ms + event.stop_latency_ms, y, "", _INK)
        + (f'<text x="{_x(said.start_ms + event.stop_latency_ms) + 8}" y="{y + 4}" fill="{_INK}">{text}</text>')
    )


def _overlap(start_ms: int, end_ms: int, text: str) -> str:
    width = round(_x(end_ms) - _x(start_ms), 1)
    box = (
        f'<rect x="{_x(start_ms)}" y="{_CALLER_Y - 6}" width="{width}" height="{_AGENT_Y + _HEIGHT - _CALLER_Y + 12}" '
        'fill="none" stroke="#b3442f" stroke-width="1.5" stroke-dasharray="4 3" rx="4"/>'
    )
    return box + f'<text x="{_x(end_ms) + 6}" y="{_CALLER_Y + 14}" fill="#b3442f">overlap: {text}</text>'


def _span(start_ms: int, end_ms: int, y: int, text: str, colour: str) -> str:
    left, right = _x(start_ms), _x(end_ms)
    ends = _line(left, y - 5, left, y + 5, colour) + _line(right, y - 5, right, y + 5, colour)
    label = f'<text x="{(left + right) / 2}" y="{y - 9}" fill="{colour}" text-anchor="middle">{text}</text>'
    return _line(left, y, right, y, colour) + ends + (label if text else "")


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="3 3"' if dashed else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="1.5"{dash}/>'


if __name__ == "__main__":
    main()
