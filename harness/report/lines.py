"""Lines of the terminal: words first, and a colour that repeats what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from types import MappingProxyType
from typing import Literal

from harness.model.outcome import Outcome

Style = Literal["", "bold", "dim", "green", "red", "yellow", "bold green", "bold red", "bold yellow"]
Ink = Literal["green", "red", "yellow"]

INK: Mapping[Outcome, Ink] = MappingProxyType(
    {
        Outcome.PASSED: "green",
        Outcome.FAILED: "red",
        Outcome.INCONCLUSIVE: "yellow",
        Outcome.ERROR: "yellow",
    }
)
BOLD_INK: Mapping[Outcome, Style] = MappingProxyType(
    {
        Outcome.PASSED: "bold green",
        Outcome.FAILED: "bold red",
        Outcome.INCONCLUSIVE: "bold yellow",
        Outcome.ERROR: "bold yellow",
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the terminal."""

    text: str = ""
    style: Style = ""


def one_line(text: str) -> str:
    """Return a text without line breaks or control characters: a transcript must not move the cursor."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def plain(lines: Sequence[Line]) -> str:
    """Return the words alone, without a newline at their end."""
    return "\n".join(line.text for line in lines)


def coloured(lines: Sequence[Line]) -> str:
    """Return the lines for a terminal that shows colours; the words are those of `plain`."""
    from rich.console import Console
    from rich.text import Text

    page = StringIO()
    console = Console(file=page, force_terminal=True, color_system="standard", highlight=False, markup=False)
    for line in lines:
        console.print(Text(line.text, style=line.style), soft_wrap=True)
    return page.getvalue().rstrip("\n")
