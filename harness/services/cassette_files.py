"""The files of cassettes: one an exchange, written whole or not at all.

As no two exchanges share a file, processes that record at the same time need no lock, a trial that is recorded again
changes its own files only, and two branches that record different cases can be merged.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.errors import CassetteError
from harness.model.slug import slug
from harness.services.cassette_format import Exchange, decode

OUTSIDE = "outside-trials"
"""Folder of what is asked for no trial: a judge's self-test, a served platform."""


@dataclass(frozen=True, slots=True)
class CassetteFolder:
    """Where exchanges are kept: `<model>/<trial>/<start of the key>.json`, `…-2.json` for the second take."""

    root: Path

    def path(self, model: str, *, trial: str, key: str, take: int) -> Path:
        """Return the file of an exchange, there or not."""
        number = "" if take == 1 else f"-{take}"
        return self.root / slug(model) / (slug(trial) if trial else OUTSIDE) / f"{key[:16]}{number}.json"

    def shown(self, path: Path) -> str:
        """Return a file as it is named in messages: from the folder of cassettes on, the same on every machine."""
        return (self.root.name / path.relative_to(self.root)).as_posix()

    def read(self, path: Path, *, model: str) -> Exchange | None:
        """Return the exchange in a file; None when there is no file. Raises CassetteError when it is no exchange."""
        try:
            return decode(path.read_bytes().decode())
        except FileNotFoundError:
            return None
        except (ValueError, OSError) as error:
            raise CassetteError(
                f"the cassette {self.shown(path)} cannot be played: {error}. Bring back the file that was recorded, "
                "or record it again with --cassettes record",
                service=model,
                path=str(path),
            ) from error

    def write(self, path: Path, text: str, *, model: str) -> None:
        """Put a file in place, whole. Raises CassetteError."""
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.{id(self):x}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(text.encode())
            unfinished.replace(path)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise CassetteError(
                f"the answer could not be recorded in {self.shown(path)}: {error.strerror or error}. Make room, give "
                "yourself write permission, or choose another folder with --cassette-dir",
                service=model,
                path=str(path),
            ) from error
