"""Baselines on the disk: `<reports>/baselines/<name>.toml`, small text files that belong in git."""

import re
from pathlib import Path

from harness.errors import ConfigurationError, UnknownNameError
from harness.store.baseline import Baseline
from harness.store.baseline_reading import parse_baseline
from harness.store.baseline_text import baseline_text
from harness.store.files import store_errors, write_atomically

SUFFIX = ".toml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def write_baseline(folder: Path, baseline: Baseline) -> Path:
    """Keep a baseline in place of an older one of its name, and return where.

    Raises:
        ConfigurationError: its name is none for a file.
        StoreError: the file cannot be written.
    """
    if not _NAME.fullmatch(baseline.name):
        raise ConfigurationError(
            f"{baseline.name!r} is no name for a baseline: use letters, digits, '.', '_' and '-', and begin with a "
            "letter or a digit"
        )
    path = folder / f"{baseline.name}{SUFFIX}"
    write_atomically(path, baseline_text(baseline))
    return path


def read_baseline(path: Path) -> Baseline:
    """Return the baseline in a file.

    Raises:
        ConfigurationError: the file is broken: where, and what to do.
        StoreError: it cannot be read.
    """
    with store_errors(path, "read"):
        data = path.read_bytes()
    try:
        baseline = parse_baseline(data.decode())
        if baseline.name != path.stem:
            raise ValueError(f"it is the baseline {baseline.name!r}; the file's name and the name in it must agree")
    except ValueError as error:
        raise ConfigurationError(
            f"{path} is a broken baseline: {error}. Take the file back from git, or bless a run again with: "
            f"harness baseline bless RUN --name {path.stem} --reason TEXT"
        ) from error
    return baseline


def baseline_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the baselines in a folder, sorted."""
    return tuple(sorted(path.stem for path in folder.glob(f"*{SUFFIX}") if _NAME.fullmatch(path.stem)))


def find_baseline(folder: Path, name: str) -> Baseline:
    """Return a baseline by its name.

    Raises:
        UnknownNameError: there is none of that name.
        ConfigurationError: its file is broken.
        StoreError: its file cannot be read.
    """
    known = baseline_names(folder)
    if name not in known:
        raise UnknownNameError(kind=f"baseline in {folder}", name=name, known=known)
    return read_baseline(folder / f"{name}{SUFFIX}")


def list_baselines(folder: Path) -> tuple[Baseline, ...]:
    """Return every baseline in a folder, by name. Raises as `find_baseline` does."""
    return tuple(read_baseline(folder / f"{name}{SUFFIX}") for name in baseline_names(folder))
