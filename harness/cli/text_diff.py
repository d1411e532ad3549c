"""Two texts beside each other on a terminal: what was taken away, what was added."""

from collections.abc import Iterator
from difflib import unified_diff

import click

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def diff_lines(before: str, after: str, *, old: str, new: str) -> Iterator[str]:
    """Yield the lines of a unified diff, coloured; nothing for texts that are alike.

    Args:
        before: The older text.
        after: The newer one.
        old: The name of the older one.
        new: The name of the newer one.
    """
    for line in unified_diff(before.splitlines(), after.splitlines(), old, new, lineterm=""):
        # The names of the two come with three signs, which are no lines of them.
        colour = None if line.startswith(("+++ ", "--- ")) else _COLOURS.get(line[:1])
        yield click.style(line, fg=colour) if colour else line
