"""The command `harness`; one file a verb."""

from harness.cli.entry import main

__all__ = ["main"]
