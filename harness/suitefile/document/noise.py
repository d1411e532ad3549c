"""Noises and sounds at the caller's end as a suite file names them: a word, or a sound file near the suite."""

import os
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from harness.audio.files import load_clip
from harness.errors import StoreError, suggestion
from harness.model.moves import Sound
from harness.model.persona import Noise, NoiseFile, NoiseSource
from harness.suitefile import values
from harness.suitefile.document.fields import KnownNames, expected

_GENERATED = tuple(noise.value for noise in Noise)
_SOUNDS = tuple(sound.value for sound in Sound)
_PATH = r"\S.*\.[A-Za-z0-9]+"


def _noise(written: object, info: ValidationInfo) -> NoiseSource:
    names = info.context
    assert isinstance(names, KnownNames)
    if isinstance(written, Noise | NoiseFile):
        return written
    if not isinstance(written, str):
        raise expected("a noise or the path of a sound file")
    if "." not in written:
        return Noise(values.check_known(written, _GENERATED, kind="noise"))
    return _file(written, names)


def _sound(written: object, info: ValidationInfo) -> Sound | NoiseFile:
    names = info.context
    assert isinstance(names, KnownNames)
    if isinstance(written, Sound | NoiseFile):
        return written
    if not isinstance(written, str):
        raise expected("a sound or the path of a sound file")
    if "." not in written:
        return Sound(values.check_known(written, _SOUNDS, kind="sound"))
    return _file(written, names)


def _file(written: str, names: KnownNames) -> NoiseFile:
    path = Path(os.path.abspath(names.folder / written))
    if not _is_file(path):
        raise ValueError(f"there is no sound file {written!r}.{suggestion(path.name, _neighbours(path))}")
    try:
        clip = load_clip(path)
    except StoreError:
        raise ValueError(f"{written!r} is no readable sound file; WAV, FLAC, AIFF and Ogg can be read") from None
    if not clip.samples.any():
        raise ValueError(f"{written!r} is silent; a noise needs a sound")
    return NoiseFile(source=str(path), digest=clip.digest)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        # A name too long for the system, or with a NUL character in it, is no file's.
        return False


def _neighbours(path: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(file.name for file in path.parent.iterdir() if file.suffix == path.suffix))
    except (OSError, ValueError):
        return ()


NoiseName: TypeAlias = Annotated[
    NoiseSource,
    PlainValidator(_noise),
    WithJsonSchema({"type": "string", "pattern": f"^({'|'.join(_GENERATED)}|{_PATH})$"}),
]

SoundName: TypeAlias = Annotated[
    Sound | NoiseFile,
    PlainValidator(_sound),
    WithJsonSchema({"type": "string", "pattern": f"^({'|'.join(_SOUNDS)}|{_PATH})$"}),
]
