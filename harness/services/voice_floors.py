"""What each voice loses by itself, kept with the voices: measured ones are packaged, a project may add its own.

`harness voices --measure` writes such a file.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TypeAlias

from harness.errors import StoreError
from harness.model.score import WordCounts
from harness.model.voice_floor import VoiceFloor
from harness.services.languages import spoken_language

PACKAGED = Path(__file__).with_name("voice_floors.json")

Json: TypeAlias = "dict[str, str | int]"


def voice_floor(voice: str, language: str, recogniser: str, *, own: Path | None = None) -> VoiceFloor | None:
    """Return what a voice loses by itself, or None where nobody measured it.

    Args:
        voice: `<engine>:<voice>`.
        language: BCP-47; regions are not told apart.
        recogniser: Its name, with or without a version.
        own: A project's own measurements, which come first; it need not exist.
    """
    key = (voice, spoken_language(language), recogniser.partition("/")[0])
    tables = [PACKAGED] if own is None else [own, PACKAGED]
    for floor in (floor for table in tables for floor in read_floors(table)):
        if (floor.voice, floor.language, floor.recogniser) == key:
            return floor
    return None


def read_floors(path: Path) -> tuple[VoiceFloor, ...]:
    """Return the measurements in a file; none where it does not exist.

    Raises:
        StoreError: the file is no such table.
    """
    try:
        written = path.stat().st_mtime_ns
    except OSError:
        return ()
    return _read(path, written)


def write_floors(path: Path, floors: Iterable[VoiceFloor]) -> None:
    """Add measurements to a file; the same voice heard by the same recogniser is replaced.

    Raises:
        StoreError: the file cannot be read or written.
    """
    table = {(floor.voice, floor.language, floor.recogniser): floor for floor in (*read_floors(path), *floors)}
    rows = [json.dumps(_encode(table[key]), ensure_ascii=False) for key in sorted(table)]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("[\n  " + ",\n  ".join(rows) + "\n]\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"voice floors cannot be written: {error}", path=str(path)) from error


@cache
def _read(path: Path, _written: int) -> tuple[VoiceFloor, ...]:
    try:
        return tuple(_decode(row) for row in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"holds no voice floors ({error}); delete it and run: harness voices --measure", path=str(path)
        ) from error


def _encode(floor: VoiceFloor) -> Json:
    counts = floor.counts
    return {
        "voice": floor.voice,
        "language": floor.language,
        "recogniser": floor.recogniser,
        "engine": floor.engine,
        "words": counts.reference_words,
        "substitutions": counts.substitutions,
        "deletions": counts.deletions,
        "insertions": counts.insertions,
    }


def _decode(row: Json) -> VoiceFloor:
    substitutions, deletions = int(row["substitutions"]), int(row["deletions"])
    return VoiceFloor(
        voice=str(row["voice"]),
        engine=str(row["engine"]),
        language=str(row["language"]),
        recogniser=str(row["recogniser"]),
        counts=WordCounts(
            hits=int(row["words"]) - substitutions - deletions,
            substitutions=substitutions,
            deletions=deletions,
            insertions=int(row["insertions"]),
        ),
    )
