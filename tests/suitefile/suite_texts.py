"""What the tests of this room share: the smallest suite, and a way to write files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

MINIMAL = "prompts: [desk@v1]\ncases:\n  - id: a\n    turns: [{say: hi}]\n"
"""A suite for the prompts the fixture `write` lays out."""


class Write(Protocol):
    """Writes files below the current folder and returns it."""

    def __call__(self, files: Mapping[str, str]) -> Path: ...
