"""A git repository for tests: nobody's settings, nobody's name."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

Git = Callable[..., str]

NOBODY = {
    "GIT_AUTHOR_NAME": "nobody",
    "GIT_AUTHOR_EMAIL": "nobody@example.org",
    "GIT_COMMITTER_NAME": "nobody",
    "GIT_COMMITTER_EMAIL": "nobody@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def make_repository(folder: Path) -> Git:
    """Make a repository whose branch main holds what is in a folder, and return git, run in it."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=outside | NOBODY, capture_output=True, check=True, text=True
        )
        return done.stdout.strip()

    run("init", "-q", "-b", "main")
    run("add", ".")
    run("commit", "-q", "-m", "first")
    return run
