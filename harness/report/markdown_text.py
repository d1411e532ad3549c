"""Words of callers, agents and authors in Markdown: shown as they are, and never anything but words.

GitHub looks for mentions, issue numbers and links in the finished text, where no backslash stops it; there an invisible
joiner (U+2060) keeps them from being found.
"""

import html
import re
from collections.abc import Sequence
from urllib.parse import quote

from harness.report.lines import one_line
from harness.report.numbers import count

_JOINER = "\N{WORD JOINER}"
_MEANS_SOMETHING = re.compile(r"(?<![A-Za-z0-9_])@(?=\w)|#(?=\d)|\bGH-(?=\d)|://|\bwww(?=\.)", re.IGNORECASE)
_SIGNS = re.compile(r"([\\`*_~\[\]])")
_READ = 10
_TICKS = re.compile(r"`+")


def words(text: str, *, most: int) -> str:
    """Return text for the middle of a line, cut to `most` characters."""
    return _escaped(_line(text, most))


def code(text: str, *, most: int) -> str:
    """Return a name or a command as a code span, which is fit to be copied."""
    shown = _line(text, most)
    fence = _fence(shown, least=1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def sentence(text: str, *, most: int) -> str:
    """Return a sentence of the harness, whose commands stand between backticks."""
    parts = _line(text, most).split("`")
    if len(parts) % 2 == 0:
        return words(text, most=most)
    return "".join(code(part, most=most) if odd % 2 else _escaped(part) for odd, part in enumerate(parts))


def row(*cells: str) -> str:
    """Return a row of a table; its cells are Markdown already."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def link(text: str, *, to: str) -> str:
    """Return a link; `text` is Markdown already."""
    return f"[{text}]({quote(to, safe=':/?#=&%~@,;+$.-_')})"


def block(lines: Sequence[str], *, language: str, most: int) -> str:
    """Return lines as a code block of at most `most` characters, with a note in place of those left out."""
    shown = ["".join(c if c.isprintable() else " " for c in line) for line in lines]
    fence = _fence("\n".join(shown), least=3)
    kept, room = 0, most - 2 * len(fence) - len(language) - 60
    for line in shown:
        room -= len(line) + 1
        if room < 0:
            break
        kept += 1
    left_out = len(shown) - kept
    note = [f"… {count(left_out, 'more line')}: see the report"] if left_out else []
    return "\n".join([f"{fence}{language}", *shown[:kept], *note, fence])


def _escaped(text: str) -> str:
    joined = _MEANS_SOMETHING.sub(lambda found: found.group() + _JOINER, text)
    # A dollar sign may begin a formula; as an entity it does not.
    return html.escape(_SIGNS.sub(r"\\\1", joined), quote=False).replace("$", "&#36;")


def _line(text: str, most: int) -> str:
    # What is cut off anyway need not be read to its end.
    line = one_line(text[: _READ * most])
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _fence(text: str, *, least: int) -> str:
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    return "`" * (longest + 1 if longest >= least else least)
