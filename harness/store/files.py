"""Writing so that a killed process or a full disk never leaves half a file behind, with errors that name the fix."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path

from harness.errors import StoreError
from harness.settings import Settings


@contextmanager
def store_errors(path: Path, doing: str, *, setting: str = "reports") -> Iterator[None]:
    """Turn an OSError met while `doing` something to a path into a StoreError that says what to do.

    Args:
        path: The file or folder.
        doing: A verb.
        setting: The name of the setting, or of the option alone, that says where it is.
    """
    try:
        yield
    except OSError as error:
        cause = error.strerror or str(error)
        raise StoreError(f"cannot {doing}: {cause}. {_fix(error, setting=setting)}", path=str(path)) from error


def write_atomically(path: Path, content: str | bytes | Iterable[str], *, setting: str = "reports") -> None:
    """Put a whole file in place at once, synced to the disk; folders are made as needed.

    Args:
        path: The file.
        content: What goes into it, text as UTF-8; a large text in parts.
        setting: The name of the setting that says where it is.
    """
    with store_errors(path, "write", setting=setting):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as stream:
                stream.writelines(_encoded(content))
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _encoded(content: str | bytes | Iterable[str]) -> Iterable[bytes]:
    match content:
        case bytes():
            return (content,)
        case str():
            return (content.encode(),)
        case _:
            return (part.encode() for part in content)


def append_line(path: Path, line: str) -> None:
    """Add one line to a file and sync it; a line left half-written by a killed process is closed first."""
    with store_errors(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as stream:
            end = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, end - 1))
            torn = end > 0 and stream.read(1) != b"\n"
            stream.write(b"\n" * torn + line.encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())


def _fix(error: OSError, *, setting: str) -> str:
    option = f"--{setting.replace('_', '-')}"
    variable = f" or HARNESS_{setting.upper()}" if setting in {each.name for each in fields(Settings)} else ""
    elsewhere = f"choose another folder with {option}{variable}"
    match error:
        case PermissionError():
            return f"Give yourself write permission, or {elsewhere}"
        case FileExistsError() | NotADirectoryError():
            return f"A file stands where a folder is needed: move it, or choose another folder with {option}"
        case FileNotFoundError():
            return "Check that the folder exists and is spelled right"
        case _:
            return f"Free some space, or {elsewhere}"
